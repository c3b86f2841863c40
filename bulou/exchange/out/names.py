"""What may stand in a department's own table: names of figures, of the fields of a list, of the place and the day.

A name is written in double braces, by its code or by its title in either language: `{{observation.opened}}`,
`{{当日 开始观察}}`. Of a figure, the plain name is its number up to the day, `:day` its number on the day alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from bulou.core import exports
from bulou.core.figures.figure import figures, formulas
from bulou.core.figures.queries import title as figure_title
from bulou.exchange.ledger.titles import plain

ONCE, ROW, LINE, FIGURE = "once", "row", "line", "figure"
OF_DAY, ADD = ":day", " + "
_LONGEST = 1000
PLACED = re.compile(rf"\{{\{{\s*([^{{}}]{{1,{_LONGEST}}}?)\s*\}}\}}")
DAILY = re.compile(r"^(?:当日新增|今日新增|日新增|当日|今日|当天|本日|今天|ofthedayof)")
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
NUMBERS, ROW_NAMES = frozenset(_OF_PERSON), frozenset(_ROW)
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
def book(listed: str) -> dict[str, str]:
    """Names by what may be written for them: codes, and titles in both languages."""
    known = every(listed)
    told: dict[str, str] = {}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            for key, name in known.items():
                told.setdefault(plain(str(name.title)), key)
    for key, words in _WORDS.items():
        for word in words:
            told.setdefault(plain(word), key)
    return told | {plain(key): key for key in known}


def understood(written: str, listed: str = "") -> str:
    """The name that was written, "" when there is none such. A figure's dimension stands in square brackets."""
    known = every(listed)
    text = written.strip()
    if ADD in text:
        return added([understood(one, listed) for one in text.split(ADD)], listed)
    if text in known:
        return text
    bare, day = (text[: -len(OF_DAY)], OF_DAY) if text.endswith(OF_DAY) else (text, "")
    figure, bracket, dim = bare.partition("[")
    if bracket and dim.endswith("]") and figure in figures() and figures()[figure].by:
        return text
    found = book(listed).get(plain(bare), "")
    if found and day and known[found].kind == FIGURE:
        return found + OF_DAY
    return found or _daily(plain(text), listed)


def added(names: Sequence[str], listed: str = "") -> str:
    """The name of a sum of figures; "" when there are none, or one of them is no figure."""
    known = every(listed)
    whole = bool(names) and all(name and (name not in known or known[name].kind == FIGURE) for name in names)
    return ADD.join(names) if whole and len(ADD.join(names)) <= _LONGEST else ""


def _daily(text: str, listed: str) -> str:
    """`当日…` and the title of a figure."""
    bare = DAILY.sub("", text)
    found = book(listed).get(bare, "") if bare != text else ""
    return found + OF_DAY if found in figures() or found in formulas() else ""
