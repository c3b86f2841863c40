"""Who is unwell, by the columns that ask for it: which complaint, a fever in a word, and a yes that names none."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from .cells import Context, clean, narrow, number_text
from .cells_choices import BOX, TICK, understand_yes_no
from .complaints import complaints, names_only, tells_of_fever
from .grids import TEMPERATURES
from .ticks import SOME, Ticks, asked, bare
from .titles import meaning

if TYPE_CHECKING:
    from .columns import Column
    from .reading import Row

_TICK = re.compile(TICK)
_SEVERAL = re.compile(r"[、,，;；/\s]+")
# Under 健康状况 or 是否正常 a tick may mean that all is well.
_ASKS = re.compile(
    r"(?!.*是否(?:正常|健康|良好)).*(?:症状|异常|不适|发热|发烧|咳|乏力|临床|有无|是否|有否|symptom)"
)


def unnamed(said: str, title: str, context: Context) -> bool:
    """Whether a cell below this title says that somebody has symptoms, and names none: 有, √, 有症状."""
    text = narrow(clean(said)).lower().rstrip("。.!")
    if not text or complaints(text):
        return False
    if len(text) > 1 and BOX.search(text):
        ticked = understand_yes_no(text, context).value is True
    else:
        parts = _SEVERAL.split(text)
        if any(SOME.fullmatch(part) and part != "是" for part in parts):
            return True
        ticked = any(map(_TICK.fullmatch, parts))
    return ticked and _ASKS.match(bare(title).lower()) is not None


class Unwell:
    """The columns of a table that ask how somebody is. `measuring`: it is a sheet of readings."""

    def __init__(self, columns: list[Column], context: Context, measuring: bool) -> None:
        self._context, self._measuring = context, measuring
        self._yes = cache(lambda said: understand_yes_no(said, context).value is True)
        self._unnamed = cache(lambda said, title: unnamed(said, title, context))
        own = [c for c in columns if c.field == "symptoms"]
        self._title = own[0].title if own else ""
        self._asked = next((asked(c.title) for c in own if not c.option or complaints(c.option) is None), "")
        self._ticks = Ticks(columns, context)
        self._unread = [c.index for c in columns if c.field in (None, "other") and c.title]
        # 具体症状 beside 有无症状, of which one alone is the field.
        self._too = [
            (c.index, c.title)
            for c in columns
            if not c.field and (known := meaning(c.title)) and known.field == "symptoms"
        ]

    def read(self, row: Row, by_field: dict[str, tuple[str, ...]]) -> None:
        """Under 是否发热 a yes says what the title asks for; a fever without a number is looked at.

        In a sheet of readings the word is a reading of its own. No remark is, nor what stands under 目前状况.
        """
        values, ticked = row.values, self._ticks.read(row)
        told, unsaid = self._told(row, ticked)
        if any("FEVER" in codes for codes in (row.codes, *by_field.values())):
            return
        said = values.get("symptoms", "")
        measured = row.readings or values.keys() & TEMPERATURES
        remarks = [values.get("note", ""), *(row.raw[n] for n in self._unread if n < len(row.raw))]
        remarks += [f"体温{said}"] if said[:1].isdecimal() else []
        noted = any(isinstance(r, str) and tells_of_fever(r, self._context.fever_tenths) for r in remarks)
        if noted or ("fever" in told and not measured):
            by_field["note" if noted else "symptoms"] = ("FEVER", "FEVER_NOTED" if measured else "FEVER_WORD")
        elif unsaid:
            by_field["symptoms"] = ("SYMPTOM_UNNAMED",)

    def _told(self, row: Row, ticked: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
        """The complaints that the line tells of, in the words of the rules; whether it has some and says not which."""
        values = row.values
        said, of = values.get("symptoms", ""), complaints(self._asked) or ()
        yes = bool(self._asked) and self._yes(said)
        if yes and len(of) == 1:
            values["symptoms"] = said = self._asked
        texts = [(number_text(row.raw[n]), title) for n, title in self._too if n < len(row.raw)]
        named = [text.strip() for text, _title in texts if complaints(text)]
        if not named and names_only(values.get("note", "")):
            named = [values["note"]] if self._unnamed(said, self._title) else []
        if named:
            values["symptoms"] = "、".join([said, *named] if complaints(said) else named)
            return complaints(values["symptoms"]) or (), False
        some = self._unnamed(said, self._title)
        some = some or any(self._unnamed(text, title) for text, title in texts)
        return (of if yes else ticked if self._measuring else complaints(said) or ()), some
