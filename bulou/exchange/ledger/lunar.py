"""Days of the lunar calendar as clerks write them: 除夕, 正月初三, 腊月廿八.

The lengths of the lunar months from 2019 to 2030 are facts of the calendar; a test adds them up from one
published new year to the next.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import Final

# Lunar year: its first day, and its months in order as (number, days); a leap month has a negative number.
_NEW_YEAR: Final = {
    2019: "2019-02-05", 2020: "2020-01-25", 2021: "2021-02-12", 2022: "2022-02-01", 2023: "2023-01-22",
    2024: "2024-02-10", 2025: "2025-01-29", 2026: "2026-02-17", 2027: "2027-02-06", 2028: "2028-01-26",
    2029: "2029-02-13", 2030: "2030-02-03", 2031: "2031-01-23",
}  # fmt: skip
# One sign for each month in order: L 30 days, s 29; the sign after a number is that month's leap month.
_MONTHS: Final = {
    2019: "LsLsLssLssLL", 2020: "sLLL4sLssLsLsL", 2021: "sLLsLsLsLsLs", 2022: "LsLsLLsLsLsL",
    2023: "sL2ssLLsLLsLsL", 2024: "sLssLsLLsLLs", 2025: "LsLssL6sLsLLLs", 2026: "LsLssLssLLLs",
    2027: "LLsLssLssLLs", 2028: "LLLsL5ssLssLLs", 2029: "LLsLsLsLssLL", 2030: "sLsLLsLsLsLs",
}  # fmt: skip

_DIGITS: Final = {char: i for i, char in enumerate("〇一二三四五六七八九")}
_MONTH_NAMES: Final = {"正": 1, "元": 1, "腊": 12, "冬": 11, "十一": 11, "十二": 12, "十": 10} | {
    char: i for char, i in _DIGITS.items() if 2 <= i <= 9
}
_LUNAR = re.compile(
    r"(?:农历|阴历|旧历)?(?:(?:大?年|春节)?(初[一二三四五六七八九十])|(正|腊|冬)月(初[一二三四五六七八九十]|初(?:10|[1-9])|十[一二三四五六七八九]?|二十|"
    r"[廿念][一二三四五六七八九]?|二十[一二三四五六七八九]|三十|\d{1,2})(?:日|号)?)"
)
_LUNAR_OTHER = re.compile(
    r"(?:农历|阴历|旧历)(十一|十二|[二三四五六七八九十])月(初[一二三四五六七八九十]|十[一二三四五六七八九]?|二十[一二三四五六七八九]?|[廿][一二三四五六七八九]?|三十)"
)
_EVE = re.compile(r"(除夕|大年三十|年三十|大年夜|年三十晚上?|大年三十晚上?|除夕夜|除夕当天)")
_NEW = re.compile(r"(春节|大年初一|年初一|正月初一|春节当天)")
_SMALL_NEW_YEAR = re.compile(r"(元宵节?|正月十五)")


_OF_YEAR = re.compile(r"((?:19|20)\d\d)年(.+)")
_STEMS, _BRANCHES, _ANIMALS = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥", "鼠牛虎兔龙蛇马羊猴鸡狗猪"
_NAMED_YEAR = re.compile(rf"(?:农历|阴历|旧历)?(?:([{_STEMS}][{_BRANCHES}])|([{_ANIMALS}]))年(.+)")
_YEARS_END = re.compile(r"[腊冬]月|除夕|三十")


@lru_cache(maxsize=4096)
def lunar_day(text: str, anchor: dt.date) -> dt.date | None:
    """The last such day not after the anchor; None when the text is no lunar day, or no certain one."""
    if named := _NAMED_YEAR.fullmatch(text):
        return _in_named_year(*named.groups())
    if not (dated := _OF_YEAR.fullmatch(text)):
        return _undated(text, anchor)
    # 2019年腊月三十 is in January 2020: who writes a year means the moon's or the sun's.
    found, year = _undated(dated[2], anchor), int(dated[1])
    late = 1 if _YEARS_END.search(dated[2]) else 0
    fits = found and year in (found.year, found.year - late)
    return found if fits else _undated(dated[2], dt.date(year, 12, 31))


def _in_named_year(signs: str | None, animal: str | None, text: str) -> dt.date | None:
    """己亥年腊月三十, 鼠年正月初一: a day of the moon's year that bears the name."""
    for year in _MONTHS:
        stem, branch = (year - 4) % 10, (year - 4) % 12
        if signs == _STEMS[stem] + _BRANCHES[branch] or animal == _ANIMALS[branch]:
            first, next_first = (dt.date.fromisoformat(_NEW_YEAR[n]) for n in (year, year + 1))
            found = _undated(text, next_first - dt.timedelta(days=1))
            return found if found and found >= first else None
    return None


def _undated(text: str, anchor: dt.date) -> dt.date | None:
    if _EVE.fullmatch(text):
        return _last([(year, -1, -1) for year in _NEW_YEAR], anchor)
    if _NEW.fullmatch(text):
        return _last([(year, 1, 1) for year in _NEW_YEAR], anchor)
    if _SMALL_NEW_YEAR.fullmatch(text):
        return _last([(year, 1, 15) for year in _NEW_YEAR], anchor)
    match = _LUNAR.fullmatch(text)
    if match and match[1]:
        # 初三 without a month is the first month's only while that month runs.
        found = _last([(year, 1, _day(match[1])) for year in _NEW_YEAR], anchor)
        start = _last([(year, 1, 1) for year in _NEW_YEAR], anchor)
        bare = not text.startswith(("大年", "年", "春节"))
        return (
            found if found and start and found >= start and (not bare or (anchor - start).days < 30) else None
        )
    match = match if match and match[2] else _LUNAR_OTHER.fullmatch(text)
    if not match:
        return None
    month, day = (match[2], match[3]) if match.re is _LUNAR else (match[1], match[2])
    return _last([(year, _MONTH_NAMES[month], _day(day)) for year in _MONTHS], anchor)


def _day(text: str) -> int:
    text = text.removeprefix("初").replace("念", "廿").replace("廿", "二十")
    if text.isdigit():
        return int(text)
    if "十" not in text:
        return _DIGITS[text]
    tens, ones = text.split("十")
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def _last(days: list[tuple[int, int, int]], anchor: dt.date) -> dt.date | None:
    found = [day for entry in days if (day := _solar(*entry)) and day <= anchor]
    return max(found, default=None)


@lru_cache(maxsize=1024)
def _solar(year: int, month: int, day: int) -> dt.date | None:
    """The solar day of a lunar one; month and day −1 mean the last day of the year before this lunar year."""
    if month == -1:
        return dt.date.fromisoformat(_NEW_YEAR[year]) - dt.timedelta(days=1)
    if year not in _MONTHS:
        return None
    lengths = month_lengths(year)
    at = dt.date.fromisoformat(_NEW_YEAR[year])
    for number, days in lengths:
        if number == month:
            return at + dt.timedelta(days=day - 1) if 1 <= day <= days else None
        at += dt.timedelta(days=days)
    return None


def month_lengths(year: int) -> list[tuple[int, int]]:
    """(month, days) in order; a leap month bears its number negative."""
    months: list[tuple[int, int]] = []
    leap = 0
    for sign in _MONTHS[year]:
        if sign.isdigit():
            leap = int(sign)
            continue
        days = 30 if sign == "L" else 29
        if leap:
            months.append((-leap, days))
            leap = 0
        else:
            months.append((sum(1 for number, _ in months if number > 0) + 1, days))
    return months
