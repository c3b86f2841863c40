"""The board owns no number: it shows those of the desk, now and as of any moment."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from bulou.board import pages
from bulou.board.charts import chart
from bulou.core.cards import headlines
from bulou.core.overview import Standing, standings
from bulou.core.places import queries as places
from bulou.core.staff.roles import EVERYONE, Role
from bulou.core.tasks.duties import duties
from bulou.core.tasks.lay import lay
from bulou.core.tasks.write import Expected, expect
from bulou.desk import standing
from bulou.desk.tests.conftest import COUNTY, VILLAGE, arrived, at, desk, page, reading
from bulou.lib import clock, ids

__all__ = ["at"]
pytestmark = pytest.mark.django_db


def tiles(shown: str) -> list[int]:
    return [int(n.replace(",", "")) for n in re.findall(r'tile-gap num">([\d,]+)<', shown)]


def test_the_tiles_say_what_the_tallies_say() -> None:
    for n in range(4):
        arrived(n, hours=60)
    lay()
    found = standings(COUNTY, 9)
    shown = page(desk(Role.COUNTY_LEADER), "/board/")
    assert sum(tiles(shown)) == sum(one.gap_today for code, one in found.items() if code != COUNTY)
    assert sum(tiles(shown)) > 0


def test_what_lies_at_the_place_itself_has_a_line_and_the_parts_make_the_whole() -> None:
    for n in range(4):
        arrived(n, hours=60)
    due = clock.now() - timedelta(hours=1)
    order = Expected(ids.new(), COUNTY, due - timedelta(hours=1), due)
    client = desk(Role.COUNTY_LEADER)
    lay()
    assert "The place itself" not in page(client, "/board/")
    assert expect("directives.acknowledge", [order]) == 1
    shown = re.sub(r"<[^>]+>", " ", page(client, "/board/"))
    assert re.search(r"The place itself\s+1\s+1\s+1\s", shown), "no line"
    assert re.search(r"The place itself\s+1\s+Place\s", shown), "no tile"
    assert sum(tiles(page(client, "/board/"))) == standings(COUNTY)[COUNTY].gap_today


def test_the_line_of_the_place_itself_opens_into_just_its_rows() -> None:
    for n in range(4):
        arrived(n, hours=60)
    due, client = clock.now() - timedelta(hours=1), desk(Role.COUNTY_OFFICE)
    lay()
    expect("reports.county", [Expected(ids.new(), COUNTY, due - timedelta(hours=1), due, "2020-02-10/own")])
    (url,) = set(re.findall(r'data-href="(/missed/[^"]+own=1)"', page(client, "/board/")))
    url = url.replace("&amp;", "&")
    for address in (url, f"{url}&day=1"):
        shown = client.get(address)
        assert shown.context["total"] == 1
        assert [row.task.place for row in shown.context["rows"]] == [COUNTY]
        assert shown.context["children"] == []
    assert client.get(url.replace("&own=1", "")).context["total"] > 1
    assert f"{url.split('&')[0]}" in page(client, "/").replace("&amp;", "&")


def test_board_and_desk_tell_places_in_one_order_the_gap_first(monkeypatch: pytest.MonkeyPatch) -> None:
    feverish = next(line.name for line in headlines() if line.gap and line.tone == "fever")
    one, two, three = (child.code for child in places.children(COUNTY, clock.today())[:3])
    kind = next(iter(duties()))
    found = {
        one: Standing(Counter({kind: 9}), Counter({kind: 1}), {feverish: 5}),
        two: Standing(Counter({kind: 9}), Counter({kind: 2})),
        three: Standing(Counter({kind: 9}), Counter({kind: 2}), {feverish: 1}),
    }
    monkeypatch.setattr(pages, "standings", lambda *_asked: found)
    monkeypatch.setattr(standing, "standings", lambda *_asked: found)
    board = [tile["place"].code for tile in desk(Role.COUNTY_LEADER).get("/board/").context["ranked"]]
    assert board == [row.place.code for row in standing.table(COUNTY, clock.now())["rows"]]
    assert board[:3] == [three, two, one]


def test_the_clock_goes_back_and_the_numbers_with_it() -> None:
    person = arrived(1, hours=60)
    lay()
    reading(person, 385, 1)
    client, then = desk(Role.COUNTY_LEADER), clock.now() - timedelta(hours=3)
    before = standings(COUNTY, None, then)[COUNTY].figures
    now = standings(COUNTY, None)[COUNTY].figures
    assert (before["observation.fevers"], now["observation.fevers"]) == (0, 1)
    shown = page(client, f"/board/?as_of={then:%Y-%m-%dT%H:%M}")
    assert "Back to now" in shown
    # Whoever has a fever owes an outcome too: a tile counts them once.
    assert re.findall(r"Fevers today </span>(\d+)", page(client, "/board/")) == ["1"]
    assert client.get("/board/?as_of=never").status_code == 404
    assert "Back to now" not in page(client, "/board/?as_of=2031-01-01T00:00")


def test_now_and_as_of_now_are_the_same() -> None:
    for n in range(3):
        reading(arrived(n, hours=60), 366 + 10 * n, 1)
    lay()
    live, cut = standings(COUNTY, 12), standings(COUNTY, 12, clock.now())
    for code, one in live.items():
        mine = cut[code].figures
        assert {k: v for k, v in one.figures.items() if v} == {k: v for k, v in mine.items() if v}
        assert one.missed == cut[code].missed


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_every_role_may_look_at_the_board(role: Role) -> None:
    page(desk(role), "/board/")
    page(desk(role), f"/board/?place={VILLAGE}")


def test_the_board_costs_the_same_for_many(django_assert_max_num_queries: Any) -> None:
    client = desk(Role.COUNTY_LEADER)
    page(client, "/board/")
    for n in range(10):
        arrived(n)
    lay()
    with django_assert_max_num_queries(26):
        page(client, "/board/")
    with django_assert_max_num_queries(20):
        page(client, "/board/curves/")


@pytest.mark.parametrize(("language", "today", "titles"), [
    ("en", "today", ("Fever readings, by day", "Arrivals, by day")), ("zh-hans", "今日", ("发热人次（逐日）",)),
])  # fmt: skip
def test_no_curve_of_two_weeks_is_called_todays(language: str, today: str, titles: tuple[str, ...]) -> None:
    reading(arrived(1, hours=60), 385, 1)
    client = desk(Role.COUNTY_LEADER)
    client.cookies["django_language"] = language
    shown = re.findall(r"<figcaption>(.*?)</figcaption>", page(client, "/board/curves/"))
    assert shown and not [one for one in shown if today in one.lower()]
    assert all(any(title in one for one in shown) for title in titles), shown


def test_a_chart_begins_at_nothing() -> None:
    days = [clock.today() + timedelta(days=n) for n in range(3)]
    drawn = chart("x", "", False, days, [0, 5, 10])
    assert drawn.bars[0].height == 0
    assert drawn.bars[2].height == 2 * drawn.bars[1].height
    assert drawn.last == drawn.most == 10
    assert chart("x", "", False, days, [0, 0, 0]).most == 0
