"""What a visit or an answer led to is taken back, or owed after all, when it is corrected."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from bulou.core.figures.recount import recount
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.rulebook import value
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.core.tasks.models import Task
from bulou.lib import clock, ids
from bulou.work.cases.models import Case
from bulou.work.screening import following, today
from bulou.work.screening.models import Answer, Round
from bulou.work.screening.tests.conftest import COUNTY, VILLAGE, Home, settle
from bulou.work.screening.tests.test_doors import _in_2025
from bulou.work.screening.tests.test_rounds import Begin, visit

CLEAR = {"containers": 3, "larvae": 0, "cleared": True}
LARVAE = {"containers": 3, "larvae": 2, "cleared": True}


@pytest.fixture
def homes(grids: list[str]) -> list[Home]:
    return settle(grids[0], 2)


@pytest.fixture
def water(homes: list[Home], begin: Begin, monkeypatch: Any) -> Round:
    """A round that asks about standing water."""
    monkeypatch.setattr("bulou.work.screening.actions.profile", lambda place, day: "chikungunya")
    monkeypatch.setattr(clock, "day_of", _in_2025(clock.day_of))
    return begin(questions=["count", "water"])


def corrected(one: Incoming, **more: Any) -> Incoming:
    said = {**one.data, **more}
    return Incoming(one.kind, ids.new(), one.place, one.happened_at, said, replaces=one.id, why="看错")


def accepted(*came: Incoming) -> None:
    assert {one.status for one in take(list(came), SYSTEM)} == {"accepted"}


def again() -> list[tuple[Any, bool]]:
    """Whose doors are to be seen again, and whether somebody has been there."""
    owed = Task.objects.filter(kind="screening.again", withdrawn_at=None).order_by("subject_id")
    return [(task.subject_id, task.done_at is not None) for task in owed]


@pytest.mark.parametrize("at_once", [False, True])
def test_a_door_is_seen_again_just_when_the_visit_that_counts_found_it_not_clear(
    water: Round, homes: list[Home], at_once: bool
) -> None:
    (first, _people), (second, _others) = homes
    none, some = visit(water, first, "seen", **LARVAE), visit(water, second, "seen", **CLEAR)
    made = [none, corrected(none, **CLEAR), some, corrected(some, **LARVAE)]
    if at_once:
        accepted(*made[::-1])
    else:
        for one in made:
            accepted(one)
    assert again() == [(second, False)]
    accepted(corrected(made[1], **LARVAE), corrected(made[3], **LARVAE, people=4))
    assert again() == [(first, False), (second, False)]
    assert recount() == []


def test_a_visit_that_was_told_of_the_wrong_door_leaves_that_door_alone(
    water: Round, homes: list[Home]
) -> None:
    (wrong, _people), (right, _others) = homes
    told = visit(water, wrong, "seen", **LARVAE)
    accepted(told)
    accepted(corrected(told, member=str(right)))
    assert again() == [(right, False)]
    reached = Task.objects.filter(source=water.id, kind="screening.household").exclude(done_at=None)
    assert [task.subject_id for task in reached] == [right]
    assert recount() == []


@pytest.mark.parametrize("at_once", [False, True])
def test_who_was_no_contact_and_had_no_fever_is_neither_observed_nor_waited_for(
    homes: list[Home], begin: Begin, at_once: bool
) -> None:
    plan = begin()
    one, other = homes[0][1]
    said = {"round": str(plan.id), "person": str(one), "contact": True, "fever": True}
    told = Incoming("screening.answer", ids.new(), VILLAGE, clock.now(), said)
    fix = corrected(told, person=str(other))
    for batch in [[fix, told]] if at_once else [[told], [fix]]:
        accepted(*batch)
    owed = Task.objects.filter(kind="screening.contact", withdrawn_at=None)
    assert [task.subject_id for task in owed] == [other]
    assert [case.person for case in Case.objects.filter(closed_at=None)] == [other]
    accepted(corrected(fix, contact=False, fever=False))
    assert not owed.all().exists() and not Case.objects.filter(closed_at=None).exists()
    assert recount() == []


def test_a_cough_at_a_door_is_reported_where_the_rules_call_it_alarming_and_taken_back_when_it_was_none(
    homes: list[Home], begin: Begin, monkeypatch: Any
) -> None:
    plan = begin()
    one, other = homes[0][1]
    said = {"round": str(plan.id), "person": str(one), "symptoms": True, "fever": False}
    told = Incoming("screening.answer", ids.new(), VILLAGE, clock.now(), said)
    accepted(told)
    assert [(case.person, case.reason) for case in Case.objects.filter(closed_at=None)] == [(one, "symptoms")]
    fever = corrected(told, fever=True)
    accepted(fever)
    assert [case.reason for case in Case.objects.filter(closed_at=None)] == ["fever"]
    accepted(corrected(fever, fever=False, symptoms=False))
    assert not Case.objects.filter(closed_at=None).exists() and recount() == []
    # In an outbreak whose alarms are others a cough is written down, and nobody is sent to the clinic.
    mild = {"symptoms.alarm": ["bleeding"]}
    monkeypatch.setattr(following, "value", lambda key, *of: mild[key] if key in mild else value(key, *of))
    accepted(Incoming("screening.answer", ids.new(), VILLAGE, clock.now(), said | {"person": str(other)}))
    assert not Case.objects.filter(closed_at=None).exists()


def test_when_and_how_somebody_came_and_from_what_kind_of_place_stands_in_the_answer(
    homes: list[Home], begin: Begin
) -> None:
    plan, said = begin(), {"returned": True, "arrived": "2020-01-28", "transport": "rail"}
    came = [("湖北省武汉市", "affected-area"), ("北京市", "other-province"), ("", "unknown")]
    for (where, origin), person in zip(came, [*homes[0][1], homes[1][1][0]], strict=True):
        data = {"round": str(plan.id), "person": str(person), "from_place": where, **said}
        accepted(Incoming("screening.answer", ids.new(), VILLAGE, clock.now(), data))
        kept = Answer.objects.get(person=person)
        assert (str(kept.arrived), kept.transport, kept.origin) == ("2020-01-28", "rail", origin)


def test_doors_that_were_clear_are_asked_for_again_by_the_next_round(
    water: Round, begin: Begin, office: Actor, at: Any
) -> None:
    """Eggs become mosquitoes in about a week: the rule of the profile says by when each door is seen anew."""

    def asked(by: Actor = office) -> list[tuple[str, int, Any]]:
        cards = today.today(by, VILLAGE)
        return [(card.tone, card.count, card.note) for card in cards if "next round" in str(card.title)]

    assert asked() == []  # it runs
    at(24 * 2)
    assert asked() == [("wait", 2, "Each of these doors again by 02-06 09:00")]
    assert asked(actor(Role.INSPECTOR, COUNTY)) == []
    at(24 * 7.5)
    assert [tone for tone, _count, _note in asked()] == ["miss"]
    page = signed_in(Client(), office).get(f"/screening/new/?like={water.id}")
    form = page.context["form"]
    assert (form["place"].value(), form["subjects"].value(), form["questions"].value()) == (
        VILLAGE, "households", ["count", "water"],
    )  # fmt: skip
    begin(questions=["count", "health"])  # asks about something else
    assert len(asked()) == 1
    begin(questions=["count", "water"], place=COUNTY)
    assert asked() == []
