"""Days whose parts are spelled out, in characters or in English, brought into figures."""

from __future__ import annotations

import re
from typing import Final

_HAN: Final = {char: i for i, char in enumerate("〇一二三四五六七八九")} | {
    "零": 0, "○": 0, "两": 2, "元": 1, "正": 1,
}  # fmt: skip
_HAN_DATE = re.compile(
    r"(?:((?:中[华華])?民[国國])?([〇○零一二三四五六七八九]{2,4}|\d{2,4})年)?"
    r"([元一二三四五六七八九十]{1,2}|\d{1,2})月([一二三四五六七八九十]{1,3}|廿[一二三四五六七八九]?|\d{1,2})[日号]?"
)
_MONTH_NAMES: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"({'|'.join(_MONTH_NAMES)})[a-z]*\.?"
_ENGLISH = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th)?[-\s]{_MONTH}(?:[-,\s]+(\d{{4}}|\d\d))?"
    rf"|{_MONTH}\s(\d{{1,2}})(?:st|nd|rd|th)?(?:[,\s]+(\d{{4}}))?",
    re.IGNORECASE,
)


def in_figures(text: str) -> str | None:
    """二〇二〇年一月二十五日 as 2020年1月25日, 25-Jan-20 as 20年1月25日; None where it is no day so written."""
    if match := _HAN_DATE.fullmatch(text):
        era, year, month, day = match.groups()
        written = "".join(str(_HAN.get(char, char)) for char in year or "")
        return _written(f"{era or ''}{written}" if written else "", han_number(month), han_number(day))
    if match := _ENGLISH.fullmatch(text):
        first, month, short, later, last, full = match.groups()
        return _written(
            short or full or "", _MONTH_NAMES.index((month or later).lower()) + 1, int(first or last)
        )
    return None


def _written(year: str, month: int | None, day: int | None) -> str | None:
    if month is None or day is None:
        return None
    return f"{year}年{month}月{day}日" if year else f"{month}月{day}日"


def han_number(text: str) -> int | None:
    """A number below 100 as it is spelled: 廿五, 二十五, 十, 25; None for signs in no such order, 二三 or 十十."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.replace("廿", "二十").rpartition("十")
    if (tens and tens not in _HAN) or (ones and ones not in _HAN):
        return None
    return (_HAN[tens] if tens else 1 if ten else 0) * 10 + (_HAN[ones] if ones else 0)
