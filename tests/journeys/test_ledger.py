"""A clerk's file from the desk and back: dropped, understood, taken in, decided by keys, annotated, taken back."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.db import connection
from django.utils import translation
from openpyxl import load_workbook

from bulou.core.figures.queries import Asked, read
from bulou.core.people.models import Person
from bulou.core.staff.roles import Role
from bulou.exchange import behind, waiting
from bulou.exchange.models import ImportRun
from bulou.lib import clock, invented
from tests.journeys.conftest import COUNTY, PATIENCE, Browse

HEADS = ["序号", "姓名", "身份证号", "电话", "从何地返回", "返回日期", "体温"]


def number(n: int) -> str:
    return invented.make_id(COUNTY, date(1980, 1, 1) + timedelta(days=n), "男", 0)


def line(n: int, **said: str) -> list[str]:
    came = f"{clock.today() - timedelta(days=2):%Y-%m-%d}"
    row = [str(n), invented.make_name(n, "男"), number(n), f"154{n:08d}", "湖北武汉市洪山区", came, "36.5"]
    return [said.get(head, cell) for head, cell in zip(HEADS, row, strict=True)]


def write(path: Path) -> None:
    """A title, a header, two that are sound, one of each doubt, and a total."""
    first = number(1)
    swapped = first[:12] + first[13] + first[12] + first[14:]
    lines = [
        ["某镇返乡人员登记表"], HEADS, line(1), line(2), line(3, 体温="63.5"),
        line(1, 序号="4", 身份证号=swapped), line(5, 姓名="张*"), ["合计", "5人"],
    ]  # fmt: skip
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("返乡")
        for n, row in enumerate(lines):
            sheet.write_row(n, 0, row)


def arrived() -> int:
    return read(["arrivals.arrived"], Asked(COUNTY))[COUNTY]["arrivals.arrived"]


@pytest.mark.everywhere
def test_a_ledger_is_dropped_understood_decided_by_keys_comes_back_and_is_taken_back(
    browse: Browse, tmp_path: Path, complaints: list[str]
) -> None:
    write(tmp_path / "返乡.xlsx")
    page = browse(Role.TOWNSHIP_CLERK)
    page.goto("/import/")
    page.set_input_files("#file", str(tmp_path / "返乡.xlsx"))
    page.click("form[enctype] button[type=submit]")
    page.wait_for_url("**/import/*-*/")
    assert len(page.query_selector_all("#rows tbody tr")) == 3  # those that need somebody first
    assert "请写全名" in page.inner_text("#rows")  # why, in words
    assert Person.objects.count() == 0  # nothing has been taken in yet
    page.click("form[action$='/take/'] button")
    page.wait_for_selector("[data-key='4']")
    page.wait_for_load_state()  # only then do the keys mean anything
    for key in ("1", "2", "4"):  # without what cannot be read; the same person; left out
        if key == "4":  # ticked with the mouse, and on with the keys
            page.check("#rows tbody input")
        else:
            page.keyboard.press("j")
        with page.expect_navigation():
            page.keyboard.press(key)
    assert page.query_selector_all("#rows tbody tr") == []
    run = ImportRun.objects.get()
    assert (run.counts["held"], run.counts["accepted"], run.counts["duplicate"]) == (0, 3, 1)
    assert (Person.objects.count(), arrived()) == (3, 3)
    with page.expect_download() as download:
        page.click("a[href$='/annotated/']")
    download.value.save_as(tmp_path / "back.xlsx")
    assert (
        verdicts(tmp_path / "back.xlsx") == ["skipped"] + ["accepted"] * 3 + ["duplicate"] + ["skipped"] * 2
    )
    page.click("details[data-closes] summary:has-text('撤回')")
    page.fill("#undo-why", "发错了文件")
    with page.expect_navigation():
        page.click("form[action$='/undo/'] button")
    run.refresh_from_db()
    assert (run.state, arrived(), Person.objects.count()) == (ImportRun.UNDONE, 0, 3)
    assert complaints == []


def test_a_long_ledger_shows_its_progress_can_be_left_and_turns_into_the_look(
    browse: Browse, tmp_path: Path, complaints: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = connection.settings_dict
    host = f"{said['USER']}:{said['PASSWORD']}@{said['HOST']}:{said['PORT']}" if said["HOST"] else ""
    monkeypatch.setenv("DATABASE_URL", f"{connection.vendor}://{host}/{said['NAME']}")
    monkeypatch.setattr(waiting, "_LONG", 3)
    look, asked = behind.look, []
    monkeypatch.setattr(behind, "look", lambda *about: asked.append(about))
    write(tmp_path / "返乡.xlsx")
    page = browse(Role.TOWNSHIP_CLERK)
    page.goto("/import/")
    page.set_input_files("#file", str(tmp_path / "返乡.xlsx"))
    page.click("form[enctype] button[type=submit]")
    page.wait_for_url("**/import/*-*/")
    assert "正在读取" in page.inner_text("#progress")
    page.goto("/import/")  # it may be left, and come back to
    assert "读取中" in page.inner_text("#files")
    page.click("#files a")
    page.wait_for_selector("#progress")
    look(*asked.pop())
    page.wait_for_selector("#rows", timeout=PATIENCE)  # by itself
    assert len(page.query_selector_all("#rows tbody tr")) == 3
    assert page.query_selector("#progress") is None
    assert Person.objects.count() == 0
    page.click("form[action$='/take/'] button")
    page.wait_for_selector("[data-key='4']")
    assert (Person.objects.count(), complaints) == (2, [])


def verdicts(path: Path) -> list[str]:
    """What the annotated file says of each row, and that each verdict has a colour of its own."""
    from bulou.exchange.annotate import VERDICTS

    with translation.override("zh-hans"):
        word = {str(title): name for name, title in VERDICTS.items()}
    rows: list[Any] = list(load_workbook(path).worksheets[0].iter_rows())
    found: list[str] = []
    colours: dict[str, set[Any]] = {}
    for row in rows:
        cell = next((cell for cell in row if str(cell.value) in word), None)
        if cell is not None:
            found.append(word[str(cell.value)])
            colours.setdefault(found[-1], set()).add(cell.fill.fgColor.rgb)
    assert len({next(iter(of)) for of in colours.values()}) == len(colours)
    return found
