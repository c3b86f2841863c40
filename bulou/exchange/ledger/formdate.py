"""The day a form says it was filled in: from meta rows, titles, signatures or the sheet's name."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from .cells_dates import LONG_AGO
from .files import Cell
from .rows import text_of
from .spelled import in_figures

_LABEL = re.compile(r"(填表|填报|制表|上报|统计|登记|报送|填写|排查|汇总)?(日期|时间)|截至|截止|更新至")
_FULL = re.compile(r"(20\d\d)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?")
_SHORT = re.compile(r"(?<![\d年])(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]")


_SPELLED = re.compile(
    r"[〇○零一二三四五六七八九]{2,4}年[元一二三四五六七八九十]{1,2}月[廿一二三四五六七八九十]{1,3}日"
)
_MONTH = re.compile(r"(?:(20\d\d)\s*年)?\s*(?<!\d)(1[0-2]|0?[1-9])\s*月(?!\s*\d)")
_BELOW = re.compile(r"(?<![\d年])(\d{1,2})\s*月\D*?\s(\d{1,2})$")
_POINTED = re.compile(r"(?<![\d.])(\d{1,2})\s*[./-]\s*(\d{1,2})(?![\d.℃度])")
# 隔离开始日期：, and 2020年2月1日起 or 2020.2.1-2020.2.14.
_BEGINS = re.compile(r"(?:开始|起始|起算)(?:日期|时间|日)?\s*:\s*")
_FROM = re.compile(
    r"((?:20\d\d\s*[年./-]\s*)?\d{1,2}\s*[月./-]\s*\d{1,2}\s*[日号]?)"
    r"\s*(?:起|开始|[至到~—–-]+\s*(?:20\d\d\s*[年./-]\s*)?\d{1,2}\s*[月./-]\s*\d)"
)
# 1月10日以来: from when people came, and not when the form was filled in.
_SINCE = re.compile(
    r"((?:20\d\d\s*[年./-]\s*)?\d{1,2}\s*[月./-]\s*\d{1,2}\s*[日号]?)\s*(?:以来|以后|之后|至今)"
)
_ALONE = re.compile(r"(?<![\d月第])(\d{1,2})\s*[日号]")


def form_date(
    rows: list[list[Cell]], title: str, today: dt.date, by: dt.date | None = None
) -> dt.date | None:
    """The day stated by the first labelled cell, else by any; a day still to come is none.

    Where no year is said it is the last such day `by` then, else by today.
    """
    by = by or today
    labelled: list[dt.date] = []
    others: list[dt.date] = []
    for row in rows:
        awaiting = False
        for cell in row:
            if cell == "":
                continue
            text = _SINCE.sub("", text_of(cell))
            label = _LABEL.search(text) is not None
            if day := day_in(text, by):
                (labelled if label or awaiting else others).append(day)
            awaiting = label and text.rstrip().endswith((":", "：", "日期", "时间"))
    if day := day_in(title, by):
        others.append(day)
    return next((day for day in labelled + others if day <= today), None)


def day_since(rows: list[list[Cell]], today: dt.date) -> dt.date | None:
    """From when on people came whom a form lists, where it says so: about then, missing years are meant."""
    told = (_SINCE.search(text_of(cell)) for row in rows for cell in row if cell != "")
    return next((day for match in told if match and (day := day_in(match[1], today))), None)


def day_over(title: str, anchor: dt.date, today: dt.date) -> dt.date | None:
    """The day of a column of measurements: 2月5日, 2.5上午, 2/5, or 5日 alone; the nearest to `anchor` by today."""
    if _FULL.search(title):
        return day_in(title, today)
    text = unicodedata.normalize("NFKC", title)
    match = _SHORT.search(text) or _BELOW.search(text) or _POINTED.search(text) or _ALONE.search(text)
    if not match:
        return None
    *month, number = (int(part) for part in match.groups())
    near = (anchor + dt.timedelta(days=side * days) for days in range(LONG_AGO.days) for side in (-1, 1))
    return next((d for d in near if d.day == number and d.month in (month or [d.month]) and d <= today), None)


def start_day(rows: list[list[Cell]], today: dt.date) -> dt.date | None:
    """The day from which a form counts, where it says so: 2月1日起, 2月1日至2月14日, 开始日期：2020-02-01.

    A day of the form that is not said to be the first is none.
    """
    for row in rows:
        told = [text_of(cell) for cell in row if cell != ""]
        for text, after in zip(told, [*told[1:], ""], strict=True):
            said = unicodedata.normalize("NFKC", text)
            label = _BEGINS.search(said)
            written = next((one for one in (said[label.end() :], after) if one), "") if label else ""
            if day := day_in(written, today):
                return day
            if (match := _FROM.search(said)) and (day := day_in(match[1], today)):
                return day
    return None


def day_in(text: str, today: dt.date) -> dt.date | None:
    """The day that a text names, the last one where it names no year."""
    if spelled := _SPELLED.search(text):
        text = in_figures(spelled[0]) or text
    try:
        if match := _FULL.search(text):
            return dt.date(int(match[1]), int(match[2]), int(match[3]))
        if match := _SHORT.search(text):
            year = re.search(r"(20\d\d)\s*年", text)
            day = dt.date(int(year[1]) if year else today.year, int(match[1]), int(match[2]))
            return day if year or day <= today else day.replace(year=today.year - 1)
    except ValueError:
        return None
    return None


def form_month(rows: list[list[Cell]], title: str, today: dt.date) -> dt.date | None:
    """About the middle of the month that a form is for, where it names one alone: 2020年1月份, a sheet called 2月."""
    for text in (*(text_of(cell) for row in rows for cell in row if cell != ""), title):
        if match := _MONTH.search(text):
            year = int(match[1] or today.year)
            if not match[1] and int(match[2]) > today.month:
                year -= 1
            return dt.date(year, int(match[2]), 15)
    return None
