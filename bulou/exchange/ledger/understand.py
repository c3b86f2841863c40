"""From a table's rows to values: each cell by its column, then what the cells say of each other."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from . import cells, cells_choices, cells_ids, cells_names, cells_times
from .cells import Context, Understood
from .cells_temps import understand_temperature
from .columns import Column
from .files import Cell
from .grids import TEMPERATURES, SideBySide
from .meanings import ABOVE, BY_FIELD, is_ditto, meaning_of
from .reading import Row
from .rows import text_of
from .unwell import Unwell

# How the head of a household stands to himself.
_HEAD: Final = frozenset({"户主", "本人", "户主本人"})
# 是, √ under 户主, and what says that somebody else is.
_SELF: Final = frozenset({*_HEAD, "是", "√", "✓", "☑"})
_OTHER: Final = frozenset({"否", "×", "不是", "非户主"})
_MEMBER: Final = "成员"  # of a household, of whom only is said that they are not its head
# A table with one of these lists people who came, not who lives with whom.
_JOURNEY: Final = frozenset({"left_date", "return_date", *TEMPERATURES})
_TOWN = re.compile(r"乡|镇|街道")


class TableReader:
    """Understands the rows of one table, in their order: a line may say "as above".

    `ragged`: of a text file, whose lines may have more cells than there are titles; `measuring`: a sheet of readings;
    `person`: what is known of whoever all its rows are of, by field.
    """

    def __init__(
        self,
        columns: list[Column],
        context: Context,
        ragged: bool,
        measuring: bool = False,
        person: Mapping[str, Cell] = MappingProxyType({}),
    ) -> None:
        self.context, self.measuring = context, measuring
        self.fields = {column.field for column in columns if column.field}
        self.plan: list[tuple[str, int, Callable[[Cell], Understood]]] = []
        for column in columns:
            if (name := column.field) and name in BY_FIELD and not column.option and column.days < 0:
                self.plan.append((name, column.index, meaning_of(column, name, context)))
        self.parted = [(c.field, c.index, c.days) for c in columns if c.field and c.days >= 0]
        self.person = {name: BY_FIELD[name](cell, context) for name, cell in person.items()}
        self.beside = [column.index for column in columns if column.beside]
        self.unwell = Unwell(columns, context, measuring)
        self.age = next((c.index for c in columns if c.field == "age"), -1)
        self.heads = max((c.index + 1 for c in columns if c.title), default=0) if ragged else 0
        self.half = next((c.index for c in columns if c.field == "half"), -1)
        # Where else the moment of a line may stand, and which way somebody went by it.
        ways = (("clock", ""), ("out", "出"))
        self.moments = [(c.index, way) for field, way in ways for c in columns if c.field == field]
        self.relation = next((c.index for c in columns if c.field == "relation"), -1)
        self.asked = (
            self.relation >= 0 and re.search("是否|与否|标识", columns[self.relation].title) is not None
        )
        self.book = next((c.index for c in columns if c.field == "book"), -1)
        self.kept = [("unit", c.index) for c in columns if c.field == "unit"][:1]
        for name in ("township", "whither", "together", "besides", "direction", "done"):
            some = [
                c.index for c in columns if c.field == name and (name != "township" or _TOWN.search(c.title))
            ]
            self.kept += [(name, index) for index in some[:1]]
        self.kept_above: dict[str, str] = {}
        self.roster = not self.fields & _JOURNEY
        # A list of households: whoever is named is the head.
        self.of_heads = any(c.field == "name" and "户主" in c.title for c in columns)
        self.width = len(columns)
        self.above: dict[str, Any] = {}
        self.above_book = ""
        self.side_by_side = SideBySide(columns, context)

    def read(self, row: Row) -> None:
        """Fill what a data row says by its `raw` cells: `values`, `codes`, `day`, `readings`, `also` and the like."""
        more: dict[str, Any] = {}
        by_field = self._cells(row, more)
        for field, month, day in self.parted:
            self._parted(row, by_field, field, (month, day))
        for field, found in self.person.items():
            if found.value is not None:
                row.values.setdefault(field, found.value)
            by_field |= {field: found.codes} if found.codes else {}
            more |= {field: found.more} if found.more else {}
        if self.heads and len(row.raw) != self.width:
            self._ragged(row)
        self.side_by_side.read(row)
        if 0 <= self.half < len(row.raw):
            row.in_half(cells_times.half_of(row.raw[self.half]))
        self._identity(row, more, by_field)
        if 0 <= self.relation < len(row.raw):
            self._relation(row, by_field)
        for name, index in self.kept:
            if index < len(row.raw) and row.raw[index] != "":
                self._keep(row, name, row.raw[index])
        self.unwell.read(row, by_field)
        if others := [
            row.raw[index] for index in self.beside if index < len(row.raw) and row.raw[index] != ""
        ]:
            row.codes.append("NAME_BESIDE")
            if any("FEVER" in understand_temperature(cell, self.context).codes for cell in others):
                row.codes.append("FEVER")
        self._missing(row, by_field)
        row.day = row.values.pop("day", None)
        self.above = row.values if row.day is None else row.values | {"day": row.day}
        for index, way in self.moments:
            self._moment(row, row.raw[index] if index < len(row.raw) else "", way)

    def _parted(
        self, row: Row, by_field: dict[str, tuple[str, ...]], field: str, at: tuple[int, int]
    ) -> None:
        """A date whose month stands in one cell and whose day in the next."""
        cells_ = [cells.number_text(row.raw[i]) if i < len(row.raw) else "" for i in at]
        month, day = (text.strip().rstrip("月份日号") for text in cells_)
        if month or day:
            found = BY_FIELD[field](
                f"{month}月{day}日" if month and day else f"{month or day}月", self.context
            )
            row.values |= {field: found.value} if found.value else {}
            by_field |= {field: found.codes} if found.codes else {}

    def _moment(self, row: Row, cell: Cell, way: str) -> None:
        """The hour of a line whose day alone is known by now, or its day too."""
        if cell == "" or "T" in (row.day or ""):
            return
        if at := cells_times.at_clock(row.day, cell, self.context):
            row.day = at
            if way:
                row.also.setdefault("direction", way)

    def _cells(self, row: Row, more: dict[str, Any]) -> dict[str, tuple[str, ...]]:
        """Each cell by itself; the codes by field, for what is judged afterwards."""
        raw, values = row.raw, row.values
        size = len(raw)
        by_field: dict[str, tuple[str, ...]] = {}
        for field, index, meaning in self.plan:
            if index >= size:
                continue
            found = meaning(raw[index])
            value, codes, besides = found
            if value is not None:
                values[field] = value
            if codes:
                if found is ABOVE:
                    if field not in self.above:
                        continue
                    values[field] = self.above[field]
                by_field[field] = codes
            if besides:
                more[field] = besides
        return by_field

    def _ragged(self, row: Row) -> None:
        """A text line with too many cells: what identifies itself is believed, and what is left of it."""
        extra = [cell for cell in row.raw[self.heads :] if cell != ""]
        if len(row.raw) >= self.heads and not extra:
            return
        row.codes.append("CSV_COLUMN_COUNT")
        row.words = {"cells": len(row.raw), "heads": self.heads}
        if not extra:
            return
        row.codes.append("CSV_CELLS_MOVED")
        sure = max(
            (i for field, i, *_ in self.plan if field in ("id_number", "phone") and field in row.values),
            default=-1,
        )
        for field, index, *_ in self.plan:
            if index > sure:
                row.values.pop(field, None)

    def _identity(self, row: Row, more: dict[str, Any], by_field: dict[str, tuple[str, ...]]) -> None:
        """What a sound identity number says of sex and birth fills blanks and must not contradict columns."""
        values = row.values
        from_id = more.pop("id_number", None) or {}
        if "doc_kind" in values and "doc_number" not in values:
            self._other_document(row, by_field)
        for besides in more.values():
            for field, value in besides.items():
                values.setdefault(field, value)
        for field, value in from_id.items():
            said = values.get(field)
            if said is None or field == "doc_kind":
                values.setdefault(field, value)
                if field in ("birth_date", "sex"):
                    by_field.pop(field, None)  # unreadable in its column, but known for certain
            elif said != value:
                del values[field]
                row.codes.append("ID_SEX_MISMATCH" if field == "sex" else "ID_BIRTH_MISMATCH")
        if "birth_date" in from_id and 0 <= self.age < len(row.raw):
            self._age(row, from_id["birth_date"])
        if values.get("household_head") in _OTHER:
            del values["household_head"]
        if (self.of_heads or values.get("household_head") in _SELF) and "name" in values:
            values["household_head"] = values["name"]

    def _keep(self, row: Row, name: str, cell: Cell) -> None:
        """What is no field of a ledger but is used: where somebody works, and what stands in `Row.also`."""
        found = cells.understand_text(cell, self.context).value
        said = "" if not found or cells.unsaid(found) else found
        self.kept_above[name] = self.kept_above.get(name, "") if is_ditto(cell) else said
        if name == "unit":
            row.unit = self.kept_above[name]
        elif self.kept_above[name]:
            row.also[name] = self.kept_above[name]

    def _relation(self, row: Row, by_field: dict[str, tuple[str, ...]]) -> None:
        """On a roster the head and the address often stand in the first line of a household alone."""
        found, same_book = self._related(row.raw[self.relation]), self._same_book(row)
        if not found:
            return
        row.relation, values = found if found != _MEMBER else "", row.values
        if found in _HEAD:
            if "name" not in values and "name" not in by_field and "household_head" in values:
                named = cells_names.understand_name(values["household_head"], self.context)
                if named.value:  # his own line has a name under 户主 alone
                    values["name"] = named.value
            if "name" in values:
                values.setdefault("household_head", values["name"])
        elif self.roster and same_book and self._same_home(row, found):
            for field in ("household_head", "address", "village"):
                if field in self.above and field not in values and field not in by_field:
                    values[field] = self.above[field]
                    by_field[field] = ("DITTO",)

    def _related(self, cell: Cell) -> str:
        """How somebody stands to the head; 是否户主 says of the others nothing more."""
        found: str = cells.understand_text(cell, self.context).value or ""
        if self.asked:
            is_head = found in _SELF or cells_choices.understand_yes_no(cell, self.context).value
            return "户主" if is_head else _MEMBER
        return "" if cells.unsaid(found) else found

    def _same_home(self, row: Row, found: str) -> bool:
        """The head may be named again in each line, or left out; another head is another household."""
        same = ["household_head", "village", *(["address"] if found == _MEMBER and self.book < 0 else [])]
        return "household_head" in self.above and all(
            row.values.get(field, self.above.get(field)) == self.above.get(field) for field in same
        )

    def _same_book(self, row: Row) -> bool:
        """Whether the household's number, where there is one, is still that of the line above."""
        number = text_of(row.raw[self.book]) if 0 <= self.book < len(row.raw) else ""
        if not number or is_ditto(number) or number == self.above_book:
            return True
        self.above_book = number
        return False

    def _other_document(self, row: Row, by_field: dict[str, tuple[str, ...]]) -> None:
        """The clerk names another document: what stands in the number's column is its number."""
        index = next((i for name, i, *_ in self.plan if name == "id_number"), -1)
        if set(by_field.get("id_number", ())) & {"ID_UNREADABLE", "ID_LENGTH"}:
            row.values["doc_number"] = cells_ids.understand_document(row.raw[index], self.context).value
            by_field["id_number"] = ("DOC_NOT_RESIDENT_ID",)

    def _age(self, row: Row, birth: str) -> None:
        text = text_of(row.raw[self.age]).removesuffix("岁").removesuffix("周")
        if text.isdigit():
            born, day = dt.date.fromisoformat(birth), self.context.anchor
            years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
            # Counted the old way a child is one at birth and two at the next new year.
            if not years - 1 <= int(text) <= years + 2:
                row.codes.append("AGE_MISMATCH")

    def _missing(self, row: Row, by_field: dict[str, tuple[str, ...]]) -> None:
        """Gather the cells' codes, and say what is not there."""
        values, codes, fields = row.values, row.codes, self.fields
        for found in by_field.values():
            codes.extend(found)
        document = "id_number" in values or "doc_number" in values
        if "name" not in values and not any(code.startswith("NAME_") for code in codes):
            named = document or "phone" in values or "id_number" in by_field
            codes.append("NAME_MISSING" if named else "ROW_UNCLEAR")
        elif len(values) == 1 and len(self.plan) > 2 and sum(cell != "" for cell in row.raw) <= 2:
            codes.append("ROW_UNCLEAR")  # a lone word in the name's column may be anything
        if not document and "id_number" in fields and "id_number" not in by_field:
            codes.append("ID_MISSING")
        if "return_date" in fields and "return_date" not in values and "return_date" not in by_field:
            codes.append("DATE_MISSING")
        left, came = values.get("left_date"), values.get("return_date")
        if left and came and left > came:
            codes.append("DATE_ORDER")
        if len(codes) > 1:
            row.codes = list(dict.fromkeys(codes))
