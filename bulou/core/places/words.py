"""Names of places in words: the everyday name, its stem, its spelling, its kind."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from bulou.core.places.codes import CITY, COUNTY, PROVINCE, TOWNSHIP, VILLAGE, level_of

_COMMUNITY_COMMITTEE = re.compile(
    r"(?:社区)?(?:居民委员会|居委会)$|(?<=社区)(?:村民)?委员会$|(?<=社区)村委会$"
)
_VILLAGE_COMMITTEE = re.compile(r"(?:村民委员会|村委会|村委员会|行政村)$")
_OFFICE = re.compile(r"(?:办事处|人民政府)$")
_KINDS = re.compile(r"(?:街道|社区|地区|自治区|[省市县区镇乡村])$")
_WORDS = ("便民中心", "街道", "社区", "小区", "自治区", "自治县", "省", "市", "县", "区", "镇", "乡", "村")
# Statistical codes of communities, and of units treated as communities, within a township.
_COMMUNITIES = (range(1, 200), range(400, 500))


@lru_cache(maxsize=50_000)
def clean(text: str) -> str:
    """A name without blanks and with half-width signs."""
    return "".join(unicodedata.normalize("NFKC", text).split())


@lru_cache(maxsize=50_000)
def everyday(name: str) -> str:
    """What the place itself is called, where a list names its committee or office.

    城关村委会 → 城关村; 李村村委会 → 李村; 北区居委会 → 北区社区; 茶坊街道办事处 → 茶坊街道.
    """
    name = clean(name)
    base = _COMMUNITY_COMMITTEE.sub("", name)
    if base != name:
        return base if base.endswith("社区") else f"{base}社区"
    base = _VILLAGE_COMMITTEE.sub("", name)
    if base != name and base:
        return base if base.endswith(("村", "社区")) else f"{base}村"
    return _OFFICE.sub("", name)


@lru_cache(maxsize=50_000)
def stem(name: str) -> str:
    """The name without the word for its kind, by which people say it: 城关村 → 城关.

    One character alone says too little: 东村 stays 东村.
    """
    whole = everyday(name)
    base = _KINDS.sub("", whole)
    return base if len(base) > 1 else whole


def kind_of(code: str, name: str) -> str:
    """The kind of an official place, from its code's level and its name."""
    level = level_of(code)
    if level in (TOWNSHIP, VILLAGE):
        numbered = level == VILLAGE and any(int(code[9:]) in numbers for numbers in _COMMUNITIES)
        return "community" if numbered and not everyday(name).endswith("村") else called(level, name)
    return {PROVINCE: "province", CITY: "city", COUNTY: "county"}.get(level, "grid")


def called(level: int, name: str) -> str:
    """The kind of a township or a village, as its name alone says it."""
    whole = everyday(name)
    if level == TOWNSHIP:
        return "street" if whole.endswith("街道") else "township"
    return "community" if whole.endswith("社区") else "village"


def level_word(name: str) -> str:
    """The county's own word for such a place, as its name says it; empty when it says none."""
    return next((word for word in _WORDS if name.endswith(word)), "")


def spelled(name: str) -> str:
    """The pinyin of a name, one word a character: 龙泉镇 → "long quan zhen"."""
    from pypinyin import lazy_pinyin  # 0.2 s to load: only for those who spell

    return " ".join(" ".join(lazy_pinyin(clean(name))).lower().split())


def joined(spelling: str) -> tuple[str, str]:
    """(pinyin, initials) to search by: "long quan zhen" → ("longquanzhen", "lqz")."""
    words = spelling.split()
    return "".join(words), "".join(word[0] for word in words)
