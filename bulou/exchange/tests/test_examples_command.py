"""`bulou import … --json` on the ledgers with right answers beside the project, and on a form like them made here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bulou import cli
from bulou.exchange.ledger.tests.sheets import township_form
from bulou.exchange.ledger.tests.test_examples import EXPECTED, VERDICTS
from bulou.exchange.tests.conftest import TOWNSHIP

pytestmark = pytest.mark.django_db
beside = pytest.mark.skipif(not EXPECTED, reason="the example ledgers do not lie beside the project")


def command(capsys: pytest.CaptureFixture[str], path: Path) -> tuple[int, dict[str, Any]]:
    left = cli.main(["import", str(path), "--place", TOWNSHIP, "--json"])
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return left, told


@beside
@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.name.split(".")[0])
def test_the_command_answers_as_it_should(capsys: pytest.CaptureFixture[str], path: Path) -> None:
    right: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    left, told = command(capsys, path.with_name(right["file"]))
    assert told["file"] == right["file"]
    if right["expected_file_action"] == "reject":
        assert (left, told["verdict"], told["code"]) == (1, "refused", right["file_reasons"][0])
        assert told["message"]
        assert (told["rows"], told["sheets"]) == ([], [])
        return
    assert told["verdict"] == "imported"
    assert told["form_date"] in (right["form_date"], None)
    if "sheets" in right:
        assert told["sheets"] == right["sheets"]
    assert told["tables"][0]["header_rows"] == right["header"]["header_rows"]
    assert sum(n for verdict, n in told["counts"].items() if verdict != "rows") == len(told["rows"])
    assert len(told["rows"]) == right["totals"]["physical_rows"]
    for row, wanted in zip(told["rows"], right["rows"], strict=True):
        _same(row, wanted)
    people = {row["person"] for row in told["rows"] if row["verdict"] == "accepted"}
    assert len(people) <= right.get("distinct_people", len(people))
    assert left == (1 if told["counts"]["held"] or told["counts"]["refused"] else 0)


def test_a_township_form_of_40_rows_gives_33_people_and_says_what_the_7_others_are(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    crowd = township_form(tmp_path / "登记表.xlsx")
    left, told = command(capsys, tmp_path / "登记表.xlsx")
    assert (left, told["verdict"], told["form_date"]) == (0, "imported", "2020-02-05")
    assert [row["row"] for row in told["rows"]] == list(range(1, 41))
    assert {verdict: n for verdict, n in told["counts"].items() if n} == {
        "rows": 40,
        "accepted": 33,
        "skipped": 7,
    }
    taken = [row for row in told["rows"] if row["verdict"] == "accepted"]
    assert [row["values"]["id_number"] for row in taken] == [one.number for one in crowd]
    assert len({row["person"] for row in taken}) == 33


def _same(row: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert row["row"] == wanted["row"]
    assert row["verdict"] == VERDICTS[wanted["action"]], row
    assert set(wanted.get("reasons", ())) <= set(row["codes"])
    assert row["message"] or not row["codes"]
    for other in ("same_as", "same_person_as"):
        assert row.get(other) == wanted.get(other)
    values, right = row.get("values", {}), wanted.get("normalized", {})
    if row["verdict"] in ("accepted", "duplicate"):
        for field in right:
            # What a repeated line tells anew (a phone, a place told shorter) is its own.
            assert values.get(field) == right[field], (row, field)
    assert ("person" in row) == (row["verdict"] in ("accepted", "duplicate"))


@beside
def test_the_same_examples_again_change_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from bulou.exchange.tests.test_taking import stored

    for path in EXPECTED:
        right = json.loads(path.read_text(encoding="utf-8"))
        file = path.with_name(right["file"])
        command(capsys, file)
        before = stored()
        renamed = tmp_path / f"另存 {file.name}"
        renamed.write_bytes(file.read_bytes())
        _left, told = command(capsys, renamed)
        assert stored() == before
        assert told["counts"].get("accepted", 0) == 0
