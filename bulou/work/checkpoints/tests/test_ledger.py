"""A post's paper ledger becomes passes at the post, once, whatever happens to the file."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bulou.core.figures.recount import recount
from bulou.core.people.models import Person
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.exchange import undoing
from bulou.exchange.ledger.tests.sheets import write_xlsx
from bulou.exchange.models import ImportRun
from bulou.exchange.take import take_ledger
from bulou.lib import clock
from bulou.work.cases.models import Case
from bulou.work.checkpoints import queries
from bulou.work.checkpoints.models import Checkpoint, Pass, Traveller
from bulou.work.checkpoints.tests.conftest import VILLAGE, Post, who

pytestmark = pytest.mark.django_db
HEADS = ["姓名", "身份证号", "电话", "车牌号", "通过时间", "体温"]


def line(n: int, plate: str, degrees: str) -> list[str]:
    said = who(n)
    return [said["name"], said["doc_number"], f"1540000000{n}", plate, "2020-02-10 10:20", degrees]


def test_a_ledger_of_passes_becomes_passes_at_the_post(tmp_path: Path, post: Post) -> None:
    post(), post(name="北口", kind="village")
    lines = [line(1, "晋L12345", "36.5"), line(2, "无牌", "36.6"), line(3, "晋LD12345", "38.2")]
    path = write_xlsx(tmp_path / "卡口登记表.xlsx", [HEADS, *lines])
    clerk = actor(Role.TOWNSHIP_CLERK, VILLAGE[:9])
    told = take_ledger(path, VILLAGE, clerk).to_json()
    assert [row["verdict"] for row in told["rows"][1:]] == ["accepted"] * 3, told["rows"]
    found = Pass.objects.order_by("tenths").values_list("tenths", "vehicle", "outcome", "people")
    assert list(found) == [
        (365, "ordinary", "let_in", 1),
        (366, "", "let_in", 1),
        (382, "new-energy", "to_clinic", 1),
    ]
    assert Case.objects.count() == 1 and Traveller.objects.count() == Person.objects.count() == 3
    again = take_ledger(write_xlsx(tmp_path / "再来.xlsx", [HEADS, *lines]), VILLAGE, clerk).to_json()
    assert {row["verdict"] for row in again["rows"][1:]} == {"duplicate"} and Pass.objects.count() == 3
    assert not recount()


def test_there_and_back_on_one_day_are_two_passes_however_alike(tmp_path: Path, post: Post) -> None:
    post()
    there = line(1, "晋L12345", "36.5")
    back = [*there[:4], "2020-02-10 17:05", "36.5"]
    path = write_xlsx(tmp_path / "卡口登记表.xlsx", [HEADS, there, back, back])
    told = take_ledger(path, VILLAGE, actor(Role.TOWNSHIP_CLERK, VILLAGE[:9])).to_json()
    assert [row["verdict"] for row in told["rows"][1:]] == ["accepted", "accepted", "duplicate"]
    assert sorted(f"{at.astimezone():%H:%M}"[-2:] for at in Pass.objects.values_list("happened_at", flat=True)) == [
        "05", "20",
    ]  # fmt: skip


def test_who_went_out_by_the_ledger_passed_outward(tmp_path: Path, post: Post) -> None:
    post()
    came = ["2020-02-10 09:10", line(1, "", "36.5")[0], "15400000001", "36.5", "进"]
    rows = [["登记时间", "姓名", "手机号", "体温", "进/出"], came, [*came[:4], "出"], [*came[:4], "出"]]
    told = take_ledger(
        write_xlsx(tmp_path / "超市.xlsx", rows), VILLAGE, actor(Role.TOWNSHIP_CLERK, VILLAGE[:9])
    )
    assert told.to_json()["kind"] == "passes"
    assert sorted(Pass.objects.values_list("direction", flat=True)) == ["in", "out"]


def test_going_out_and_coming_in_on_one_line_are_one_pass_at_which_somebody_was_measured(
    tmp_path: Path, post: Post
) -> None:
    post()
    name = line(1, "", "36.5")[0]
    rows: list[list[object]] = [
        ["日期", "姓名", "手机号", "出村时间", "返村时间", "体温"],
        ["2020-02-10", name, "15400000001", "09:10", "11:40", "36.5"],
        ["2020-02-11", name, "15400000001", "14:00", "", ""],
    ]
    clerk = actor(Role.TOWNSHIP_CLERK, VILLAGE[:9])
    told = take_ledger(write_xlsx(tmp_path / "出入登记.xlsx", rows), VILLAGE, clerk).to_json()
    assert [row["verdict"] for row in told["rows"]] == ["skipped", "accepted", "accepted"]
    said = Pass.objects.order_by("happened_at").values_list("happened_at", "direction", "tenths", "people")
    assert [(f"{at.astimezone(clock.zone()):%d %H:%M}", *more) for at, *more in said] == [
        ("10 11:40", "in", 365, 1), ("11 14:00", "out", None, 1),
    ]  # fmt: skip


def test_of_two_temperatures_on_a_line_that_of_coming_in_is_the_passes_and_a_fever_is_never_lost(
    tmp_path: Path, post: Post
) -> None:
    post()
    name = line(1, "", "36.5")[0]
    heads = ["日期", "姓名", "手机号", "出门时间", "出门体温", "进门时间", "进门体温"]
    days = [("09:10", "36.2", "11:40", "36.5"), ("09:10", "36.3", "", ""), ("", "", "07:50", "36.6")]
    days += [("09:10", "36.4", "11:40", "38.1"), ("09:10", "38.2", "11:40", "36.7")]
    rows = [[f"2020-02-0{n}", name, "15400000001", *said] for n, said in enumerate(days, 5)]
    clerk = actor(Role.TOWNSHIP_CLERK, VILLAGE[:9])
    told = take_ledger(write_xlsx(tmp_path / "出入登记.xlsx", [heads, *rows]), VILLAGE, clerk).to_json()
    assert [row["verdict"] for row in told["rows"]] == ["skipped", *["accepted"] * 5], told["rows"]
    said = Pass.objects.order_by("happened_at").values_list("tenths", "outcome")
    assert list(said) == [
        (365, "let_in"), (363, "let_in"), (366, "let_in"), (381, "to_clinic"), (382, "to_clinic")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "degrees", "outcome"),
    [
        ("放行", "36.5", "let_in"), ("准许放行", "", "let_in"), ("居家隔离", "36.5", "let_in"),
        ("劝返", "36.5", "sent_back"), ("不予放行", "36.5", "sent_back"), ("劝返", "38.2", "sent_back"),
        ("留观", "36.9", "held"), ("送医院", "36.9", "to_clinic"), ("劝返未果，放行", "36.5", "let_in"),
        ("", "38.2", "to_clinic"), ("已登记", "36.5", "let_in"),
    ],
)  # fmt: skip
def test_what_a_ledger_says_was_done_is_what_became_of_them(
    said: str, degrees: str, outcome: str, tmp_path: Path, post: Post
) -> None:
    post()
    rows = [[*HEADS, "处置结果"], [*line(1, "晋L12345", degrees), said]]
    told = take_ledger(
        write_xlsx(tmp_path / "卡口.xlsx", rows), VILLAGE, actor(Role.TOWNSHIP_CLERK, VILLAGE[:9])
    )
    assert told.counts["accepted"] == 1
    assert [(one.outcome, getattr(one, outcome)) for one in Pass.objects.all()] == [(outcome, 1)]
    assert Case.objects.count() == (degrees == "38.2")
    assert not recount()


def test_those_of_one_vehicle_with_lines_of_their_own_are_counted_once(tmp_path: Path, post: Post) -> None:
    post()
    rows = [[*line(n, "晋L12345", "36.5"), 3] for n in (1, 2)]
    path = write_xlsx(tmp_path / "卡口登记表.xlsx", [[*HEADS, "车上人数"], *rows])
    take_ledger(path, VILLAGE, actor(Role.TOWNSHIP_CLERK, VILLAGE[:9]))
    assert sorted(Pass.objects.values_list("people", flat=True)) == [1, 2]


def test_a_ledger_taken_back_leaves_nothing_owed(tmp_path: Path, post: Post) -> None:
    post()
    clerk = actor(Role.TOWNSHIP_CLERK, VILLAGE[:9])
    path = write_xlsx(tmp_path / "卡口登记表.xlsx", [HEADS, line(3, "晋LD12345", "38.2")])
    run = take_ledger(path, VILLAGE, clerk).run
    assert run is not None and Case.objects.filter(closed_at=None).count() == 1
    undoing.undo(ImportRun.objects.get(pk=run), clerk, "重复导入")
    assert Case.objects.filter(closed_at=None).count() == 0 and not recount()
    assert Pass.objects.filter(replaced_by=None).count() == 0


def test_without_a_post_one_is_set_up_closed_so_that_nobody_is_missed_there(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "卡口登记表.xlsx", [HEADS, line(1, "晋L12345", "36.5"), line(2, "", "36.6")])
    clerk = actor(Role.TOWNSHIP_CLERK, VILLAGE[:9])
    foreseen = take_ledger(path, VILLAGE[:9], clerk, dry_run=True).to_json()
    assert [row["verdict"] for row in foreseen["rows"]] == ["skipped", "accepted", "accepted"]
    assert not Checkpoint.objects.exists()
    for verdict in ("accepted", "duplicate"):
        told = take_ledger(path, VILLAGE[:9], clerk).to_json()
        assert [row["verdict"] for row in told["rows"]] == ["skipped", verdict, verdict]
    post = Checkpoint.objects.get()
    assert (post.place, post.opened_at) == (VILLAGE[:9], post.ended_at)
    assert set(Pass.objects.values_list("post", "place")) == {(post.id.hex, VILLAGE[:9])}
    assert (
        not list(queries.to_man(VILLAGE[:9], post.opened_at - timedelta(days=1), clock.now()))
        and not recount()
    )


def test_how_many_they_were_and_whither_they_went_is_told_with_the_pass(tmp_path: Path, post: Post) -> None:
    post()
    heads = [*HEADS, "车上人数", "去往何地"]
    lines = [[*line(1, "晋L12345", "36.5"), 3, "王家庄村"], [*line(2, "", "36.6"), "2人", "外县某村"]]
    path = write_xlsx(tmp_path / "卡口登记表.xlsx", [heads, *lines])
    take_ledger(path, VILLAGE[:9], actor(Role.TOWNSHIP_CLERK, VILLAGE[:9]))
    assert list(Pass.objects.order_by("tenths").values_list("people", "to_place")) == [
        (3, "141031101201"),
        (2, ""),
    ]
    assert not recount()


def test_companions_whom_a_ledger_only_counts_are_a_gap_that_is_counted_and_named(
    tmp_path: Path, post: Post
) -> None:
    """Nobody can ask their names any more; at the post itself everybody from an affected area is named."""
    post()
    heads = [*HEADS, "起点", "随车", "终点"]
    there = ["湖北武汉市", 1, "王家庄村"]
    lines = [[*line(1, "鄂A12345", "36.5"), *there], [*line(2, "鄂A12346", "38.2"), *there]]
    clerk = actor(Role.TOWNSHIP_CLERK, VILLAGE[:9])
    told = take_ledger(
        write_xlsx(tmp_path / "卡口登记表.xlsx", [heads, *lines]), VILLAGE[:9], clerk
    ).to_json()
    assert [row["verdict"] for row in told["rows"][1:]] == ["accepted"] * 2, told["rows"]
    assert all({"RECORD_TOLD"} <= set(row["codes"]) and "1" in row["message"] for row in told["rows"][1:])
    assert "FEVER" in told["rows"][2]["codes"] and Case.objects.count() == 1
    found = Pass.objects.order_by("tenths").values_list("people", "unnamed", "let_in", "to_clinic", "outcome")
    assert list(found) == [(2, 1, 2, 0, "let_in"), (2, 1, 1, 1, "to_clinic")]
    assert Traveller.objects.count() == 2 and not recount()


def _passing(folder: Path, said: list[str], clerk: Actor) -> dict[str, Any]:
    """What becomes of the next day's line, in a gate book that has no numbers."""
    book = [
        ["东口卡口出入登记表"],
        ["姓名", "电话", "通过时间", "体温"],
        [said[0], said[2], "2020-02-11 08:00", "36.4"],
    ]
    told = take_ledger(write_xlsx(folder / "次日.xlsx", book), VILLAGE, clerk).to_json()
    assert told["kind"] == "passes"
    row: dict[str, Any] = told["rows"][-1]
    return row


def test_who_is_known_by_a_number_passes_without_one_by_name_and_phone(tmp_path: Path, post: Post) -> None:
    """A gate book seldom has numbers: the pass is of the known person, who is not entered twice nor doubted."""
    post()
    clerk = actor(Role.TOWNSHIP_CLERK, VILLAGE[:9])
    known = line(1, "晋L12345", "36.5")
    take_ledger(write_xlsx(tmp_path / "首日.xlsx", [HEADS, known]), VILLAGE, clerk)
    row = _passing(tmp_path, known, clerk)
    person = Person.objects.get()
    assert (row["verdict"], row["codes"], row["person"]) == ("accepted", [], str(person.id))
    assert set(Traveller.objects.values_list("person", flat=True)) == {person.id}


def test_of_two_of_one_name_and_phone_whoever_passed_waits(tmp_path: Path, post: Post) -> None:
    post()
    clerk = actor(Role.TOWNSHIP_CLERK, VILLAGE[:9])
    one, other = line(1, "", "36.5"), line(2, "", "36.5")
    other[0], other[2] = one[0], one[2]
    first = [HEADS, one, other]
    take_ledger(write_xlsx(tmp_path / "首日.xlsx", first), VILLAGE, clerk)
    assert Person.objects.count() == 2
    row = _passing(tmp_path, one, clerk)
    assert (row["verdict"], row["codes"]) == ("held", ["DUP_NAME_PHONE"])
