"""Two who are one: merged, and two again; changes that meet."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bulou.core.people import actions, changes, finding, merging, persons, queries
from bulou.core.people.models import Merge, Person
from bulou.core.people.tests.made import COUNTY, OTHER, TOWN, VILLAGE, actor, nameless, person
from bulou.core.staff.roles import Role
from bulou.lib import ids
from bulou.lib.refusals import Refusal

pytestmark = pytest.mark.django_db
BY = actor()


def enrolled(*numbers: int) -> list[UUID]:
    return [a.id for a in actions.enrol([person(n) for n in numbers], BY)]


def test_a_merge_leads_to_the_one_kept_and_its_undoing_restores_both() -> None:
    kept, other = enrolled(1, 2)
    made = actions.merge(kept, other, BY, "同一人，旧证号")
    assert queries.get(BY, other).id == kept
    assert queries.names([other]) == {other: person(1).name}
    assert queries.known_as(person(2).doc_number) == [kept]
    assert queries.others(kept) == [kept, other]
    assert [p.id for p in finding.page(BY, finding.Filter(place=COUNTY)).rows] == [kept]
    assert actions.enrol([person(2)], BY)[0].id == kept
    assert merging.why(Merge.objects.get(pk=made)) == "同一人，旧证号"
    actions.unmerge(made, BY)
    assert queries.get(BY, other).id == other
    assert queries.known_as(person(2).doc_number) == [other]
    with pytest.raises(Refusal) as refused:
        actions.unmerge(made, BY)
    assert refused.value.code == "merge-unknown"


def test_who_is_one_already_is_not_merged_again() -> None:
    one, two, three = enrolled(1, 2, 3)
    actions.merge(one, two, BY, "同一人")
    actions.merge(three, one, BY, "同一人")
    assert queries.resolve([one, two, three]) == {one: three, two: three, three: three}
    for pair in ((one, two), (two, three), (one, one)):
        with pytest.raises(Refusal) as refused:
            actions.merge(*pair, BY, "同一人")
        assert refused.value.code == "merge-same"


def test_a_merge_needs_a_reason_and_both_in_the_territory() -> None:
    one, two = [a.id for a in actions.enrol([person(1), person(2, place=OTHER)], BY)]
    with pytest.raises(Refusal) as refused:
        actions.merge(one, two, BY, " ")
    assert refused.value.code == "why-missing"
    with pytest.raises(Refusal) as refused:
        actions.merge(one, two, actor(VILLAGE, Role.VILLAGE_CADRE), "同一人")
    assert refused.value.code == "person-unknown"
    with pytest.raises(Refusal) as refused:
        actions.merge(one, two, actor(role=Role.VOLUNTEER), "同一人")
    assert refused.value.code == "not-allowed"


_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), st.integers(0, 4), st.integers(0, 4)),
        st.tuples(st.just("undo"), st.integers(0, 9), st.just(0)),
    ),
    max_size=10,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
def test_whatever_was_merged_and_undone_everybody_leads_to_the_end_of_their_chain(
    steps: list[tuple[str, int, int]],
) -> None:
    Merge.objects.all().delete()
    Person.objects.all().delete()
    people = [a.id for a in actions.enrol([nameless(n, id=ids.new()) for n in range(5)], BY)]
    force: dict[UUID, tuple[UUID, UUID]] = {}  # merge: (other, kept)
    for what, a, b in steps:
        roots = queries.resolve(people)
        if what == "merge" and roots[people[a]] != roots[people[b]]:
            made = actions.merge(people[a], people[b], BY, "同一人")
            merge = Merge.objects.get(pk=made)
            force[made] = (merge.other, merge.kept)
        elif what == "undo" and force:
            made = list(force)[a % len(force)]
            actions.unmerge(made, BY)
            del force[made]
    edges = dict(force.values())
    assert len(edges) == len(force)

    def end(of: UUID) -> UUID:
        return end(edges[of]) if of in edges else of

    assert queries.resolve(people) == {p: end(p) for p in people}
    for made in force:
        actions.unmerge(made, BY)
    assert queries.resolve(people) == {p: p for p in people}


def test_a_change_keeps_what_stood_before() -> None:
    [one] = enrolled(1)
    changed = actions.update(one, 1, {"name": "单 茵", "phone": "15400000077"}, BY)
    assert (changed.name, changed.pinyin, changed.version) == ("单茵", "shan yin", 2)
    assert queries.known_as("15400000077") == [one] and queries.known_as(person(1).phone) == []
    [was] = changes.history(one)
    assert was["before"] == {"name": person(1).name, "phone": person(1).phone}
    assert actions.update(one, 2, {"name": "单茵"}, BY).version == 2


def test_the_second_of_two_who_change_a_person_is_shown_what_changed() -> None:
    [one] = enrolled(1)
    actions.update(one, 1, {"phone": "15400000077"}, BY)
    with pytest.raises(Refusal) as refused:
        actions.update(one, 1, {"phone": "15400000078"}, BY)
    assert refused.value.code == "person-changed"
    assert refused.value.words["fields"] == str(persons.FIELDS["phone"])


def test_a_document_is_one_persons() -> None:
    one, _two = enrolled(1, 2)
    new = person(2)
    said = {"doc_number": new.doc_number, "sex": new.sex, "birth_date": new.birth_date}
    with pytest.raises(Refusal) as refused:
        actions.update(one, 1, said, BY)
    assert refused.value.code == "document-known"


def test_a_person_moves_within_the_territory_and_leaves_the_household_behind() -> None:
    home = actions.add_household(actions.NewHousehold(VILLAGE, "3", "某巷3号"), BY)
    [answer] = actions.enrol([person(1, household=home, relation="长子")], BY)
    moved = actions.move(answer.id, OTHER, BY)
    assert (moved.place, moved.household, moved.relation) == (OTHER, None, "")
    assert "address" not in queries.identifiers([moved.id])[moved.id]
    assert changes.since(moved.id, 1) == ["address", "household", "place", "relation"]
    with pytest.raises(Refusal) as refused:
        actions.move(moved.id, VILLAGE, actor(TOWN, Role.TOWNSHIP_CLERK))
    assert refused.value.code == "person-unknown"
    with pytest.raises(Refusal) as refused:
        actions.move(moved.id, VILLAGE, actor(OTHER, Role.VILLAGE_CADRE))
    assert refused.value.code == "place-unknown"


def test_households_and_units_are_entered_once() -> None:
    rows = [actions.NewHousehold(VILLAGE, str(n), f"某巷{n}号", id=ids.derived("h", n)) for n in range(3)]
    assert actions.add_households(rows, BY) == actions.add_households(rows, BY)
    found = list(queries.households(BY, TOWN))
    assert [h.number for h in found] == ["0", "1", "2"]
    assert queries.addresses([found[1].id]) == {found[1].id: "某巷1号"}
    unit = actions.add_unit("隰县某中学", VILLAGE, BY, kind="school", code="12141031MB00000001")
    assert actions.add_unit("某中学", VILLAGE, BY, code="12141031MB00000001") == unit
    assert [u.name for u in queries.units(BY, COUNTY)] == ["隰县某中学"]
    with pytest.raises(Refusal):
        queries.household(actor(OTHER), found[0].id)
