"""Who owes a task: whoever answers by name for its subject in a role that fits, else whoever holds the post."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from bulou.core.people.models import Household, Person
from bulou.core.staff import responsibility
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.models import Post, Responsibility
from bulou.core.staff.responsibility import Named
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.core.tasks import owners, queries
from bulou.core.tasks.api import missed_as_json
from bulou.core.tasks.models import OPEN, Task
from bulou.lib import clock, ids
from tests.core.conftest import VILLAGE, arrived

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at")]


def doctor(name: str) -> Actor:
    return actor(Role.VILLAGE_DOCTOR, VILLAGE, name)


def name(role: str, subject: UUID, by: Actor | None = None, kind: str = "person", who: str = "") -> None:
    one = Named(role, kind, subject, VILLAGE, by.account if by else None, who)
    responsibility.entrust([one], SYSTEM)


def ahead(person: UUID) -> set[int | None]:
    """Whose the readings are that are still to come."""
    still = Task.objects.filter(OPEN, kind="observation.reading", subject_id=person, due_at__gt=clock.now())
    found = set(still.values_list("account", flat=True))
    assert found
    return found


def test_whoever_is_named_medic_owes_the_readings_named_before_or_after() -> None:
    _post, medic = doctor("甲"), doctor("乙")
    (person, other) = arrived(2, clock.now())
    assert ahead(person) == {None}
    name("medic", person, medic)
    assert ahead(person) == {medic.account}
    assert ahead(other) == {None}
    Task.objects.filter(subject_id=person).delete()
    from bulou.core.tasks.lay import lay

    lay()
    assert ahead(person) == {medic.account}


def test_a_role_that_the_duty_does_not_ask_for_changes_no_owner() -> None:
    (person,) = arrived(1, clock.now())
    name("village-cadre", person, actor(Role.VILLAGE_CADRE, VILLAGE))
    assert ahead(person) == {None}
    release = Task.objects.get(kind="observation.release", subject_id=person)
    assert release.account is not None


def test_the_household_answers_where_the_person_has_nobody_of_their_own() -> None:
    homes, own = doctor("户"), doctor("人")
    (person,) = arrived(1, clock.now())
    home = ids.new()
    Person.objects.filter(pk=person).update(household=home)
    name("medic", home, homes, kind="household")
    assert ahead(person) == {homes.account}
    name("medic", person, own)
    assert ahead(person) == {own.account}


def test_hand_over_moves_what_a_record_may_still_serve_and_leaves_what_is_over() -> None:
    old, new = doctor("旧"), doctor("新")
    (person,) = arrived(1, clock.now() - timedelta(days=3))
    name("medic", person, old)
    over = Task.objects.filter(OPEN, subject_id=person, until_at__lt=clock.now(), kind="observation.reading")
    over.update(account=old.account)
    assert over.exists()
    row = Responsibility.objects.get(subject_id=person)
    responsibility.hand_over(row.pk, SYSTEM, holder=new.account)
    assert ahead(person) == {new.account}
    assert set(over.values_list("account", flat=True)) == {old.account}


def test_all_that_somebody_answers_for_goes_at_once() -> None:
    old, new = doctor("旧"), doctor("新")
    some = arrived(3, clock.now())
    for person in some:
        name("medic", person, old)
    responsibility.hand_over_all(old.account, SYSTEM, to=new.account)
    assert {account for person in some for account in ahead(person)} == {new.account}


def test_somebody_without_an_account_or_without_a_post_leaves_it_to_the_post() -> None:
    (person, other) = arrived(2, clock.now())
    name("medic", person, who="测试丙")
    assert ahead(person) == {None}
    gone = doctor("走")
    Post.objects.filter(account=gone.account).update(to_at=clock.now() - timedelta(hours=1))
    name("medic", other, gone)
    assert ahead(other) == {None}


def missed_of(person: UUID) -> dict[str, object]:
    rows = [task for task in queries.missed(VILLAGE, size=500).rows if task.subject_id == person]
    (said,) = {str(one["owner"]): one for one in missed_as_json(rows, SYSTEM, clock.now())}.values()
    return said["owner"]  # type: ignore[no-any-return]


def test_the_missed_list_says_who_should_have_by_name_else_who_holds_the_post() -> None:
    (one, two, three) = arrived(3, clock.now() - timedelta(days=3))
    Task.objects.exclude(kind="observation.reading").delete()
    assert missed_of(one) is None
    doctor("岗")
    medic = doctor("专")
    name("medic", one, medic)
    name("medic", two, who="测试丙")
    Task.objects.filter(subject_id=one).update(account=medic.account)
    assert missed_of(one) == {"title": Role.VILLAGE_DOCTOR.title, "name": "专"}
    assert missed_of(two) == {"title": responsibility.title("medic"), "name": "测试丙"}
    assert missed_of(three) == {"title": Role.VILLAGE_DOCTOR.title, "name": "岗"}


def test_what_is_named_is_mine_alone_until_its_owner_can_do_it_no_more() -> None:
    post, medic = doctor("岗"), doctor("专")
    (person,) = arrived(1, clock.now())
    name("medic", person, medic)
    readings = Task.objects.filter(kind="observation.reading", subject_id=person)
    roles = {Role.VILLAGE_DOCTOR}
    assert readings.filter(owners.mine(medic, roles)).exists()
    assert not readings.filter(owners.mine(post, roles)).exists()
    helper = actor(Role.GRID_WORKER, VILLAGE)
    assert readings.filter(owners.mine(helper, {Role.GRID_WORKER, *roles})).exists()
    Post.objects.filter(account=medic.account).update(to_at=clock.now() - timedelta(hours=1))
    assert readings.filter(owners.mine(post, roles)).exists()


def test_a_round_over_households_is_owed_by_whoever_is_named_for_one() -> None:
    from bulou.core.tasks.many import Shared, expect_all

    volunteer = actor(Role.VOLUNTEER, VILLAGE)
    named, other = ids.new(), ids.new()
    for n, pk in enumerate((named, other)):
        Household.objects.create(id=pk, place=VILLAGE, number=str(n), sealed=b"")
    name("volunteer", named, volunteer, kind="household")
    shared = Shared(ids.new(), "round", clock.now(), clock.now() + timedelta(days=1))
    assert expect_all("screening.household", "SELECT id, place FROM people_household", [], shared) == 2
    owed = dict(Task.objects.filter(kind="screening.household").values_list("subject_id", "account"))
    assert owed == {named: volunteer.account, other: None}
