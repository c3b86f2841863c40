"""A fever goes to the clinic, its outcome comes back, and every number about it holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from bulou.core.figures.queries import Asked, read
from bulou.core.figures.recount import recount
from bulou.core.records.intake import take
from bulou.core.room import ask
from bulou.core.rulebook import policy
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.core.tasks.models import Task
from bulou.core.tasks.state import State, state
from bulou.lib import clock
from bulou.lib.refusals import Refusal
from bulou.work.cases import actions
from bulou.work.cases.models import Case, Outcome, Reported
from bulou.work.cases.tests.conftest import (
    COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    accepted,
    arrival,
    arrived,
    reading,
    said,
)  # fmt: skip

pytestmark = pytest.mark.django_db


def figure(name: str, place: str = COUNTY, at: datetime | None = None) -> int:
    return read([name], Asked(place, at=at))[place][name]


def figures(*names: str, place: str = COUNTY) -> list[int]:
    return [figure(f"cases.{name}", place) for name in names]


def task(kind: str, person: UUID) -> Task:
    return Task.objects.get(kind=f"cases.{kind}", subject_id=person, withdrawn_at=None)


def test_a_fever_opens_one_case_and_the_clinic_owes_it_a_reception() -> None:
    person = arrived(1)
    accepted([reading(person, 381, 3)])
    accepted([reading(person, 385, 1)])
    case = Case.objects.get()
    assert (case.person, case.reason, case.tenths, case.closed_at) == (person, "fever", 385, None)
    assert Reported.objects.count() == 2
    owed = task("receive", person)
    assert (owed.role, owed.place, owed.due_at) == (
        "fever-clinic",
        VILLAGE,
        case.opened_at + timedelta(hours=2),
    )
    assert state(owed, clock.now()) is State.MISSED
    assert figures("reported", "open") == [1, 1]
    assert ask("open_cases", [person]) == [{person}]


def test_the_same_fever_again_changes_nothing() -> None:
    person = arrived(1)
    fever = reading(person, 381, 3)
    accepted([fever])
    accepted([fever])
    assert (Case.objects.count(), Reported.objects.count()) == (1, 1)


def test_whoever_the_rules_send_to_the_clinic_on_arrival_is_a_case() -> None:
    person = arrived(1, fever=True)
    assert Case.objects.get(person=person).reason == "arrival"


def test_the_clinic_has_its_hours_from_when_a_ledger_told_of_a_fever_on_a_return_of_days_ago() -> None:
    told = arrival(1, hours=150, fever=True, entered_at=None)
    accepted([told, told])
    case = Case.objects.get()
    owed = task("receive", case.person)
    assert case.opened_at == told.happened_at
    assert state(owed, clock.now()) is State.OPEN
    assert timedelta(minutes=119) < owed.due_at - clock.now() <= timedelta(hours=2)
    accepted([said("received", case.person, 0)])
    assert state(task("receive", case.person), clock.now()) is State.DONE
    at_the_door = arrived(
        2, hours=5, fever=True
    )  # whoever registered it there knew, and was told whom to call
    assert state(task("receive", at_the_door), clock.now()) is State.MISSED
    assert recount() == []


def test_at_the_clinic_the_visit_at_home_and_the_readings_are_not_owed() -> None:
    person = arrived(1, hours=1, fever=True)
    accepted([said("received", person, 0.5)])
    assert Task.objects.get(kind="arrivals.visit").withdrawn_at is not None
    other = arrived(2)
    accepted([reading(other, 381, 3), said("received", other, 2)])
    owed = Task.objects.filter(
        kind="observation.reading", subject_id=other, due_at__gt=clock.now(), withdrawn_at=None, done_at=None
    )
    assert not owed.exists()


def test_the_outcome_comes_back_and_closes_what_was_owed() -> None:
    person = arrived(1)
    accepted(
        [reading(person, 381, 5), said("received", person, 4), said("outcome", person, 1, outcome="excluded")]
    )
    case = Case.objects.get()
    assert case.received_at is not None
    assert (case.outcome, case.closed_at) == ("excluded", case.outcome_at)
    now = clock.now()
    assert [state(task(kind, person), now) for kind in ("receive", "result")] == [State.DONE, State.DONE]
    assert figures("reported", "received", "excluded", "open", "suspected_now") == [1, 1, 1, 0, 0]
    owed = Task.objects.filter(
        kind="observation.reading", subject_id=person, due_at__gt=now, withdrawn_at=None
    )
    assert owed.exists(), "home again, the readings are owed again"
    accepted([said("returned", person, 0.5)])
    assert figures("returned") == [1]


def test_a_suspicion_is_owed_a_final_word_and_counts_until_then() -> None:
    person = arrived(1)
    accepted(
        [
            reading(person, 381, 30),
            said("received", person, 29),
            said("outcome", person, 20, outcome="suspected"),
        ]
    )
    before = clock.now() - timedelta(hours=2)
    accepted([said("outcome", person, 1, outcome="confirmed")])
    assert figures("suspected", "suspected_now", "confirmed", "open") == [1, 0, 1, 0]
    assert figure("cases.suspected_now", at=before) == 1
    assert figure("cases.confirmed", at=before) == 0
    assert task("settle", person).done_at is not None
    assert [r.before for r in Outcome.objects.order_by("happened_at")] == ["", "suspected"]


def test_the_same_word_said_twice_is_one_case() -> None:
    person = arrived(1)
    accepted([said("reported", person, 9), said("received", person, 8)])
    for hours in (5, 4):
        accepted([said("outcome", person, hours, outcome="suspected")])
        accepted([said("received", person, hours)])
    assert figures("suspected", "suspected_now", "received") == [1, 1, 1]


def test_a_final_word_that_was_wrong_is_followed_by_another() -> None:
    person = arrived(1)
    accepted([said("reported", person, 9), said("received", person, 8)])
    accepted(
        [said("outcome", person, 7, outcome="excluded"), said("outcome", person, 2, outcome="confirmed")]
    )
    assert Case.objects.get().outcome == "confirmed"
    assert figures("confirmed_now", "open", "closed") == [1, 0, 1]


def test_a_reading_corrected_to_none_withdraws_the_case_that_rests_on_it() -> None:
    person = arrived(1)
    fever = reading(person, 381, 3)
    accepted([fever])
    accepted([replace(reading(person, 361, 3), replaces=fever.id)])
    case = Case.objects.get()
    assert (case.outcome, figures("open", "withdrawn")) == ("withdrawn", [0, 1])
    assert Task.objects.get(kind="cases.receive").withdrawn_at is not None
    assert recount() == []


def test_a_reading_corrected_back_to_a_fever_is_a_case_again() -> None:
    person = arrived(1)
    fever = reading(person, 381, 3)
    wrong = replace(reading(person, 361, 3), replaces=fever.id)
    accepted([fever])
    accepted([wrong])
    accepted([replace(reading(person, 382, 3), replaces=wrong.id)])
    assert Case.objects.get(closed_at=None).tenths == 382
    assert figures("open") == [1]
    assert recount() == []


@pytest.mark.parametrize("together", [False, True], ids=["later", "in one batch"])
def test_a_fever_of_before_a_withdrawal_that_comes_in_after_it_is_not_lost(together: bool) -> None:
    person = arrived(1)
    slip, late = reading(person, 383, 3), reading(person, 379, 2)
    mended = replace(reading(person, 363, 3), replaces=slip.id)
    accepted([slip])
    for batch in [[mended, late]] if together else [[mended], [late]]:
        accepted(batch)
    assert Case.objects.filter(closed_at=None).count() == figure("cases.open") == 1
    assert state(task("receive", person), clock.now()) is State.MISSED
    assert recount() == []


def test_the_clinic_has_its_hours_from_when_a_correction_brought_a_fever_to_light() -> None:
    person = arrived(1)
    plain = reading(person, 366, 30)
    accepted([plain])
    late = replace(reading(person, 383, 30), replaces=plain.id)
    accepted([late])
    owed = task("receive", person)
    assert Case.objects.get().opened_at == late.happened_at
    assert state(owed, clock.now()) is State.OPEN
    assert timedelta(minutes=119) < owed.due_at - clock.now() <= timedelta(hours=2)
    accepted([replace(reading(person, 385, 30), replaces=late.id)])
    assert task("receive", person).due_at == owed.due_at
    accepted([said("received", person, 0)])
    assert state(task("receive", person), clock.now()) is State.DONE
    assert recount() == []


def test_whom_the_clinic_had_seen_before_a_correction_said_fever_it_does_not_owe_again() -> None:
    person = arrived(1)
    plain = reading(person, 366, 30)
    accepted([plain, said("received", person, 28), said("outcome", person, 20, outcome="excluded")])
    accepted([replace(reading(person, 383, 30), replaces=plain.id)])
    assert Case.objects.get().closed_at is not None
    assert state(task("receive", person), clock.now()) is State.DONE
    assert recount() == []


def test_a_case_that_rests_on_something_else_too_is_not_withdrawn() -> None:
    person = arrived(1)
    fever = reading(person, 381, 3)
    accepted([fever, said("reported", person, 2, reason="symptoms")])
    accepted([replace(reading(person, 361, 3), replaces=fever.id)])
    assert Case.objects.get().closed_at is None


def test_what_somebody_reported_before_a_reading_was_mended_keeps_the_case_however_late_it_comes_in() -> None:
    person = arrived(1)
    fever = reading(person, 381, 3)
    accepted([fever])
    accepted([replace(reading(person, 361, 3), replaces=fever.id)])
    assert Case.objects.get().outcome == "withdrawn"
    (result,) = accepted([said("reported", person, 2, reason="symptoms")])
    assert (Case.objects.get().outcome, result.code) == ("", "")
    assert figures("open", "withdrawn") == [1, 0]
    assert task("receive", person).done_at is None
    assert recount() == []


def test_a_report_of_before_an_office_withdrew_the_case_stays_with_it_and_says_so() -> None:
    case, clerk = opened_case(), actor(Role.TOWNSHIP_CLERK, TOWNSHIP)
    actions.withdraw(clerk, case.id, "认错了人")
    doctor = actor(Role.VILLAGE_DOCTOR, VILLAGE)
    (before,) = accepted([said("reported", case.person, 0.5, reason="symptoms")], doctor)
    assert before.code == "case-taken-back" and figures("open", "withdrawn") == [0, 1]
    assert before.id in {row["record"].pk for answer in ask("timeline", case.person) for row in answer}
    (after,) = accepted([said("reported", case.person, 0, reason="symptoms")], doctor)
    assert after.code == "" and figures("open", "withdrawn") == [1, 1]
    assert recount() == []


def test_a_corrected_reading_takes_nothing_back_once_the_clinic_has_begun() -> None:
    person = arrived(1)
    fever = reading(person, 381, 3)
    accepted([fever, said("received", person, 2)])
    accepted([replace(reading(person, 361, 3), replaces=fever.id)])
    assert Case.objects.get().closed_at is None


def test_a_corrected_fever_shows_the_corrected_number() -> None:
    person = arrived(1)
    fever = reading(person, 391, 3)
    accepted([fever])
    accepted([replace(reading(person, 379, 3), replaces=fever.id)])
    assert Case.objects.get().tenths == 379
    assert figures("reported") == [1]


def test_an_arrival_corrected_to_no_fever_is_withdrawn() -> None:
    came = arrival(1, fever=True)
    accepted([came])
    person = Case.objects.get().person
    who = {key: value for key, value in came.data.items() if key not in ("who", "fever")}
    accepted([replace(arrival(1), data={**who, "person": str(person)}, replaces=came.id)])
    assert Case.objects.get().outcome == "withdrawn"


def test_whoever_comes_to_the_clinic_unannounced_is_a_case_where_they_live() -> None:
    person = arrived(1)
    accepted([said("received", person, 2, place=COUNTY)])
    assert Case.objects.get().reason == "came"
    assert figures("open", "came", place=VILLAGE) == [1, 1]


def test_a_report_that_comes_after_the_reception_is_of_the_same_case() -> None:
    person = arrived(1)
    accepted([said("received", person, 2)])
    accepted([said("reported", person, 3, reason="fever")])
    case = Case.objects.get()
    assert (case.reason, figures("reported", "came", "open")) == ("fever", [1, 0, 1])
    assert task("receive", person).done_at == case.received_at
    assert recount() == []


def test_a_fever_after_an_exclusion_is_a_new_case() -> None:
    person = arrived(1)
    accepted([said("reported", person, 30), said("received", person, 29)])
    accepted([said("outcome", person, 20, outcome="excluded"), said("reported", person, 1)])
    assert [c.outcome for c in Case.objects.order_by("opened_at")] == ["excluded", ""]
    assert figures("reported", "open") == [2, 1]


def test_an_outcome_that_the_rules_do_not_know_is_refused() -> None:
    person = arrived(1)
    clinic = actor(Role.FEVER_CLINIC, COUNTY)
    results = take([said("outcome", person, 1, outcome=word) for word in ("withdrawn", "perhaps")], clinic)
    assert [(r.status, r.code) for r in results] == [("refused", "case-outcome"), ("refused", "malformed")]


def test_only_the_clinic_says_outcomes_and_nobody_of_people_elsewhere() -> None:
    person = arrived(1, OTHER_VILLAGE)
    (result,) = take([said("outcome", person, 1, outcome="excluded")], actor(Role.VILLAGE_DOCTOR, VILLAGE))
    assert result.code == "not-allowed"
    (result,) = take([said("reported", person, 1)], actor(Role.VILLAGE_DOCTOR, VILLAGE))
    assert result.code == "person-unknown"


def opened_case(n: int = 1, place: str = VILLAGE) -> Case:
    person = arrived(n, place)
    accepted([said("reported", person, 1, place=place)])
    return Case.objects.get(person=person)


def test_the_clinic_acts_in_one_step_each_and_again_changes_nothing() -> None:
    case, clinic = opened_case(), actor(Role.FEVER_CLINIC, COUNTY)
    for _twice in range(2):
        actions.receive(clinic, case.id)
    actions.outcome(clinic, case.id, "excluded", seen="")
    actions.outcome(clinic, case.id, "excluded", seen="excluded")
    for _twice in range(2):
        actions.back(clinic, case.id)
    assert figures("received", "excluded", "returned") == [1, 1, 1]


def refused(act: Callable[..., Any], *args: Any, **more: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        act(*args, **more)
    return refusal.value.code


def test_of_two_who_say_an_outcome_the_second_is_shown_the_first() -> None:
    case, clinic = opened_case(), actor(Role.FEVER_CLINIC, COUNTY)
    actions.receive(clinic, case.id)
    actions.outcome(clinic, case.id, "suspected", seen="")
    assert refused(actions.outcome, clinic, case.id, "excluded", seen="") == "case-changed"


def test_nobody_has_an_outcome_who_was_never_there() -> None:
    case, clinic = opened_case(), actor(Role.FEVER_CLINIC, COUNTY)
    assert refused(actions.outcome, clinic, case.id, "excluded") == "case-not-here"
    assert refused(actions.back, clinic, case.id) == "case-not-here"


def test_a_report_is_withdrawn_with_a_reason_and_only_before_the_clinic_begins() -> None:
    first, second = opened_case(1), opened_case(2)
    clerk = actor(Role.TOWNSHIP_CLERK, TOWNSHIP)
    assert refused(actions.withdraw, clerk, first.id, " ") == "case-why"
    actions.withdraw(clerk, first.id, "认错了人")
    assert Case.objects.get(pk=first.id).outcome == "withdrawn"
    actions.receive(actor(Role.FEVER_CLINIC, COUNTY), second.id)
    assert refused(actions.withdraw, clerk, second.id, "认错了人") == "case-under-way"


def test_a_case_elsewhere_is_not_there() -> None:
    case = opened_case()
    for by in (actor(Role.TOWNSHIP_CLERK, "141031101"), actor(Role.FEVER_CLINIC, "141029")):
        with pytest.raises(Refusal):
            actions.withdraw(by, case.id, "不在这里")
    assert refused(actions.receive, actor(Role.FEVER_CLINIC, "141029"), case.id) == "case-unknown"
    assert (
        refused(actions.report, actor(Role.VILLAGE_DOCTOR, OTHER_VILLAGE), case.person, "symptoms")
        == "person-unknown"
    )


def test_the_timeline_tells_what_happened() -> None:
    case = opened_case()
    accepted([said("received", case.person, 0.5)])
    kinds = {entry["kind"] for answer in ask("timeline", case.person) for entry in answer}
    assert {"cases.reported", "cases.received"} <= kinds


@pytest.mark.django_db
def test_an_order_with_a_word_that_the_room_does_not_know_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "order.toml"
    head = '[order]\nsource = "三号令"\nfrom = 2020-02-01\n[[value]]\nkey = "cases.outcomes"\n'
    found = {}
    for word in ("dead", "suspected"):
        path.write_text(head + f'value = ["suspected", "{word}"]\n', encoding="utf-8")
        found[word] = [one.code for one in policy.check_file(path).findings]
    assert found == {"dead": ["rule-word-unknown"], "suspected": []}
