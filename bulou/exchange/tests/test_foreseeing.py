"""A look at a file says what taking it in will say: rooms are asked about whoever is new, too."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bulou.core.audit.models import AuditEntry
from bulou.core.people.models import Person
from bulou.core.records.models import Entry
from bulou.exchange import take, waiting
from bulou.exchange.ledger.tests.sheets import write_xlsx
from bulou.exchange.models import ImportRow
from bulou.exchange.take import take_ledger
from bulou.exchange.tests.conftest import TOWNSHIP, clerk, line, number

pytestmark = pytest.mark.django_db
PASSES = ["姓名", "身份证号", "电话", "车牌号", "通过时间", "体温", "来自何地", "随车人数", "去往何地"]


def passing(n: int, **said: str) -> list[str]:
    row = {
        "姓名": line(n)[0], "身份证号": number(n), "电话": f"154{n:08d}", "车牌号": f"晋L1234{n % 10}",
        "通过时间": "2020-02-05 10:20", "体温": "36.5", "来自何地": "", "随车人数": "", "去往何地": "",
    }  # fmt: skip
    return [{**row, **said}[head] for head in PASSES]


def test_what_a_room_refuses_of_somebody_new_is_said_by_the_look(tmp_path: Path) -> None:
    """At a township's post the village of whoever comes from an affected area is asked for."""
    lines = [passing(1, 来自何地="湖北武汉市"), passing(2)]
    path = write_xlsx(tmp_path / "卡口登记表.xlsx", [PASSES, *lines])
    foreseen = take_ledger(path, TOWNSHIP, clerk(), dry_run=True).to_json()["rows"]
    assert [row["verdict"] for row in foreseen] == ["skipped", "held", "accepted"]
    assert foreseen[1]["codes"] == ["PLACE_TO_ASSIGN", "RECORD_REFUSED"] and not any(
        "person" in row for row in foreseen
    )
    assert not Person.objects.exists() and not Entry.objects.exists() and not AuditEntry.objects.exists()
    taken = take_ledger(path, TOWNSHIP, clerk()).to_json()["rows"]
    assert [row["message"] for row in taken] == [row["message"] for row in foreseen]


def test_a_file_that_was_only_looked_at_has_told_nothing(tmp_path: Path) -> None:
    take_ledger(write_xlsx(tmp_path / "先.xlsx", [PASSES, passing(1)]), TOWNSHIP, clerk())
    path = write_xlsx(tmp_path / "卡口.xlsx", [PASSES, passing(1, 通过时间="2020-02-06 08:10")])
    for _twice in range(2):
        run = waiting.look([path.read_bytes()], path.name, TOWNSHIP, clerk())
        assert list(ImportRow.objects.filter(run=run.id).order_by("at").values_list("verdict", flat=True)) == [
            "skipped", "accepted",
        ]  # fmt: skip
    assert [row.verdict for row in take_ledger(path, TOWNSHIP, clerk()).reading.rows] == [
        "skipped",
        "accepted",
    ]


_CELLS = {
    "姓名": st.sampled_from(["", "本人", "测试甲", "测试乙"]),
    "身份证号": st.sampled_from(["", number(1), number(2), "123"]),
    "电话": st.sampled_from(["", "15400000001", "15400000002"]),
    "家庭住址": st.sampled_from(["", "午城村", "川口村3组", "外县某村"]),
    "从何地返回": st.sampled_from(["", "湖北武汉市", "山西省太原市"]),
    "返回日期": st.sampled_from(["", "2020-02-01", "2020-02-02", "2019-06-01", "2020-13-01"]),
    "体温": st.sampled_from(["", "36.5", "38.1", "31.0", "正常"]),
}  # fmt: skip
_PASS_CELLS = {
    "姓名": _CELLS["姓名"],
    "身份证号": _CELLS["身份证号"], "电话": _CELLS["电话"], "车牌号": st.sampled_from(["", "鄂A12345"]),
    "通过时间": st.sampled_from(["2020-02-05 10:20", "2020-02-05", "2019-06-01"]), "体温": _CELLS["体温"],
    "来自何地": _CELLS["从何地返回"], "随车人数": st.sampled_from(["", "1"]),
    "去往何地": st.sampled_from(["", "午城村", "外县某村"]),
}  # fmt: skip
_READ_CELLS = {
    "姓名": _CELLS["姓名"],
    "身份证号": _CELLS["身份证号"], "日期": st.sampled_from(["2020-02-05", "2020-02-06", "2019-06-01"]),
    "上午体温": _CELLS["体温"], "下午体温": st.sampled_from(["", "36.6", "44.5"]),
}  # fmt: skip
_KINDS = {"returnees": _CELLS, "passes": _PASS_CELLS, "readings": _READ_CELLS, "roster": _CELLS}


def _files() -> st.SearchStrategy[tuple[str, list[dict[str, str]]]]:
    return st.sampled_from(sorted(_KINDS)).flatmap(
        lambda kind: st.tuples(
            st.just(kind), st.lists(st.fixed_dictionaries(_KINDS[kind]), min_size=1, max_size=8)
        )
    )


@settings(
    max_examples=20, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(files=st.lists(_files(), min_size=1, max_size=2), piece=st.sampled_from([2, 400]))
def test_a_look_says_of_each_row_what_taking_in_says(
    tmp_path: Path, files: list[tuple[str, list[dict[str, str]]]], piece: int
) -> None:
    """Whatever the files hold, and wherever the first piece of them ends."""
    point, pieces = transaction.savepoint(), pytest.MonkeyPatch()
    pieces.setattr(take, "CHUNK", piece)
    try:
        for kind, rows in files:
            heads = list(_KINDS[kind])
            path = write_xlsx(tmp_path / "台账.xlsx", [heads, *([row[h] for h in heads] for row in rows)])
            before = Person.objects.count(), Entry.objects.count()
            foreseen = take_ledger(path, TOWNSHIP, clerk(), kind=kind, dry_run=True).to_json()["rows"]
            assert (Person.objects.count(), Entry.objects.count()) == before
            taken = take_ledger(path, TOWNSHIP, clerk(), kind=kind).to_json()["rows"]
            for one, other in zip(foreseen, taken, strict=True):
                # What a room says of a record that it keeps, it says when it keeps it.
                said = [code for code in other["codes"] if code != "RECORD_TOLD"]
                assert (one["verdict"], one["codes"]) == (other["verdict"], said), (one, other)
    finally:
        pieces.undo()
        transaction.savepoint_rollback(point)


def test_a_pass_told_twice_is_one_for_the_look_too_wherever_a_piece_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(take, "CHUNK", 2)
    lines = [passing(1), passing(2), passing(1, 来自何地="山西省太原市")]
    path = write_xlsx(tmp_path / "卡口登记表.xlsx", [PASSES, *lines])
    for dry in (True, False):
        rows = take_ledger(path, TOWNSHIP, clerk(), dry_run=dry).to_json()["rows"]
        assert [row["verdict"] for row in rows] == ["skipped", "accepted", "accepted", "duplicate"]


@pytest.mark.parametrize("known", [False, True], ids=["somebody new", "somebody known"])
@pytest.mark.parametrize("piece", [1, 2, 400])
def test_a_line_that_repeats_one_that_a_room_refuses_tells_for_itself_wherever_a_piece_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int, known: bool
) -> None:
    """At a township's post the village of whoever comes from an affected area is asked for."""
    if known:
        earlier = passing(1, 通过时间="2020-02-04 08:10")
        take_ledger(write_xlsx(tmp_path / "昨.xlsx", [PASSES, earlier]), TOWNSHIP, clerk())
    monkeypatch.setattr(take, "CHUNK", piece)
    lines = [passing(1, 来自何地="湖北武汉市"), passing(1), passing(1, 来自何地="山西省太原市")]
    path = write_xlsx(tmp_path / "卡口登记表.xlsx", [PASSES, *lines])
    for dry in (True, False):
        rows = take_ledger(path, TOWNSHIP, clerk(), dry_run=dry).to_json()["rows"]
        assert [row["verdict"] for row in rows] == ["skipped", "held", "accepted", "duplicate"], dry


@pytest.mark.parametrize("piece", [1, 2, 400])
def test_whom_a_file_brings_itself_the_register_did_not_know_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    """Another phone contradicts nobody, and a name alone finds nobody, however soon the person was entered."""
    monkeypatch.setattr(take, "CHUNK", piece)
    name = line(1)[0]
    passes = [PASSES, passing(1), passing(1, 电话="15400000099", 通过时间="2020-02-05 18:10")]
    sheet = [
        ["姓名", "身份证号", "日期", "上午体温"],
        [name, number(1), "2020-02-05", "36.5"],
        [name, "", "2020-02-06", "36.5"],
    ]
    for rows, verdict in ((passes, "accepted"), (sheet, "held")):
        with transaction.atomic():
            path = write_xlsx(tmp_path / "表.xlsx", rows)
            taken = take_ledger(path, TOWNSHIP, clerk()).to_json()["rows"]
            assert [row["verdict"] for row in taken] == ["skipped", "accepted", verdict], taken
            transaction.set_rollback(True)
