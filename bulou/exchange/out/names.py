"""What may stand in a department's own table: names of figures, of the fields of a list, of the place and the day.

A name is written in double braces, by its code or by its title in either language: `{{observation.opened}}`,
`{{当日 开始观察}}`. Of a figure, the plain name is its number up to the day, `:day` its number on the day alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz, process

from bulou.core import exports
from bulou.core.figures.figure import figures, formulas
from bulou.core.figures.queries import title as figure_title
from bulou.exchange.ledger.titles import meaning, plain

ONCE, ROW, LINE, FIGURE = "once", "row", "line", "figure"
OF_DAY = ":day"
PLACED = re.compile(r"\{\{\s*([^{}]{1,120}?)\s*\}\}")
_DAILY = re.compile(r"^(?:当日|今日|当天|本日|今天|日新增|当日新增|ofthedayof)")
# What departments put before and behind a figure's words: up to the day (as its plain name is), and how many.
_ALL_TOLD = re.compile(r"^累[计积]")
_COUNTED = re.compile(r"(?:人员|人数|人次|户数|数量|人|数)$")
_SURE = 82  # of 100: below it a likeness is chance
_ONCE: Final = {
    "here": _("The place of the table"), "above": _("The place above it"), "day": _("Day of the table"),
    "made_at": _("Printed at"), "made_by": _("Printed by"), "purpose": _("What for"),
    "export_no": _("Number of the export"),
}  # fmt: skip
_ROW: Final = {"no": _("Number of the row"), "place": _("Place of the row")}
_OF_PERSON: Final = {
    "doc_kind": _("Kind of document"),
    "id_number": _("Number of the document"),
    "phone": _("Phone"),
}
NUMBERS = frozenset(_OF_PERSON)
# What columns of ledgers are called, by the names here.
_FIELDS: Final = {
    "seq": "no", "village": "place", "township": "place", "return_date": "arrived", "temperature": "last_reading",
    "doc_number": "id_number", "household_head": "",
}  # fmt: skip
_WORDS: Final = {
    "here": ("填报单位", "填表单位", "上报单位", "单位", "报送单位", "填报地区"), "above": ("上级单位",),
    "day": ("日期", "填报日期", "统计日期", "报送日期", "报表日期", "统计时间"),
    "made_at": ("制表时间", "打印时间", "填表时间"),
    "made_by": ("制表人", "填表人", "填报人", "经办人"), "no": ("序号", "编号", "序"),
    "place": ("乡镇", "镇办", "乡镇街道", "村", "村社区", "单位名称", "地区", "辖区", "镇"),
}  # fmt: skip


@dataclass(frozen=True)
class Name:
    """A name, what it is called, and what it is: once for a table, of a row, of a line of a list, a figure."""

    key: str
    title: Any
    kind: str

    @property
    def written(self) -> str:
        return "{{" + self.key + "}}"


def every(listed: str = "") -> dict[str, Name]:
    """All names for a form; `listed` is the list whose lines it shows."""
    found = {key: Name(key, title, ONCE) for key, title in _ONCE.items()}
    found |= {key: Name(key, title, ROW) for key, title in _ROW.items()}
    for name in [*figures(), *formulas()]:
        if name in figures() and figures()[name].inner:
            continue
        title = figure_title(name)
        found[name] = Name(name, title, FIGURE)
        found[name + OF_DAY] = Name(name + OF_DAY, format_lazy("{} {}", _("Of the day:"), title), FIGURE)
    if one := exports.every().get(listed):
        found |= {key: Name(key, title, LINE) for key, title in one.columns.items()}
        if one.person is not None:
            found |= {key: Name(key, title, LINE) for key, title in _OF_PERSON.items()}
    return found


@lru_cache(maxsize=64)
def _book(listed: str) -> dict[str, str]:
    """Names by what may be written for them: codes, and titles in both languages."""
    known = every(listed)
    book: dict[str, str] = {}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            for key, name in known.items():
                book.setdefault(plain(str(name.title)), key)
    for key, words in _WORDS.items():
        for word in words:
            book.setdefault(plain(word), key)
    return book | {plain(key): key for key in known}


def understood(written: str, listed: str = "") -> str:
    """The name that was written, "" when there is none such. A figure's dimension stands in square brackets."""
    known = every(listed)
    text = written.strip()
    if text in known:
        return text
    bare, day = (text[: -len(OF_DAY)], OF_DAY) if text.endswith(OF_DAY) else (text, "")
    figure, bracket, dim = bare.partition("[")
    if bracket and dim.endswith("]") and figure in figures() and figures()[figure].by:
        return text
    found = _book(listed).get(plain(bare), "")
    if found and day and known[found].kind == FIGURE:
        return found + OF_DAY
    return found or _daily(plain(text), listed)


def _daily(text: str, listed: str) -> str:
    """`当日…` and the title of a figure."""
    bare = _DAILY.sub("", text)
    found = _book(listed).get(bare, "") if bare != text else ""
    return found + OF_DAY if found in figures() or found in formulas() else ""


def _like(text: str, book: dict[str, str]) -> str:
    """What a book has under the words most like a text; "" when none are."""
    best = process.extractOne(text, list(book), scorer=fuzz.ratio, score_cutoff=_SURE) if text else None
    return book[best[0]] if best else ""


def _core(text: str) -> str:
    """A heading without the words that only say that people are counted."""
    return _COUNTED.sub("", text.replace("医学", ""))


@lru_cache(maxsize=1)
def _cores() -> dict[str, str]:
    """Figures by the core of their Chinese titles, where it is one figure's alone."""
    found: dict[str, list[str]] = {}
    with translation.override("zh-hans"):
        for name in every().values():
            if name.kind == FIGURE and not name.key.endswith(OF_DAY):
                found.setdefault(_core(plain(str(name.title))), []).append(name.key)
    return {core: keys[0] for core, keys in found.items() if core and len(keys) == 1}


def suggested(title: str, listed: str = "") -> str:
    """The name that a column's title most likely means; "" when nothing is like it."""
    if found := understood(title, listed):
        return found
    known, text = every(listed), plain(title).replace("返乡", "返回")  # two words for one thing
    said = meaning(title)
    if said is not None and said.sure > 1:
        key = _FIELDS.get(said.field, said.field)
        if key in known:
            return key
    bare = _DAILY.sub("", text)
    key = _like(bare, _book(listed))
    if not key and not listed:
        key = _like(_core(bare), _cores()) or _like(_core(_ALL_TOLD.sub("", bare)), _cores())
    if not key:
        return ""
    return key + OF_DAY if bare != text and (key in figures() or key in formulas()) else key
