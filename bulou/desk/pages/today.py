"""The first page: one question, by role. What is still to be done comes before what has been done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from bulou.core import cards
from bulou.core.cards import Card
from bulou.core.staff import roles
from bulou.core.staff.actor import Actor, within
from bulou.core.staff.gate import acting
from bulou.core.staff.roles import Role
from bulou.core.tasks import owners
from bulou.core.tasks import queries as tasks
from bulou.core.tasks.models import OPEN, Task
from bulou.desk import menu, names, standing, waiting
from bulou.lib import clock

QUESTIONS = {
    Role.VILLAGE_DOCTOR: _("Whom do I still have to see?"),
    Role.GRID_WORKER: _("Which doors are left?"),
    Role.VOLUNTEER: _("Which doors are left?"),
    Role.VILLAGE_CADRE: _("What does the township wait for from me?"),
    Role.TOWNSHIP_CLERK: _("Which villages are late, and what waits for me?"),
    Role.TOWNSHIP_LEADER: _("Where are we not covered?"),
    Role.COUNTY_OFFICE: _("Where is the gap?"),
    Role.COUNTY_LEADER: _("Where are we not covered, and what got worse?"),
    Role.ADMINISTRATOR: _("Is the system in order?"),
    Role.AUDITOR: _("What stands out in the log?"),
}
# Whose tasks a post does: a grid has nobody else, a doctor does not write the cadre's report.
DOES = {
    Role.VILLAGE_DOCTOR: {Role.VILLAGE_DOCTOR},
    Role.GRID_WORKER: {Role.GRID_WORKER, Role.VILLAGE_DOCTOR, Role.VOLUNTEER},
    Role.VOLUNTEER: {Role.VOLUNTEER, Role.VILLAGE_DOCTOR},
    Role.VILLAGE_CADRE: {Role.VILLAGE_CADRE},
}
AT_THE_DOOR = frozenset({Role.VILLAGE_DOCTOR, Role.GRID_WORKER, Role.VOLUNTEER})
WATCHERS = roles.TOWNSHIP | roles.COUNTY | {Role.INSPECTOR, Role.AUDITOR}
# Whose question is about places: their table answers it, what waits comes below.
LEADERS = frozenset({Role.TOWNSHIP_LEADER, Role.COUNTY_LEADER})
_MOST = 100  # a shift's work on one page; the rest is on the page of the missed
_LATE = 12
# Whoever has nothing waiting is led to where something is done, not to what is only read.
_SHOWN = frozenset({"today", "reports"})


@acting()
def today(request: HttpRequest, by: Actor) -> HttpResponse:
    """What a post begins its day with."""
    if elsewhere := cards.home(by):
        return redirect(elsewhere)
    now = clock.now()
    words: dict[str, Any] = {
        "question": QUESTIONS.get(by.role, _("What waits for me?")),
        "now": now,
        "place": by.place,
        "cards": _cards(by),
        "field": by.role in DOES,
        "links": [link for group in menu.of(by) if group.key not in _SHOWN for link in group.links],
    }
    if by.role in DOES:
        words |= _doors(by, now)
    if by.role is Role.VILLAGE_CADRE:
        words["late"] = names.dues(_late(by, now), by, by.place, now)
    if by.role in WATCHERS:
        words["table"] = standing.table(by.place, now, since=now - timedelta(days=1))
        words["leads"] = by.role in LEADERS
    return render(request, "desk/today.html", words)


def _cards(by: Actor) -> list[Card]:
    """What waits, over all rooms and the house; at the door the list below says it better."""
    found = cards.cards(by, by.place) if by.role not in AT_THE_DOOR else []
    return sorted([*found, *waiting.cards(by)], key=lambda card: -card.rank)


def _doors(by: Actor, now: datetime) -> dict[str, Any]:
    """The post's open tasks, grouped by place, the places with the most overdue first."""
    mine = owners.mine(by, DOES[by.role])
    found = within(by, Task.objects.filter(tasks.actionable(now))).filter(mine)
    rows = names.dues(list(found.order_by("due_at", "place", "id")[:_MOST]), by, by.place, now)
    return {
        "doors": _by_place(rows),
        "open": len(rows),
        "overdue": sum(r.state == "missed" for r in rows),
        "most": _MOST,
    }


def _by_place(rows: Sequence[names.Due]) -> list[dict[str, Any]]:
    """Rows by place and person: one line a person, all that is owed to them in it."""
    late = Counter(row.task.place for row in rows if row.state == "missed")
    ordered = sorted(rows, key=lambda row: (-late[row.task.place], row.task.place, str(row.task.subject_id)))
    return [
        {"where": where, "late": late[code], "people": _by_person(list(group))}
        for (code, where), group in groupby(ordered, key=lambda row: (row.task.place, row.where))
    ]


def _by_person(rows: list[names.Due]) -> list[dict[str, Any]]:
    found = []
    for _subject, group in groupby(rows, key=lambda row: row.task.subject_id):
        owed = sorted(group, key=lambda row: row.task.due_at)
        # The same act owed twice (morning and afternoon) is one line; the earliest leads.
        kinds = list({row.task.kind: row for row in reversed(owed)}.values())[::-1]
        found.append({"first": owed[0], "owed": kinds, "times": len(owed)})
    return sorted(found, key=lambda line: line["first"].task.due_at)


def _late(by: Actor, now: datetime) -> list[Task]:
    """The missed of the day by name: for whoever calls, or finds somebody else to go."""
    start = clock.at(clock.day_of(now), datetime.min.time())
    found = within(by, Task.objects.filter(OPEN, subject_type="person", due_at__lt=now, due_at__gte=start))
    return list(found.exclude(role=by.role).order_by("place", "due_at", "id")[:_LATE])
