"""Rules and trials as people read them: no raw names, no lists of the machine; in the language that is active."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from bulou.core.places.origins import origin_name
from bulou.core.rulebook import store
from bulou.core.rulebook.book import Entry
from bulou.core.rulebook.words import said

SYMPTOM_WORDS = "symptoms.words"


def chinese() -> bool:
    return str(get_language() or "").startswith("zh")


def either(zh: str, en: str) -> str:
    return (zh or en) if chinese() else (en or zh)


def title(entry: Entry) -> str:
    """What a rule is called; its key where nobody named it."""
    return either(entry.zh, entry.en) or entry.key


def titled(key: str) -> str:
    """What the rule of a key is called, by whoever named it last."""
    found = [title(entry) for entry in store.book().entries if entry.key == key and (entry.zh or entry.en)]
    return found[-1] if found else key


def value(value: Any, unit: str = "") -> str:
    """A value in words: tenths of a degree as degrees, yes and no, places by name, a list in a line."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if unit.startswith("0.1") and isinstance(value, int):
        return f"{value / 10:.1f} {unit[3:].strip()}"
    if isinstance(value, list):
        if unit.startswith("0.1") and len(value) == 2:
            return f"{value[0] / 10:.1f} – {value[1] / 10:.1f} {unit[3:].strip()}"
        return str(_(", ")).join(item(one) for one in value) or pgettext("rule", "none")
    return f"{_word(value) if isinstance(value, str) else value} {_(unit) if unit else ''}".strip()


def lines(value: Any) -> int:
    """How many lines a rule has that is no value and no row of words: sentences, figures of a form. Else 0."""
    if not isinstance(value, list) or not any(_is_line(one) for one in value):
        return 0
    return len(value)


def _is_line(one: Any) -> bool:
    if isinstance(one, dict):
        return "word" not in one and "opens" not in one
    return "." in str(one)  # a figure's name


def blanks(text: str) -> str:
    """A sentence with what is filled in left blank, for a list of rules."""
    return re.sub(r"\{[^}]*\}", "…", text)


def item(one: Any) -> str:
    """An item of a list. A turn is said by its hours; a word in two languages in the reader's."""
    if not isinstance(one, dict):
        return _word(str(one))
    if {"slot", "opens", "due"} <= one.keys():
        return f"{said(str(one['slot']))} {one['opens']}–{one['due']}"
    if "word" in one:
        return either(str(one.get("zh", "")), str(one.get("en", ""))) or str(one["word"])
    unsaid = "en" if chinese() else "zh"
    parts = (part for name, part in one.items() if not (name == unsaid and {"zh", "en"} <= one.keys()))
    shown = (
        ", ".join(map(str, p)) if isinstance(p, list) else _word(p) if isinstance(p, str) else str(p)
        for p in parts
    )
    return " ".join(shown)


def _word(text: str) -> str:
    """A code of a place by its name, a complaint and a word of the rules in words; else the text itself."""
    if text.isdigit():
        return origin_name(text) or text
    symptom = symptoms(store.book().stamp).get(text)
    return either(*symptom) if symptom else said(text)


@lru_cache(maxsize=4)
def symptoms(stamp: str) -> dict[str, tuple[str, str]]:
    """Every complaint that some rule has words for (zh, en): an old reading is told by the words of its time."""
    found: dict[str, tuple[str, str]] = {}
    for entry in store.book().entries:
        for one in entry.value if entry.key == SYMPTOM_WORDS and isinstance(entry.value, list) else ():
            if isinstance(one, dict) and one.get("word"):
                word = str(one["word"])
                found[word] = (str(one.get("zh") or word), str(one.get("en") or word))
    return found
