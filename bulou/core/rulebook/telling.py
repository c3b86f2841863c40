"""Rules and trials as people read them: no raw names, no lists of the machine; in the language that is active."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext

from bulou.core.figures.queries import title as figure_title
from bulou.core.places.origins import origin_name
from bulou.core.room import all_rooms, ask
from bulou.core.rulebook import store
from bulou.core.rulebook.book import Entry
from bulou.core.rulebook.trials import Lasting
from bulou.core.rulebook.words import said
from bulou.core.staff.responsibility import TITLES
from bulou.core.staff.roles import Role
from bulou.lib.tongue import chinese

SYMPTOM_WORDS = "symptoms.words"
_BRACES, _ONE_OR_MANY = re.compile(r"\{([^{}]+)\}"), re.compile(r"\[([^|\]]*)\|([^\]]*)\]")
_COMPARED = re.compile(r"(>=|<=|<|>)(?=-?\d)")
_SIGNS = {">=": "≥ ", "<=": "≤ ", "<": "< ", ">": "> "}
# What the braces of texts stand for beside numbers.
_STANDS_FOR = {
    "whole": lazy("the place"), "place": lazy("the place"), "date": lazy("the moment"),
    "year": lazy("year"), "number": lazy("running number"),
}  # fmt: skip


def either(zh: str, en: str) -> str:
    return (zh or en) if chinese() else (en or zh)


def title(entry: Entry) -> str:
    """What a rule is called; its key where nobody named it."""
    return either(entry.zh, entry.en) or entry.key


def titled(key: str) -> str:
    """What the rule of a key is called, by whoever named it last."""
    found = [title(entry) for entry in store.book().entries if entry.key == key and (entry.zh or entry.en)]
    return found[-1] if found else key


def source(text: str) -> str:
    """Where a rule comes from. A notice is called by its own name; what the house says, in the reader's language."""
    return _(text) if text else ""


def value(value: Any, unit: str = "", key: str = "") -> str:
    """A value in words: tenths of a degree as degrees, yes and no, places by name, a list in a line.

    `key` is the rule's: its room's own words come first.
    """
    if value is None:
        return "—"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if unit.startswith("0.1") and isinstance(value, int):
        return f"{value / 10:.1f} {unit[3:].strip()}"
    if isinstance(value, list):
        if unit.startswith("0.1") and len(value) == 2:
            return f"{value[0] / 10:.1f} – {value[1] / 10:.1f} {unit[3:].strip()}"
        between = " / " if any(isinstance(one, dict) and "at" in one for one in value) else _(", ")
        said = between.join(item(one, key) for one in value)
        return f"{said} {_(unit) if unit else ''}".strip() if said else pgettext("rule", "none")
    return f"{word(value, key) if isinstance(value, str) else value} {_(unit) if unit else ''}".strip()


def item(one: Any, key: str = "") -> str:
    """An item of a list. A turn is said by its hours, a line of a report by its figure, a clause by its text."""
    if not isinstance(one, dict):
        return word(one, key) if isinstance(one, str) else str(one)
    if {"slot", "opens", "due"} <= one.keys():
        return f"{word(one['slot'], key)} {one['opens']}–{one['due']}"
    if {"name", "from", "to"} <= one.keys():
        return f"{word(one['name'], key)} {one['from']}–{one['to']}"
    if {"need", "measure", "people", "takes"} <= one.keys():
        told = {**one, "need": word(one["need"], key), "measure": word(one["measure"], key)}
        return _("%(measure)s: %(need)s %(takes)s for %(people)s") % told
    text = either(str(one.get("zh", "")), str(one.get("en", "")))
    if not text and "figure" in one:
        text = number(str(one["figure"]))
    if not text:
        return " ".join(word(p, key) if isinstance(p, str) else str(p) for p in one.values())
    only = [word(p, key) for p in (*one.get("levels", ()), *one.get("slots", ()))]
    return filled(text) + (_(" (%(only)s)") % {"only": _(", ").join(only)} if only else "")


def filled(text: str) -> str:
    """A text of the bulletin or of a notice with what its braces stand for; of one and many, the many."""
    named = _BRACES.sub(lambda brace: f"‹{_STANDS_FOR.get(brace[1]) or number(brace[1])}›", text)
    return _ONE_OR_MANY.sub(r"\2", named)


def number(name: str) -> str:
    """What a number of a report is called."""
    return str(next((title for title in ask("number", name) if title), figure_title(name)))


def word(text: str, key: str = "") -> str:
    """A place, a post and who answers by their names, a complaint and a word of the rules in words; else the text."""
    if text.isdigit():
        return origin_name(text) or text
    own = _own(key.partition(".")[0]).get(text)
    if own is not None:
        return str(own)
    # "fever" is a complaint among complaints, and a fact in a table.
    if key.startswith("symptoms.") and (symptom := symptoms(store.book().stamp).get(text)):
        return either(*symptom)
    if text in frozenset(Role):
        return str(Role(text).title)
    if text in TITLES:
        return str(TITLES[text])
    return profile(said(filled(_COMPARED.sub(lambda sign: _SIGNS[sign[1]], text))))


def profile(name: str) -> str:
    """What an outbreak is called; its name where the house has no words for it."""
    known = {"covid19": _("COVID-19"), "measles": _("Measles"), "chikungunya": _("Chikungunya")}
    return next((title for prefix, title in known.items() if name.startswith(prefix)), name)


def _own(room: str) -> dict[str, Any]:
    """The words that a room has for those of its rules."""
    answers = next((one.answers for one in all_rooms() if one.name == room), {})
    return dict(answers["rule_words"]()) if "rule_words" in answers else {}


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


def lasting(found: Lasting, day: date) -> list[str]:
    """What other days of observation do, as sentences: who keeps the end, and what the pace of now comes to."""
    keep = _("The new days are for observations that begin, or are counted anew, from %(day)s.")
    lines = [keep % {"day": day.isoformat()}]
    if found.until:
        text = _("Observed now, and their last day stays: %(people)d; the last of them ends on %(until)s.")
        lines.insert(0, text % {"people": found.running, "until": found.until.isoformat()})
    if not found.begun:
        text = _(
            "No observation began in the last %(window)d days: no pace by which to say what the new days take."
        )
        return [*lines, text % {"window": found.window}]
    text = _(
        "At the pace of the last %(window)d days (%(begun)d begun), observed at once by the days of now: "
        "%(before)d; by the new days, in full on %(full)s: %(after)d. That takes:"
    )
    before, after = found.at_once
    sizes = {"before": before, "after": after, "full": found.full.isoformat()}
    return [*lines, text % {"window": found.window, "begun": found.begun, **sizes}]
