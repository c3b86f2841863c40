"""The pages of reports: drafted, sent, revised, and nobody else's."""

from __future__ import annotations

import re

import pytest
import time_machine

from bulou.core import exports
from bulou.core.places import actions as places
from bulou.core.staff.actor import SYSTEM
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.core.tasks.lay import lay
from bulou.lib.refusals import Refusal
from bulou.reports import actions
from bulou.reports.models import Sent
from bulou.reports.shown import turn_word
from bulou.reports.tests.made import AM, COUNTY, NEXT, TOWN, VILLAGE, arrival, at, sent, taken

pytestmark = pytest.mark.django_db
TYPED = {"on_duty": 3, "publicity": 1}


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(at("02-12 09:30"), tick=False) as traveller:
        yield traveller


def text(response):
    assert response.status_code == 200, response.status_code
    return re.sub(r"\s+", " ", response.content.decode())


def test_a_cadre_sends_the_drafted_report(client):
    taken(arrival(1, "02-12 08:00"))
    cadre = actor(Role.VILLAGE_CADRE, VILLAGE)
    page = text(signed_in(client, cadre).get("/reports/"))
    assert 'name="typed-on_duty"' in page and 'name="arrivals' not in page
    looked = re.search(r'name="looked" value="([^"]*)"', page)[1].replace("&quot;", '"')
    posted = {
        "place": VILLAGE,
        "slot": AM,
        "looked": looked,
        "typed-on_duty": "3",
        "typed-publicity": "0",
        "note": "缺口罩",
    }
    answer = client.post("/reports/send/", posted, follow=True)
    page = text(answer)
    assert "缺口罩" in page
    assert Sent.objects.get().figures["typed.on_duty"] == 3
    assert text(client.get("/reports/")).count(str(Sent.objects.get().id)) >= 2


def test_a_report_that_came_late_over_the_air_shows_when_it_was_sent(client):
    assert sent(VILLAGE, AM, "02-12 09:10").status == "accepted"
    signed_in(client, actor(Role.TOWNSHIP_CLERK, TOWN))
    assert "02-12 09:10" in text(client.get(f"/reports/?place={VILLAGE}"))
    assert ">09:10</a>" in text(client.get("/reports/"))


def test_what_changed_while_somebody_looked_is_said(client):
    signed_in(client, actor(Role.VILLAGE_CADRE, VILLAGE))
    looked = '{"arrivals.other_provinces": 0}'
    taken(arrival(1, "02-12 08:00"))
    posted = {"place": VILLAGE, "slot": AM, "looked": looked, "typed-on_duty": "3", "typed-publicity": "0"}
    assert "0 → 1" in text(client.post("/reports/send/", posted, follow=True))


def test_an_empty_field_comes_back_with_words_and_with_what_was_typed(client):
    signed_in(client, actor(Role.VILLAGE_CADRE, VILLAGE))
    answer = client.post(
        "/reports/send/",
        {"place": VILLAGE, "slot": AM, "typed-on_duty": "17", "typed-publicity": "", "note": "缺口罩"},
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'value="17"' in page and "缺口罩" in page
    assert "%(" not in page
    assert (
        client.post("/reports/send/", {"place": VILLAGE, "slot": AM, "typed-on_duty": "many"}).status_code
        == 422
    )
    assert not Sent.objects.exists()


def test_a_clerk_sees_who_is_missing_and_sends_without_them(client):
    actions.send(actor(Role.VILLAGE_CADRE, VILLAGE), VILLAGE, "daily", AM, TYPED)
    missing_cadre = actor(Role.VILLAGE_CADRE, NEXT, name="郝未报")
    signed_in(client, actor(Role.TOWNSHIP_CLERK, TOWN))
    page = text(client.get("/reports/"))
    assert missing_cadre.name in page
    assert f"place={NEXT}" in page
    client.post("/reports/send/", {"place": TOWN, "slot": AM})
    assert len(Sent.objects.get(place=TOWN).missing) > 1


def test_a_report_and_its_revision_stand_side_by_side(client, morning):
    cadre = actor(Role.VILLAGE_CADRE, VILLAGE)
    first = actions.send(cadre, VILLAGE, "daily", AM, TYPED)
    morning.move_to(at("02-12 12:00"))
    taken(arrival(1, "02-12 08:00"))
    signed_in(client, cadre)
    assert str(first.id) in text(client.get("/reports/"))
    assert "+1" in text(client.get(f"/reports/{first.id}/"))
    answer = client.post(
        f"/reports/{first.id}/revise/",
        {"typed-on_duty": "5", "typed-publicity": "1", "why": "迟到登记"},
        follow=True,
    )
    page = text(answer)
    assert "迟到登记" in page and "+2" in page
    again = client.post(
        f"/reports/{first.id}/revise/", {"typed-on_duty": "6", "typed-publicity": "1", "why": "再改"}
    )
    assert again.status_code == 422


def test_the_pages_behind_the_numbers_open(client, morning):
    with time_machine.travel(at("02-11 00:00")):
        office = actor(Role.COUNTY_OFFICE, COUNTY)
    taken(arrival(1, "02-10 08:00"))
    lay()
    actions.send(actor(Role.VILLAGE_CADRE, VILLAGE), VILLAGE, "daily", AM, TYPED)
    morning.move_to(at("02-12 13:00"))
    signed_in(client, office)
    page = text(client.get("/bulletin/?at=2020-02-12T13:00"))
    links = re.findall(r'href="((?:/reports/|/figures/|/missed/)[^"]+)"', page)
    assert any("/missed/" in link for link in links)
    assert any("/reports/turnout/" in link for link in links)
    for link in {link.replace("&amp;", "&") for link in links}:
        assert client.get(link).status_code == 200, link
    assert "城关村" in text(client.get("/reports/turnout/?level=village"))
    missing = client.get("/missed/").context["rows"]
    owed = [row for row in missing if row.task.kind.startswith("reports.")]
    # The village stands in its own column; of which turn its report is owed, in the words of what is owed.
    assert owed and {row.name for row in owed} == {""}
    assert all(str(row.what).endswith(f" · {turn_word(row.task.slot)}") for row in owed)
    assert client.get(f"/reports/received/?place={TOWN}&slot={AM}").status_code == 200
    assert client.get(f"/reports/?place={TOWN}").status_code == 200


def test_the_numbers_of_a_place_below_the_villages_open_too(client, morning):
    """No village lies in a grid: the page says that none owed a report, and is there."""
    grid = places.add(SYSTEM, VILLAGE, "第1网格", "grid").code
    signed_in(client, actor(Role.GRID_WORKER, grid))
    links = re.findall(r'href="(/reports/turnout/[^"]+)"', text(client.get(f"/bulletin/?place={grid}")))
    assert links
    for link in links:
        assert client.get(link.replace("&amp;", "&")).status_code == 200, link


def test_reports_go_out_with_the_silent_in_their_lines(morning):
    with time_machine.travel(at("02-11 00:00")):
        actor(Role.COUNTY_OFFICE, COUNTY)
    taken(arrival(1, "02-12 08:00"))
    lay()
    actions.send(actor(Role.VILLAGE_CADRE, VILLAGE), VILLAGE, "daily", AM, TYPED)
    morning.move_to(at("02-12 13:00"))
    clerk = actor(Role.TOWNSHIP_CLERK, TOWN)
    for name, words in (("reports-received", {"slot": AM}), ("reports-turnout", {"level": "village"})):
        listed, asked = exports.get(clerk, name), exports.Asked(clerk, TOWN, words)
        told = [list(line) for line in listed.lines(asked, list(listed.found(asked)))]
        states = [str(line[2]) for line in told]
        assert (states.count("已报送"), states.count("遗漏")) == (1, len(told) - 1), states
        heads = [str(title) for title in (*listed.columns.values(), *listed.more(asked).values())]
        assert {len(line) for line in told} == {len(heads)}
        if name == "reports-received":
            (mine,) = (line for line in told if line[3])
            assert mine[heads.index("值守人数（未排班的村）")] == 3
    with pytest.raises(Refusal):
        list(listed.found(exports.Asked(clerk, COUNTY, {"level": "village"})))


@pytest.mark.parametrize("path", [
    "/reports/?place={0}", "/reports/received/?place={0}&slot=" + AM, "/reports/turnout/?place={0}",
    "/missed/?place={0}", "/bulletin/?place={0}",
])  # fmt: skip
def test_another_place_is_not_there(client, path):
    signed_in(client, actor(Role.VILLAGE_CADRE, VILLAGE))
    assert client.get(path.format(VILLAGE)).status_code == 200
    for other in (NEXT, TOWN, "999999999999", "x"):
        assert client.get(path.format(other)).status_code == 404


def test_a_report_of_another_place_is_not_there(client):
    report = actions.send(actor(Role.VILLAGE_CADRE, VILLAGE), VILLAGE, "daily", AM, TYPED)
    signed_in(client, actor(Role.VILLAGE_CADRE, NEXT))
    assert client.get(f"/reports/{report.id}/").status_code == 404
    assert client.post(f"/reports/{report.id}/revise/", {"why": "x"}).status_code == 404
    assert client.post("/reports/send/", {"place": VILLAGE, "slot": AM}).status_code == 404


def test_whoever_sees_no_people_sees_counts_without_words_and_names(client):
    report = actions.send(actor(Role.VILLAGE_CADRE, VILLAGE), VILLAGE, "daily", AM, TYPED, "缺口罩")
    signed_in(client, actor(Role.AUDITOR, COUNTY))
    assert "缺口罩" not in text(client.get(f"/reports/{report.id}/"))
    assert client.get("/reports/").status_code == 200
    posted = client.post("/reports/send/", {"place": COUNTY, "slot": AM})
    assert posted.status_code == 422


def test_the_reports_page_asks_as_often_for_many_villages_as_for_few(client, django_assert_max_num_queries):
    signed_in(client, actor(Role.TOWNSHIP_CLERK, TOWN))
    client.get("/reports/")
    with django_assert_max_num_queries(80):
        client.get("/reports/")
