"""Which of the two languages is spoken now, for texts that are kept in both, and at a terminal."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.utils import translation


def chinese() -> bool:
    """Whether the language that is active is Chinese, as it is where none is."""
    return (translation.get_language() or settings.LANGUAGE_CODE).startswith("zh")


def speak() -> None:
    """From here on in the language that the terminal asks for."""
    asked = (os.environ.get("BULOU_LANG") or os.environ.get("LANG") or "").lower()
    translation.activate("en" if asked.startswith("en") else "zh-hans")


def alone(words: Path) -> None:
    """As `speak`, without the house, with the words of one folder: for a process that has nothing else to do."""
    from django.apps import apps

    settings.configure(LOCALE_PATHS=[words])
    apps.populate([])
    speak()
