"""What the commands `missed`, `figures` and `recount` print of a county at work."""

from __future__ import annotations

import json
import re

import pytest
import time_machine
from django.utils.translation import override

from bulou.lib.refusals import Refusal
from bulou.reports.tests.made import COUNTY, VILLAGE, at
from bulou.reports.tests.test_bulletin import county_at_work, run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def evening():
    with time_machine.travel(at("02-12 18:00"), tick=False) as traveller:
        yield traveller


def test_the_terminal_tells_what_is_missed_and_counted_in_words(capsys):
    county_at_work()
    with override("zh-hans"):
        assert run("missed", "--place", COUNTY) == 0
        said = capsys.readouterr().out
        assert "测量体温" in said and "observation.reading" not in said
        assert run("figures", "--place", COUNTY) == 0
        assert re.search(r"7  \S*[\u4e00-\u9fff]\S*  \(arrivals\.arrived\)", capsys.readouterr().out)


def test_a_kind_that_there_is_not_is_refused_with_those_that_there_are():
    with pytest.raises(Refusal) as refused:
        run("missed", "--place", COUNTY, "--kind", "foo")
    assert refused.value.code == "task-kind-unknown"
    assert "observation.reading" in refused.value.message


@pytest.mark.parametrize(
    "words",
    [
        ("bulletin", "--place", COUNTY, "--as-of", "yesterday"),
        ("missed", "--place", COUNTY, "--at", "x"),
        ("figures", "--place", COUNTY, "--day", "2020-13-01"),
    ],
)
def test_what_is_no_date_is_refused_in_words(words):
    with pytest.raises(Refusal) as refused:
        run(*words)
    assert refused.value.code in ("moment-form", "day-form")


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
