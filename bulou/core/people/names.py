"""Names: their normal form, how they are read aloud, and when two are the same. Pure, and fast in bulk.

Chinese surnames have readings of their own (单 is Shàn, not dān), so the surname is looked up first;
every other character is read as pypinyin reads it alone, and remembered.
"""

from __future__ import annotations

import importlib.util
import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import orjson

DOT = "·"
LONGEST = 80  # characters of a name, in every way in and in our books
_DOTS = re.compile("[•‧・･∙⋅·●․᛫⸱]")
# A full stop between Chinese characters stands for the dot of a name; in Latin it is an abbreviation.
_CHARACTER = r"[\u3400-\u9fff\U00020000-\U0003ffff]"
_STOP = re.compile(rf"(?<={_CHARACTER})\s*[.。]\s*(?={_CHARACTER})")
_HAN = re.compile(_CHARACTER)
_SPACE = re.compile(r"\s+")
_APOSTROPHES, _NEVER, _UNSEEN = "'’‘ʻʼ`", set("=+@"), ("Cf", "Cc", "Mn", "Me")
_AROUND_DOT = re.compile(r"\s*·[\s·]*")

_TABLE = tomllib.loads((Path(__file__).parent / "surnames.toml").read_text(encoding="utf-8"))
SURNAMES: dict[str, str] = _TABLE["single"]
COMPOUND: dict[str, str] = _TABLE["compound"]
_GIVEN: dict[str, str] = _TABLE["given"]
_DOUBLE = {surname[0] for surname in COMPOUND}


class Reading(NamedTuple):
    """How a name is found: "zhang weiguo" (surname, space, the rest) and its initials "zwg"."""

    pinyin: str
    initials: str


def normal(text: str) -> str:
    """A name as we keep it: NFKC, one kind of middle dot, no space inside a Chinese name."""
    name = _DOTS.sub(DOT, unicodedata.normalize("NFKC", _DOTS.sub(DOT, text)))
    name = _STOP.sub(DOT, name)
    name = _SPACE.sub("" if _HAN.search(name) else " ", name).strip()
    # Once more: without a space between them, a letter and its accent are one character.
    return unicodedata.normalize("NFKC", _AROUND_DOT.sub(DOT, name)).strip(DOT)


def is_name(name: str) -> bool:
    """Whether a text in normal form may be somebody's name: letters and no digit, and a letter before all signs.

    So nothing is one that a spreadsheet takes for a formula, in full width or behind what nobody sees neither. What
    stands between letters (dots, spaces, hyphens) is the name's own, but for the signs that no name has.
    """
    seen = (c for c in name if unicodedata.category(c) not in _UNSEEN)
    first = "".join(seen).lstrip(_APOSTROPHES)[:1]
    # A character that no standard has yet stands in a range of its own (Co).
    begins = first.isalpha() or first == "〇" or (first != "" and unicodedata.category(first) == "Co")
    letters = any(c.isalpha() for c in name) and not any(c.isdigit() for c in name)
    return begins and letters and len(name) <= LONGEST and not _NEVER & set(name)


def is_han(text: str) -> bool:
    """Whether there is a Chinese character in a text."""
    return bool(_HAN.search(text))


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


@lru_cache(maxsize=65536)
def simplified(text: str) -> str:
    """The text in simplified characters."""
    return str(_converter().convert(text)) if _HAN.search(text) else text


def fold(name: str) -> str:
    """What two writings of one name have in common: simplified, without dots, spaces and case."""
    return simplified(normal(name)).replace(DOT, "").replace(" ", "").casefold()


def same(one: str, other: str) -> bool:
    """Whether two texts write the same name."""
    return one == other or fold(one) == fold(other)


@lru_cache(maxsize=65536)
def _syllable(character: str) -> str:
    """One character read alone: a syllable, or the plain letter that it is, or nothing."""
    if not _HAN.match(character):
        plain = unicodedata.normalize("NFKD", character).casefold()
        return "".join(c for c in plain if c.isalnum())
    given = _GIVEN.get(simplified(character))
    if given:
        return given
    toned = unicodedata.normalize("NFD", _alone().get(str(ord(character)), "").partition(",")[0])
    read = "".join(c for c in toned.replace("u\u0308", "v") if not unicodedata.combining(c))
    return read if read.isascii() else ""


@cache
def _alone() -> dict[str, str]:
    """By number of the character: its readings alone with their tones, the usual one first, as pypinyin has them.

    Its own way in also loads all phrases: half a second of every process, for what no name needs.
    """
    package = importlib.util.find_spec("pypinyin")
    assert package is not None
    assert package.origin is not None
    table: dict[str, str] = orjson.loads((Path(package.origin).parent / "pinyin_dict.json").read_bytes())
    return table


@lru_cache(maxsize=65536)
def _surname(character: str) -> str:
    return SURNAMES.get(simplified(character)) or _syllable(character)


@lru_cache(maxsize=8192)  # asked again within the piece of a ledger that it stands in
def reading(name: str) -> Reading:
    """How a name in normal form is read; empty when nothing in it can be."""
    if not _HAN.search(name):
        return _latin(name)
    first, _dot, rest = name.partition(DOT)
    if rest:  # the name of another people: its first part stands where a surname would
        head, tail = [_syllable(c) for c in first], [_syllable(c) for c in rest if c != DOT]
    elif (
        len(name) > 2 and simplified(name[0]) in _DOUBLE and (compound := COMPOUND.get(simplified(name[:2])))
    ):
        head, tail = compound.split(), [_syllable(c) for c in name[2:]]
    else:
        head, tail = [_surname(name[0])], [_syllable(c) for c in name[1:]]
    letters = "".join([s[:1] for s in head + tail])
    return Reading(f"{''.join(head)} {''.join(tail)}".strip()[:200], letters[:40])


def _latin(name: str) -> Reading:
    words = ["".join(_syllable(c) for c in word) for word in re.split(r"[\s·.\-']+", name)]
    words = [word for word in words if word]
    joined = f"{words[0]} {''.join(words[1:])}".strip() if words else ""
    return Reading(joined[:200], "".join(word[0] for word in words)[:40])


def beginnings(text: str) -> set[str]:
    """With what the pinyin of a name can begin that begins with this text (in which there are characters).

    More than one, where the text does not yet say where the surname ends, or whether it is one.
    """
    first, dot, rest = text.partition(DOT)
    whole = "".join(_syllable(c) for c in first)
    if dot:
        return {f"{whole} {''.join(_syllable(c) for c in rest if c != DOT)}".strip()}
    found = {whole, f"{_surname(text[0])} {''.join(_syllable(c) for c in text[1:])}".strip()}
    head = simplified(text[:2])
    for surname, read in COMPOUND.items():
        if surname.startswith(head):
            found.add(f"{read.replace(' ', '')} {''.join(_syllable(c) for c in text[2:])}".strip())
    return found
