"""The pages: a file is dropped, looked at, taken in; nobody sees another township's files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from bulou.core.people import actions as people
from bulou.core.people.models import Person
from bulou.core.staff.actor import SYSTEM
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.exchange.models import ImportRow, ImportRun
from bulou.exchange.tests.conftest import OTHER, TOWNSHIP, VILLAGE, line, number
from bulou.work.arrivals.models import Arrival

pytestmark = pytest.mark.django_db
Ledger = Callable[..., Path]


@pytest.fixture
def browser(client: Client) -> Client:
    return signed_in(client, actor(Role.TOWNSHIP_CLERK, TOWNSHIP))


def dropped(browser: Client, path: Path, place: str = TOWNSHIP) -> ImportRun:
    with path.open("rb") as file:
        answer = browser.post("/import/look/", {"file": file, "place": place, "kind": "auto"})
    assert answer.status_code == 302
    return ImportRun.objects.latest("at")


def test_a_file_is_looked_at_then_taken_in(browser: Client, ledger: Ledger) -> None:
    run = dropped(browser, ledger([line(1), line(1), line(2, 体温="365")]))
    page = browser.get(f"/import/{run.id}/").content.decode()
    assert "目前还没有收入" in page
    assert "只计一次" not in page  # those that wait come first
    assert Person.objects.count() == 0
    browser.post(f"/import/{run.id}/take/")
    run.refresh_from_db()
    assert (run.state, run.counts["accepted"], run.counts["held"]) == ("done", 1, 1)
    assert Arrival.objects.count() == 1
    page = browser.get(f"/import/{run.id}/?show=accepted").content.decode()
    assert line(1)[0] in page
    assert number(1) not in page
    assert run.file in browser.get("/import/").content.decode()
    browser.post(f"/import/{run.id}/take/")
    assert Arrival.objects.count() == 1


def test_a_file_that_was_only_looked_at_can_be_put_away(browser: Client, ledger: Ledger) -> None:
    run = dropped(browser, ledger([line(1)]))
    browser.post(f"/import/{run.id}/leave/")
    assert not ImportRun.objects.exists()
    assert not ImportRow.objects.exists()


def test_a_file_that_is_no_ledger_says_so(browser: Client, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text("<html><table><tr><td>姓名</td></tr></table></html>")
    run = dropped(browser, path)
    assert "文件内容与文件名不符" in browser.get(f"/import/{run.id}/").content.decode()


def test_the_clerk_gets_the_file_back_with_reasons_as_inert_text(browser: Client, ledger: Ledger) -> None:
    import python_calamine

    run = dropped(browser, ledger([line(1, 家庭住址="=1+1"), line(2, 体温="63.5")]))
    browser.post(f"/import/{run.id}/take/")
    answer = browser.get(f"/import/{run.id}/annotated/")
    from io import BytesIO

    rows = (
        python_calamine.CalamineWorkbook.from_filelike(BytesIO(answer.content))
        .get_sheet_by_index(0)
        .to_python()
    )
    assert [row[-2] for row in rows] == ["结果", "已收入", "待核定"]
    assert rows[2][-1]
    assert "'=1+1" in rows[1]
    assert number(1) in rows[1]


def test_no_file_of_another_township_is_there(browser: Client, ledger: Ledger) -> None:
    run = dropped(browser, ledger([line(1)]))
    other = signed_in(Client(), actor(Role.TOWNSHIP_CLERK, OTHER))
    county = signed_in(Client(), actor(Role.COUNTY_OFFICE, "141031"))
    for address in ("", "annotated/"):
        assert other.get(f"/import/{run.id}/{address}").status_code == 404
    assert other.post(f"/import/{run.id}/take/").status_code == 404
    assert run.file not in other.get("/import/").content.decode()
    assert county.get(f"/import/{run.id}/").status_code == 200
    assert county.get(f"/import/{run.id}/annotated/").status_code == 404
    for role in (Role.VOLUNTEER, Role.ADMINISTRATOR, Role.AUDITOR, Role.FEVER_CLINIC):
        stranger = signed_in(Client(), actor(role, TOWNSHIP))
        assert stranger.get("/import/").status_code == 404
    before = ImportRun.objects.count()
    with ledger([line(3)], "b.csv").open("rb") as file:
        other.post("/import/look/", {"file": file, "place": TOWNSHIP})
    assert ImportRun.objects.count() == before


def test_people_without_a_village_are_given_one(browser: Client, ledger: Ledger) -> None:
    run = dropped(browser, ledger([line(1, 家庭住址="无此地名村1组"), line(2)]))
    browser.post(f"/import/{run.id}/take/")
    page = browser.get("/import/assign/")
    assert "无此地名村1组" in page.content.decode()
    wanted = [str(row["task"].id) for row in page.context["rows"]]
    assert len(wanted) == 2
    browser.post("/import/assign/", {"task": wanted, "village": VILLAGE})
    assert set(Person.objects.values_list("place", flat=True)) == {VILLAGE}
    assert browser.get("/import/assign/").context["total"] == 0


def test_the_village_of_two_who_were_one_is_settled_once_and_of_two_again_twice(
    browser: Client, ledger: Ledger
) -> None:
    run = dropped(browser, ledger([line(1), line(2)]))
    browser.post(f"/import/{run.id}/take/")
    kept, other = Person.objects.order_by("id").values_list("id", flat=True)

    def owed() -> set[Any]:
        return {row["task"].subject_id for row in browser.get("/import/assign/").context["rows"]}

    assert owed() == {kept, other}
    made = people.merge(kept, other, SYSTEM, "同一人")
    assert owed() == {kept}
    people.unmerge(made, by=SYSTEM)
    assert owed() == {kept, other}
    people.move(kept, VILLAGE, SYSTEM)
    made = people.merge(kept, other, SYSTEM, "同一人")
    assert owed() == set()  # whoever is kept has a village
    people.unmerge(made, by=SYSTEM)
    assert owed() == {other}


def test_the_list_costs_the_same_however_long_it_is(
    browser: Client, ledger: Ledger, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for n in range(6):
        dropped(browser, ledger([line(10 * n + i) for i in range(9)], f"{n}.csv"))
    run = ImportRun.objects.latest("at")
    with django_assert_max_num_queries(30):  # type: ignore[attr-defined]
        browser.get("/import/")
    with django_assert_max_num_queries(30):  # type: ignore[attr-defined]
        browser.get(f"/import/{run.id}/?show=accepted")
