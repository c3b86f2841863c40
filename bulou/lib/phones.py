"""Telephone numbers as people write them, brought to one form."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from bulou.lib.refusals import Refusal, declare

EMPTY = declare("phone-empty", _("The telephone number is missing."))
CHARACTERS = declare(
    "phone-characters",
    _("A telephone number has digits only. Enter one number, and put words into the note."),
)
LENGTH = declare(
    "phone-length",
    _("This telephone number has %(length)s digits: a mobile number has 11. Count them again."),
)
UNKNOWN = declare(
    "phone-unknown",
    _("No telephone has such a number. Enter a mobile number, or a landline with its area code."),
)

# 154 is given to nobody, so invented people have it: what may be given out is not the law here, the form is.
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LOCAL = re.compile(r"[2-8]\d{6,7}", re.ASCII)
_SIGNS = re.compile(r"[\s\-‐-―().·'‘’\u200b-\u200f\ufeff]+")
_HOME = 86
_BETWEEN = re.compile(r"[/、,，;；|\n]+|(?<=\d{11})\s+(?=\d)|或")


def normalise(text: str) -> str:
    """One number in one form: 13800138000, 0357-7322123, 7322123 (no area code known), +85251234567.

    Refuses `phone-empty`, `phone-characters`, `phone-length`, `phone-unknown`.
    """
    said = unicodedata.normalize("NFKC", text).strip().removesuffix(".0")
    bare = _SIGNS.sub("", said)
    if not bare:
        raise Refusal(EMPTY)
    if not re.fullmatch(r"\+?\d+", bare, re.ASCII):
        raise Refusal(CHARACTERS)
    # Before 2010 a mobile of another city was dialled with a nought, and many still write it so.
    home = re.sub(r"^(?:\+86|0086|86(?=1\d{10}$)|0(?=1[3-9]\d{9}$))", "", bare)
    if _MOBILE.fullmatch(home):
        return home
    if _LOCAL.fullmatch(home):
        return home
    return _by_plan(bare, home)


def _by_plan(bare: str, home: str) -> str:
    """Landlines, service and foreign numbers, by the numbering plans of the world."""
    if home.startswith("1") and len(home) != 11 and not bare.startswith("+"):
        raise Refusal(LENGTH, length=len(home))
    import phonenumbers  # all plans of the world; most numbers are mobiles and need none
    from phonenumbers import NumberParseException, PhoneNumberFormat

    try:
        number = phonenumbers.parse(re.sub(r"^00", "+", bare), "CN")
    except NumberParseException as error:
        raise Refusal(UNKNOWN) from error
    if not phonenumbers.is_valid_number(number):
        raise Refusal(UNKNOWN)
    if number.country_code != _HOME:
        return phonenumbers.format_number(number, PhoneNumberFormat.E164)
    area, _blank, rest = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL).partition(" ")
    return f"{area}-{rest.replace(' ', '')}"


def several(text: str) -> list[str]:
    """The parts of a cell that holds more than one number, as they stand, for `normalise`."""
    return [part.strip() for part in _BETWEEN.split(unicodedata.normalize("NFKC", text)) if part.strip()]


def mask(number: str) -> str:
    """A number for lists: the first three and the last two characters; all but the last of a short one."""
    if len(number) < 8:
        return "*" * (len(number) - 1) + number[-1:]
    return number[:3] + "*" * (len(number) - 5) + number[-2:]
