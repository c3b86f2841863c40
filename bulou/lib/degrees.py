"""A temperature as somebody types it."""

from __future__ import annotations

import re
import unicodedata

_TYPED = re.compile(r"(\d{2})(?:[.,。·:](\d))?|(\d{3})")


def tenths_of(text: str) -> int | None:
    """Tenths of a degree from what somebody typed: 36.5, 36,5, 36。5, 365, 36.5℃; None for nothing.

    Raises ValueError for anything else, also for a second decimal: nothing is rounded or guessed.
    """
    clean = unicodedata.normalize("NFKC", text).strip().upper().removesuffix("C").rstrip("°度 ")
    if not clean:
        return None
    found = _TYPED.fullmatch(clean.replace(" ", ""))
    if found is None:
        raise ValueError(text)
    whole, tenth, all_of_it = found.groups()
    return int(all_of_it) if all_of_it else int(whole) * 10 + int(tenth or 0)
