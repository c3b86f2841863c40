"""Choices laid out in columns: 是 and 否 side by side below a question, a complaint above each column."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .cells import Context, number_text, unsaid
from .cells_choices import understand_yes_no
from .complaints import complaints
from .titles import plain

if TYPE_CHECKING:
    from .columns import Column
    from .reading import Row

_ASKED = re.compile(r"(?:是否有?|有无|有否)(.+?)(?:等?症状|情况|现象|[?？])?$")
_YES, _NO = frozenset(("是", "有")), frozenset(("否", "无", "没有", "无症状", "正常"))
_BRACKETS = re.compile(r"[(（].*?[)）]|\s")
# 有, 有症状, 身体不适: somebody is unwell, and how is not said.
SOME = re.compile(
    r"(?:本人|身体|自觉|感觉|[是有]|存在|出现|一?[些点]|明显|轻微|相关|[上前]述|以[上下]|其[他它])*"
    r"(?:[有是]|存在|异常|不适|不舒服|难受|症状)(?:症状|情况|反应|感觉)?"
)


def bare(title: str) -> str:
    """A title without its remarks in brackets and without spaces."""
    return _BRACKETS.sub("", title)


def asked(title: str) -> str:
    """What a title asks for: 发热 of 是否发热; "" where it asks for nothing by name."""
    match = _ASKED.search(bare(title))
    return match[1] if match else ""


def name_options(columns: list[Column], titles: list[tuple[str, ...]]) -> None:
    """Keep with each column what a tick in it says, where one field is asked for in several of them."""
    for field, option_of in (("affected_area_history", _yes_or_no), ("symptoms", _complaint)):
        same = [column for column in columns if column.field == field]
        options = [option_of(titles[column.index]) for column in same]
        alone = (
            len(same) == 1 and field == "symptoms" and options[0] == plain(bare(titles[same[0].index][-1]))
        )
        if alone or sum(map(bool, options)) > 1:
            for column, option in zip(same, options, strict=True):
                column.option = option


def _yes_or_no(parts: tuple[str, ...]) -> str:
    word = plain(parts[-1])
    return word if len(parts) > 1 and word in _YES | _NO else ""


def _complaint(parts: tuple[str, ...]) -> str:
    """发热 of 症状 / 发热, of 是否发热, of 有无发热 / 有; 无 of 症状 / 无; 有 of 有无症状 / 有.

    "" where a title names none or several.
    """
    word = plain(parts[-1])
    if word in _NO:
        return word
    some = len(parts) > 1 and SOME.fullmatch(word) is not None
    of = asked("".join(parts[:-1])) if some else asked(parts[-1]) or plain(bare(parts[-1]))
    found = complaints(of)
    return of if found is not None and len(found) == 1 else word if some else ""


class Ticks:
    """The columns of a table in which a tick stands for a choice."""

    def __init__(self, columns: list[Column], context: Context) -> None:
        self._context = context
        self._area = [c for c in columns if c.option and c.field == "affected_area_history"]
        self._complaints = [c for c in columns if c.option and c.field == "symptoms"]

    def read(self, row: Row) -> tuple[str, ...]:
        """Fill what was ticked into the values of a data row; which complaints were, in the words of the rules."""
        if not (self._area or self._complaints):
            return ()
        chosen = {option in _YES for option in self._ticked(row, self._area)[0]}
        if len(chosen) == 1:
            row.values["affected_area_history"] = chosen.pop()
        elif chosen:
            row.codes.append("CHOICE_UNREADABLE")
        told, denied = self._ticked(row, self._complaints)
        if told or denied:
            said = [text for text in (row.values.get("symptoms"), *told) if text]
            # 有 beside 咳嗽 says no more, and 无 of what else was asked denies it not.
            if any(map(complaints, said)):
                said = [t for t in said if complaints(t) != () and not SOME.fullmatch(t)]
            row.values["symptoms"] = "、".join(said) or denied
        return complaints("、".join(told)) or ()

    def _ticked(self, row: Row, columns: list[Column]) -> tuple[list[str], str]:
        """The choices with a tick, or with words of their own where a complaint is asked for; and the first no."""
        told, denied = [], ""
        for column in columns:
            text = number_text(row.raw[column.index]).strip() if column.index < len(row.raw) else ""
            if not text:
                continue
            answer = plain(text) == column.option or understand_yes_no(text, self._context).value
            if answer or (answer is None and not unsaid(text)):
                own = answer is None and columns is self._complaints
                told.append(text if own else column.option)
            elif answer is False:
                denied = denied or text
        return told, denied
