"""What stands over a column of measurements, and is no word for them: a half of the day, an hour, a day."""

from __future__ import annotations

import re
from itertools import pairwise

from .columns import looks
from .files import Cell
from .rows import day_like
from .titles import plain

_HALF_DAYS = {
    **dict.fromkeys(("早", "早上", "早晨", "晨", "晨检", "上午", "am"), "temp_am"),
    **dict.fromkeys(("晚", "晚上", "晚间", "晚检", "午检", "下午", "pm"), "temp_pm"),
}
# 上午(8:00), 早8时, 16:00: an hour beside or instead of the half of the day, as `plain` writes it.
_HOUR = r"(\d{1,2})(?:[时点]半?|[03]0(?:00)?)"
_AT_HOUR = re.compile(rf"({'|'.join(_HALF_DAYS)})(?:{_HOUR}){{0,2}}")
_HOUR_ALONE = re.compile(_HOUR)
_NOON = 12
_DIGIT = re.compile(r"\d")
_HEAT = re.compile(r"(?<![\d.])(?:3[4-9]|4[0-2])[.。．]\d(?!\d)")  # 正常36.4
_COUNTED = re.compile(r"第\s*[\d一二三四五六七八九十]+\s*[天日]")


def measured_over(title: str, cells: list[Cell]) -> str | None:
    """The temperature that a column with this title and these cells holds; None where it holds none.

    However many words stand there, 正常 or 外出: what was measured beside them is not passed over.
    """
    found = _half_day(plain(title)) or (
        "temperature" if day_like(title) or _COUNTED.fullmatch(title) else None
    )
    return found if found and _measured(cells) else None


def dated(row: list[Cell]) -> bool:
    """日期 and the one day after it: that of the form, over no column."""
    texts = [cell for cell in row if cell != ""]
    after = [day_like(day) for label, day in pairwise(texts) if str(label).strip(" :：") in ("日期", "时间")]
    return any(after) and sum(map(day_like, texts)) == 1


def _measured(cells: list[Cell]) -> bool:
    """A temperature stands there, and else only numbers and words: 住院 and 外出 where nobody was measured."""
    kinds = [_kind(cell) for cell in cells if not (isinstance(cell, str) and not _DIGIT.search(cell))]
    return "temperature" in kinds and not set(kinds) - {"temperature", None}


def _kind(cell: Cell) -> str | None:
    return "temperature" if isinstance(cell, str) and _HEAT.search(cell) else looks(cell)


def _half_day(title: str) -> str | None:
    """The half of the day that a title names, or that its hour falls into."""
    if match := _AT_HOUR.fullmatch(title):
        return _HALF_DAYS[match[1]]
    if match := _HOUR_ALONE.fullmatch(title):
        return "temp_am" if int(match[1]) < _NOON else "temp_pm"
    return None
