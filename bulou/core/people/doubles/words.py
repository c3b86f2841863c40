"""How two entries agree, in words for people."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

WORDS = {
    "name-same": gettext_lazy("the same name"),
    "name-sound": gettext_lazy("the name sounds the same"),
    "name-slip": gettext_lazy("one character of the name differs"),
    "name-short": gettext_lazy("one character of two differs"),
    "name-apart": gettext_lazy("the names differ"),
    "identity-swapped": gettext_lazy("two digits of the number are swapped"),
    "identity-digit": gettext_lazy("one digit of the number differs"),
    "identity-apart": gettext_lazy("the numbers differ"),
    "identity-born": gettext_lazy("born on the same day"),
    "identity-born-slip": gettext_lazy("the day of birth differs by a slip"),
    "identity-born-apart": gettext_lazy("the days of birth differ"),
    "near-phone-here": gettext_lazy("the same phone, and the same household or village"),
    "near-phone": gettext_lazy("the same phone"),
    "near-household": gettext_lazy("the same household"),
    "near-village": gettext_lazy("the same village"),
    "near-township": gettext_lazy("the same township"),
    "near-apart": gettext_lazy("another township"),
    "sex-apart": gettext_lazy("man and woman"),
}


def in_words(evidence: str) -> str:
    """The codes of a pair in words, the telling ones first as they are written."""
    return _(", ").join(str(WORDS[code]) for code in evidence.split() if code in WORDS)
