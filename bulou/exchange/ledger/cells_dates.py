"""Dates as clerks write them. One day for certain, or no value and a code that says why.

A missing year is that of the last such day not after the form's own date (`Context.anchor`).
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from .cells import NOTHING, Context, Understood, clean, narrow, number_text, unsaid
from .files import Cell
from .lunar import lunar_day
from .spelled import han_number, in_figures

_EPOCH: Final = dt.date(1899, 12, 30)
_SERIALS: Final = (20_000, 60_000)  # 1954 to 2064: day numbers of spreadsheets
# A journey told half a year late is rather a year typed wrong than a journey.
LONG_AGO: Final = dt.timedelta(days=183)
# From here on it is no slip of the pen in the year; and how many lines must agree on that.
_NO_SLIP: Final = 3 * LONG_AGO
_SOME: Final = 3
_SIX_DIGITS: Final = (100_000, 1_000_000)  # 200125
_ROC_BEGAN: Final = 1911

_YMD = re.compile(r"(\d{4})\s*[-—–/\\.。年,，、\s]\s*(\d{1,2})\s*[-—–/\\.。月,，、\s]\s*(\d{1,2})\s*[日号.]?")
_YMD_PACKED = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_YMD_SHORT = re.compile(r"(\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")
_MD = re.compile(r"(\d{1,2})\s*[-/.。月,，、]\s*(\d{1,2})\s*[日号.]?")
_DMY = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})")
_ROC = re.compile(
    r"(民国|民國|中华民国|中華民國)?\s*((?<!\d)1\d\d(?=\s*年)|(?<=[国國])\s*\d{2,3})"
    r"\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?"
)
_YEAR_MONTH = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?|[民國国]{2}\d{2,3}年(\d{1,2}月)?|\d{1,2}\s*月(份)?|\d{1,2}\s*[日号]|(19|20)\d\d年?"
)
_PART_OF_DAY = "上午|下午|凌晨|早上|早晨|中午|晚上|夜里|夜间|傍晚|晚|早"
_TIME = re.compile(
    rf"(?:T|[\s,，]|{_PART_OF_DAY})*\d{{1,2}}\s*[:：时点]\s*(?:\d{{1,2}}\s*分?|半)?(?::\d{{1,2}}(?:\.\d+)?)?\s*(?:许|左右)?$"
    rf"|\s*(?:{_PART_OF_DAY}|当天|当日)$"
)
_WEEKDAY = re.compile(r"[\s(（]*(星期|周|礼拜)[一二三四五六日天][)）]?\s*$")
_BRACKET = re.compile(r"^(.*?)\s*[(（【](.*?)[)）】]\s*(.*)$", re.DOTALL)
_VAGUE = re.compile(
    r"左右|大约|大概|约|前后|月初|月底|月中|上旬|中旬|下旬|年前|年后|节前|节后|之前|以前|以后|不久|可能|[?？]"
)
_BETWEEN = re.compile(r"\s*[~～至到—–]+\s*")
_DASH = re.compile(r"\s*-+\s*")
_ARRIVED = re.compile(r"\s*(已?(到家|返乡|返回|到达|回来|抵达|回村|到村|回家|入村)|[到回返])$")
_SEVERAL = re.compile(r"\s*(?:[、;；,，和及与]|\s)\s*")
_SLASH = re.compile(r"\s*/+\s*")
_RELATIVE: Final = {
    word: days
    for days, words in enumerate(("今当", "昨", "前", "大前"))
    for word in (
        first + last for first in ([words] if days == 3 else words)
        for last in ("天", "日", "晨", "早", "晚", "夜", "天上午", "天下午", "天晚上", "天早上")
    )
} | {"今": 0, "昨": 1}  # fmt: skip
_NEW_YEARS_DAY: Final = ("元旦", "元旦节", "元旦当天")
_DAYS_AGO = re.compile(r"([\d一二两三四五六七八九十]{1,2})\s*天(之|以)?前")


def understand_date(cell: Cell, context: Context) -> Understood:
    """A day of a journey as ISO text, with its year and place in time examined."""
    found = _read(cell, context)
    return _timely(found, context) if found.value else found


def whole_day(cell: Cell, today: dt.date) -> dt.date | None:
    """The day of a cell that says its year; None for any other."""
    if isinstance(cell, str) and not re.search(r"(19|20)\d\d", narrow(cell)):
        return None
    found = _read(cell, Context(None, today, today, 0))
    return dt.date.fromisoformat(found.value) if found.value else None


def bygone(days: list[dt.date], today: dt.date) -> dt.date | None:
    """Of journeys told in a file without a date, the last, where they are of a winter long gone; else None.

    Whoever types a year wrong is one out; lines that agree on an earlier one are an old file.
    """
    ordered = sorted(days)
    middle = ordered[len(ordered) // 2] if ordered else today
    near = [day for day in ordered if abs(day - middle) <= LONG_AGO]
    agree = len(near) >= _SOME and len(near) >= 0.8 * len(ordered)
    return near[-1] if agree and today - near[-1] > _NO_SLIP else None


def understand_birth(cell: Cell, context: Context) -> Understood:
    """A day of birth: any year, but not to come; a month alone is kept unsaid."""
    if isinstance(cell, float) and 2100 < cell < _SERIALS[1] and cell.is_integer():
        cell = _EPOCH + dt.timedelta(days=int(cell))
    text = narrow(clean(cell)) if isinstance(cell, str) else number_text(cell)
    if re.fullmatch(r"(19|20)\d\d([-/.年]\d{1,2}月?|\d\d)?年?", text) or unsaid(text):
        return NOTHING
    if not isinstance(cell, dt.date) and not re.search(r"\d{4}", text):
        return Understood(None, ("DATE_INCOMPLETE",))
    found = _read(cell, context)
    if found.value and dt.date.fromisoformat(found.value) > context.today:
        return Understood(None, ("DATE_FUTURE",))
    return found


def _timely(found: Understood, context: Context) -> Understood:
    day = dt.date.fromisoformat(found.value)
    if day > context.today:
        return Understood(None, ("DATE_FUTURE", *found.codes))
    if abs(context.anchor - day) > LONG_AGO:
        return Understood(None, ("DATE_YEAR_DOUBTFUL", *found.codes))
    if context.form_day and day > context.form_day:
        return Understood(found.value, ("DATE_AFTER_FORM", *found.codes))
    return found


def _read(cell: Cell, context: Context) -> Understood:
    if isinstance(cell, dt.datetime):
        return Understood(cell.date().isoformat())
    if isinstance(cell, dt.date):
        return Understood(cell.isoformat())
    if isinstance(cell, (bool, dt.time, dt.timedelta)):
        return Understood(None, ("DATE_UNREADABLE",))
    if isinstance(cell, (int, float)):
        return _number(float(cell), context)
    text = narrow(clean(cell)).strip(" .。,，")
    if match := _YMD.fullmatch(text):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if not text or unsaid(text):
        return NOTHING
    return _text(text, context)


def _number(number: float, context: Context) -> Understood:
    if number.is_integer():
        if _SERIALS[0] < number < _SERIALS[1]:
            return _counted(int(number))
        if match := _YMD_PACKED.fullmatch(str(int(number))):
            return _day(int(match[1]), int(match[2]), int(match[3]))
        if _SIX_DIGITS[0] <= number < _SIX_DIGITS[1]:
            text = str(int(number))
            return _short_year(int(text[:2]), int(text[2:4]), int(text[4:]), context)
        return Understood(None, ("DATE_INCOMPLETE" if 1900 < number < 2100 else "DATE_UNREADABLE",))
    if _SERIALS[0] < number < _SERIALS[1]:
        return _counted(int(number))
    text = repr(number)
    if re.fullmatch(r"\d{1,2}\.\d", text):
        # 1.1 as a number was typed as 1.1 or as 1.10: the spreadsheet dropped the nought. 1.4 cannot be 1.40.
        month, tenth = text.split(".")
        if int(tenth) <= 3:
            return Understood(None, ("DATE_AMBIGUOUS",))
        return _month_day(int(month), int(tenth), context)
    if match := _MD.fullmatch(text):
        return _month_day(int(match[1]), int(match[2]), context)
    return Understood(None, ("DATE_INCOMPLETE" if 1900 < number < 2100 else "DATE_UNREADABLE",))


def _counted(number: int) -> Understood:
    return Understood((_EPOCH + dt.timedelta(days=number)).isoformat(), ("DATE_SERIAL",))


def _text(text: str, context: Context) -> Understood:
    if bracket := _BRACKET.match(text):
        return _with_bracket(bracket, context)
    bare = _WEEKDAY.sub("", _TIME.sub("", _ARRIVED.sub("", text))).strip()
    if bare and bare != text and (found := _one(bare, context)) is not None:
        return found
    if (found := _one(text, context)) is not None:
        return found
    for sign, code in (
        (_BETWEEN, "DATE_RANGE"),
        (_DASH, "DATE_RANGE"),
        (_SEVERAL, "DATE_TWO"),
        (_SLASH, "DATE_TWO"),
    ):
        parts = [part for part in sign.split(text) if part]
        if (
            len(parts) > 1
            and _dated(parts[0], context)
            and (_dated(parts[-1], context) or parts[-1].strip("日号").isdigit())
        ):
            return Understood(None, (code,))
    if _VAGUE.search(text):
        return Understood(None, ("DATE_VAGUE",))
    return Understood(None, ("DATE_INCOMPLETE" if _YEAR_MONTH.fullmatch(text) else "DATE_UNREADABLE",))


def _dated(text: str, context: Context) -> bool:
    found = _one(text, context)
    return found is not None and found.value is not None


def _with_bracket(bracket: re.Match[str], context: Context) -> Understood:
    """`1月25日（正月初一）`: the bracket must not contradict; words in it say nothing of the day."""
    outside, inside = _text_or_none(bracket[1] + bracket[3], context), _text_or_none(bracket[2], context)
    if outside and inside and outside.value != inside.value:
        return Understood(None, ("DATE_TWO",))
    return outside or inside or Understood(None, ("DATE_UNREADABLE",))


def _text_or_none(text: str, context: Context) -> Understood | None:
    found = _text(text.strip(), context) if text.strip() else None
    return found if found and found.value else None


def _one(text: str, context: Context) -> Understood | None:
    """One day in one of the known forms; None where it is none of them."""
    if match := _YMD.fullmatch(text) or _YMD_PACKED.fullmatch(text):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := _ROC.fullmatch(text):
        return _day(int(match[2]) + _ROC_BEGAN, int(match[3]), int(match[4]), "DATE_ROC")
    if match := _DMY.fullmatch(text):
        return _day_first(int(match[1]), int(match[2]), int(match[3]))
    if match := _YMD_SHORT.fullmatch(text):
        return _short_year(int(match[1]), int(match[2]), int(match[3]), context)
    if match := _MD.fullmatch(text):
        return _month_day(int(match[1]), int(match[2]), context)
    if text.isdigit() and len(text) == 5 and _SERIALS[0] < int(text) < _SERIALS[1]:
        return _counted(int(text))
    if text.isdigit() and len(text) == 6:
        return _short_year(int(text[:2]), int(text[2:4]), int(text[4:]), context)
    if lunar := lunar_day(text, context.anchor):
        return Understood(lunar.isoformat(), ("DATE_LUNAR",))
    return _spoken(text, context)


def _spoken(text: str, context: Context) -> Understood | None:
    days: int | None = _RELATIVE.get(text)
    if days is None and (ago := _DAYS_AGO.fullmatch(text)):
        days = han_number(ago[1])
    if text in _NEW_YEARS_DAY:
        return _month_day(1, 1, context)
    if days is not None:
        if context.form_day is None:
            return Understood(None, ("DATE_NO_FORM_DATE",))
        return Understood((context.form_day - dt.timedelta(days=days)).isoformat(), ("DATE_RELATIVE",))
    figures = in_figures(text)
    return _one(figures, context) if figures and figures != text else None


def _day(year: int, month: int, day: int, *codes: str) -> Understood:
    try:
        return Understood(dt.date(year, month, day).isoformat(), codes)
    except ValueError:
        return Understood(None, ("DATE_IMPOSSIBLE", *codes))


def _month_day(month: int, day: int, context: Context) -> Understood:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return Understood(None, ("DATE_IMPOSSIBLE",))
    # The nearest such day: on a form of 5 February, 12月28日 is last December's and 2月7日 this year's.
    # Years away are tried as well, for a 29th of February.
    found: list[dt.date] = []
    for year in range(context.anchor.year - 7, context.anchor.year + 2):
        try:
            found.append(dt.date(year, month, day))
        except ValueError:
            continue
    if not found:
        return Understood(None, ("DATE_IMPOSSIBLE",))
    return Understood(min(found, key=lambda one: abs(one - context.anchor)).isoformat())


def _short_year(year: int, month: int, day: int, context: Context) -> Understood:
    """20.1.25 is a year first, where that gives a day near the form's."""
    found = _day(2000 + year, month, day)
    if found.value and abs((dt.date.fromisoformat(found.value) - context.anchor).days) <= LONG_AGO.days:
        return found
    return Understood(None, ("DATE_AMBIGUOUS",)) if found.value else found


def _day_first(first: int, second: int, year: int) -> Understood:
    if first > 12:
        return _day(year, second, first)
    if second > 12 or first == second:
        return _day(year, first, second)
    return Understood(None, ("DATE_AMBIGUOUS",))
