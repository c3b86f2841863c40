"""People of whom any may turn out to be another, and what has to hold of them; what is at a place that ends."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from bulou.core import succession
from bulou.core.figures.queries import Asked, read
from bulou.core.figures.recount import recount
from bulou.core.people import actions as people
from bulou.core.people.models import Merge
from bulou.core.people.queries import resolve
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.actor import Actor, of_post
from bulou.core.staff.models import Post
from bulou.core.staff.roles import Role
from bulou.core.tasks.lay import lay
from bulou.core.tasks.models import Task
from bulou.lib import clock, ids
from bulou.lib.refusals import Refusal
from bulou.work.cases.models import Case
from bulou.work.observation import actions
from bulou.work.observation.models import Observation
from tests.core.conftest import COUNTY, OTHER_VILLAGE, VILLAGE, actor, arrival

OFFICE = actor(Role.COUNTY_OFFICE, COUNTY)


def figure(name: str, place: str = COUNTY) -> int:
    return read([name], Asked(place))[place][name]


def merge(kept: UUID, other: UUID) -> UUID:
    return people.merge(kept, other, OFFICE, "同一人")


def running(person: UUID) -> list[Observation]:
    return list(Observation.objects.filter(person=person, closed_at=None))


def owed(person: UUID, kind: str = "observation.reading") -> list[str]:
    """Turns that are still to come."""
    found = Task.objects.filter(
        kind=kind, subject_id=person, withdrawn_at=None, done_at=None, due_at__gt=clock.now()
    )
    return sorted(found.values_list("slot", flat=True))


class World:
    """Three people whose records, corrections and merges come in any order."""

    def __init__(self) -> None:
        self.now = clock.parse("2020-02-10T09:00")
        self.shift()
        rows = [people.NewPerson(name="白小满", place=VILLAGE, id=ids.new()) for _n in range(3)]
        self.people = [answer.id for answer in people.enrol(rows, OFFICE)]
        self.arrivals: dict[UUID, Incoming] = {}

    def shift(self) -> None:
        apart = (self.now - datetime.now(self.now.tzinfo)).total_seconds()
        os.environ["BULOU_CLOCK_SHIFT"] = repr(apart)

    def do_wait(self, hours: int, _how: int) -> None:
        self.now += timedelta(hours=hours)
        self.shift()
        lay()

    def take(self, kind: str, who: int, hours: int = 0, **data: Any) -> None:
        when = clock.now() - timedelta(hours=hours)
        take([Incoming(kind, ids.new(), VILLAGE, when, {"person": str(self.people[who]), **data})], OFFICE)

    def do_arrive(self, who: int, days: int) -> None:
        said = arrival(1, clock.now() - timedelta(days=days), fever=days == 3)
        data = {**said.data, "who": None, "person": str(self.people[who])}
        came = Incoming(said.kind, said.id, VILLAGE, said.happened_at, data)
        take([came], OFFICE)
        self.arrivals[self.people[who]] = came

    def do_correct(self, who: int, days: int) -> None:
        came = self.arrivals.get(self.people[who])
        if came is not None:
            left = clock.day_of(came.happened_at) - timedelta(days=days)
            data = {**came.data, "left_day": left.isoformat(), "fever": days == 2}
            take([Incoming(came.kind, ids.new(), VILLAGE, came.happened_at, data, replaces=came.id)], OFFICE)

    def do_read(self, who: int, tenths: int) -> None:
        self.take("observation.reading", who, tenths=tenths, symptoms=[])

    def do_clinic(self, who: int, word: str) -> None:
        self.take(f"cases.{word}", who)

    def do_outcome(self, who: int, word: str) -> None:
        self.take("cases.outcome", who, outcome=word)

    def plan(self, who: int) -> Observation | None:
        return Observation.objects.filter(person=self.root(who), closed_at=None).first()

    def root(self, who: int) -> UUID:
        return resolve([self.people[who]])[self.people[who]]

    def do_restart(self, who: int, days: int) -> None:
        plan = self.plan(who)
        if plan is not None:
            first = max(clock.day_of(plan.opened_at), clock.today() - timedelta(days=days))
            actions.start_again(OFFICE, plan.id, first, "外出")

    def do_move(self, who: int, where: int) -> None:
        plan = self.plan(who)
        if plan is not None:
            actions.move(OFFICE, plan.id, (VILLAGE, OTHER_VILLAGE)[where])

    def do_merge(self, kept: int, other: int) -> None:
        merge(self.people[kept], self.people[other])

    def do_undo(self, which: int, _how: int) -> None:
        made = list(Merge.objects.filter(undone_at=None).order_by("at", "id"))
        if which < len(made):
            people.unmerge(made[which].id, OFFICE)

    def holds(self) -> None:
        """Nobody who turned out to be another is observed or waited for; the figures are the records'."""
        roots = resolve(self.people)
        gone = [person for person, root in roots.items() if root != person]
        assert not Observation.objects.filter(person__in=gone, closed_at=None).exists()
        assert not Case.objects.filter(person__in=gone).exists()
        ahead = Task.objects.filter(
            subject_id__in=gone, withdrawn_at=None, done_at=None, due_at__gt=clock.now()
        )
        assert list(ahead.values_list("kind", "slot")) == []
        assert figure("observation.now") == Observation.objects.filter(closed_at=None).count()
        for plan in Observation.objects.filter(closed_at=None, away_from=None, until_day__gt=clock.today()):
            slots = owed(plan.person)
            assert slots and len(slots) == len(set(slots)), plan.place
        assert recount() == []


def left(code: str) -> dict[str, int]:
    """How many of each noun are at a place that would go along with it."""
    return {line.noun: line.n for line in succession.look(code) if line.moves and line.n}


def refused(code: str, act: Callable[..., Any], *args: Any, **words: Any) -> None:
    """That an act is refused with this code, in a whole sentence."""
    with pytest.raises(Refusal) as refusal:
        act(*args, **words)
    assert refusal.value.code == code
    assert "%(" not in refusal.value.message


def now_held(held: Actor) -> Actor:
    """Whoever held a post, where they hold it now."""
    return of_post(Post.objects.select_related("account").get(account=held.account))
