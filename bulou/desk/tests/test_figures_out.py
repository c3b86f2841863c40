"""Who stands behind a number goes out as the page shows them: records, tasks, and who is left of a difference."""

from __future__ import annotations

import pytest
from django.utils import translation

from bulou.core import exports
from bulou.core.exports import Asked
from bulou.core.people.actions import NewHousehold, add_households, update
from bulou.core.people.models import Household, Person
from bulou.core.staff.actor import SYSTEM
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.core.tasks.lay import lay
from bulou.desk.tests.conftest import COUNTY, OTHER_VILLAGE, TOWNSHIP, VILLAGE, arrived, desk, page, reading
from bulou.desk.tests.test_house import closed
from bulou.exchange.out import actions
from bulou.exchange.out.actions import Wish
from bulou.exchange.out.lines import lines
from bulou.lib.refusals import Refusal

pytestmark = pytest.mark.django_db


def told(figure: str, place: str = COUNTY, role: Role = Role.COUNTY_OFFICE, **words: str) -> list[list[str]]:
    """The lines of the rows behind a figure, as a file has them."""
    asked = Asked(actor(role, place), place, {"figure": figure, **words})
    with translation.override("en"):
        return [list(map(str, line)) for line in lines(exports.get(asked.by, "figure-rows"), asked)]


def test_the_records_behind_a_number_go_out_by_name() -> None:
    people = [arrived(n) for n in range(3)]
    for n, person in enumerate(people):
        reading(person, 385 if n else 366, 1)
    names = set(Person.objects.filter(pk__in=people[1:]).values_list("name", flat=True))
    found = told("observation.fevers")
    assert {line[0] for line in found} == names and len(found) == 2
    assert all("38.5" in line[3] for line in found)
    assert told("observation.fevers", day="2020-02-11") == []


def test_who_is_left_of_a_difference_goes_out_with_their_place_and_since_when() -> None:
    gone, stays = arrived(1), arrived(2, OTHER_VILLAGE)
    closed(gone)
    (line,) = told("observation.now")
    assert line[0] == Person.objects.get(pk=stays).name
    assert line[5].startswith("2020-02-1")
    assert told("observation.now", TOWNSHIP, Role.TOWNSHIP_CLERK) == []


def test_the_tasks_behind_a_number_go_out_with_how_they_stand() -> None:
    who = arrived(1, hours=60)
    lay()
    found = told("tasks.expected[observation.reading]")
    assert {line[0] for line in found} == {Person.objects.get(pk=who).name}
    assert {"missed"} <= {line[6] for line in found}


def test_above_fifty_people_behind_a_number_a_second_person_looks() -> None:
    for n in range(51):
        arrived(n)
    by = actor(Role.TOWNSHIP_CLERK, COUNTY)
    words = {"figure": "observation.now"}
    one = actions.ask(Wish(COUNTY, "report", list="figure-rows", words=words), by)
    assert (one.people, one.second) == (51, True)


def test_a_number_about_nobody_waits_for_nobody() -> None:
    by = actor(Role.COUNTY_OFFICE, COUNTY)
    asked = Asked(by, COUNTY, {"figure": "reports.sent"})
    assert actions.counted("figure-rows", asked) == 0


@pytest.mark.parametrize("words", [{}, {"figure": "no.such"}, {"figure": "observation.now", "day": "x"}])
def test_what_is_no_number_has_no_list(words: dict[str, str]) -> None:
    asked = Asked(actor(Role.COUNTY_OFFICE, COUNTY), COUNTY, words)
    with pytest.raises(Refusal, match="list-unknown"):
        exports.get(asked.by, "figure-rows").found(asked)


def test_the_page_leads_to_its_file_with_the_words_it_was_asked_with() -> None:
    arrived(1)
    client = desk(Role.COUNTY_OFFICE)
    assert "export=1" in page(client, "/figures/observation.opened/rows/?day=2020-02-10")
    answer = client.get("/figures/observation.opened/rows/?day=2020-02-10&export=1")
    assert answer.status_code == 302
    where = answer.headers["Location"]
    assert "list=figure-rows" in where and "figure=observation.opened" in where and "day=2020-02-10" in where
    assert "Opened" in page(client, where) or "observation" in page(client, where)


def test_households_go_out_as_they_were_searched_for_and_no_further_than_somebody_sees() -> None:
    homes = [NewHousehold(place, f"{n}号") for n, place in enumerate((VILLAGE, VILLAGE, OTHER_VILLAGE))]
    ids_ = add_households(homes, SYSTEM)
    head = arrived(4, VILLAGE)
    one = Person.objects.get(pk=head)
    update(head, one.version, {"household": ids_[1]}, SYSTEM)
    Household.objects.filter(pk=ids_[1]).update(head=head)
    for role, place, q, wanted in (
        (Role.COUNTY_OFFICE, COUNTY, "", ["0号", "1号", "2号"]), (Role.COUNTY_OFFICE, COUNTY, "1", ["1号"]),
        (Role.TOWNSHIP_CLERK, TOWNSHIP, "", ["0号", "1号"]), (Role.COUNTY_OFFICE, COUNTY, one.name, ["1号"]),
    ):  # fmt: skip
        asked = Asked(actor(role, place), place, {"q": q})
        listed = exports.get(asked.by, "households")
        found = list(lines(listed, asked))
        assert [line[0] for line in found] == wanted and listed.found(asked).count() == len(wanted)
        assert {line[2:] and (line[2], line[5]) for line in map(tuple, found)} <= {("", 0), (one.name, 1)}
    assert "list=households" in desk(Role.COUNTY_OFFICE).get("/households/?export=1").headers["Location"]
