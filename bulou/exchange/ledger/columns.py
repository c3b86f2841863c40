"""A column of a table, and what its cells look like."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass

from .files import Cell
from .titles import CANONICAL

SAMPLE = 60  # cells looked at in a column to tell what it holds

_ID = re.compile(r"\s*['’‘`]?\d{6}\s?(19|20)\d{2}\s?\d{4}\s?\d{3}[\dXx]\s*|\s*\d{15}\s*|=\"\d{17}[\dXx]\"")
_PHONE = re.compile(r"\s*(\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}\s*")
_NAME = re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf]{2,4}|[\u4e00-\u9fff]{1,10}[·.•][\u4e00-\u9fff]{1,10}")
# What stands where a temperature was not measured, or for one; nobody is called so.
_WORDS = frozenset({
    "正常", "异常", "外出", "未测", "漏测", "拒测", "自测", "已测", "未检", "良好", "健康", "在家", "请假", "缺勤",
    "发热", "发烧", "住院", "出院", "偏高", "偏低", "未返", "上班", "解除", "隔离",
})  # fmt: skip
_DATE = re.compile(r"\s*((19|20)\d\d\s*[-/.年]\s*)?\d{1,2}\s*[-/.月]\s*\d{1,2}\s*[日号]?\s*|(19|20)\d{6}")
_TEMPERATURE = re.compile(r"\s*3[4-9]([.。．]\d{1,2})?\s*(℃|度|°C)?\s*|\s*4[0-2]([.。]\d)?\s*")


@dataclass(slots=True)
class Column:
    """`index` counts from 0; `field` is a canonical field, a title understood otherwise, or None."""

    index: int
    title: str
    field: str | None
    sure: int = 0
    slot: str | None = None  # a temperature beside that of the field: `temp_am` and so on, of another day
    beside: bool = False  # names or measures a second person of the same line
    option: str = ""  # what a tick in it says, see `ticks`
    days: int = -1  # the column with the days to the months that stand in this one

    @property
    def letter(self) -> str:
        """A, B, … Z, AA as the spreadsheet calls it."""
        text, number = "", self.index + 1
        while number:
            number, rest = divmod(number - 1, 26)
            text = chr(65 + rest) + text
        return text

    @property
    def canonical(self) -> bool:
        return self.field in CANONICAL


def holds(cells: list[Cell]) -> str | None:
    """What most of these cells look like: id, phone, date, temperature, sex, name; None for other text."""
    kinds = Counter(looks(cell) for cell in cells)
    total = sum(kinds.values())
    if not total:
        return None
    kind, times = kinds.most_common(1)[0]
    return kind if kind and times >= 0.6 * total else None


def looks(cell: Cell) -> str | None:
    if isinstance(cell, (dt.date, dt.datetime)):
        return "date"
    if isinstance(cell, bool):
        return None
    if isinstance(cell, (int, float)):
        if 34 <= cell <= 43:
            return "temperature"
        if 42_000 < cell < 50_000 and cell == int(cell):
            return "date"
        if 1.3e10 <= cell < 2e10:
            return "phone"
        return "id" if cell >= 1e14 else None
    if not isinstance(cell, str):
        return None
    if cell.strip() in ("男", "女"):
        return "sex"
    if cell.strip() in _WORDS:
        return None
    for kind, pattern in (
        ("id", _ID), ("phone", _PHONE), ("temperature", _TEMPERATURE), ("date", _DATE), ("name", _NAME)
    ):  # fmt: skip
        if pattern.fullmatch(cell):
            return kind
    return None
