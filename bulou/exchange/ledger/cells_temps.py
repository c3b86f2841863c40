"""Temperatures in °C with one decimal. A word is no number, no fever is lost, 365 is not mended into 36.5."""

from __future__ import annotations

import datetime as dt
import math
import re

from .cells import NOTHING, Context, Understood, clean, narrow, unsaid
from .files import Cell

_PLAIN = re.compile(r"\d{2}(\.\d{1,2})?")
_UNITS = re.compile(r"(℃|°c?|度|c|摄氏度?|摄氏)+$", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\d.])\d{1,4}(?:[.,]\d{1,4})?(?![\d])")
_DIGITS = {char: str(i) for i, char in enumerate("〇一二三四五六七八九")} | {"零": "0", "两": "2"}
# 三十六度五, 三六点五, 卅六度半, 36度半: as it is said aloud, wherever it stands in a cell.
_SPOKEN = re.compile(
    r"(卅|[三四]十?)([〇零一二三四五六七八九]?)\s*(?:(?:摄氏)?[度点℃.]\s*([〇零一二三四五六七八九半]?))?"
)
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾", "一二三四五六七八九十")
# 36. lost its tenths; 36.S and o36.5 are slips of the finger, where T36.5 and 36.5c are none.
_CUT = re.compile(r"(\d{2})\s*[.。,，·、:]")
_SLIP = re.compile(r"(?<![a-z])(?!(?:t|am|pm)\d)[a-z]+\d|\d\.?(?!c(?![a-z])|am|pm)[a-z]")
_ALOUD = re.compile(r"(?<=\d)\s*(?:点\s*(?=[\d半])|[度℃°]\s*(?=[\d半](?!\d*\.)))")
# A number that the clerk calls approximate is not that number; 37度多 may be a fever.
_ABOUT = re.compile(r"左右|上下|大约|大概|约|多|余|几|[?？]|\d\s*\++$")
_BOUND = re.compile(r"以下|低于|小于|不超过|未超过|不高于|[<≤＜]|以内")
_AT_LEAST = re.compile(r"以上|高于|超过|大于|[>≥＞]")
_FEVER = re.compile(r"发热|发烧|高烧|低烧|高热|低热|偏高|异常")
_NO_FEVER = re.compile(
    r"(无|没有?|未(见|有|发现|出现)?|不|否认|排除)(明显|任何)?(发热|发烧|高烧|低烧|高热|低热|偏高|异常)"
)
_HALVES = re.compile(
    r"^(?:早上?|晨|上午|am)[:：]?([\d.]+)[,，;；/、\s]*(?:晚上?|下午|pm)[:：]?([\d.]+)$", re.IGNORECASE
)


_PAIR = re.compile(r"(\d{2}(?:\.\d{1,2})?)(?:℃|度)?\s*[/、,，;；\s]\s*(\d{2}(?:\.\d{1,2})?)(?:℃|度)?")


def understand_temperature(cell: Cell, context: Context) -> Understood:
    """One reading; `more` holds temp_am and temp_pm where a cell tells both halves of the day."""
    if isinstance(cell, (bool, dt.date, dt.time, dt.timedelta)):
        return Understood(None, ("TEMP_UNREADABLE",))
    if isinstance(cell, (int, float)):
        return judged(float(cell), context)
    text = cell.strip()
    if _PLAIN.fullmatch(text):
        return judged(float(text), context)
    return _wordy(narrow(clean(text)).lower(), context)


def understand_halves(cell: Cell, context: Context) -> Understood:
    """A cell under 体温（上午/下午）: two numbers are morning and evening, one is a reading."""
    if isinstance(cell, str) and (two := _PAIR.fullmatch(narrow(clean(cell)))):
        return _both_halves(two, context)
    return understand_temperature(cell, context)


def judged(celsius: float, context: Context, *more_codes: str) -> Understood:
    """A number held against what a thermometer shows, brought to tenths without making or losing a fever."""
    low, high = context.thermometer
    if not math.isfinite(celsius):
        return Understood(None, ("TEMP_UNREADABLE", *more_codes))
    tenths = round(celsius * 10, 4)  # 37.3 is stored as 37.29999999999999716
    if not low <= tenths <= high:
        return Understood(None, ("TEMP_IMPLAUSIBLE", *more_codes))
    whole = math.floor(tenths + 0.5)
    if tenths != whole:
        # 37.24 is none however it is read, 37.25 one by rounding alone.
        if tenths < context.fever_tenths <= whole:
            return Understood(None, ("TEMP_PRECISION", *more_codes))
        more_codes = ("TEMP_ROUNDED", *more_codes)
    fever = ("FEVER",) if whole >= context.fever_tenths else ()
    return Understood(whole / 10, (*more_codes, *fever))


def _wordy(text: str, context: Context) -> Understood:
    text = re.sub(r"(?<=\d)\s*[。,，·、:：]\s*(?=\d)(?!\d+[.。])", ".", text)
    if halves := _HALVES.match(text):
        return _both_halves(halves, context)
    if cut := _CUT.fullmatch(text):
        return _about(float(cut[1]), context)
    text = re.sub(r"(?<=\d)\s+(?=[.\d])|(?<=\.)\s+(?=\d)", _joins(text), text)
    said, text = text, _SPOKEN.sub(_digits, text.translate(_FORMAL))
    spelled = ("TEMP_SPELLED",) if text != said else ()
    text = re.sub(r"(?<=\d\.)半", "5", _ALOUD.sub(".", text))
    bare = _UNITS.sub("", text.strip()).strip(" .")
    if re.fullmatch(r"\d+(\.\d+)?", bare):
        return judged(float(bare), context, *spelled)
    if not bare or unsaid(bare) or unsaid(text):
        return NOTHING
    return _in_words(text, context)


def _joins(text: str) -> str:
    """`3 6.5` is one number with a space in it; `36.5 37.8` are two."""
    return (
        "" if len(re.findall(r"\d\s*\d\s*\.\s*\d", text)) <= 1 and len(re.sub(r"\D", "", text)) <= 4 else " "
    )


def _in_words(text: str, context: Context) -> Understood:
    numbers = [float(number.replace(",", ".")) for number in _NUMBER.findall(text)]
    hot = [n for n in numbers if context.fever_tenths <= n * 10 <= context.thermometer[1]]
    if _BOUND.search(text):
        return Understood(None, ("TEMP_NOT_NUMBER",))
    if (_AT_LEAST.search(text) and hot) or (_FEVER.search(_NO_FEVER.sub("", text)) and not hot):
        return Understood(None, ("FEVER", "FEVER_WORD"))
    if re.search(r"\d", _NUMBER.sub("", text)) or _SLIP.search(text):
        return Understood(None, ("TEMP_UNREADABLE", "FEVER") if hot else ("TEMP_UNREADABLE",))
    if not numbers:
        return Understood(None, ("TEMP_NOT_NUMBER",))
    if len(numbers) > 1:
        return Understood(None, ("TEMP_TWO", "FEVER") if hot else ("TEMP_TWO",))
    if _ABOUT.search(text):
        return _about(numbers[0], context)
    return judged(numbers[0], context)


def _about(celsius: float, context: Context) -> Understood:
    """An approximate number: kept by nobody, but what may be a fever is named so."""
    if celsius * 10 >= context.fever_tenths:
        return Understood(None, ("TEMP_UNREADABLE", "FEVER"))
    perhaps = celsius.is_integer() and celsius * 10 + 10 > context.fever_tenths
    return Understood(None, ("TEMP_PRECISION" if perhaps else "TEMP_UNREADABLE",))


def _both_halves(halves: re.Match[str], context: Context) -> Understood:
    try:
        morning, evening = judged(float(halves[1]), context), judged(float(halves[2]), context)
    except ValueError:
        return Understood(None, ("TEMP_UNREADABLE",))
    more = {"temp_am": morning.value, "temp_pm": evening.value}
    codes = tuple(dict.fromkeys(morning.codes + evening.codes))
    return Understood(None, codes, {field: value for field, value in more.items() if value is not None})


def _digits(match: re.Match[str]) -> str:
    """三十六度五 as 36.5; what may be another number stays what it is."""
    tens, ones, tenth = match[1], match[2], match[3]
    if tenth is None and (not ones or tens in ("三", "四")):
        return match[0]
    whole = ("4" if tens.startswith("四") else "3") + _DIGITS.get(ones, "0")
    return f"{whole}.{'5' if tenth == '半' else _DIGITS[tenth]}" if tenth else f"{whole}度"
