"""What is counted of rounds. Doors are counted from their tasks, by round and by the word of the last visit.

Doors of the first round of a chain stand for the whole chain: what a later one reaches closes them too.
People are counted by the last word of their door, or of themselves, in a chain.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from bulou.core.figures.figure import Figure, Formula
from bulou.core.tasks.models import Task
from bulou.work.screening.models import Answer, Laid, Point, Team, Visit
from bulou.work.screening.rules import HOUSEHOLD, KINDS


def _tasks(name: str, title: Any, where: str, *by: str, also: tuple[str, ...] = ()) -> Figure:
    """A figure over tasks; by round it is for this room alone to read."""
    live = "withdrawn_at IS NULL"
    return Figure(name, title, Task, where, by=by, day="due_day", live=live, inner=bool(by), also=also)


def _walked(before: str) -> tuple[str, ...]:
    """What forms call households to be entered, entered and not entered."""
    return tuple(f"{before}{walked}户" for walked in ("摸排", "排查", "入户", "走访", "入户排查", "入户摸排"))


def _done(kind: str) -> str:
    return f"tasks.done[{kind}] + tasks.late[{kind}]"


_DOORS = f"kind IN ({', '.join(repr(kind) for kind in KINDS)})"
_FIRST = f"kind = '{HOUSEHOLD}' AND SUBSTR(slot, 33) = ':1'"
_ENTERED = f"{_FIRST} AND done_at IS NOT NULL"
# People met at the doors, or those of them who were asked; contacts found, or those of them who are observed.
_PEOPLE, _CONTACTS = ("摸排", "排查", "走访", "入户"), ("密切接触者", "密接", "密接者", "接触者")
_AT_HOME = "number = 1 AND subjects <> 'unit-people'"
_ON_REGISTER = _("People on the register when laid")
_GONE = _("People on the register whom nobody at their door could find")

FIGURES = (
    _tasks("screening.doors", _("Doors by round and word"), _DOORS, "slot", "detail"),
    _tasks("screening.late", _("Doors reached late, by round"), f"{_DOORS} AND done_at > due_at", "slot"),
    _tasks("screening.households", _("Households to be entered"), _FIRST, also=_walked("应")),
    _tasks("screening.entered", _("Households entered"), _ENTERED, also=(*_walked(""), *_walked("已"))),
    Formula(
        "screening.left",
        _("Households not entered"),
        "screening.households - screening.entered",
        also=_walked("未"),
    ),
    Formula("screening.returnees", _("Returnees to be seen"), "tasks.expected[arrivals.visit]"),
    Formula("screening.returnees_seen", _("Returnees screened"), _done("arrivals.visit")),
    Formula("screening.contacts", _("Contacts found"), "tasks.expected[screening.contact]", also=_CONTACTS),
    Formula(
        "screening.contacts_observed",
        _("Contacts under observation"),
        _done("screening.contact"),
        also=_CONTACTS,
    ),
    Figure("screening.laid", _("Doors laid"), Laid, "number = 1", "sum(doors)", ("subjects",)),
    # A unit's people are its doors, and on the register where they live: they are not counted twice.
    Figure("screening.registered", _ON_REGISTER, Laid, _AT_HOME, "sum(people)", ("subjects",)),
    Figure("screening.teams", _("Teams"), Team, "number = 1"),
    Figure("screening.points", _("Points"), Point, "number = 1"),
    Figure("screening.visits", _("Visits at doors"), Visit, by=("outcome",)),
    Figure(
        "screening.counted",
        _("People counted at doors"),
        Visit,
        "outcome = 'seen' AND people IS NOT NULL AND NOT overtaken",
        "sum(people)",
        also=_PEOPLE,
    ),
    Figure("screening.asked", _("People asked about"), Answer, "NOT overtaken", by=("found",), also=_PEOPLE),
    Figure("screening.added", _("People found who were not on the register"), Answer, "NOT known"),
    Figure("screening.gone", _GONE, Answer, "known AND found = 'gone' AND NOT overtaken"),
    Figure("screening.returned", _("Returnees found at the door"), Answer, "returned"),
    Figure("screening.unwell", _("Symptoms said at doors"), Answer, "(fever OR symptoms)"),
    Figure("screening.containers", _("Containers with standing water"), Visit, measure="sum(containers)"),
    Figure("screening.larvae", _("Containers with larvae"), Visit, measure="sum(larvae)"),
    Figure("screening.results", _("Doors by what follows"), Visit, "result <> ''", by=("result",)),
)
# What has to be a hundred per cent: whole, and done.
HUNDREDS = (
    ("screening.households", "screening.entered"), ("screening.returnees", "screening.returnees_seen"),
    ("screening.contacts", "screening.contacts_observed"),
)  # fmt: skip
