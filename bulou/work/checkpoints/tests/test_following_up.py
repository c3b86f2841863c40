"""What was found out about somebody who strayed, corrected after the task is done: what was made of it follows."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from bulou.core.figures.recount import recount
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.core.tasks.models import OPEN, Task
from bulou.lib import clock, ids
from bulou.work.checkpoints.models import Followed
from bulou.work.checkpoints.tests.conftest import AWAY, Post, lives, passed, who
from bulou.work.checkpoints.tests.test_passing import observed
from bulou.work.observation.models import Breach

pytestmark = pytest.mark.django_db


@pytest.fixture
def strayed(post: Post, staff: Actor) -> Any:
    """Somebody under observation who was seen at a post."""
    person = observed(1)
    passed(post(), staff, who=who(1), outcome="held")
    return person


@pytest.fixture
def cadre(db: None) -> Actor:
    return actor(Role.VILLAGE_CADRE, AWAY)


def found(person: Any, what: str, replaces: Any = None, note: str = "") -> Incoming:
    data = {"person": str(person), "what": what, "note": note}
    return Incoming(Followed.kind, ids.new(), AWAY, clock.now(), data, replaces=replaces)


def breaches() -> list[Any]:
    assert recount() == []
    return list(Breach.objects.filter(replaced_by=None).values_list("person", "what"))


def waiting() -> set[Any]:
    return set(Task.objects.filter(OPEN, kind="checkpoints.stray").values_list("subject_id", flat=True))


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("last", ["breach", "allowed"])
def test_whatever_order_its_corrections_come_in_the_last_says_whether_it_was_a_breach(
    strayed: Any, cadre: Actor, order: tuple[int, ...], last: str
) -> None:
    first = found(strayed, "breach")
    second = found(strayed, "mistaken" if last == "breach" else "breach", first.id, "问过了")
    third = found(strayed, last, second.id)
    for n in order:
        take([(first, second, third)[n]], cadre)
    assert breaches() == ([(strayed, "went-out")] if last == "breach" else [])
    assert waiting() == set()


def test_who_was_allowed_out_after_all_did_not_break_it(strayed: Any, cadre: Actor) -> None:
    said = found(strayed, "breach")
    assert take([said], cadre)[0].status == "accepted" and waiting() == set()
    assert take([found(strayed, "allowed", said.id)], cadre)[0].status == "accepted"
    assert (breaches(), waiting()) == ([], set())


def test_what_somebody_corrected_of_the_breach_since_stays(strayed: Any, cadre: Actor) -> None:
    said = found(strayed, "breach")
    take([said], cadre)
    data = {"person": str(strayed), "what": "visitors", "action": "talked-to"}
    there = Breach.objects.get()
    take([Incoming(Breach.kind, ids.new(), AWAY, clock.now(), data, replaces=there.id)], SYSTEM)
    take([found(strayed, "breach", said.id, "又问了一次")], cadre)
    assert breaches() == [(strayed, "visitors")]


def test_a_correction_about_somebody_who_did_not_stray_is_refused(strayed: Any, cadre: Actor) -> None:
    said = found(strayed, "breach")
    other = lives(2)
    (first, wrong) = take([said, found(other, "breach", said.id)], cadre)
    assert (first.status, wrong.code, breaches()) == ("accepted", "stray-unknown", [(strayed, "went-out")])
