"""Which of the two languages is spoken now, for texts that are kept in both."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_language


def chinese() -> bool:
    """Whether the language that is active is Chinese, as it is where none is."""
    return (get_language() or settings.LANGUAGE_CODE).startswith("zh")
