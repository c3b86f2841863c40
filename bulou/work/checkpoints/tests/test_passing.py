"""Whoever stands at a post: let in, sent back, held, to the clinic; and what follows of it elsewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bulou.core.figures import queries as figures
from bulou.core.figures.recount import recount
from bulou.core.people.models import Person
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.room import ask
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.core.tasks.models import Task
from bulou.lib import clock, ids
from bulou.work.arrivals.models import Arrival
from bulou.work.cases.models import Case
from bulou.work.checkpoints import actions
from bulou.work.checkpoints.forms import PermitIn
from bulou.work.checkpoints.models import Handed, Pass, Traveller
from bulou.work.checkpoints.tests.conftest import (
    AWAY,
    COUNTY,
    VILLAGE,
    Post,
    answered,
    lives,
    passed,
    passing,
    who,
)  # fmt: skip
from bulou.work.observation.models import Breach, Observation

pytestmark = pytest.mark.django_db
OUTSIDE: dict[str, Any] = {"origin": "affected-area", "from_place": "湖北武汉"}


def counted(name: str) -> int:
    return sum(figures.total(name, COUNTY).values())


def test_a_car_of_five_goes_in_with_one_record(post: Post, staff: Actor) -> None:
    some = [{"who": who(n), "tenths": 362 + n} for n in range(1, 5)]
    told = passed(post(), staff, who=who(0), plate="晋L·d12345", origin="own-county", companions=some)
    assert (told.people, told.vehicles, told.let_in, told.vehicle, told.tenths) == (
        5,
        1,
        5,
        "new-energy",
        366,
    )
    assert told.outcome == told.ruled == "let_in" and told.decided_by == "free"
    assert Traveller.objects.filter(record=told.id).count() == Person.objects.count() == 5
    assert not recount()


def test_people_may_be_counted_without_names_where_nothing_asks_for_them(post: Post, staff: Actor) -> None:
    told = passed(post(), staff, people=3, plate="晋L12345")
    assert (told.people, told.vehicles, told.let_in, told.unmeasured) == (3, 1, 3, 0)
    told = passed(post(), staff, people=3, tenths=None)
    assert (told.unmeasured, told.decided_by) == (3, "unmeasured")
    assert (
        counted("checkpoints.people"),
        counted("checkpoints.vehicles"),
        counted("checkpoints.unmeasured"),
    ) == (6, 1, 3)
    assert Person.objects.count() == 0 and not recount()


def test_a_fever_at_a_post_goes_to_the_clinic_and_opens_a_case(post: Post, staff: Actor) -> None:
    person = lives(1)
    told = passed(post(), staff, who=who(1), tenths=381, plate="晋L12345", people=3)
    assert (told.outcome, told.to_clinic, told.let_in, told.people) == ("to_clinic", 1, 2, 3)
    assert Case.objects.get(person=person).reason == "fever"
    assert Task.objects.filter(subject_id=person, kind="cases.receive").count() == 1


def test_a_fever_must_have_a_name(post: Post, staff: Actor) -> None:
    assert answered(post(), staff, tenths=381).code == "pass-nameless"


def test_each_of_a_car_is_decided_by_their_own_temperature(post: Post, staff: Actor) -> None:
    told = passed(
        post(), staff, who=who(1), companions=[{"who": who(2), "tenths": 379}, {"who": who(3), "tenths": 365}]
    )
    assert (told.outcome, told.let_in, told.to_clinic) == ("let_in", 2, 1)
    assert Case.objects.count() == 1


def test_from_an_affected_area_into_the_isolation_room_until_somebody_takes_over(
    post: Post, staff: Actor
) -> None:
    told = passed(here := post(), staff, who=who(1), **OUTSIDE)
    person = Traveller.objects.get(record=told.id).person
    hold = Task.objects.get(kind="checkpoints.hold", subject_id=person)
    assert (told.outcome, told.held, hold.place, hold.slot[:32]) == ("held", 1, VILLAGE, here.id.hex)
    assert hold.due_at - hold.opens_at == timedelta(hours=2)
    assert Arrival.objects.count() == 0
    data = {"person": str(person), "taker": "village", "to_place": AWAY}
    (result,) = take([Incoming("checkpoints.handed", ids.new(), VILLAGE, clock.now(), data)], staff)
    assert result.status == "accepted", result
    hold.refresh_from_db()
    assert hold.done_at is not None
    came = Arrival.objects.get(person=person)
    assert (came.place, came.origin, came.affected) == (AWAY, "affected-area", True)
    (again,) = take([Incoming("checkpoints.handed", ids.new(), VILLAGE, clock.now(), data)], staff)
    assert again.code == "hold-unknown" and Handed.objects.count() == 1


def test_who_is_let_in_from_an_affected_area_is_seen_at_home_where_they_go(post: Post, staff: Actor) -> None:
    told = passed(post(room=False), staff, who=who(1), to_place=AWAY, plate="鄂A12345", **OUTSIDE)
    person = Traveller.objects.get(record=told.id, told=True).person
    came = Arrival.objects.get(person=person)
    assert (came.place, came.measure) == (AWAY, "home")
    assert Observation.objects.filter(person=person, place=AWAY, closed_at=None).exists()
    (owed,) = (found[person] for found in ask("awaited", {person}))
    assert owed.place == AWAY and owed.due_at - came.happened_at <= timedelta(hours=2, minutes=1)
    assert Person.objects.get(pk=person).place == AWAY
    with clock.standing(clock.now() + timedelta(hours=1)):
        seen = {"person": str(person), "outcome": "at-home"}
        take(
            [Incoming("arrivals.seen", ids.new(), AWAY, clock.now(), seen)], actor(Role.VILLAGE_DOCTOR, AWAY)
        )
    (owed,) = (found[person] for found in ask("awaited", {person}))
    assert owed.done_at is not None


def test_the_village_must_be_said_of_whom_it_is_told(post: Post, staff: Actor) -> None:
    here = post(room=False)
    assert answered(here, staff, who=who(1), **OUTSIDE).code == "pass-whither"
    assert answered(here, staff, who=who(1), to_place="141031999999", **OUTSIDE).code == "place-unknown"
    assert answered(here, staff, who=who(1), to_place="411621001001", **OUTSIDE).code == "place-unknown"
    gate = post(kind="village", room=False)
    assert answered(gate, staff, who=who(1), **OUTSIDE).status == "accepted"
    assert Arrival.objects.get().place == VILLAGE


def test_nobody_leaves_for_an_affected_area_as_somebody_who_comes_from_there(
    post: Post, staff: Actor
) -> None:
    assert passed(post(), staff, direction="out", **OUTSIDE).outcome == "let_in"


def test_a_closed_village_is_passed_with_a_permit_on_its_days(post: Post, staff: Actor) -> None:
    gate, person = post(kind="village", closed=True), lives(1, VILLAGE)
    assert passed(gate, staff, person=str(person)).outcome == "sent_back"
    said = {
        "person": person,
        "place": VILLAGE,
        "from_day": "2020-02-10",
        "to_day": "2020-02-20",
        "weekdays": ["3"],
    }
    given = actions.permit(SYSTEM, PermitIn.model_validate(said))
    assert passed(gate, staff, person=str(person)).outcome == "let_in"
    thursday = clock.now() + timedelta(days=1)
    with clock.standing(thursday):
        assert passed(gate, staff, person=str(person)).outcome == "sent_back"
    actions.end_permit(SYSTEM, given.id)
    assert passed(gate, staff, person=str(person)).outcome == "sent_back"


def test_talked_out_of_entering_counts_people_and_vehicles(post: Post, staff: Actor) -> None:
    gate = post(kind="village", closed=True)
    passed(gate, staff, people=4, plate="豫P12345")
    passed(gate, staff, people=2)
    assert (counted("checkpoints.sent_back"), counted("checkpoints.vehicles_sent_back")) == (6, 1)


def observed(n: int) -> Any:
    """Somebody who is observed at home in another township."""
    data = {"who": who(n), "from_place": "湖北武汉"}
    (result,) = take(
        [Incoming("arrivals.arrival", ids.new(), AWAY, clock.now() - timedelta(days=2), data)], SYSTEM
    )
    assert result.status == "accepted"
    return Observation.objects.get(closed_at=None).person


def test_somebody_under_observation_elsewhere_is_told_to_the_post_and_to_whoever_answers(
    post: Post, staff: Actor
) -> None:
    person = observed(1)
    result = answered(post(), staff, who=who(1), outcome="let_in")
    assert (result.status, result.code) == ("accepted", "pass-observed") and "2020-02-" in result.message
    told = Pass.objects.get()
    assert (told.outcome, told.ruled, told.against, told.observed) == ("let_in", "held", True, 1)
    stray = Task.objects.get(kind="checkpoints.stray", subject_id=person)
    assert stray.place == AWAY
    cadre = actor(Role.VILLAGE_CADRE, AWAY)
    cards = [card.count for answer in ask("today", cadre, AWAY) for card in answer if "post" in str(card.url)]
    data = {"person": str(person), "what": "breach"}
    (said,) = take([Incoming("checkpoints.followed", ids.new(), AWAY, clock.now(), data)], cadre)
    assert said.status == "accepted" and Breach.objects.get(person=person).what == "went-out", cards


def test_by_telephone_and_name_somebody_is_found_again(post: Post, staff: Actor) -> None:
    here, some = post(), {"name": "试用人", "phone": "15400000001"}
    passed(here, staff, who=some)
    passed(here, staff, who=some)
    passed(here, staff, who={**some, "name": "另一人"})
    assert Person.objects.count() == 2
    assert Traveller.objects.values("person").distinct().count() == 2


def test_a_card_of_somebody_else_is_held_and_attributed_to_nobody(post: Post, staff: Actor) -> None:
    lives(1)
    result = answered(post(), staff, who={**who(1), "name": "另一人"})
    assert (result.status, result.code) == ("held", "pass-other-person") and Traveller.objects.count() == 0


def test_who_passed_here_is_known_here_and_nowhere_else(post: Post, staff: Actor) -> None:
    here, person = post(), lives(1)
    assert answered(here, staff, person=str(person)).code == "person-unknown"
    passed(here, staff, who=who(1))
    assert answered(here, staff, person=str(person)).status == "accepted"
    assert (
        answered(post(place=AWAY), actor(Role.CHECKPOINT_STAFF, AWAY), person=str(ids.new())).code
        == "person-unknown"
    )


def test_a_post_that_is_somebody_elses_is_not_there(post: Post) -> None:
    assert answered(post(), actor(Role.CHECKPOINT_STAFF, AWAY)).code == "place-unknown"
    mine = passing(post())
    came = Incoming(mine.kind, mine.id, AWAY, mine.happened_at, mine.data)
    assert take([came], actor(Role.CHECKPOINT_STAFF, AWAY))[0].code == "checkpoint-unknown"


def test_a_corrected_pass_takes_back_what_the_first_one_laid(post: Post, staff: Actor) -> None:
    here = post()
    first = passing(here, who=who(1), **OUTSIDE)
    take([first], staff)
    hold = Task.objects.get(kind="checkpoints.hold")
    second = passing(here, who=who(1), origin="own-county", replaces=first.id)
    (result,) = take([second], staff)
    assert result.status == "accepted", result
    hold.refresh_from_db()
    assert hold.withdrawn_at is not None
    assert (counted("checkpoints.held"), counted("checkpoints.people")) == (0, 1)
    third = passing(here, who=who(1), replaces=second.id, **OUTSIDE)
    take([third], staff)
    hold.refresh_from_db()
    assert hold.withdrawn_at is None and not recount()


def test_a_fever_that_was_none_is_taken_back(post: Post, staff: Actor) -> None:
    here = post()
    first = passing(here, who=who(1), tenths=381)
    take([first], staff)
    assert Case.objects.filter(closed_at=None).count() == 1
    take([passing(here, who=who(1), tenths=365, replaces=first.id)], staff)
    assert Case.objects.filter(closed_at=None).count() == 0
