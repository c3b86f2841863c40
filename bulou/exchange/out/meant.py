"""What the titles of a department's form mean: the one name that means just that, or those that it may be.

A figure is found by what it is called and by what else departments call it (its `also`). A word that several
figures answer to, and a word that is only like one, are left to the clerk: a number that is nearly what was
asked for is worse than an empty cell.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.utils import translation
from rapidfuzz import fuzz, process

from bulou.core.figures.figure import figures, formulas
from bulou.core.figures.queries import split
from bulou.exchange.ledger.titles import meaning, plain
from bulou.exchange.out.names import DAILY, FIGURE, OF_DAY, book, every, understood

# What departments put before a figure's words: of it, up to the day, as it stands, what came anew.
_OF_WHICH, _ALL_TOLD = re.compile(r"^其中"), re.compile(r"^累[计积]")
_STANDS, _NEW = re.compile(r"^(?:现有|现|目前|当前|截至目前)"), re.compile(r"^新增")
# And behind them: how many. People, visits, households and reports are not the same number.
_UNITS: Final = (
    (re.compile(r"(报|测)(?:人数|人员|人)$"), r"\g<1>人"),
    (re.compile(r"总?(?:户数|户)$"), "户"), (re.compile(r"总?(?:人次数|人次|次数|次)$"), "次"),
    (re.compile(r"(?:总?(?:人员|人数|数量|数)|病例数?|例数|人|例)$"), ""),
)  # fmt: skip
# What stands over columns only to name their matter, and narrows nothing.
_GENERAL = re.compile(r"(?:情况|统计|信息|工作|数据|管理|指标|项目)$")
_SURE, _NEAR, _MOST = 82, 60, 4  # likenesses of 100: below them it is chance; how many are shown
# What columns of ledgers are called, by the names here.
_FIELDS: Final = {
    "seq": "no", "village": "place", "township": "place", "return_date": "arrived", "temperature": "last_reading",
    "doc_number": "id_number", "household_head": "",
}  # fmt: skip


@dataclass(frozen=True)
class Meant:
    """The name that a title means ("" when none does for certain), and those that it may mean."""

    name: str = ""
    perhaps: tuple[str, ...] = ()


def _core(text: str) -> str:
    """A title without the words that only say that somebody is counted; what is counted stays in it."""
    text = text.replace("医学", "")
    for unit, kept in _UNITS:
        if unit.search(text):
            return unit.sub("", text) + kept
    return text


@lru_cache(maxsize=1)
def _cores() -> dict[str, tuple[str, ...]]:
    """Figures by the core of their Chinese titles and of their other words."""
    found: dict[str, list[str]] = defaultdict(list)
    with translation.override("zh-hans"):
        for name in every().values():
            if name.kind == FIGURE and not name.key.endswith(OF_DAY):
                known = figures().get(name.key) or formulas()[name.key]
                for word in (str(name.title), *known.also):
                    # Some words by themselves mean the number of the day.
                    bare, day, _none = word.partition(OF_DAY)
                    if (core := _core(plain(bare))) and name.key not in found[core]:
                        found[core].append(name.key + day)
    return {core: tuple(keys) for core, keys in found.items()}


def _stands(name: str) -> bool:
    """Whether a number tells how many there are now: of a day alone it would only tell by how many they changed.

    What is owed is counted under the day it is due, whenever it is done: of a day it tells what was wanting.
    """
    name = name.removesuffix(OF_DAY)
    terms = formulas()[name].terms if name in formulas() else []
    return any(sign < 0 and figures()[split(part)[0]].day != "due_day" for sign, part in terms)


def _figures(text: str) -> Meant:
    """What a title means among the figures."""
    text = _OF_WHICH.sub("", text.replace("返乡", "返回"))  # two words for one thing
    bare = DAILY.sub("", text)
    day, new = bare != text, _NEW.sub("", bare)
    told = _cores().get(_core(bare), ())
    found = list(told)
    for said, standing in ((_ALL_TOLD, False), (_STANDS, True)):
        if not told and said.match(bare):
            told = _cores().get(_core(said.sub("", bare)), ())
            told = tuple(key.removesuffix(OF_DAY) for key in told)
            found = [key for key in told if _stands(key) == standing]
    if len(told) == 1 and found:
        return Meant(_of(told[0], day))
    if not told and new != bare:
        found, day = [key for key in _cores().get(_core(new), ()) if not _stands(key)], True
    return Meant("", tuple(_of(key, day) for key in found or _near(_core(new))))


def _of(key: str, day: bool) -> str:
    return key + OF_DAY if day and not _stands(key) and not key.endswith(OF_DAY) else key


def _near(core: str) -> list[str]:
    """Figures whose words are like these, the likest first."""
    if not core:
        return []
    like = process.extract(core, list(_cores()), scorer=fuzz.ratio, score_cutoff=_NEAR, limit=_MOST)
    return list(dict.fromkeys(key for word, _score, _at in like for key in _cores()[word]))[:_MOST]


def _of_list(title: str, listed: str) -> str:
    """A field of the list, of the row or of the table that a title means."""
    known, said = every(listed), meaning(title)
    if said is not None and said.sure > 1:
        key = _FIELDS.get(said.field, said.field)
        if key in known:
            return key
    words = {word: key for word, key in book(listed).items() if known[key].kind != FIGURE}
    best = process.extractOne(plain(title), list(words), scorer=fuzz.ratio, score_cutoff=_SURE)
    return words[best[0]] if best else ""


@lru_cache(maxsize=2048)
def meant(title: str, listed: str = "", over: str = "") -> Meant:
    """What a title means; `over` is what stands over a group of columns, or before a row, and narrows it."""
    if over and not _GENERAL.search(plain(over)):
        both = [meant(over + title, listed), meant(title + over, listed)]
        exact = [one.name for one in both if one.name]
        alone = meant(title, listed)
        said = sorted((one.perhaps for one in both), key=len)  # what is only like many comes last
        near = (*said[0], *said[1], *filter(None, [alone.name]), *alone.perhaps)
        return Meant(exact[0]) if exact else Meant("", tuple(dict.fromkeys(near))[:_MOST])
    found = understood(title, listed)
    if found.endswith(OF_DAY) and _stands(found.removesuffix(OF_DAY)):
        return Meant(found.removesuffix(OF_DAY))
    if found := found or _of_list(title, listed):
        return Meant(found)
    return Meant() if listed else _figures(plain(title))
