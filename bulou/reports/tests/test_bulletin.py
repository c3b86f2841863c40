"""The bulletin says in one paragraph what the records say, in both languages, and every number is counted."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
import time_machine

from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.actor import SYSTEM
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.core.tasks.lay import lay
from bulou.lib import ids
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


def test_a_county_without_a_single_record_says_zero():
    text = bulletin(COUNTY, at("02-12 18:00")).text
    assert "省外返隰0人" in text["zh"]
    assert "无湖北（含武汉）旅居史人员" in text["zh"]


def test_one_is_said_as_one():
    taken(arrival(1, "01-24 10:00"))
    said = bulletin(COUNTY, at("02-12 18:00")).text["en"]
    assert "1 person returned to the county from other provinces" in said
    assert "0 people returned from within the province" in said
    assert "[" not in said


def test_a_county_may_word_it_otherwise():
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


def test_figures_missed_and_recount_answer_on_the_command_line(capsys):
    county_at_work()
    assert run("figures", "--place", COUNTY, "--down", "township", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    by_place = {item["place"]: item["figures"] for item in said["items"]}
    assert len(by_place) == 8
    assert by_place["141031100"]["arrivals.arrived"] == 7
    assert run("missed", "--place", COUNTY, "--at", "2020-02-12T18:00", "--json") == 0
    missed = json.loads(capsys.readouterr().out)
    assert missed["count"] == len(missed["items"]) > 0
    assert {"type", "id", "name"} == set(missed["items"][0]["subject"])
    assert all(item["subject"]["name"] for item in missed["items"])
    assert run("recount", "--place", COUNTY, "--json") == 0
    assert json.loads(capsys.readouterr().out)["differences"] == []


def test_recount_names_a_tally_that_was_changed_by_hand(capsys):
    from bulou.core.figures.models import Running

    county_at_work()
    Running.objects.filter(figure="arrivals.arrived", place=VILLAGE).update(value=99)
    assert run("recount", "--place", COUNTY, "--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert said["differences"][0]["figure"] == "arrivals.arrived"
    assert said["differences"][0]["tally"] == 99


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
