"""Taking people in: found again by document, never by name; any order, any repetition."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bulou.core.people import actions, changes, matching, queries
from bulou.core.people.models import Merge, Person, PersonKey
from bulou.core.people.persons import NewPerson
from bulou.core.people.tests.made import OTHER, VILLAGE, actor, nameless, person
from bulou.core.staff.roles import Role
from bulou.lib import ids
from bulou.lib.refusals import Refusal

pytestmark = pytest.mark.django_db
BY = actor()


def test_a_new_person_is_kept_with_reading_and_key() -> None:
    [answer] = actions.enrol([person(1, name="单小明")], BY)
    kept = Person.objects.get(pk=answer.id)
    assert answer.new and answer.same_as is None
    assert (kept.pinyin, kept.initials, kept.place, kept.version) == ("shan xiaoming", "sxm", VILLAGE, 1)
    assert PersonKey.objects.filter(pk=answer.id).exists()


def test_the_same_document_is_the_same_person_and_differences_are_named() -> None:
    [first] = actions.enrol([person(1)], BY)
    [again] = actions.enrol([person(1, name="别名", phone="15400000009", place=OTHER)], BY)
    assert (again.id, again.new, again.same_as) == (first.id, False, first.id)
    assert again.differs == ("name", "phone", "place")
    assert Person.objects.get().name == person(1).name


def test_whoever_is_entered_between_two_questions_is_known_and_no_double_of_themselves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entered: list[UUID] = []

    def then_enter(question: Callable[..., Any]) -> Callable[..., Any]:
        def asked(*about: Any) -> Any:
            answer = question(*about)
            if not entered:  # after the first question, whichever that is
                entered.append(one.id)
                actions.enrol([one], BY)
            return answer

        return asked

    one = nameless(1)
    monkeypatch.setattr(matching, "Book", then_enter(matching.Book))
    monkeypatch.setattr(matching, "_namesakes", then_enter(matching._namesakes))
    [match] = matching.match([matching.told(one)])
    assert (match.known, match.alike) == (entered[0], ())


def test_the_same_document_twice_in_a_batch_is_one_person() -> None:
    answers = actions.enrol([person(1), person(2), person(1)], BY)
    assert [a.new for a in answers] == [True, True, False]
    assert answers[0].id == answers[2].id
    assert Person.objects.count() == 2


def test_the_same_name_is_not_the_same_person() -> None:
    answers = actions.enrol([person(1, name="王茵"), person(2, name="王茵"), nameless(3, name="王茵")], BY)
    assert len({a.id for a in answers}) == 3 and all(a.new for a in answers)


def test_a_traditional_writing_is_no_difference() -> None:
    actions.enrol([person(1, name="张伟")], BY)
    assert actions.enrol([person(1, name="張偉")], BY)[0].differs == ()


def test_the_id_that_a_phone_made_leads_to_the_person_already_known() -> None:
    [first] = actions.enrol([person(1)], BY)
    other = ids.new()
    [again] = actions.enrol([person(1, id=other)], BY)
    assert again.id == first.id
    assert queries.resolve([other]) == {other: first.id}
    assert queries.get(BY, other).id == first.id
    assert actions.enrol([person(1, id=other)], BY)[0].id == first.id
    assert Merge.objects.get().other == other


def test_an_id_that_learns_its_document_late_is_who_holds_it() -> None:
    [holder, late] = actions.enrol([person(1), nameless(2)], BY)
    [again] = actions.enrol([person(1, id=late.id)], BY)
    assert again.id == holder.id and queries.resolve([late.id]) == {late.id: holder.id}


def test_an_id_with_another_document_is_left_for_somebody_to_look_at() -> None:
    [one, two] = actions.enrol([person(1, id=ids.new()), person(2)], BY)
    [again] = actions.enrol([person(2, id=one.id)], BY)
    assert (again.id, again.same_as) == (one.id, two.id)
    assert "doc_number" in again.differs
    assert queries.resolve([one.id]) == {one.id: one.id}


def test_blanks_are_filled_in_and_what_was_known_stays() -> None:
    bare = person(1, phone="", address="", sex="", birth_date=None, place=VILLAGE)
    [first] = actions.enrol([bare], BY)
    household = ids.new()
    grid = VILLAGE + "001"
    actions.enrol([person(1, household=household, place=grid)], BY)
    kept = Person.objects.get()
    assert (kept.household, kept.place, kept.sex, kept.version) == (household, grid, "男", 2)
    assert queries.identifiers([first.id])[first.id]["phone"] == person(1).phone
    assert changes.since(first.id, 1) == [
        "address", "birth_date", "household", "phone", "phone_index", "place", "sex",
    ]  # fmt: skip
    actions.enrol([person(1, phone="15400000009", household=ids.new())], BY)
    assert Person.objects.get().version == 2


def test_blanks_of_somebody_elses_people_stay_blank() -> None:
    [first] = actions.enrol([person(1, phone="", place=OTHER)], BY)
    village = actor(VILLAGE, Role.VILLAGE_DOCTOR)
    [again] = actions.enrol([person(1)], village)
    assert again.id == first.id and "phone" not in queries.identifiers([first.id])[first.id]


def test_nobody_enrols_outside_of_their_territory_or_without_seeing_people() -> None:
    with pytest.raises(Refusal) as refused:
        actions.enrol([person(1, place=OTHER)], actor(VILLAGE, Role.VILLAGE_CADRE))
    assert refused.value.code == "place-unknown"
    with pytest.raises(Refusal) as refused:
        actions.enrol([person(1)], actor(role=Role.ADMINISTRATOR))
    assert refused.value.code == "not-allowed"
    assert not Person.objects.exists()


def test_a_batch_of_five_hundred_costs_as_many_statements_as_one_of_fifty() -> None:
    with CaptureQueriesContext(
        connection,
    ) as few:
        actions.enrol([person(n) for n in range(50)], BY)
    with CaptureQueriesContext(connection) as many:
        actions.enrol([person(n) for n in range(50, 550)], BY)
    assert len(many) == len(few)


_ROWS = st.lists(
    st.one_of(
        st.integers(0, 3).map(person),
        st.integers(0, 2).map(nameless),
        # Phones that each know one document, or none yet, under an id of their own.
        st.tuples(st.integers(0, 2), st.booleans()).map(
            lambda t: person(t[0], id=ids.derived("phone", t[0])) if t[1]
            else person(t[0], id=ids.derived("phone", t[0]), doc_kind="", doc_number="")
        ),
    ),
    max_size=8,
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=_ROWS, data=st.data())
def test_any_order_and_any_repetition_gives_the_same_people(
    rows: list[NewPerson], data: st.DataObject
) -> None:
    def people_after(batches: list[list[NewPerson]]) -> set[frozenset[object]]:
        for model in (Merge, PersonKey, Person):
            model.objects.all().delete()
        changes.Change.objects.all().delete()
        for batch in batches:
            actions.enrol(batch, BY)
        answers = actions.enrol(rows, BY)
        assert not any(answer.new for answer in answers)
        alive = Person.objects.filter(merged_into=None).count()
        groups: dict[object, set[object]] = {}
        for row, answer in zip(rows, answers, strict=True):
            groups.setdefault(answer.id, set()).update({row.id, row.doc_number} - {None, ""})
        assert len(groups) == alive
        return {frozenset(group) for group in groups.values()}

    shuffled = data.draw(st.permutations(rows + rows[: len(rows) // 2]))
    cut = data.draw(st.integers(0, len(shuffled)))
    assert people_after([rows]) == people_after([shuffled[:cut], shuffled[cut:]])


def test_a_ledger_learns_who_is_known_before_anything_is_written() -> None:
    [first] = actions.enrol([person(1, name="李茵茵")], BY)
    rows = [
        person(1, name="李茵茵"),
        person(1, name="李荔"),
        nameless(9, name="李茵茵", phone=person(1).phone),
        person(5),
        person(5, phone="15400000009"),
        person(6, name=person(5).name, phone=person(5).phone),
        person(7, name="李茵茵"),
    ]
    found = matching.match([matching.told(row) for row in rows])
    assert [m.known for m in found] == [first.id, first.id, None, None, None, None, None]
    assert found[1].differs == ("name",) and found[1].row == 0
    assert found[2].alike == (first.id,)
    assert (found[4].row, found[4].differs) == (3, ("phone",))
    assert found[5].alike_rows == (3,)
    assert found[6].alike == () and found[6].alike_rows == ()
    assert Person.objects.count() == 1


@pytest.mark.postgres  # SQLite's writers take turns
@pytest.mark.django_db(transaction=True)
def test_two_who_enrol_the_same_people_at_one_moment_get_the_same_people() -> None:
    rows = [person(n) for n in range(40)]
    together = Barrier(2)

    def enrol(order: int) -> list[UUID]:
        try:
            together.wait(timeout=120)
            return [a.id for a in actions.enrol(rows[::order], BY)][::order]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(enrol, (1, -1))
    assert one == other
    assert Person.objects.count() == PersonKey.objects.count() == 40
