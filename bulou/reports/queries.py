"""Every list of reports that is read, scope first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from uuid import UUID

from django.db.models import QuerySet

from bulou.core.people import keys
from bulou.core.places import queries as places
from bulou.core.places import refused
from bulou.core.places.codes import LENGTHS, level_of
from bulou.core.rulebook import value
from bulou.core.staff.actor import Actor, within
from bulou.core.tasks.duties import Slot
from bulou.core.tasks.models import Task
from bulou.lib import clock, sql
from bulou.lib.refusals import Refusal
from bulou.reports import drafts, forms, turns
from bulou.reports.models import Sent

Difference = dict[str, int]


def reports(actor: Actor, place: str = "") -> QuerySet[Sent]:
    """Reports in the actor's territory (of one place and those below it), as they are now, newest first."""
    found = within(actor, Sent.objects.filter(replaced_by=None))
    return sql.subtree(found, place).order_by("-as_of", "place")


def report(actor: Actor, report_id: UUID) -> Sent:
    """One report or revision. Refuses report-unknown."""
    found = within(actor, Sent.objects.filter(pk=report_id)).first()
    if found is None:
        raise Refusal("report-unknown")
    return found


def family(one: Sent) -> list[Sent]:
    """A report with all its revisions, in their order."""
    rows = Sent.objects.filter(place=one.place, slot=one.slot, form=one.form, root=one.root)
    return sorted(rows, key=lambda row: (row.revision, row.id.int))


def difference(new: Mapping[str, int], old: Mapping[str, int]) -> Difference:
    """New minus old, for every number that either has; those that are the same are left out."""
    names = dict.fromkeys([*old, *new])
    return {name: changed for name in names if (changed := new.get(name, 0) - old.get(name, 0))}


@dataclass(frozen=True)
class Turn:
    """A turn that a place owes now, and what came of it."""

    slot: Slot
    report: Sent | None
    state: str


def owed(actor: Actor, place: str, now: datetime | None = None) -> list[Turn]:
    """The turns that are open for a place now, the one due first in front. Refuses place-unknown."""
    if not actor.reaches(place):
        raise Refusal(refused.UNKNOWN)
    now = now or clock.now()
    slots = turns.begun(place, now)
    mine = Sent.objects.filter(place=place, slot__in=[s.name for s in slots], replaced_by=None)
    sent = {one.slot: one for one in mine}
    return [Turn(s, sent.get(s.name), drafts._state(s, sent.get(s.name), now)) for s in slots]


def received(actor: Actor, place: str, slot: str, now: datetime | None = None) -> list[drafts.Child]:
    """Those right below with their reports, the missing first. Refuses place-unknown, report-turn-unknown."""
    if not actor.reaches(place):
        raise Refusal(refused.UNKNOWN)
    turn = turns.turn(place, slot)
    if turn is None:
        raise Refusal("report-turn-unknown")
    return drafts.children(place, turn, now or clock.now())


@dataclass(frozen=True)
class Answered:
    """A place in its last turn of a day: when it was due and when it reported (None: not by then)."""

    code: str
    name: str
    slot: str
    due_at: datetime
    done_at: datetime | None


def turnout(
    actor: Actor, place: str, level: int, at: datetime | None = None, slot: str = ""
) -> list[Answered]:
    """All places of a level below `place` as of a moment, the silent first.

    Each in its last turn of that day that was due by then; with `slot`, in the one that the place's report of
    that turn gathers. Refuses place-unknown, report-turn-unknown.
    """
    if not actor.reaches(place):
        raise Refusal(refused.UNKNOWN)
    at = at or clock.now()
    turn = turns.turn(place, slot) if slot else None
    if slot and turn is None:
        raise Refusal("report-turn-unknown")
    found = _gathered(place, level, turn, at) if turn else _last_due(place, level, at)
    return sorted(found, key=lambda one: (one.done_at is not None, one.code))


def _last_due(place: str, level: int, at: datetime) -> list[Answered]:
    start = clock.at(clock.day_of(at), datetime.min.time())
    rows = sql.subtree(
        Task.objects.filter(kind=f"reports.{turns.LEVELS[level]}", withdrawn_at=None, excused_at=None), place
    )
    last = {row.place: row for row in rows.filter(due_at__gte=start, due_at__lt=at).order_by("due_at")}
    named = _named(last, place, level)
    return [
        Answered(
            code,
            named.get(code, code),
            row.slot,
            row.due_at,
            row.done_at if row.done_at and row.done_at <= at else None,
        )
        for code, row in last.items()
    ]


def _gathered(place: str, level: int, slot: Slot, at: datetime) -> list[Answered]:
    """The places of a level in the turns that a place's report of `slot` gathers, due already or not."""
    below = {place: drafts.children_of({place: slot}, at, at)[place]}
    found = {one.code: one for one in drafts.turned_out(below, at)[place] if level_of(one.code) == level}
    named = _named(found, place, level)
    return [
        Answered(
            code,
            named.get(code, one.name),
            one.slot.name,
            one.slot.due_at,
            one.report.happened_at if one.report else None,
        )
        for code, one in found.items()
    ]


def _named(codes: Collection[str], place: str, level: int) -> dict[str, str]:
    return places.described(codes, place[: LENGTHS[min(level_of(place), level - 1) - 1]])


@dataclass(frozen=True)
class Past:
    """A report in a place's history: what changed since the one before it, and in its last revision."""

    report: Sent
    since: Difference
    revised: Difference


def history(actor: Actor, place: str, most: int = 30) -> list[Past]:
    """A place's reports, newest first, each with its differences. Refuses place-unknown."""
    if not actor.reaches(place):
        raise Refusal(refused.UNKNOWN)
    now = list(Sent.objects.filter(place=place, replaced_by=None).order_by("-as_of", "-id")[: most + 1])
    older = Sent.objects.filter(root__in=[one.root for one in now if one.revision])
    before = {(row.root, row.revision): row.figures for row in older}
    found = []
    for one, last in zip_longest(now, now[1:]):
        since = difference(one.figures, last.figures) if last else {}
        revised = (
            difference(one.figures, before.get((one.root, one.revision - 1), {})) if one.revision else {}
        )
        found.append(Past(one, since, revised))
    return found[:most]


@dataclass(frozen=True)
class Stale:
    """A report that the records no longer bear out: what they say now, the difference, and who came since."""

    report: Sent
    now: dict[str, int]
    changed: Difference
    came: list[str]


def stale(sent: Sequence[Sent], now: datetime | None = None) -> list[Stale]:
    """Those of some reports that need a revision: counted again, as of their own moment."""
    now = now or clock.now()
    found = []
    for one in sent:
        said, came = _said_now(one, now)
        changed = difference(said, one.figures)
        if changed or came:
            found.append(Stale(one, said, changed, came))
    return found


def _said_now(one: Sent, now: datetime) -> tuple[dict[str, int], list[str]]:
    """The numbers of a report as they would be counted now, and who of its missing has reported since.

    What its form did not hold when it was sent is not held against it.
    """
    turn = turns.turn(one.place, one.slot)
    below = drafts.children(one.place, turn, now) if turn else []
    asked, values = forms.asked([one.place], one.slot, one.as_of)
    counted = drafts.count(asked, values, {one.place: below}, now)[one.place]
    sums = drafts.sums_from_below(one.place, one.slot, [child.report for child in below if child.report])
    said = {name: (counted | sums).get(name, old) for name, old in one.figures.items()}
    return said, [child.code for child in below if child.report is not None and child.code in one.missing]


def watched(actor: Actor, place: str, now: datetime | None = None) -> list[Stale]:
    """The place's own reports of the last days that need a revision (`reports.watch_days`)."""
    now = now or clock.now()
    days = int(value("reports.watch_days", place, clock.day_of(now)))
    return stale(list(reports(actor).filter(place=place, as_of__gte=now - timedelta(days=days))), now)


def texts(some: Sequence[Sent]) -> dict[UUID, dict[str, str]]:
    """The words of reports (note, why), which are kept sealed: {report: {field: text}}."""
    opened = keys.open_parts([one.id for one in some])
    return {one.id: opened.get(one.id, {}) for one in some}


def titles(one: Sent) -> dict[str, object]:
    return forms.titles(one.place, one.slot, list(one.figures))
