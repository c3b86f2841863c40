"""Number plates of vehicles as people at a road read them out, brought to one form and told apart by kind."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from bulou.lib.refusals import Refusal, declare

EMPTY = declare("plate-empty", _("The plate is missing. Enter it, or leave the vehicle without one."))
UNKNOWN = declare(
    "plate-none",
    _("No vehicle has such a plate. Read it again: a province's sign, a letter, then five or six signs."),
)

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
# Neither I nor O stands among the signs: they look like 1 and 0. The second sign may be O (offices').
_SIGN = "[A-HJ-NP-Z0-9]"
_OFFICE = f"[{PROVINCES}][A-HJ-Z]"
_KINDS = {
    # Of new-energy vehicles: six signs; a small one has its letter first, a large one last.
    "new-energy": rf"{_OFFICE}(?:[A-HJK]{_SIGN}[0-9]{{4}}|[0-9]{{5}}[A-HJK])",
    "police": rf"{_OFFICE}{_SIGN}{{4}}警",
    "trailer": rf"{_OFFICE}{_SIGN}{{4}}挂",
    "learner": rf"{_OFFICE}{_SIGN}{{4}}学",
    "trial": rf"{_OFFICE}{_SIGN}{{4}}[试超]",
    "rescue": rf"[{PROVINCES}][XS]{_SIGN}{{4}}应急",
    "border": r"粤Z[A-HJ-NP-Z0-9]{4}[港澳]",
    "consulate": rf"(?:{_OFFICE}{_SIGN}{{4}}领|[0-9]{{6}}领|领[0-9]{{6}})",
    "embassy": r"(?:使[0-9]{6}|[0-9]{6}使)",
    "armed-police": rf"WJ[{PROVINCES}]?[0-9]{{4}}[0-9A-HJ-NP-Z]",
    "military": r"[A-HJ-NP-Z]{2}[0-9]{5}",
    "tractor": rf"[{PROVINCES}][0-9]{{2}}{_SIGN}{{5}}",
    # At most three of the five are letters.
    "ordinary": rf"{_OFFICE}(?=(?:[A-Z]*[0-9]){{2}}){_SIGN}{{5}}",
}
_PATTERNS = {kind: re.compile(pattern, re.ASCII) for kind, pattern in _KINDS.items()}
_BETWEEN = re.compile(r"[\s·•・.,，。\-‐-―_/'‘’\u200b-\u200f\ufeff]+")


class Plate(NamedTuple):
    """A plate in its one form, 晋L12345 or 晋LD12345, and what kind of vehicle bears such a one."""

    text: str
    kind: str


def read(text: str) -> Plate:
    """A plate from what was typed. Refuses `plate-empty`, `plate-none`; nothing in it is guessed."""
    bare = _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).upper()
    if not bare:
        raise Refusal(EMPTY)
    for kind, pattern in _PATTERNS.items():
        if pattern.fullmatch(bare):
            return Plate(bare, kind)
    raise Refusal(UNKNOWN)


def normalise(text: str) -> str:
    """A plate in its one form. Refuses as `read` does."""
    return read(text).text


def mask(plate: str) -> str:
    """A plate for lists: where it is from and its last two signs."""
    return plate[:2] + "*" * (len(plate) - 4) + plate[-2:] if len(plate) > 4 else "*" * len(plate)
