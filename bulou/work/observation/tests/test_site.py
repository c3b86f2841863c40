"""At a central site somebody is asked for the readings: on check-in they are owed there, on check-out at home."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from bulou.core.figures.queries import Asked, read
from bulou.core.figures.recount import recount
from bulou.core.people import actions as people
from bulou.core.places import actions as places
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.core.tasks import lay
from bulou.core.tasks.models import OPEN, Task
from bulou.desk.pages.person import timeline
from bulou.lib import clock, ids
from bulou.lib.refusals import Refusal
from bulou.work.observation import actions, sites
from bulou.work.observation.models import Bed, Observation
from bulou.work.observation.tests.conftest import COUNTY, OTHER_VILLAGE, TOWNSHIP, VILLAGE, observed, reading

THIRD_VILLAGE = "141031102200"


def office() -> Actor:
    return actor(Role.COUNTY_OFFICE, COUNTY)


def site_of(by: Actor) -> tuple[str, list[Bed]]:
    """A hotel in another township, a place of its own."""
    code = places.add(SYSTEM, OTHER_VILLAGE, "试用宾馆", "site").code
    site = sites.open_site(by, code, "试用宾馆", ["201", "202"])
    return code, list(Bed.objects.filter(site=site).order_by("room"))


def owed(plan: Observation) -> set[tuple[str, int | None]]:
    """Where and by whom the readings are owed that are still to come."""
    still = Task.objects.filter(
        OPEN, kind="observation.reading", subject_id=plan.person, due_at__gt=clock.now()
    )
    return set(still.values_list("place", "account"))


def test_checked_in_the_readings_are_owed_at_the_site_and_checked_out_at_home(db: None) -> None:
    by, (plan,) = office(), observed(1)
    code, (bed, _second) = site_of(by)
    missed = Task.objects.filter(OPEN, kind="observation.reading", due_at__lt=clock.now())
    before = set(missed.values_list("place", flat=True))
    actions.check_in(by, plan.id, bed.id)
    assert owed(plan) == {(code, None)}
    assert set(missed.values_list("place", flat=True)) == before == {VILLAGE}  # the past stays
    actions.check_out(by, plan.id)
    assert owed(plan) == {(VILLAGE, None)}


def test_what_the_clock_lays_ahead_is_owed_at_the_site_too(db: None, at: Callable[[str], datetime]) -> None:
    by, (plan,) = office(), observed(1)
    code, (bed, _second) = site_of(by)
    actions.check_in(by, plan.id, bed.id)
    at("2020-02-14T08:00")
    lay.lay()
    coming = Task.objects.filter(subject_id=plan.person, slot="2020-02-15/pm")
    assert coming.get().place == code


def test_whoever_the_site_names_owes_them_also_after_a_change(db: None) -> None:
    by, (plan, other) = office(), observed(2)
    code, (bed, second) = site_of(by)
    medic, nurse = actor(Role.VILLAGE_DOCTOR, code, "甲"), actor(Role.VOLUNTEER, code, "乙")
    sites.name_medic(by, bed.site_id, medic.account)
    actions.check_in(by, plan.id, bed.id)
    assert owed(plan) == {(code, medic.account)}
    sites.name_medic(by, bed.site_id, nurse.account)
    actions.check_in(by, other.id, second.id)
    assert owed(plan) == owed(other) == {(code, nurse.account)}


def test_nobody_is_named_whose_post_does_not_reach_the_site(db: None) -> None:
    by = office()
    _code, (bed, _second) = site_of(by)
    with pytest.raises(Refusal, match="responsible-nobody"):
        sites.name_medic(by, bed.site_id, actor(Role.VILLAGE_DOCTOR, VILLAGE).account)


def test_the_sites_doctor_measures_who_came_from_elsewhere_as_long_as_they_lie_there(
    db: None, browser: Callable[..., Client]
) -> None:
    by, (plan,) = office(), observed(1)
    code, (bed, _second) = site_of(by)
    doctor = actor(Role.VILLAGE_DOCTOR, OTHER_VILLAGE)
    taken = Incoming(
        "observation.reading", ids.new(), code, clock.now(), {"person": str(plan.person), "tenths": 366}
    )
    assert [r.code for r in take([taken], doctor)] == ["person-unknown"]
    page = browser(Role.VILLAGE_DOCTOR, OTHER_VILLAGE)
    assert page.get(f"/observation/{plan.id}/").status_code == 404
    actions.check_in(by, plan.id, bed.id)
    assert str(plan.person) in page.get("/observation/readings/", {"place": code}).content.decode()
    shown = page.get(f"/observation/{plan.id}/")
    assert shown.status_code == 200
    assert "restart/" not in shown.content.decode()  # only measured here: the rest is for their own place
    fresh = Incoming(taken.kind, ids.new(), code, clock.now(), taken.data)
    assert [r.status for r in take([fresh], doctor)] == ["accepted"]
    actions.check_out(by, plan.id)
    assert page.get(f"/observation/{plan.id}/").status_code == 404
    again = Incoming(taken.kind, ids.new(), code, clock.now(), taken.data)
    assert [r.code for r in take([again], doctor)] == ["person-unknown"]


def test_back_from_the_clinic_the_readings_are_owed_at_the_site(db: None) -> None:
    from bulou.work.observation.opening import owe_again

    by, (plan,) = office(), observed(1)
    code, (bed, _second) = site_of(by)
    actions.check_in(by, plan.id, bed.id)
    plan.refresh_from_db()
    owe_again(plan, clock.now())
    assert owed(plan) == {(code, None)}


def test_in_and_out_and_a_move_are_records_that_say_where(db: None) -> None:
    """A plan's turn is a record, and the person's line of time says it."""
    by, (plan,) = office(), observed(1)
    _code, (bed, second) = site_of(by)
    actions.check_in(by, plan.id, bed.id)
    actions.check_in(by, plan.id, bed.id)  # the same bed: nothing happened
    actions.check_in(by, plan.id, second.id)
    actions.check_out(by, plan.id)
    actions.move(by, plan.id, OTHER_VILLAGE)
    stays = [line["what"] for line in timeline([plan.person]) if line["kind"] == "observation.lodged"]
    assert sorted(text[-5:] for text in stays) == ["201-1", "201-1", "202-1", "202-1"]
    moves = [line["what"] for line in timeline([plan.person]) if line["kind"] == "observation.moved"]
    here, there = names(VILLAGE), names(OTHER_VILLAGE)
    assert len(moves) == 2
    assert all(here in text and there in text for text in moves)


def names(code: str) -> str:
    from bulou.core.places.queries import names as known

    return known([code])[code]


def test_beds_are_counted_from_records_whatever_ends_a_stay(db: None) -> None:
    by, (one, two, three, four) = office(), observed(4)
    code = places.add(SYSTEM, OTHER_VILLAGE, "试用宾馆", "site").code
    site = sites.open_site(by, code, "试用宾馆", [str(201 + n) for n in range(4)])
    beds = list(Bed.objects.filter(site=site).order_by("room"))
    for plan, bed in zip((one, two, three, four), beds, strict=True):
        actions.check_in(by, plan.id, bed.id)
    actions.check_out(by, one.id)
    actions.end(actor(Role.TOWNSHIP_CLERK, TOWNSHIP), two.id, "moved-away", "离县")
    made = people.merge(three.person, four.person, by, "同一人")
    assert lodged() == 1
    people.unmerge(made, by)
    assert lodged() == 2 == Observation.objects.filter(bed__isnull=False, closed_at=None).count()
    assert not recount(COUNTY)


def lodged() -> int:
    return read(["observation.lodged"], Asked(COUNTY))[COUNTY]["observation.lodged"]


def test_a_page_of_a_site_names_who_measures_or_says_that_nobody_does(
    db: None, browser: Callable[..., Client]
) -> None:
    by, (plan,) = office(), observed(1)
    code, (bed, _second) = site_of(by)
    actions.check_in(by, plan.id, bed.id)
    page, address = browser(Role.COUNTY_OFFICE, COUNTY), f"/observation/sites/{bed.site_id}/"
    assert "tone-wait" in page.get(address).content.decode()
    medic = actor(Role.VILLAGE_DOCTOR, code, "测温人甲")
    assert "tone-wait" not in page.get(address).content.decode()
    page.post(address, {"medic": medic.account})
    assert "测温人甲</strong>" in page.get(address).content.decode()
    assert owed(plan) == {(code, medic.account)}


def test_a_reading_at_the_site_closes_what_is_owed_there(db: None) -> None:
    by, (plan,) = office(), observed(1)
    _code, (bed, _second) = site_of(by)
    actions.check_in(by, plan.id, bed.id)
    take([reading(plan, clock.now() - timedelta(minutes=1))], SYSTEM)
    today = Task.objects.filter(subject_id=plan.person, slot=f"{clock.today()}/pm")
    assert today.get().done_at is not None


def told(plan: Observation, place: str, minutes: int, by: Actor) -> list[str]:
    """What the intake says of a reading that was taken so many minutes ago and comes in now."""
    when = clock.now() - timedelta(minutes=minutes)
    said = {"person": str(plan.person), "tenths": 366}
    return [r.code for r in take([Incoming("observation.reading", ids.new(), place, when, said)], by)]


def test_what_was_measured_before_a_move_may_come_in_after_it_and_nothing_later(
    db: None, at: Callable[[str], datetime]
) -> None:
    at("2020-02-12T11:00")
    (plan,), old = observed(1), actor(Role.VILLAGE_DOCTOR, VILLAGE)
    actions.move(office(), plan.id, OTHER_VILLAGE)
    at("2020-02-12T15:00")
    assert told(plan, VILLAGE, 5 * 60, old) == [""]
    assert Task.objects.get(subject_id=plan.person, slot="2020-02-12/am").done_at is not None
    assert told(plan, VILLAGE, 60, old) == ["person-unknown"]
    assert told(plan, OTHER_VILLAGE, 5 * 60, old) == ["place-unknown"]
    assert told(plan, THIRD_VILLAGE, 5 * 60, actor(Role.VILLAGE_DOCTOR, THIRD_VILLAGE)) == ["person-unknown"]
    assert recount() == []


def test_what_was_measured_in_a_bed_may_come_in_after_the_stay(
    db: None, at: Callable[[str], datetime]
) -> None:
    at("2020-02-12T09:00")
    by, (plan,) = office(), observed(1)
    code, (bed, _second) = site_of(by)
    doctor = actor(Role.VILLAGE_DOCTOR, OTHER_VILLAGE)
    actions.check_in(by, plan.id, bed.id)
    at("2020-02-12T11:00")
    actions.check_out(by, plan.id)
    at("2020-02-12T15:00")
    assert told(plan, code, 5 * 60, doctor) == [""]
    assert told(plan, code, 60, doctor) == ["person-unknown"]


def test_a_square_of_the_grid_leads_to_the_round_only_for_who_may_measure_there(
    browser: Callable[..., Client],
) -> None:
    by, (plan,) = office(), observed(1)
    _code, (bed, _second) = site_of(by)
    actions.check_in(by, plan.id, bed.id)
    lay.lay()
    for role, place, measures in (
        (Role.COUNTY_OFFICE, COUNTY, True),
        (Role.INSPECTOR, COUNTY, False),
        (Role.VILLAGE_DOCTOR, VILLAGE, False),
    ):
        client = browser(role, place)
        (row,) = client.get("/observation/grid/").context["rows"]
        assert {square.kind for square in row["squares"]} >= {"missed", "open"}
        there = {square.href for square in row["squares"] if "/readings/" in square.href}
        assert bool(there) == measures, role
        assert all(client.get(address).status_code == 200 for address in there)
