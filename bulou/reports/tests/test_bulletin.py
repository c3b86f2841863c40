"""The bulletin says in one paragraph what the records say, in both languages, and every number is counted."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta

import pytest
import time_machine

from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.actor import SYSTEM
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.core.tasks.lay import lay
from bulou.lib import clock, ids
from bulou.lib.refusals import Refusal
from bulou.reports import actions
from bulou.reports.bulletin import bulletin
from bulou.reports.tests.made import AM, COUNTY, NEXT, VILLAGE, arrival, at, taken

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def evening():
    with time_machine.travel(at("02-12 18:00"), tick=False) as traveller:
        yield traveller


def closed(person, origin, when, n):
    from django.apps import apps

    plan = apps.get_model("observation", "Observation").objects.get(person=person)
    data = {"person": str(person), "observation": str(plan.id), "origin": origin, "outcome": "released"}
    return Incoming("observation.closed", ids.derived("closed", n), plan.place, at(when), data)


def county_at_work():
    """5 from other provinces: 2 from an affected area, released, and 1 other released; 2 of the own."""
    came = [arrival(n, "01-24 10:00") for n in range(3)]
    came += [arrival(n, "01-24 12:00", NEXT, origin_code="420100") for n in (3, 4)]
    came += [arrival(n, "01-25 12:00", NEXT, origin_code="140100") for n in (5, 6)]
    taken(*came)
    from django.apps import apps

    rows = {r.id: r for r in apps.get_model("arrivals", "Arrival").objects.all()}
    gone = [rows[came[n].id] for n in (0, 3, 4, 5)]
    taken(*(closed(r.person, r.origin, "02-10 09:00", r.id) for r in gone))


def test_the_paragraph_reads_as_the_county_wrote_it():
    county_at_work()
    found = bulletin(COUNTY, at("02-12 18:00"))
    assert found.text["zh"].startswith(
        "截至2月12日18时，全县共排查省外返隰5人，其中解除医学观察3人，正在进行医学观察2人；"
        "其中有湖北（含武汉）旅居史来隰返隰人员2人，全部解除医学观察。"
        "共排查省内返隰2人，其中解除医学观察1人，正在进行医学观察1人。"
    )
    assert found.text["en"].startswith(
        "As of 18:00 on 12 February 2020 in Xixian, 5 people returned to the county from other provinces, "
        "3 of them released and 2 still under observation; "
    )


def test_its_figures_are_those_of_the_text_and_they_add_up():
    county_at_work()
    figures = bulletin(COUNTY, at("02-12 18:00")).figures
    assert (
        figures["arrivals.other_provinces"]
        == figures["observation.released_outside"] + figures["observation.now_outside"]
    )
    assert (figures["arrivals.affected"], figures["observation.released_affected"]) == (2, 2)
    assert figures["observation.reading.missed_today"] >= 0
    assert {"reports.villages_due", "reports.villages_reported", "reports.villages_missing"} <= figures.keys()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_number_in_the_text_is_a_figure(language):
    county_at_work()
    found = bulletin(COUNTY, at("02-12 18:00"))
    for piece in found.pieces[language]:
        if piece.name:
            assert piece.text == str(found.figures[piece.name])
        elif "18" not in piece.text:
            assert not re.search(r"\d", piece.text)


def test_an_earlier_moment_is_told_as_it_was():
    county_at_work()
    before = bulletin(COUNTY, at("02-10 08:59"))
    assert before.figures["observation.released_outside"] == 0
    assert before.figures["observation.now_outside"] == 5
    assert "其中解除医学观察0人，正在进行医学观察5人" in before.text["zh"]
    assert before.text["zh"].startswith("截至2月10日8时59分，")
    assert bulletin(COUNTY, at("01-24 11:00")).figures["arrivals.other_provinces"] == 3


def test_a_county_without_a_single_record_says_that_nothing_was_begun():
    for found in (bulletin(COUNTY, at("02-12 18:00")), bulletin(COUNTY, at("01-24 09:59"))):
        assert "全县尚未开始登记" in found.text["zh"]
        assert "nothing has been recorded in the county yet" in found.text["en"]
        for fine in ("暂未发现", "无漏测", "返隰0人", "无确诊"):
            assert fine not in found.text["zh"]
        assert "no suspected" not in found.text["en"] and "missed" not in found.text["en"]
        assert not any(found.figures.values())


def test_before_its_first_record_a_county_at_work_had_not_begun():
    county_at_work()
    assert "尚未开始登记" in bulletin(COUNTY, at("01-24 09:59")).text["zh"]
    assert "尚未开始登记" not in bulletin(COUNTY, at("01-24 10:00")).text["zh"]


def test_villages_that_owe_a_report_are_told_also_where_nothing_was_begun():
    with time_machine.travel(at("02-11 00:00")):
        actor(Role.VILLAGE_CADRE, VILLAGE)
    lay()
    said = bulletin(COUNTY, at("02-12 18:00"))
    assert "尚未开始登记" in said.text["zh"] and "未报" in said.text["zh"]
    assert said.figures["reports.villages_missing"] > 0


def test_a_place_that_has_begun_says_zero_of_what_it_looked_for():
    taken(arrival(1, "01-24 10:00", origin_code="140100"))
    text = bulletin(COUNTY, at("02-12 18:00")).text
    assert "省外返隰0人" in text["zh"]
    assert "无湖北（含武汉）旅居史人员" in text["zh"]


def test_that_no_temperature_was_missed_is_said_only_when_one_was_due():
    with time_machine.travel(at("02-11 09:00"), tick=False):
        taken(arrival(1, "02-11 09:00"))
        lay()
    lay()
    early = bulletin(COUNTY, at("02-12 00:30"))
    assert "今日暂无应测体温" in early.text["zh"] and "无漏测" not in early.text["zh"]
    assert "No temperature was due today" in early.text["en"]
    assert "今日暂无应测" not in bulletin(COUNTY, at("02-12 18:00")).text["zh"]


def test_a_moment_ahead_is_refused(capsys):
    with pytest.raises(Refusal) as refused:
        bulletin(COUNTY, at("02-12 18:01"))
    assert refused.value.code == "as-of-future"


def test_a_bare_date_is_the_whole_day_and_today_up_to_now(capsys, evening):
    county_at_work()
    ends = {"2020-02-10": "2020-02-10T23:59:59.999999+08:00", "2020-02-12": "2020-02-12T18:00:00+08:00"}
    for day, moment in ends.items():
        assert run("bulletin", "--place", COUNTY, "--as-of", day, "--json") == 0
        assert json.loads(capsys.readouterr().out)["as_of"] == moment
    assert bulletin(COUNTY, clock.up_to("2020-02-10")).text["zh"].startswith("截至2月10日24时，")
    assert (
        bulletin(COUNTY, clock.up_to("2020-02-10")).text["en"].startswith("As of 24:00 on 10 February 2020")
    )
    assert bulletin(COUNTY, clock.up_to("2020-02-10")).figures["observation.released_outside"] == 3


def test_another_year_is_named_in_both_languages(evening):
    county_at_work()
    evening.move_to(datetime.fromisoformat("2021-03-01T08:00:00+08:00"))
    found = bulletin(COUNTY, at("02-12 18:00"))
    assert found.text["zh"].startswith("截至2020年2月12日18时，")


def test_one_is_said_as_one():
    taken(arrival(1, "01-24 10:00"))
    said = bulletin(COUNTY, at("02-12 18:00")).text["en"]
    assert "1 person returned to the county from other provinces" in said
    assert "0 people returned from within the province" in said
    assert "[" not in said


def test_a_county_may_word_it_otherwise():
    taken(arrival(1, "01-24 10:00", "411621001001", origin_code="410100"), arrival(2, "01-24 10:00"))
    assert "省外返乡0人" in bulletin("411621", at("02-12 18:00")).text["zh"]
    assert bulletin("141031100", at("02-12 18:00")).text["zh"].startswith("截至2月12日18时，全镇")


def test_who_reported_is_part_of_it(evening):
    evening.move_to(at("02-12 09:00"))
    with time_machine.travel(at("02-11 00:00")):
        cadre = actor(Role.VILLAGE_CADRE, VILLAGE)
    lay()
    actions.send(cadre, VILLAGE, "daily", AM, {"on_duty": 0, "publicity": 0})
    evening.move_to(at("02-12 10:30"))
    figures = bulletin(COUNTY, at("02-12 10:30")).figures
    assert figures["reports.villages_reported"] == 1
    assert figures["reports.villages_due"] == figures["reports.villages_missing"] + 1
    evening.move_to(at("02-12 18:00"))
    assert bulletin(COUNTY, at("02-12 18:00")).figures["reports.villages_reported"] == 0


def test_missed_readings_of_the_day_are_told():
    with time_machine.travel(at("02-11 09:00"), tick=False):
        taken(arrival(1, "02-11 09:00"))
        lay()
    lay()
    found = bulletin(COUNTY, at("02-12 18:00"))
    missed = found.figures["observation.reading.missed_today"]
    assert missed > 0
    assert f"今日应测未测体温{missed}人次" in found.text["zh"]


def test_an_unknown_place_is_refused():
    with pytest.raises(Refusal):
        bulletin("999999", at("02-12 18:00"))


def run(*words):
    from bulou.cli import parser

    args = parser().parse_args(list(words))
    return args.run(args)


def test_the_command_prints_the_contract(capsys):
    county_at_work()
    assert run("bulletin", "--place", COUNTY, "--as-of", "2020-02-12T18:00", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert set(said) == {"place", "as_of", "figures", "text"}
    assert said["as_of"] == "2020-02-12T18:00:00+08:00"
    assert all(isinstance(value, int) for value in said["figures"].values())
    assert set(said["text"]) == {"zh", "en"}
    assert run("bulletin", "--place", COUNTY, "--json") == 0  # of no moment: of now
    assert json.loads(capsys.readouterr().out)["as_of"] == clock.now().isoformat()


def test_children_add_up_to_their_parent_at_any_moment():
    from bulou.core.places import queries as places
    from bulou.reports.numbers import numbers

    county_at_work()
    names = ["arrivals.other_provinces", "observation.now_outside", "observation.released/day"]
    for hours in (0, 33, 57, 500):
        moment = at("02-12 18:00") - timedelta(hours=hours)
        whole = numbers(names, [COUNTY], moment)[COUNTY]
        parts = numbers(names, [p.code for p in places.children(COUNTY)], moment)
        assert whole == {name: sum(values[name] for values in parts.values()) for name in names}


def test_the_system_may_send_a_report_for_a_demonstration():
    came = Incoming("reports.sent", ids.new(), COUNTY, at("02-12 17:50"), {"slot": "2020-02-12/pm"})
    assert take([came], SYSTEM)[0].status == "accepted"


def test_the_page_of_the_bulletin_is_never_of_a_moment_ahead(client):
    county_at_work()
    signed_in(client, actor(Role.COUNTY_OFFICE, COUNTY))
    for asked, told in (
        ("2021-01-01T00:00", "2月12日18时"),
        ("2020-02-10", "2月10日24时"),
        ("2020-02-12", "2月12日18时"),
    ):
        page = client.get("/bulletin/", {"at": asked})
        assert page.status_code == 200
        assert f"截至{told}" in re.sub(r"<[^>]+>", "", page.content.decode())


@pytest.mark.parametrize(
    "asked", ["0001-01-01", "0001-01-01T00:00", "9999-12-31", "9999-12-31T23:59:59-12:00"]
)
def test_an_end_of_the_calendar_is_no_moment(client, asked):
    signed_in(client, actor(Role.COUNTY_OFFICE, COUNTY))
    assert client.get("/bulletin/", {"at": asked}).status_code == 404
    assert client.get("/missed/", {"at": asked}).status_code == 404
    with pytest.raises(Refusal, match="moment-form"):
        run("bulletin", "--place", COUNTY, "--as-of", asked)


def behind(client, address):
    """How many rows stand behind a number, on all pages of its list."""
    page = client.get(address)
    assert page.status_code == 200, address
    names = ("dues", "records", "left", "rows")
    lists = [page.context[name] for name in names if page.context.get(name) is not None]
    more = page.context.get("next")
    return len(lists[0]) + (
        behind(client, f"{address.partition('&cursor=')[0]}&cursor={more}") if more else 0
    )


def test_behind_every_number_are_just_so_many_rows(evening):
    from django.test import Client

    from bulou.reports import links

    county_at_work()
    with time_machine.travel(at("02-11 00:00")):
        cadre = actor(Role.VILLAGE_CADRE, VILLAGE)
        actor(Role.VILLAGE_CADRE, NEXT)
    lay()
    evening.move_to(at("02-12 09:00"))
    actions.send(cadre, VILLAGE, "daily", AM, {"on_duty": 0, "publicity": 0})
    evening.move_to(at("02-12 18:00"))
    client = signed_in(Client(), actor(Role.COUNTY_OFFICE, COUNTY))
    for moment in (at("02-12 10:30"), at("02-12 18:00")):
        figures = bulletin(COUNTY, moment).figures
        assert figures["observation.now_outside"] and figures["reports.villages_due"]
        counted = {name: behind(client, links.href(name, COUNTY, moment)) for name in figures}
        assert counted == figures
