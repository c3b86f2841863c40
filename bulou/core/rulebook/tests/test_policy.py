"""Before a rule is put in force: who would change, where, and what that takes beside what there is."""

from __future__ import annotations

import argparse
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from bulou import cli as house
from bulou.bench import redecide
from bulou.core import room
from bulou.core.rulebook import policy
from bulou.core.rulebook.cli import run_check
from bulou.core.rulebook.excel import write_excel
from bulou.core.rulebook.policy import Population, Rules
from bulou.core.rulebook.store import base
from bulou.lib import sql
from bulou.lib.refusals import Refusal

DAY = date(2020, 2, 12)
ORDER = """
[order]
number = "九号令"
place = "141031"
from = 2020-02-12
profile = "covid19-2020"

[[value]]
key = "arrivals.affected_areas"
value = ["42", "3303"]
"""


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve at home in two townships, three of them from 3303 and one of these without a home; two elsewhere."""
    sql.run(
        "CREATE TEMPORARY TABLE trial "
        "(place VARCHAR(15), code VARCHAR(12), own_home BOOLEAN, measure VARCHAR(20))"
    )
    rows = [(f"14103110{1 + i % 2}001", "330302" if i < 3 else "110101", i != 1, "home") for i in range(12)]
    for row in [*rows, ("411621101001", "330302", False, "home"), ("141031103001", "", None, "")]:
        sql.run("INSERT INTO trial VALUES (%s, %s, %s, %s)", row)

    def population(place: str, day: date, rules: Rules) -> Population:
        from bulou.core.rulebook.as_sql import in_areas

        area = in_areas("code", rules.value("arrivals.affected_areas", place))
        origin = (
            f"CASE WHEN code = '' THEN NULL WHEN {area.sql} THEN 'affected-area' ELSE 'other-province' END"
        )
        text = f"SELECT place, measure, own_home, {origin} AS origin FROM trial"
        return Population("arrivals.measure", text, area.params, ("origin", "own_home"))

    def ask(question: str, *args: Any) -> list[Any]:
        if question == "population":
            return [population(*args), None]
        return [{"rooms": 0}, {"masks": 60}] if question == "capacities" else []

    monkeypatch.setattr(room, "ask", ask)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "order.toml"
    path.write_text(ORDER, encoding="utf-8")
    return path


@pytest.mark.django_db
def test_a_trial_counts_who_changes_by_place_and_measure(people: None, file: Path) -> None:
    trial = policy.try_(file, day=DAY)
    assert trial.people == 13
    assert [(c.place, c.before, c.after, c.people, c.row) for c in trial.changes] == [
        ("141031102", "home", "central", 1, "affected-no-home"),
        ("141031103", "", "held", 1, "held"),
    ]
    assert (trial.before, trial.after) == ({"home": 12, "": 1}, {"home": 11, "central": 1, "held": 1})
    assert trial.values == [
        {
            "key": "arrivals.affected_areas", "place": "141031", "before": ["42"], "after": ["42", "3303"],
            "unit": "", "zh": "重点疫区", "en": "Key areas",
        }
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_trial_shows_what_it_takes_beside_what_there_is(people: None, file: Path) -> None:
    needs = {need.name: need for need in policy.try_(file, day=DAY).needs}
    assert (needs["readings"].before, needs["readings"].after) == (24, 26)
    assert (needs["rooms"].before, needs["rooms"].after, needs["rooms"].there) == (0, 1, 0)
    assert needs["rooms"].short
    assert needs["masks"].after == 14
    assert needs["masks"].days == 4
    assert needs["masks"].short, "Xixian keeps seven days"
    assert needs["medics"].there is None
    assert not needs["medics"].short


@pytest.mark.django_db
def test_a_trial_changes_nothing_and_asks_once_for_each_population(people: None, file: Path) -> None:
    policy.try_(file, day=DAY)
    with CaptureQueriesContext(connection) as asked:
        policy.try_(file, day=DAY)
    assert sum("trial" in query["sql"] for query in asked) == 1
    assert not [query for query in asked if not query["sql"].lstrip().startswith("SELECT")]


@pytest.mark.parametrize(
    ("more", "told"),
    [("", "1 rule"), ('[[value]]\nkey = "observation.notice_hours"\nvalue = 24\n', "2 rules")],
)
def test_a_sound_file_of_one_rule_has_one_rule_and_not_rules(
    more: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    order = tmp_path / "order.toml"
    order.write_text(ORDER + more, encoding="utf-8")
    with translation.override("en"):
        run_check(argparse.Namespace(file=order, place="", json=False))
    assert f"is sound: {told}.\n" in capsys.readouterr().out


@pytest.mark.django_db
def test_the_command_tells_a_sound_file_from_one_with_a_gap(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert house.main(["policy", "check", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sound"] is True
    gap = tmp_path / "gap.toml"
    gap.write_text(
        ORDER + '[[table]]\nkey = "arrivals.measure"\nfacts = { fever = "bool" }\n'
        'outcomes = { measure = ["none", "clinic"] }\n'
        '[[table.row]]\nwhen = { fever = true }\nthen = { measure = "clinic" }\n',
        encoding="utf-8",
    )
    assert house.main(["policy", "check", str(gap), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["findings"]
    assert [(f["code"], f["example"]) for f in found] == [
        ("rule-gap", {"fever": False}),
    ]
    for missing in (tmp_path / "none.toml", tmp_path):
        assert house.main(["policy", "check", str(missing)]) == 2
    broken = tmp_path / "broken.toml"
    broken.write_bytes(b"\xff\xfe[[")
    assert house.main(["policy", "check", str(broken)]) == 2
    assert house.main(["policy", "try", str(broken)]) == 2


@pytest.mark.django_db
def test_the_command_says_that_something_falls_short(
    people: None, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert house.main(["policy", "try", str(file), "--place", "141031", "--day", "2020-02-12", "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["changed"] == 2
    assert house.main(["policy", "try", str(file), "--day", "2020-02-12"]) == 1
    assert "居家观察 → 集中点" in capsys.readouterr().out


@pytest.mark.parametrize("place", ["", "141031", "411621"])
def test_a_table_goes_out_to_excel_and_comes_back_the_same(place: str, tmp_path: Path) -> None:
    entry = base().entry("arrivals.measure", place, DAY)
    assert entry.table is not None
    path = tmp_path / "table.xlsx"
    write_excel(entry, path)
    found = policy.check_file(path)
    assert found.sound, [f.message for f in found.findings if not f.note]
    (back,) = found.entries
    assert back.table == entry.table
    assert (back.from_day, back.place, back.profile) == (entry.from_day, entry.place, entry.profile)


def test_a_table_with_ranges_comes_back_from_excel_the_same(tmp_path: Path) -> None:
    entry = base().entry("observation.release", "141031", DAY)
    path = tmp_path / "table.xlsx"
    write_excel(entry, path)
    assert policy.check_file(path).entries[0].table == entry.table


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"<html>", b"\xd0\xcf\x11\xe0" + b"x" * 600])
def test_what_is_no_excel_file_is_said_to_be_none(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "table.xlsx"
    path.write_bytes(content)
    assert [f.code for f in policy.check_file(path).findings] == ["rule-file-unreadable"]
    with pytest.raises(Refusal, match="rule-file-unreadable"):
        policy._refuse_unreadable(policy.check_file(path))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a = 1\nb = 2020-02-30\n", "第2行的日期或时间不存在"),
        ("a = 1\n\nb = = 2\n", "第3行不符合 TOML"),
        ("a = 1\nb = ", "第2行|一行中间"),
    ],
)
def test_what_is_no_toml_is_said_in_the_readers_language(content: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "order.toml"
    path.write_text(content, encoding="utf-8")
    with translation.override("zh-hans"):
        (finding,) = policy.check_file(path).findings
        assert re.search(said, finding.message) and "line" not in finding.message, finding.message


@pytest.mark.django_db
def test_the_bench_loses_nobody() -> None:
    (line,) = redecide.bench(people=2_000)
    assert line["name"] == "redecide"
    assert set(line) == {"name", "database", "ours", "unit", "limit", "ratio", "goal", "met"}


@pytest.mark.django_db
def test_a_trial_that_counted_nobody_says_so(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(room, "ask", lambda *question: [])
    assert house.main(["policy", "try", str(file), "--day", "2020-02-12", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["populations"] == 0
