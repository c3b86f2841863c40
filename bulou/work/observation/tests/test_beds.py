"""Central sites: in and out, and that a bed is never two people's, whatever happens at once or is undone."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest
from django.db import connections

from bulou.core.people import actions as people
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.lib.refusals import Refusal
from bulou.work.observation import actions, sites
from bulou.work.observation.models import Bed, Handed, Observation
from bulou.work.observation.tests.conftest import COUNTY, OTHER_VILLAGE, SIBLING, TOWNSHIP, observed


def office() -> Actor:
    return actor(Role.COUNTY_OFFICE, COUNTY)


def beds(by: Actor, rooms: int = 1, each: int = 1) -> list[Bed]:
    site = sites.open_site(by, COUNTY, "试用宾馆", [str(101 + n) for n in range(rooms)], each)
    return list(Bed.objects.filter(site=site).order_by("room", "name"))


def free(by: Actor) -> int:
    return sum(len(some) for _site, some in sites.free_beds(by))


def test_checked_in_somebody_is_at_the_site_and_checked_out_at_home_again(db: None) -> None:
    by, (plan,) = office(), observed(1)
    (bed,) = beds(by)
    actions.check_in(by, plan.id, bed.id)
    plan.refresh_from_db()
    assert (plan.measure, plan.bed_id, free(by)) == ("central", bed.id, 0)
    assert [site.taken for site in sites.sites(by, COUNTY)] == [1]  # type: ignore[attr-defined]
    actions.check_out(by, plan.id)
    plan.refresh_from_db()
    assert (plan.measure, plan.bed_id, free(by)) == ("home", None, 1)


def test_nobody_checks_out_of_a_bed_that_they_do_not_lie_in(db: None) -> None:
    by, (plan,) = office(), observed(1)
    Observation.objects.update(measure="central")
    with pytest.raises(Refusal, match="bed-none"):
        actions.check_out(by, plan.id)
    plan.refresh_from_db()
    assert (plan.measure, plan.version) == ("central", 1)


def test_a_bed_in_which_somebody_lies_is_not_given_again(db: None) -> None:
    by, (one, other) = office(), observed(2)
    first, second = beds(by, each=2)
    actions.check_in(by, one.id, first.id)
    with pytest.raises(Refusal, match="bed-taken"):
        actions.check_in(by, other.id, first.id)
    actions.check_in(by, other.id, second.id)
    actions.check_in(by, other.id, second.id)  # again: the same
    with pytest.raises(Refusal, match="site-occupied"):
        sites.close_site(by, first.site_id)


def test_a_change_of_beds_frees_the_first(db: None) -> None:
    by, (one, other) = office(), observed(2)
    first, second = beds(by, rooms=2)
    actions.check_in(by, one.id, first.id)
    actions.check_in(by, one.id, second.id)
    actions.check_in(by, other.id, first.id)
    assert free(by) == 0


def test_the_end_of_an_observation_frees_its_bed(db: None) -> None:
    by, (plan,) = office(), observed(1)
    (bed,) = beds(by)
    actions.check_in(by, plan.id, bed.id)
    actions.end(by, plan.id, "moved-away", "离县")
    assert free(by) == 1


def test_of_two_who_change_it_at_once_the_second_is_told(db: None) -> None:
    by, (plan,) = office(), observed(1)
    first, second = beds(by, rooms=2)
    actions.check_in(by, plan.id, first.id, version=plan.version)
    with pytest.raises(Refusal, match="changed-meanwhile"):
        actions.check_in(by, plan.id, second.id, version=plan.version)


def test_a_bed_of_another_territory_and_a_closed_site_are_not_there(db: None) -> None:
    by, (plan,) = office(), observed(1)
    (bed,) = beds(by)
    with pytest.raises(Refusal, match="place-unknown"):
        actions.check_in(actor(Role.TOWNSHIP_CLERK, TOWNSHIP), plan.id, bed.id)
    sites.close_site(by, bed.site_id)
    with pytest.raises(Refusal, match="place-unknown"):
        actions.check_in(by, plan.id, bed.id)


@pytest.mark.django_db(transaction=True)
def test_of_two_requests_at_one_moment_one_gets_the_bed() -> None:
    by, plans = office(), observed(4)
    (bed,) = beds(by)
    start, said = threading.Barrier(len(plans)), []

    def ask(plan: UUID) -> None:
        start.wait()
        try:
            actions.check_in(by, plan, bed.id)
            said.append("")
        except Refusal as refusal:
            said.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=[plan.id]) for plan in plans]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["", *["bed-taken"] * 3]
    assert Observation.objects.filter(bed=bed, closed_at=None).count() == 1


def merged(by: Actor, own: Observation, second: Observation) -> UUID:
    return people.merge(own.person, second.person, by, "同一人")


def test_undoing_a_merge_gives_the_bed_back(db: None) -> None:
    by, (own, second) = office(), observed(2)
    (bed,) = beds(by)
    actions.check_in(by, second.id, bed.id)
    made = merged(by, own, second)
    own.refresh_from_db()
    assert (own.bed_id, own.measure, free(by)) == (bed.id, "central", 0)  # one person, one bed
    people.unmerge(made, by)
    own.refresh_from_db()
    second.refresh_from_db()
    assert (own.bed_id, own.measure) == (None, "home")
    assert (second.bed_id, second.measure, second.closed_at) == (bed.id, "central", None)


def test_a_second_bed_is_free_while_they_are_one_and_taken_back_when_nobody_lies_there(db: None) -> None:
    by, (own, second) = office(), observed(2)
    first, other = beds(by, rooms=2)
    actions.check_in(by, own.id, first.id)
    actions.check_in(by, second.id, other.id)
    made = merged(by, own, second)
    assert free(by) == 1
    people.unmerge(made, by)
    own.refresh_from_db()
    second.refresh_from_db()
    assert (own.bed_id, second.bed_id) == (first.id, other.id)


def test_a_bed_that_somebody_else_was_given_meanwhile_stays_theirs_and_that_is_said(db: None) -> None:
    by, (own, second, third) = office(), observed(3)
    first, other = beds(by, rooms=2)
    actions.check_in(by, own.id, first.id)
    actions.check_in(by, second.id, other.id)
    made = merged(by, own, second)
    actions.check_in(by, third.id, other.id)
    people.unmerge(made, by)
    second.refresh_from_db()
    third.refresh_from_db()
    assert (second.bed_id, second.measure, third.bed_id) == (None, "central", other.id)
    said = Handed.objects.get(observation=second.id, direction="in")
    assert said.reason == "bed-taken"


def test_somebody_at_a_site_who_moves_keeps_the_bed(db: None) -> None:
    by, (plan,) = office(), observed(1)
    (bed,) = beds(by)
    actions.check_in(by, plan.id, bed.id)
    actions.move(by, plan.id, OTHER_VILLAGE)
    plan.refresh_from_db()
    assert (plan.place, plan.bed_id) == (OTHER_VILLAGE, bed.id)
    assert OTHER_VILLAGE.startswith(SIBLING)
