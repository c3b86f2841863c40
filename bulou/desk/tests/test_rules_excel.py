"""A decision table leaves the rules page as an Excel file, is changed in it, checked and tried by the command, and put
in force from the page of orders."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import python_calamine
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bulou import cli as house
from bulou.core.rulebook import policy
from bulou.core.rulebook.models import Order
from bulou.core.rulebook.store import base
from bulou.core.staff.roles import Role
from bulou.desk.tests.conftest import COUNTY, TOWNSHIP, arrived, desk, page
from bulou.lib import clock

pytestmark = pytest.mark.django_db
TABLE = "/rules/arrivals.measure/"


def downloaded(client: Client, folder: Path, query: str = "?excel=1") -> Path:
    answer = client.get(f"{TABLE}{query}")
    assert answer.status_code == 200 and 'filename="arrivals.measure.xlsx"' in answer["Content-Disposition"]
    path = folder / "arrivals.measure.xlsx"
    path.write_bytes(answer.content)
    return path


def edited(path: Path, change: Callable[[str], str]) -> Path:
    """The file as somebody saves it who changed cells of it."""
    with python_calamine.CalamineWorkbook.from_path(str(path)) as book:
        lines = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    new = path.with_name("changed.xlsx")
    with xlsxwriter.Workbook(str(new)) as out:
        sheet = out.add_worksheet("rules")
        for r, line in enumerate(lines):
            for c, cell in enumerate(line):
                sheet.write_string(r, c, change(str(cell)))
    return new


def test_what_is_downloaded_is_the_table_in_force_begun_as_an_order_of_the_county(tmp_path: Path) -> None:
    office = desk(Role.COUNTY_OFFICE, COUNTY)
    assert "?excel=1" in page(office, TABLE)
    (back,) = policy.check_file(downloaded(office, tmp_path)).entries
    assert back.table == base().entry("arrivals.measure", COUNTY, clock.today()).table
    assert (back.place, back.from_day > clock.today()) == (COUNTY, True)


def test_a_changed_table_is_checked_tried_and_put_in_force(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arrived(1)
    office = desk(Role.COUNTY_OFFICE, COUNTY)
    path = edited(downloaded(office, tmp_path), lambda cell: "central" if cell == "home" else cell)
    assert house.main(["policy", "check", str(path)]) == 0
    capsys.readouterr()
    house.main(["policy", "try", str(path), "--place", COUNTY, "--json"])
    assert json.loads(capsys.readouterr().out)["changed"] == 1
    file = SimpleUploadedFile("changed.xlsx", path.read_bytes())
    said = {"file": file, "act": "force", "why": "全部集中"}
    answer = office.post("/rules/order/", said)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert Order.objects.count() == 1


def test_a_table_with_a_gap_is_found_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = edited(
        downloaded(desk(Role.COUNTY_OFFICE, COUNTY), tmp_path),
        lambda cell: "nowhere" if cell == "home" else cell,
    )
    assert house.main(["policy", "check", str(path)]) == 1
    assert "nowhere" in capsys.readouterr().out


def test_who_may_only_read_rules_gets_the_table_as_it_is_and_a_value_is_no_table(tmp_path: Path) -> None:
    clerk = desk(Role.TOWNSHIP_CLERK, TOWNSHIP)
    (back,) = policy.check_file(downloaded(clerk, tmp_path)).entries
    entry = base().entry("arrivals.measure", COUNTY, clock.today())
    assert (back.table, back.place, back.from_day) == (entry.table, entry.place, entry.from_day)
    assert clerk.get("/rules/fever.tenths/?excel=1").status_code == 404
