"""What reading a file gives: every row of every sheet once, with its verdict; ready for JSON."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bulou.lib.refusals import sentence

from . import codes as code_book
from .columns import Column
from .files import Cell
from .rows import text_of

if TYPE_CHECKING:
    from bulou.exchange.beforehand import Beforehand

KINDS = ("returnees", "roster", "readings", "passes")


@dataclass(slots=True)
class Row:
    """One physical row. `row` counts from 1; `raw` are the cells as they came; `day` (ISO) is its day,
    with the minute where the line says it.

    `relation` is how somebody on a roster stands to the head of the household, `unit` where they work or learn.
    `also`: as it is written, what is no field of a ledger but is used: the `township` of the village, that `above`
    the line, of a pass `whither`, its `direction`, what was `done`, and how many were `together` or `besides`; and
    the `half` of the day, see `in_half`.
    `same_as` is (sheet, row) of the earlier row that this one repeats or disputes; `person_as` that of the
    same person's earlier row where this one is a further event. `readings` are those of a sheet with several
    days side by side: {"day": ISO or None, "slot": temperature, temp_am or temp_pm, "temperature": °C}.
    `beforehand`: what was worked out for whoever takes the row in, until it is in.
    """

    sheet: str
    row: int
    codes: list[str]
    raw: list[Cell]
    table: int = -1
    values: dict[str, Any] = field(default_factory=dict)
    verdict: str = code_book.SKIPPED
    same_as: tuple[str, int] | None = None
    person_as: tuple[str, int] | None = None
    day: str | None = None
    words: dict[str, Any] | None = None
    readings: list[dict[str, Any]] = field(default_factory=list)
    relation: str = ""
    unit: str = ""
    also: dict[str, str] = field(default_factory=dict)
    beforehand: Beforehand | None = field(default=None, repr=False, compare=False)

    def __reduce__(self) -> tuple[type[Row], tuple[Any, ...]]:
        """For its way from one process to another; without this each field would travel with its name."""
        return Row, (
            self.sheet, self.row, self.codes, self.raw, self.table, self.values, self.verdict, self.same_as,
            self.person_as, self.day, self.words, self.readings, self.relation, self.unit, self.also,
            self.beforehand,
        )  # fmt: skip

    def in_half(self, half: str) -> None:
        """The temperatures of a line that is for one half of the day (`temp_am`, `temp_pm`; "" for none said)."""
        if half:
            self.also["half"] = half
        if half and "temperature" in self.values:
            self.values.setdefault(half, self.values.pop("temperature"))
        for reading in self.readings if half else ():
            if reading["slot"] == "temperature":
                reading["slot"] = half

    @property
    def message(self) -> str:
        """The sentences of the codes, in the language that is active now."""
        words = dict(self.words or {})
        other = self.same_as or self.person_as
        if other:
            words["row"] = other[1] if other[0] == self.sheet else f"{other[0]} {other[1]}"
        return code_book.message(self.codes, words)

    def _message(self, told: dict[tuple[str, ...], str]) -> str:
        if self.words or self.same_as or self.person_as:
            return self.message
        key = tuple(self.codes)
        if key not in told:
            told[key] = self.message
        return told[key]

    def to_json(self, told: dict[tuple[str, ...], str] | None = None) -> dict[str, Any]:
        """The row as `bulou import --json` prints it.

        `told`: sentences that were said of other rows, in the same language, with no word of their own in them.
        """
        out: dict[str, Any] = {
            "sheet": self.sheet,
            "row": self.row,
            "verdict": self.verdict,
            "codes": self.codes,
            "message": self.message if told is None else self._message(told),
        }
        for name, other in (("same_as", self.same_as), ("same_person_as", self.person_as)):
            if other:
                out[name] = other[1]
                if other[0] != self.sheet:
                    out[f"{name}_sheet"] = other[0]
        if self.values:
            out["values"] = self.values
        if self.readings:
            out["readings"] = self.readings
        return out


@dataclass(slots=True)
class TableSeen:
    """One table of a sheet: its title rows (from 1) and its columns."""

    sheet: str
    header: list[int]
    columns: list[Column]
    signature: str = ""

    def to_json(self) -> dict[str, Any]:
        columns = [
            {"column": c.letter, "title": c.title, "field": c.field, "sure": c.sure} for c in self.columns
        ]
        return {
            "sheet": self.sheet, "header_rows": self.header, "columns": columns, "layout": self.signature,
        }  # fmt: skip


@dataclass(slots=True)
class Reading:
    """A whole file. `verdict` is imported or refused (then `code` says why and there are no rows).

    `size`: how many physical rows there are; `rows` those that were read by now.
    """

    file: str
    verdict: str = "imported"
    code: str | None = None
    kind: str = "returnees"
    form_date: dt.date | None = None
    sheets: list[str] = field(default_factory=list)
    tables: list[TableSeen] = field(default_factory=list)
    size: int = 0
    rows: list[Row] = field(default_factory=list)

    @property
    def message(self) -> str | None:
        """Why a file is refused, in the language that is active now; none is where a long file is read."""
        return sentence(self.code) if self.code else None

    @property
    def counts(self) -> dict[str, int]:
        """Rows by verdict, and `rows` in all."""
        found = Counter(row.verdict for row in self.rows)
        verdicts = ("accepted", "held", "refused", "duplicate", "skipped")
        return {verdict: found[verdict] for verdict in verdicts} | {"rows": len(self.rows)}

    def texts(self, row: Row) -> dict[str, str]:
        """The row's cells as text by column title (by letter where it has none), the unknown columns too."""
        columns = self.tables[row.table].columns if row.table >= 0 else []
        named = {}
        for index, cell in enumerate(row.raw):
            if cell != "":
                column = columns[index] if index < len(columns) else Column(index, "", None)
                named[column.title if column.title and column.title not in named else column.letter] = (
                    text_of(cell)
                )
        return named

    def to_json(self) -> dict[str, Any]:
        """The file as `bulou import --json` prints it (contract: DESIGN, commands)."""
        out: dict[str, Any] = {"file": self.file, "verdict": self.verdict}
        if self.code:
            out |= {"code": self.code, "message": self.message}
        told: dict[tuple[str, ...], str] = {}
        return out | {
            "kind": self.kind, "form_date": self.form_date.isoformat() if self.form_date else None,
            "sheets": self.sheets, "tables": [table.to_json() for table in self.tables],
            "rows": [row.to_json(told) for row in self.rows], "counts": self.counts,
        }  # fmt: skip
