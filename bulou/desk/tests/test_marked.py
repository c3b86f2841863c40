"""In the list of households stands what is under way there, and which of them are key households."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.test import Client

from bulou.core.exports import Asked
from bulou.core.people.actions import NewHousehold, add_household, merge
from bulou.core.people.models import Person
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.core.tasks.models import Task
from bulou.desk import homes_out
from bulou.desk.tests.conftest import TOWNSHIP, VILLAGE, arrived, desk, reading
from bulou.lib import clock


def home(number: str, *people: UUID) -> UUID:
    clerk = actor(Role.TOWNSHIP_CLERK, TOWNSHIP)
    found = add_household(NewHousehold(VILLAGE, number, f"某巷{number}号", people[0]), clerk)
    Person.objects.filter(pk__in=people).update(household=found)
    return found


def somebody(n: int) -> UUID:
    """Somebody of whom nothing is under way."""
    person: UUID = Person.objects.create(name=f"某{n}", pinyin=f"mou {n}", initials="m", place=VILLAGE).pk
    return person


def shown(client: Client, show: str) -> dict[str, tuple[list[str], bool]]:
    """{house number: (its marks, whether it is a key one)}, as the page has them."""
    rows = client.get("/households/", {"show": show}).context["page"].rows
    said = {row.cells[0].text: row.cells[-1] for row in rows}
    return {
        number: ([one.word.replace("\u00a0", " ") for one in cell.states], bool(cell.sub))
        for number, cell in said.items()
    }


def test_households_say_what_is_under_way_and_are_found_by_it(county: str) -> None:
    feverish, calm = arrived(1), arrived(2)
    reading(feverish, 385, 0.1)
    home("1", feverish, calm), home("2", arrived(3)), home("3", somebody(4))
    Task.objects.filter(subject_type="person", due_at__lt=clock.now()).exclude(subject_id=calm).update(
        excused_at=clock.now()
    )
    n = Task.objects.filter(subject_id=calm, due_at__lt=clock.now()).count()
    office = desk(Role.TOWNSHIP_CLERK, TOWNSHIP)
    one = (["Under observation 2", "Fever or suspicion 1", f"Missed {n}"], True)
    two = (["Under observation 1"], True)
    assert n > 0
    assert {number: (set(marks), key) for number, (marks, key) in shown(office, "all").items()} == {
        "1": (set(one[0]), one[1]), "2": (set(two[0]), two[1]), "3": (set(), False),
    }  # fmt: skip
    found = {show: set(shown(office, show)) for show in ("key", "observed", "fever", "missed")}
    assert found == {"key": {"1", "2"}, "observed": {"1", "2"}, "fever": {"1"}, "missed": {"1"}}
    assert office.get("/households/", {"show": "rubbish"}).status_code == 404


def test_a_missed_door_marks_its_household_though_nobody_there_is_a_key_person(county: str) -> None:
    door, now = home("1", somebody(1)), clock.now()
    home("2", somebody(2))
    Task.objects.create(
        kind="screening.visit", subject_type="household", subject_id=door, place=VILLAGE, role=Role.GRID_WORKER,
        opens_at=now - timedelta(days=1), due_at=now - timedelta(hours=1), due_day=clock.day_of(now),
    )  # fmt: skip
    office = desk(Role.TOWNSHIP_CLERK, TOWNSHIP)
    assert shown(office, "missed") == {"1": (["Missed 1"], False)}
    assert not shown(office, "key")


def test_whoever_was_entered_twice_marks_the_household_of_the_one_who_was_kept(county: str) -> None:
    kept, other = somebody(1), arrived(2)
    home("1", kept)
    merge(kept, other, by=actor(Role.TOWNSHIP_CLERK, TOWNSHIP), why="同一人")
    assert shown(desk(Role.TOWNSHIP_CLERK, TOWNSHIP), "observed")["1"][1]


def test_the_file_holds_the_marks_and_only_the_households_that_the_page_shows(county: str) -> None:
    home("1", arrived(1)), home("2", somebody(2))
    clerk = actor(Role.TOWNSHIP_CLERK, TOWNSHIP)
    asked = Asked(clerk, TOWNSHIP, {"show": "key"})
    found = homes_out.EXPORT.found(asked)
    lines = list(homes_out.EXPORT.lines(asked, list(found.iterator(chunk_size=9))))
    assert found.count() == len(lines) == 1
    assert (lines[0][0], lines[0][-2]) == ("1", "重点户")
    assert "正在观察 1" in lines[0][-1]


def test_the_list_costs_the_same_for_many_households(county: str, django_assert_max_num_queries: Any) -> None:
    for n in range(8):
        home(str(n), arrived(n))
    office = signed_in(Client(), actor(Role.TOWNSHIP_CLERK, TOWNSHIP))
    office.get("/households/")
    with django_assert_max_num_queries(22):
        office.get("/households/", {"show": "key"})
