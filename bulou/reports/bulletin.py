"""The bulletin: one paragraph, in Chinese and English, in which every number is counted from records.

Its clauses are rules (`<room>.bulletin` of every room), so that a county words it in its own way. A clause
is {at, zh, en, some?, zero?}: it is said when the figure `some` is not 0 and the figure `zero` is; its
`{figure}` are numbers, `{whole}` is 全县 or 全镇, `{date}` the moment. `[person|people]` is said by the number
before it: the first word for 1, the second for any other. `at // 100` is its sentence.

Not started is not fine: while nothing at all has been recorded in a place, no clause says that there is
nothing; and that nothing of a duty was missed today is said only when something of it was due.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from bulou.core.figures.figure import figures as all_figures
from bulou.core.figures.queries import Asked, read, split
from bulou.core.places import queries as places
from bulou.core.places import refused
from bulou.core.places.models import Kind, Place
from bulou.core.room import all_rooms
from bulou.core.rulebook import book, value
from bulou.core.tasks.models import Task
from bulou.lib import clock
from bulou.lib.refusals import Refusal, declare
from bulou.reports.numbers import DAY, TODAY, TURNOUT, due_today, duty_of, known, numbers

declare("as-of-future", _("%(at)s lies ahead; it is %(now)s now. Ask for a moment that has passed."))
_BRACES = re.compile(r"\{([^}]+)\}")
_ONE_OR_MANY = re.compile(r"\[([^|\]]*)\|([^\]]*)\]")
_WORDS = frozenset({"whole", "date"})
_SENTENCE = 100
# Between clauses, after a sentence, between sentences.
_JOINS = {"zh": ("\uff0c", "\u3002", ""), "en": (", ", ".", " ")}
_BEGINS = (";", ",", "\uff1b", "\uff0c", "\u3001", "\u3002")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """A piece of the text: words, or (with `name`) a number and the figure that it is."""

    text: str
    name: str = ""


@dataclass(frozen=True)
class Bulletin:
    """`figures` are all the numbers that its clauses know of, also those that it has no reason to say."""

    place: str
    as_of: datetime
    figures: dict[str, int]
    text: dict[str, str]
    pieces: dict[str, list[Piece]]
    title: dict[str, str]

    def as_json(self) -> dict[str, Any]:
        return {
            "place": self.place,
            "as_of": self.as_of.isoformat(),
            "figures": self.figures,
            "text": self.text,
        }


def bulletin(place: str, at: datetime) -> Bulletin:
    """The bulletin of a place as of a moment, with what is known now. Refuses place-unknown, as-of-future."""
    here = places.get(place)
    if here is None:
        raise Refusal(refused.UNKNOWN)
    at, now = clock.local(at).astimezone(clock.zone()), clock.now()
    if at > now:
        raise Refusal("as-of-future", at=f"{at:%Y-%m-%d %H:%M}", now=f"{now:%Y-%m-%d %H:%M}")
    clauses = _clauses(place, at)
    named = [name for clause in clauses for name in _names(clause)]
    due = [due_today(duty_of(name)) for name in named if name.endswith(TODAY)]
    every = numbers([*named, *due], [place], at)[place]
    figures = {name: every[name] for name in dict.fromkeys(named)}
    if not _recorded(place, at, figures):
        clauses = _not_started(clauses, place, at)
    said = [clause for clause in clauses if _holds(clause, every)]
    pieces = {language: _compose(said, language, here, at, figures) for language in _JOINS}
    text = {language: "".join(piece.text for piece in parts) for language, parts in pieces.items()}
    return Bulletin(place, at, figures, text, pieces, _title(here, at))


def _title(here: Place, at: datetime) -> dict[str, str]:
    """The heading of the sheet, as the county words it."""
    said: dict[str, str] = value("reports.bulletin_title", here.code, clock.day_of(at))[0]
    return {language: said[language].replace("{place}", _name(here, language)) for language in _JOINS}


def _clauses(place: str, at: datetime) -> list[dict[str, Any]]:
    """The clauses of all rooms in order; one that needs a figure which is not here is not said."""
    day = clock.day_of(at)
    found = [book().find(f"{room.name}.bulletin", place, day) for room in all_rooms()]
    every = [clause for rule in found if rule for clause in rule.value]
    return sorted((c for c in every if all(map(known, _names(c)))), key=lambda clause: int(clause["at"]))


def _recorded(place: str, at: datetime, figures: dict[str, int]) -> bool:
    """Whether anything had been recorded in a place by a moment. What is expected there is no record."""
    if any(value for name, value in figures.items() if _of_records(name)):
        return True
    counted = [name for name, figure in all_figures().items() if not issubclass(figure.source, Task)]
    return any(value for values in read(counted, Asked(place, at=at)).values() for value in values.values())


def _of_records(name: str) -> bool:
    if name in TURNOUT or duty_of(name):
        return False
    figure = all_figures().get(split(name.removesuffix(DAY))[0])
    return figure is not None and not issubclass(figure.source, Task)


def _not_started(clauses: list[dict[str, Any]], place: str, at: datetime) -> list[dict[str, Any]]:
    """What is left to say of a place without a record: the opening, that nothing was begun, and what is owed."""
    left = [c for c in clauses if "some" in c or not _names(c)]
    told: list[dict[str, Any]] = value("reports.bulletin_not_started", place, clock.day_of(at))
    return sorted([*left, *told], key=lambda clause: int(clause["at"]))


def _names(clause: dict[str, Any]) -> list[str]:
    braced = _BRACES.findall(clause["zh"] + clause["en"])
    asked = [clause[key] for key in ("some", "zero") if key in clause]
    return [name for name in dict.fromkeys([*braced, *asked]) if name not in _WORDS]


def _holds(clause: dict[str, Any], figures: dict[str, int]) -> bool:
    some, zero = clause.get("some"), clause.get("zero")
    if zero and zero.endswith(TODAY) and not figures[due_today(duty_of(zero))]:
        return False
    return (not some or figures[some] != 0) and (not zero or figures[zero] == 0)


def _compose(
    said: list[dict[str, Any]], language: str, here: Place, at: datetime, figures: dict[str, int]
) -> list[Piece]:
    words = {"whole": _whole(here, language), "date": _date(here, at, language)}
    between, after, space = _JOINS[language]
    parts: list[Piece] = []
    for _number, clauses in groupby(said, key=lambda clause: int(clause["at"]) // _SENTENCE):
        sentence: list[Piece] = []
        for clause in clauses:
            if sentence and not clause[language].startswith(_BEGINS):
                sentence.append(Piece(between))
            elif not sentence and parts and space:
                parts.append(Piece(space))
            sentence += _fill(clause[language], words, figures)
        if sentence and language == "en":
            sentence[0] = _capital(sentence[0])
        parts += [*sentence, Piece(after)]
    return parts


def _fill(text: str, words: dict[str, str], figures: dict[str, int]) -> Iterator[Piece]:
    last = 0
    for index, part in enumerate(_BRACES.split(text)):
        if index % 2 and part in words:
            yield Piece(words[part])
        elif index % 2:
            last = figures[part]
            yield Piece(str(last), part)
        else:
            yield Piece(_ONE_OR_MANY.sub(r"\1" if last == 1 else r"\2", part))


def _capital(piece: Piece) -> Piece:
    return piece if piece.name else Piece(piece.text[:1].upper() + piece.text[1:])


def _whole(here: Place, language: str) -> str:
    """The place as a whole: 全县, 全镇; the county, the township."""
    if language == "zh":
        with override("zh-hans"):
            return f"全{here.word}"
    with override("en"):
        return f"the {str(Kind(here.kind).label).lower()}"


def _name(here: Place, language: str) -> str:
    return here.name if language == "zh" else here.pinyin.capitalize() or here.name


def _date(here: Place, at: datetime, language: str) -> str:
    # The last moment of a day is its end, not one second before the next.
    end = (at.hour, at.minute, at.second) == (23, 59, 59)
    if language == "zh":
        year = f"{at.year}年" if at.year != clock.today().year else ""
        minutes = f"{at.minute}分" if at.minute and not end else ""
        return f"{year}{at.month}月{at.day}日{24 if end else at.hour}时{minutes}"
    hour = "24:00" if end else f"{at:%H:%M}"
    return f"{hour} on {at.day} {_MONTHS[at.month - 1]} {at.year} in {_name(here, language)}"
