"""Lists and search: what is found, in what order, within whose scope."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bulou.core.people import actions, finding, names, queries
from bulou.core.people.finding import Filter
from bulou.core.people.models import Person
from bulou.core.people.tests.made import COUNTY, OTHER, TOWN, VILLAGE, actor, nameless, person
from bulou.core.staff.roles import Role
from bulou.lib import ids
from bulou.lib.refusals import Refusal

pytestmark = pytest.mark.django_db
BY = actor()
NAMES = [
    "单小明",
    "单茵",
    "尚明",
    "梁菡",
    "李昂",
    "李芷",
    "张伟国",
    "张骁",
    "欧阳锋",
    "区静",
    "艾力·买买提",
    "Maria López",
]


@pytest.fixture
def town() -> None:
    places = [VILLAGE + "001", VILLAGE + "002", OTHER]
    actions.enrol([nameless(n, name=name, place=places[n % 3]) for n, name in enumerate(NAMES)], BY)


def found(text: str, **other: Any) -> list[str]:
    return [p.name for p in finding.search(other.pop("by", BY), text, **other)]


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize(
    "text, expected",
    [
        ("单", ["单小明", "单茵"]),
        ("單小", ["单小明"]),
        ("shan", ["单小明", "单茵", "尚明"]),
        ("shan x", ["单小明"]),
        ("shanxiao", ["单小明"]),
        ("liang", ["李昂", "梁菡"]),
        ("Li", ["李昂", "李芷", "梁菡"]),
        ("zwg", ["张伟国"]),
        ("ZH", ["张伟国", "张骁"]),
        ("zx", ["张骁"]),
        ("ouyang", ["欧阳锋"]),
        ("oyf", ["欧阳锋"]),
        ("o", ["区静", "欧阳锋"]),
        ("艾力买买提", []),
        ("艾力・买", ["艾力·买买提"]),
        ("ailimai", ["艾力·买买提"]),
        ("maria l", ["Maria López"]),
        ("小明", []),
        ("王", []),
        ("·", []),
        ("%", []),
        ("_", []),
        ("'", []),
        ("", []),
    ],
)  # fmt: skip
def test_a_name_is_found_by_its_beginning_in_characters_pinyin_or_initials(
    text: str, expected: list[str]
) -> None:
    assert found(text) == expected


@pytest.mark.usefixtures("town")
def test_a_search_stays_in_the_place_and_in_the_scope() -> None:
    assert found("l") == ["李昂", "李芷", "梁菡"]
    assert found("l", place=TOWN) == [n for n in ["李昂", "李芷", "梁菡"] if NAMES.index(n) % 3 != 2]
    assert found("l", by=actor(VILLAGE + "001", Role.GRID_WORKER)) == ["梁菡"]
    assert found("l", by=actor(VILLAGE + "001", Role.GRID_WORKER), place=COUNTY) == ["梁菡"]
    assert found("l", by=actor(VILLAGE, Role.GRID_WORKER), place=OTHER) == []
    assert found("l", by=actor(role=Role.ADMINISTRATOR)) == []
    assert found("l", by=actor("", Role.COUNTY_OFFICE)) == []


def test_a_person_is_found_by_a_whole_document_or_phone_within_the_scope() -> None:
    actions.enrol([person(n) for n in range(5)] + [person(9, place=OTHER, phone=person(1).phone)], BY)
    assert found(person(3).doc_number) == [person(3).name]
    assert sorted(found(person(1).phone)) == sorted([person(1).name, person(9).name])
    assert found(person(1).phone, by=actor(TOWN, Role.TOWNSHIP_CLERK)) == [person(1).name]
    assert found(person(3).doc_number[:12]) == []


def test_not_yours_and_not_there_are_the_same_answer() -> None:
    [answer] = actions.enrol([person(1, place=OTHER)], BY)
    said = []
    for asked in (answer.id, ids.new()):
        with pytest.raises(Refusal) as refused:
            queries.get(actor(VILLAGE, Role.VILLAGE_DOCTOR), asked)
        said.append((refused.value.code, refused.value.message))
    assert said[0] == said[1] and said[0][0] == "person-unknown"
    assert queries.get(BY, answer.id).id == answer.id


def test_a_liaison_sees_the_people_of_their_unit_only() -> None:
    unit = actions.add_unit("某厂", VILLAGE, BY)
    [mine, _other] = actions.enrol([person(1, unit=unit), person(2)], BY)
    liaison = actor(TOWN, Role.UNIT_LIAISON, unit=unit)
    assert [p.id for p in finding.page(liaison, Filter()).rows] == [mine.id]
    with pytest.raises(Refusal):
        queries.get(liaison, _other.id)


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("sort", ["name", "place"])
def test_pages_follow_one_another_without_gap_or_double(sort: str) -> None:
    def keys(p: Person) -> tuple[str, ...]:
        return tuple(str(getattr(p, k)) for k in finding.SORTS[sort])

    seen: list[Person] = []
    cursor = None
    while True:
        page = finding.page(BY, Filter(place=COUNTY), sort=sort, size=5, cursor=cursor)
        seen += page.rows
        cursor = page.next
        if cursor is None:
            break
        assert len(page.rows) == 5
    assert sorted(p.name for p in seen) == sorted(NAMES)
    assert [keys(p) for p in seen] == sorted(keys(p) for p in seen)
    for wrong in ("rubbish", "WzEsMl0=", "W10="):
        with pytest.raises(ValueError):
            finding.page(BY, Filter(), cursor=wrong)


@pytest.mark.usefixtures("town")
def test_filters_narrow() -> None:
    everybody = Person.objects.all()
    men = {p.name for p in everybody if p.sex == "男"}
    assert {p.name for p in finding.page(BY, Filter(sex="男")).rows} == men
    day = date(1990, 1, 5)
    young = {p.name for p in everybody if p.birth_date and p.birth_date >= day}
    assert {p.name for p in finding.page(BY, Filter(born_from=day)).rows} == young
    assert finding.count(BY, Filter()) == len(NAMES) and finding.count(BY, Filter(text="l"), limit=2) == 2
    shown = queries.with_ages([p.id for p in everybody], date(2020, 2, 12))
    assert {n.name for n in shown.values()} == set(NAMES) and {n.age for n in shown.values()} == {30}


_NAME = st.text(alphabet="单张尚李梁昂欧阳区", min_size=1, max_size=3)
_TEXT = st.one_of(_NAME, st.text(alphabet="shanliguozhoyq ", min_size=1, max_size=6))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=st.lists(st.tuples(_NAME, st.sampled_from([VILLAGE, OTHER])), max_size=12),
    text=_TEXT,
    data=st.data(),
)
def test_every_way_of_finding_gives_the_same_page(
    people: list[tuple[str, str]], text: str, data: st.DataObject
) -> None:
    Person.objects.all().delete()
    rows = [nameless(n, name=name, place=place, id=ids.new()) for n, (name, place) in enumerate(people)]
    actions.enrol(rows, BY)
    letters = text.replace(" ", "")
    expected = [
        p
        for p in Person.objects.filter(place__startswith=TOWN).order_by("pinyin", "id")
        if p.name.startswith(text)
        or (letters and not names.is_han(text) and p.pinyin.replace(" ", "").startswith(letters))
        or (letters and not names.is_han(text) and p.initials.startswith(letters))
    ]
    small, bound = data.draw(st.sampled_from([(0, 0), (0, 1000), (1000, 1000), (0, 2)]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(finding, "SMALL", small)
        patch.setattr(finding, "BOUND", bound)
        if not letters:
            return
        for sort in finding.SORTS:
            rows, cursor = [], None
            while True:
                page = finding.page(BY, Filter(place=TOWN, text=text), sort=sort, size=2, cursor=cursor)
                rows += page.rows
                cursor = page.next
                if cursor is None:
                    break
            assert rows == sorted(expected, key=lambda p: [str(getattr(p, k)) for k in finding.SORTS[sort]])
        assert finding.count(BY, Filter(place=TOWN, text=text)) == len(expected)
