"""The pages of rounds: begun from a form with a preview, down to the door, and on to the second round."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from bulou.core import exports
from bulou.core.people.models import Person
from bulou.core.records.intake import take
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.core.tasks.models import Task
from bulou.lib import ids
from bulou.work.screening import queries, today
from bulou.work.screening.models import Answer, Round, Team, Visit
from bulou.work.screening.tests.conftest import COUNTY, FAR, SIBLING, VILLAGE, Home, door, settle
from bulou.work.screening.tests.test_rounds import Begin, visit

Browser = Callable[..., Client]


@pytest.fixture
def browser(db: None) -> Browser:
    def of(role: Role, place: str) -> Client:
        client = signed_in(Client(), actor(role, place))
        client.cookies["django_language"] = "en"
        return client

    return of


@pytest.fixture
def homes(grids: list[str]) -> list[Home]:
    return [*settle(grids[0], 3), *settle(grids[1], 2, start=10)]


@pytest.fixture
def plan(homes: list[Home], begin: Begin, at: Any) -> Round:
    made = begin(questions=["count", "arrival", "origin", "contact", "health"])
    at(3)
    return made


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return response.content.decode()


def typed(**said: Any) -> dict[str, Any]:
    return {
        "name": "第一轮", "place": VILLAGE, "subjects": "households", "opens_at": "2020-01-30T09:00",
        "due_at": "2020-01-31T12:00", "questions": ["count", "health"], "teams": "一组|第1网格|程磊|东门",
        "act": "preview", **said,
    }  # fmt: skip


def test_a_round_is_shown_before_it_is_begun(homes: list[Home], browser: Browser) -> None:
    clerk = browser(Role.TOWNSHIP_CLERK, VILLAGE[:9])
    page(clerk, "/screening/new/")
    seen = clerk.post("/screening/new/", typed())
    assert (seen.context["seen"].total, seen.context["seen"].people, len(seen.context["parts"])) == (5, 10, 2)
    assert not Round.objects.exists()
    begun = clerk.post("/screening/new/", typed(act="begin"))
    made = Round.objects.get()
    assert begun.headers["Location"] == f"/screening/{made.id}/"
    assert (Task.objects.filter(source=made.id).count(), Team.objects.count()) == (5, 1)
    assert made.laid_at is not None


@pytest.mark.parametrize(
    "said",
    [
        {"due_at": "2020-01-29T12:00"},
        {"subjects": "shops"},
        {"teams": "一组|没有的村"},
        {"name": ""},
        {"place": FAR},
    ],
)
def test_a_round_that_cannot_be_is_refused_at_the_form(
    said: dict[str, str], homes: list[Home], browser: Browser
) -> None:
    answer = browser(Role.TOWNSHIP_CLERK, VILLAGE[:9]).post("/screening/new/", typed(act="begin", **said))
    assert answer.status_code in (404, 422)
    assert not Round.objects.exists()


def test_the_page_of_a_round_shows_the_gap_by_place_and_by_name(
    plan: Round, homes: list[Home], grids: list[str], browser: Browser
) -> None:
    take([visit(plan, home, "seen") for home, _living in homes[:3]], SYSTEM)
    client = browser(Role.COUNTY_OFFICE, COUNTY)
    answer = client.get(f"/screening/{plan.id}/")
    assert [(row["code"], row["cover"].gap) for row in answer.context["children"]] == [
        (grids[1], 2),
        (grids[0], 0),
    ]
    head = Person.objects.get(pk=homes[4][1][0])
    assert head.name in answer.content.decode()
    assert "60.0%" in answer.content.decode()
    down = client.get(f"/screening/{plan.id}/?place={grids[1]}")
    assert (down.context["here"].gap, len(down.context["left"])) == (2, 2)
    up = client.get(f"/screening/{plan.id}/?place={COUNTY}")
    assert up.context["here"].gap == 2
    assert client.get(f"/screening/{plan.id}/?place={SIBLING}").status_code == 404
    assert page(client, "/screening/").count(plan.name) == 1


def test_each_number_of_a_round_and_each_hundred_per_cent_opens_into_its_rows(
    plan: Round, homes: list[Home], grids: list[str], browser: Browser
) -> None:
    take([visit(plan, home, "seen") for home, _living in homes[:3]], SYSTEM)
    take([visit(plan, homes[3][0], "refused")], SYSTEM)
    client = browser(Role.COUNTY_OFFICE, COUNTY)
    shown = client.get(f"/screening/{plan.id}/")
    entered = shown.context["hundreds"][0]
    assert (entered["done"], entered["of"], entered["percent"]) == (3, 5, "60.0%")
    for url, count in ((entered["url"], 3), (entered["whole"], 5)):
        assert url in shown.content.decode()
        assert len(client.get(url).context["dues"]) == count
    doors = f"/screening/{plan.id}/doors/?place={{}}&amp;show={{}}"
    for grid, word, count in ((grids[0], "refused", 0), (grids[1], "never", 1), (grids[1], "all", 2)):
        url = doors.format(grid, word)
        assert url in shown.content.decode()
        assert len(client.get(url.replace("&amp;", "&")).context["rows"]) == count


def test_the_list_of_rounds_is_of_a_place_and_leads_to_places_below(
    plan: Round, homes: list[Home], grids: list[str], browser: Browser, begin: Callable[..., Round]
) -> None:
    take([visit(plan, home, "seen") for home, _living in homes[:3]], SYSTEM)
    client = browser(Role.COUNTY_OFFICE, COUNTY)
    for place, gap in ((COUNTY, 2), (VILLAGE, 2), (grids[1], 2), (grids[0], 0)):
        answer = client.get(f"/screening/?place={place}")
        assert [row["cover"].gap for row in answer.context["rows"]] == [gap], place
        assert 'class="place-header"' in answer.content.decode()
    assert client.get(f"/screening/?place={SIBLING}").context["rows"] == []
    # A round over the county whose doors all lie elsewhere does not go through this place.
    far = begin(place=COUNTY)
    assert far.id in {row["plan"].id for row in client.get(f"/screening/?place={VILLAGE}").context["rows"]}
    assert client.get(f"/screening/?place={SIBLING}").context["rows"] == []
    assert client.get(client.get(f"/screening/?place={VILLAGE}&export=1")["Location"]).status_code == 200


def test_the_words_of_the_doors_count_what_they_show(
    plan: Round, homes: list[Home], browser: Browser
) -> None:
    outcomes = ["seen", "moved", "refused", "nobody-home"]
    take([visit(plan, home, o) for (home, _l), o in zip(homes, outcomes, strict=False)], SYSTEM)
    client, url = browser(Role.VILLAGE_CADRE, VILLAGE), f"/screening/{plan.id}/doors/"
    for word in client.get(url).context["filters"]:
        assert len(client.get(url + word["url"]).context["rows"]) == word["count"], word
    assert client.get(f"{url}?show=nonsense").status_code == 404
    name = Person.objects.get(pk=homes[2][1][1]).name
    assert [line.people[1] for line in client.get(f"{url}?show=all&q={name}").context["rows"]] == [name]
    assert len(client.get(f"{url}?show=all&q=12号").context["rows"]) == 1
    asked = client.get(f"{url}?export=1")["Location"]
    assert client.get(asked).status_code == 200
    form = {"list": "screening-doors", "round": plan.id, "show": "gap", "purpose": "work", "file": "csv"}
    there = client.post("/exports/new/", form)["Location"]
    assert b"".join(client.get(f"{there}file/").streaming_content).count(b"\r\n") > 1


def entered(plan: Round, home: Home, **said: Any) -> dict[str, Any]:
    found = {f"{person.hex}-found": "here" for person in home[1]}
    return {
        "record": str(ids.new()),
        "outcome": "seen",
        "people": "2",
        "new0-found": "here",
        "new1-found": "here",
        **found,
        **said,
    }


def test_a_door_is_entered_and_the_next_one_follows(plan: Round, homes: list[Home], browser: Browser) -> None:
    volunteer, task = browser(Role.VOLUNTEER, VILLAGE), door(plan, homes[0][0])
    shown = page(volunteer, f"/screening/doors/{task.id}/")
    assert Person.objects.get(pk=homes[0][1][0]).name in shown
    one = homes[0][1][1].hex
    said = entered(
        plan,
        homes[0],
        clear="on",
        **{f"{one}-found": "away", "new0-name": "崔竣崧", "new0-from_place": "北京市"},
    )
    answer = volunteer.post(f"/screening/doors/{task.id}/", said)
    nxt = Task.objects.get(pk=answer.headers["Location"].split("/")[3])
    assert (nxt.place, nxt.detail, nxt.pk != task.pk) == (task.place, "", True)
    assert (door(plan, homes[0][0]).detail, Visit.objects.get().people) == ("seen", 2)
    answers = {a.found: a for a in Answer.objects.filter(known=True)}
    assert (answers["here"].fever, answers["away"].fever) == (False, None)
    assert Answer.objects.get(known=False).returned
    volunteer.post(f"/screening/doors/{task.id}/", said)
    assert (Visit.objects.count(), Answer.objects.count()) == (1, 3)


def test_what_was_said_of_a_person_and_is_said_anew_is_corrected(
    plan: Round, homes: list[Home], browser: Browser
) -> None:
    volunteer, task = browser(Role.VOLUNTEER, VILLAGE), door(plan, homes[0][0])
    one = homes[0][1][0]
    for found in ("gone", "here"):
        last = Answer.objects.filter(person=one).values_list("pk", flat=True).first() or ""
        said = entered(plan, homes[0], **{f"{one.hex}-found": found, f"{one.hex}-last": str(last)})
        assert volunteer.post(f"/screening/doors/{task.id}/", said).status_code == 302
    counting = Answer.objects.filter(person=one, replaced_by=None)
    assert [row.found for row in counting] == ["here"]


def test_nobody_home_says_nothing_of_people_and_the_door_stays(
    plan: Round, homes: list[Home], browser: Browser
) -> None:
    task = door(plan, homes[0][0])
    browser(Role.GRID_WORKER, task.place).post(
        f"/screening/doors/{task.id}/", entered(plan, homes[0], outcome="nobody-home", people="")
    )
    assert not Answer.objects.exists()
    assert (door(plan, homes[0][0]).done_at, door(plan, homes[0][0]).detail) == (None, "nobody-home")


def test_a_refusal_is_told_at_the_door_and_nothing_is_stored(
    plan: Round, homes: list[Home], browser: Browser
) -> None:
    task = door(plan, homes[0][0])
    said = entered(plan, homes[0], **{"new0-name": "崔竣崧", "new0-phone": "12"})
    answer = browser(Role.VOLUNTEER, VILLAGE).post(f"/screening/doors/{task.id}/", said)
    assert answer.status_code == 422
    assert not Person.objects.filter(name="崔竣崧").exists()


def test_a_hotel_enters_as_many_who_are_not_on_the_register_as_it_has(
    plan: Round, homes: list[Home], browser: Browser
) -> None:
    volunteer, task = browser(Role.VOLUNTEER, VILLAGE), door(plan, homes[0][0])
    url = f"/screening/doors/{task.id}/"
    assert 'hx-get="?row=2"' in page(volunteer, url)
    row = page(volunteer, f"{url}?row=2")
    assert 'name="new2-name"' in row and 'hx-get="?row=3"' in row and "<html" not in row
    assert "hx-get" not in page(volunteer, f"{url}?row=59")
    assert volunteer.get(f"{url}?row=60").status_code == 404
    names = ["崔竣崧", "崔竣岚", "崔竣峥", "崔竣嵘", "崔竣岑"]
    rows = {f"new{n}-name": name for n, name in enumerate(names)} | {
        f"new{n}-found": "here" for n in range(6)
    }
    assert volunteer.post(url, entered(plan, homes[0], **rows)).status_code == 302
    assert Answer.objects.filter(known=False).count() == len(names)


def test_who_has_no_name_is_asked_for_it_and_not_passed_over(
    plan: Round, homes: list[Home], browser: Browser
) -> None:
    task = door(plan, homes[0][0])
    said = entered(plan, homes[0], **{"new0-phone": "15400000012"})
    answer = browser(Role.VOLUNTEER, VILLAGE).post(f"/screening/doors/{task.id}/", said)
    assert answer.status_code == 422 and "new0-name" in answer.content.decode()
    assert not Visit.objects.exists()


def test_a_door_that_is_not_on_the_register_is_added_and_entered(
    plan: Round, browser: Browser, grids: list[str]
) -> None:
    client = browser(Role.VOLUNTEER, VILLAGE)
    page(client, f"/screening/{plan.id}/add/")
    answer = client.post(
        f"/screening/{plan.id}/add/", {"name": "19号", "place": grids[0], "address": "某街19号"}
    )
    task = Task.objects.get(pk=answer.headers["Location"].split("/")[3])
    assert (task.source, task.place) == (plan.id, grids[0])
    assert queries.cover(plan, VILLAGE).expected == 6


def test_the_second_round_is_begun_from_the_page_of_the_first(
    plan: Round, homes: list[Home], browser: Browser
) -> None:
    take([visit(plan, homes[0][0], "seen")], SYSTEM)
    clerk = browser(Role.COUNTY_OFFICE, COUNTY)
    assert f"/screening/new/?after={plan.id}" in page(clerk, f"/screening/{plan.id}/")
    page(clerk, f"/screening/new/?after={plan.id}")
    said = typed(act="begin", name="第二轮", teams="")
    del said["subjects"]
    clerk.post(f"/screening/new/?after={plan.id}", said)
    second = Round.objects.get(number=2)
    assert Task.objects.filter(source=second.id).count() == 4
    assert "第二轮" in page(clerk, f"/screening/{plan.id}/")


def test_a_cell_on_a_phone_is_called_what_its_column_is_called(
    plan: Round, begin: Begin, browser: Browser
) -> None:
    second = begin(after=plan.id, name="第二轮")
    for one, called in ((plan, "Never reached"), (second, "Not in this round yet")):
        shown = page(browser(Role.COUNTY_OFFICE, COUNTY), f"/screening/{one.id}/?place={VILLAGE}")
        assert f'data-label="{called}"' in shown
        assert f">{called}</th>" in shown


def test_the_lists_of_the_register_name_whom_they_count(
    plan: Round, homes: list[Home], browser: Browser
) -> None:
    task = door(plan, homes[0][0])
    said = entered(plan, homes[0], **{f"{homes[0][1][0].hex}-found": "gone", "new0-name": "崔竣崧"})
    client = browser(Role.VILLAGE_CADRE, VILLAGE)
    client.post(f"/screening/doors/{task.id}/", said)
    assert "崔竣崧" in page(client, f"/screening/{plan.id}/people/")
    gone = Person.objects.get(pk=homes[0][1][0]).name
    assert gone in page(client, f"/screening/{plan.id}/people/?show=gone")
    asked = client.get(f"/screening/{plan.id}/people/?show=gone&export=1")["Location"]
    assert client.get(asked).status_code == 200


def test_the_coverage_goes_out_as_it_stands_on_the_page(
    plan: Round, homes: list[Home], browser: Browser
) -> None:
    client = browser(Role.VILLAGE_CADRE, VILLAGE)
    client.post(f"/screening/doors/{door(plan, homes[0][0]).id}/", entered(plan, homes[0]))
    asked = client.get(f"/screening/{plan.id}/?export=1")["Location"]
    assert client.get(asked).status_code == 200
    listed = exports.get(by := actor(Role.VILLAGE_CADRE, VILLAGE), "screening-coverage")
    wish = exports.Asked(by, VILLAGE, {"round": str(plan.id)})
    told = {line[0]: list(line[2:]) for line in listed.lines(wish, list(listed.found(wish)))}
    here = queries.cover(plan, VILLAGE)
    assert told[VILLAGE] == [here.gap, here.never, here.nobody, here.refused, here.expected, here.reached]
    assert sum(counts[4] for code, counts in told.items() if code != VILLAGE) == here.expected > here.gap


@pytest.mark.parametrize("role", [Role.STOREKEEPER, Role.AUDITOR, Role.ADMINISTRATOR, Role.FEVER_CLINIC])
def test_rounds_are_not_there_for_those_whose_work_they_are_not(
    role: Role, plan: Round, homes: list[Home], browser: Browser
) -> None:
    client = browser(role, COUNTY)
    for url in (
        "",
        "new/",
        f"{plan.id}/",
        f"{plan.id}/doors/",
        f"{plan.id}/people/",
        f"doors/{door(plan, homes[0][0]).id}/",
    ):
        assert client.get(f"/screening/{url}").status_code == 404, url


def test_a_neighbour_sees_nothing_and_a_village_sees_its_part_of_a_round_above(
    homes: list[Home], begin: Begin, browser: Browser
) -> None:
    settle(SIBLING, 2, start=50)
    plan = begin(VILLAGE[:9])
    client = browser(Role.VILLAGE_CADRE, SIBLING)
    assert client.get(f"/screening/{plan.id}/").context["here"].expected == 2
    assert client.get(f"/screening/{plan.id}/?place={VILLAGE}").status_code == 404
    assert client.get(f"/screening/doors/{door(plan, homes[0][0]).id}/").status_code == 404
    stranger = browser(Role.COUNTY_OFFICE, FAR[:6])
    assert stranger.get(f"/screening/{plan.id}/").status_code == 404
    assert plan.name not in page(stranger, "/screening/?show=all")


def test_first_pages_name_the_running_rounds_with_their_gap(
    plan: Round, homes: list[Home], office: Actor, at: Any
) -> None:
    take([visit(plan, homes[0][0], "seen")], SYSTEM)
    (card,) = today.today(office, COUNTY)
    assert (card.title, card.count, card.tone) == (plan.name, 4, "now")
    at(48)
    (card,) = today.today(office, COUNTY)
    assert card.tone == "miss"


def test_a_list_costs_the_same_for_five_and_for_fifty(
    plan: Round, grids: list[str], office: Actor, browser: Browser, django_assert_max_num_queries: Any
) -> None:
    from bulou.work.screening.actions import lay

    client = browser(Role.COUNTY_OFFICE, COUNTY)
    for more in (0, 45):
        settle(grids[0], more, start=200)
        lay(office, plan.id)
        for url in (f"/screening/{plan.id}/", f"/screening/{plan.id}/doors/"):
            client.get(url)
            with django_assert_max_num_queries(36):
                client.get(url)
