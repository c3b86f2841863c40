"""Places, figures, what is set aside, rules: each number opens, each act is kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from bulou.core.figures import behind
from bulou.core.figures.figure import formulas
from bulou.core.figures.queries import Asked, read, read_so_far
from bulou.core.places.models import Place
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.records.models import Aside
from bulou.core.rulebook import value
from bulou.core.rulebook.models import Order
from bulou.core.staff.actor import SYSTEM
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.core.tasks.lay import lay
from bulou.core.tasks.queries import missed_count, missed_kinds
from bulou.desk.tests.conftest import COUNTY, TOWNSHIP, VILLAGE, arrived, desk, page, reading
from bulou.lib import clock, paging

pytestmark = pytest.mark.django_db
ORDER = """
[order]
source = "隰防控〔2020〕9号"
from = 2020-02-13
[[value]]
key = "observation.days"
value = 21
unit = "days"
"""


def test_the_rows_behind_a_number_are_as_many_as_it_says() -> None:
    for n in range(3):
        reading(arrived(n), 385 if n else 366, 1)
    shown = page(desk(Role.COUNTY_OFFICE), "/figures/observation.fevers/rows/")
    assert read(["observation.fevers"], Asked(COUNTY))[COUNTY]["observation.fevers"] == 2
    assert len(re.findall(r"<tr data-href=\"/people/", shown)) == 2


def closed(person: UUID) -> None:
    """They went away: their observation is over."""
    from bulou.work.observation.actions import end
    from bulou.work.observation.models import Observation

    end(SYSTEM, Observation.objects.get(person=person).pk, "moved-away", "搬走了")


def test_a_formula_shows_its_terms_and_who_is_left_of_them() -> None:
    gone, stays = arrived(1), arrived(2)
    closed(gone)
    client = desk(Role.COUNTY_OFFICE)
    shown = page(client, "/figures/observation.now/rows/")
    assert "/figures/observation.opened/rows/" in shown
    assert "/figures/observation.closed/rows/" in shown
    assert f"/people/{stays}/" in shown
    assert f"/people/{gone}/" not in shown
    assert read(["observation.now"], Asked(COUNTY))[COUNTY]["observation.now"] == 1


def test_who_is_left_of_a_difference_comes_page_by_page() -> None:
    for n in range(5):
        arrived(n)
    asked, found, cursor = Asked(COUNTY), [], None
    while True:
        part = behind.people("observation.now", asked, 2, cursor)
        assert part is not None
        found += [one.person for one in part.rows]
        cursor = part.next
        if cursor is None:
            break
    assert len(found) == len(set(found)) == 5
    for cursor in ("x", paging.encode(["1", 5]), paging.encode([VILLAGE, "5"])):
        assert (
            desk(Role.COUNTY_OFFICE).get(f"/figures/observation.now/rows/?cursor={cursor}").status_code == 404
        )


def test_behind_every_formula_are_just_so_many_rows_or_none_are_shown() -> None:
    for n in range(4):
        who = arrived(n, hours=60)
        reading(who, 385 if n else 366, 1)
        if n == 3:
            closed(who)
    lay()
    shown = 0
    for at in (None, clock.now() - timedelta(hours=30)):
        asked = Asked(COUNTY, None, at)
        for name, number in read([*formulas()], asked).get(COUNTY, {}).items():
            if name not in formulas():
                continue
            rows = behind.rows(name, asked)
            if rows is not None:
                count = rows.source._default_manager.extra(where=[rows.where], params=rows.params).count()
                assert count == number, name
            elif (people := behind.people(name, asked, 1000)) is not None:
                assert sum(one.times for one in people.rows) == number, name
                shown += number > 0
    assert shown >= 3


def test_what_lies_at_the_place_itself_opens_into_just_its_rows() -> None:
    above, below = arrived(1, place=TOWNSHIP), arrived(2)
    client = desk(Role.TOWNSHIP_CLERK, TOWNSHIP)
    for name in ("arrivals.arrived", "observation.now"):
        whole = page(client, f"/figures/{name}/rows/")
        (own,) = re.findall(r'class="tile" href="([^"]+own=1)"', whole)
        shown = page(client, own.replace("&amp;", "&"))
        assert f"/people/{above}/" in shown
        assert f"/people/{below}/" not in shown
        assert re.search(r"<h1>[^<]*: 1</h1>", shown), name
    standing = page(client, "/")
    assert "/figures/observation.now/rows/" in standing
    assert "own=1" in standing


def test_the_tiles_of_the_missed_add_up() -> None:
    for n in range(3):
        arrived(n, hours=60)
    arrived(4, place=TOWNSHIP, hours=60)
    lay()
    shown = page(desk(Role.TOWNSHIP_CLERK, TOWNSHIP), "/missed/")
    (total,) = re.findall(r"<h1>(\d+) missed</h1>", shown)
    counts = re.findall(r'class="tile"[^>]*>.*?<strong[^>]*>(\d+)</strong>', shown)
    assert len(counts) == 2
    assert sum(map(int, counts)) == int(total)


def test_what_a_place_owes_stands_under_its_name(at: Callable[[str], None]) -> None:
    clerk = desk(Role.TOWNSHIP_CLERK, TOWNSHIP)
    lay()
    at("2020-02-13T20:00")
    shown = page(clerk, "/missed/?kind=reports.village")
    first = re.findall(r"<tr[^>]*>\s*<td>([^<]*)</td>", shown)
    assert first
    assert "—" not in first


def test_a_figure_that_is_not_there_and_a_wrong_moment_are_not_there() -> None:
    client = desk(Role.COUNTY_OFFICE)
    urls = ("no.such", "observation.readings/rows/?at=x", "observation.readings/rows/?day=2020-13-01")
    for url in (
        f"/figures/{urls[0]}/rows/",
        f"/figures/{urls[1]}",
        f"/figures/{urls[2]}",
        "/missed/?cursor=x",
    ):
        assert client.get(url).status_code == 404, url


def test_the_missed_by_kind_are_the_missed() -> None:
    for n in range(3):
        arrived(n, hours=60)
    lay()
    for moment in (clock.now(), clock.parse("2020-02-11T20:00"), clock.parse("2020-02-12T13:00")):
        for down in (None, 9, 12):
            every, _today = missed_kinds(COUNTY, moment, down)
            counted = missed_count(COUNTY, moment, down=down)
            assert sum(every.values()) == sum(counted.values())


def test_a_grid_is_set_up_renamed_and_found_by_another_name() -> None:
    client = desk(Role.COUNTY_OFFICE)
    assert client.post(f"/places/{VILLAGE}/add/", {"name": "第九网格", "kind": "grid"}).status_code == 302
    made = Place.objects.get(name="第九网格")
    assert made.parent == VILLAGE
    assert client.post(f"/places/{VILLAGE}/add/", {"name": "第九网格", "kind": "grid"}).status_code == 422
    assert client.post(f"/places/{made.code}/rename/", {"name": "南巷网格"}).status_code == 302
    assert client.post(f"/places/{made.code}/alias/", {"name": "老九"}).status_code == 302
    assert "老九" in page(client, f"/places/{made.code}/")
    assert desk(Role.VILLAGE_DOCTOR, VILLAGE).get(f"/places/{VILLAGE}/add/").status_code == 404


def test_a_conflict_is_shown_side_by_side_and_settled() -> None:
    person, clerk = arrived(1), actor(Role.COUNTY_OFFICE, COUNTY)
    first = reading(person, 366, 2)
    data = {"person": str(person), "tenths": 377, "symptoms": []}
    other = Incoming(first.kind, first.id, VILLAGE, first.happened_at, data)
    assert take([other], clerk)[0].status == "conflict"
    client, kept = desk(Role.COUNTY_OFFICE), Aside.objects.get()
    assert str(kept.pk) in page(client, "/asides/")
    shown = page(client, f"/asides/{kept.pk}/")
    assert "<mark>37.7 °C</mark>" in shown and "<mark>36.6 °C</mark>" in shown
    assert client.post(f"/asides/{kept.pk}/", {"how": "not-needed"}).status_code == 302
    assert client.get(f"/asides/{kept.pk}/").status_code == 404
    assert Aside.objects.get().settled_how == "not-needed"


def test_an_order_is_checked_before_it_can_be_put_in_force() -> None:
    client = desk(Role.COUNTY_OFFICE)
    bad = client.post("/rules/order/", {"text": ORDER.replace("21", '"x"'), "act": "force"})
    assert "Not sound yet" in bad.content.decode()
    assert not Order.objects.exists()
    assert client.post("/rules/order/", {"text": "= no toml"}).status_code == 422
    looked = client.post("/rules/order/", {"text": ORDER, "act": "check"}).content.decode()
    assert "Sound" in looked
    assert not Order.objects.exists()
    assert client.post("/rules/order/", {"text": ORDER, "act": "force"}).status_code == 302
    assert value("observation.days", COUNTY, clock.parse("2020-02-13").date()) == 21
    made = Order.objects.get()
    page(client, f"/rules/orders/{made.pk}/")
    assert client.post(f"/rules/orders/{made.pk}/", {"last": "2020-02-20"}).status_code == 302
    assert desk(Role.TOWNSHIP_CLERK, "141031100").get("/rules/order/").status_code == 404


def test_a_table_is_drawn_as_a_table() -> None:
    shown = page(desk(Role.COUNTY_OFFICE), "/rules/arrivals.measure/")
    assert "The first row that fits decides" in shown


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_list_of_rules_shows_no_sentence_with_its_braces(language: str) -> None:
    client = desk(Role.COUNTY_OFFICE)
    client.cookies["django_language"] = language
    cells = re.findall(r'<td class="wide">(.*?)</td>', page(client, "/rules/"), re.S)
    assert len(cells) > 20
    assert not [cell for cell in cells if "{" in cell or re.search(r"(arrivals|observation|cases)\.\w", cell)]


def test_an_order_is_begun_from_the_rule_that_it_changes() -> None:
    client = desk(Role.COUNTY_OFFICE)
    rule = page(client, "/rules/observation.days/")
    assert "/rules/order/?key=observation.days" in rule
    text = client.get("/rules/order/?key=observation.days").context["text"]
    days = value("observation.days", COUNTY, clock.today())
    assert 'key = "observation.days"' in text
    assert f"value = {days}" in text
    sent = text.replace('source = ""', 'source = "隰防控〔2020〕20号"').replace(
        f"value = {days}", "value = 21"
    )
    checked = client.post("/rules/order/", {"text": sent, "act": "check"})
    assert checked.context["check"].sound
    assert client.get("/rules/order/?key=no.such").context["text"] == ""


def test_the_terms_of_a_formula_are_said_in_words_and_those_of_nothing_left_out() -> None:
    arrived(1)
    terms = desk(Role.COUNTY_OFFICE).get("/figures/observation.now_outside/rows/").context["terms"]
    assert [str(term["title"]) for term in terms] == ["Ever observed (affected area)"]


def test_reports_that_are_not_due_yet_are_not_wanting(county: str, at: Callable[[str], None]) -> None:
    at("2020-02-12T08:00")
    actor(Role.VILLAGE_CADRE, VILLAGE)
    lay()
    assert read(["reports.wanting"], Asked(VILLAGE))[VILLAGE]["reports.wanting"] > 0  # laid ahead
    assert read_so_far(["reports.wanting"], Asked(VILLAGE))[VILLAGE]["reports.wanting"] == 0
    at("2020-02-12T12:30")
    client = desk(Role.COUNTY_OFFICE)
    groups = client.get(f"/figures/?place={VILLAGE}").context["groups"]
    lines = {line["name"]: line["value"] for group in groups for line in group["lines"]}
    assert lines["reports.wanting"] == lines["reports.due"] == 1
    opened = client.get(f"/figures/reports.wanting/rows/?place={VILLAGE}").context
    assert opened["value"] == 1
    assert sum(term["value"] for term in opened["terms"]) == 1
