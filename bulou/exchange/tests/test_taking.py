"""A ledger goes in: every row has its verdict, every accepted person is stored once, nothing twice."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bulou.core.people.models import Person
from bulou.core.records.models import Entry
from bulou.core.staff.actor import SYSTEM
from bulou.core.staff.roles import Role
from bulou.core.tasks.models import Task
from bulou.exchange import keep, take
from bulou.exchange.models import ImportRow, ImportRun
from bulou.exchange.take import Taken, take_ledger
from bulou.exchange.tests.conftest import HEADS, OTHER, TOWNSHIP, VILLAGE, clerk, line, number
from bulou.lib import clock
from bulou.lib.refusals import Refusal
from bulou.work.arrivals.models import Arrival
from bulou.work.observation.models import Observation, Reading

pytestmark = pytest.mark.django_db
Ledger = Callable[..., Path]


def verdicts(taken: Taken) -> list[str]:
    return [row.verdict for row in taken.reading.rows][1:]


def codes(taken: Taken, row: int) -> list[str]:
    return taken.reading.rows[row].codes


def stored() -> tuple[int, ...]:
    return (
        Person.objects.count(), Arrival.objects.count(), Reading.objects.count(), Observation.objects.count(),
        Entry.objects.count(), Task.objects.count(),
    )  # fmt: skip


def test_people_arrive_are_measured_and_come_under_the_measure_of_the_rules(ledger: Ledger) -> None:
    taken = take_ledger(ledger([line(1), line(2, 体温="38.1"), line(3, 从何地返回="")]), VILLAGE, clerk())
    assert verdicts(taken) == ["accepted"] * 3
    people = [fate.person for fate in taken.fates.values() if fate.person]
    assert Person.objects.filter(id__in=people, place=VILLAGE).count() == 3
    assert set(Arrival.objects.filter(person__in=people).values_list("measure", flat=True)) == {
        "home",
        "held",
    }
    assert sorted(Reading.objects.values_list("tenths", "fever")) == [(365, False), (365, False), (381, True)]
    assert Observation.objects.filter(person__in=people).count() == 3


def test_a_complaint_that_a_medic_judged_is_taken_from_the_ledger_of_whoever_hands_it_in(
    ledger: Ledger,
) -> None:
    """The sheet says it; a village cadre who hands it in has not judged it."""
    path = ledger([[*line(1), "干咳"]], heads=[*HEADS, "症状"])
    assert verdicts(take_ledger(path, VILLAGE, clerk(VILLAGE, Role.VILLAGE_CADRE))) == ["accepted"]
    assert list(Reading.objects.values_list("symptoms", flat=True)) == ["dry-cough"]


def test_the_same_file_again_or_renamed_changes_nothing(ledger: Ledger, tmp_path: Path) -> None:
    first = ledger([line(n) for n in range(5)] + [line(7, 身份证号="", 电话="15400001234")])
    take_ledger(first, VILLAGE, clerk())
    before = stored()
    again = tmp_path / "另存.csv"
    shutil.copy(first, again)
    for path in (first, again):
        taken = take_ledger(path, VILLAGE, clerk())
        assert verdicts(taken) == ["duplicate"] * 6
        row = taken.to_json()["rows"][1]
        assert row["codes"] == ["DUP_EXACT_EVENT"]
        assert row["same_as"] == row["person"]
        assert stored() == before
    assert ImportRun.objects.filter(superseded_by=None).count() == 1


def test_the_same_journey_in_another_file_is_a_double_and_a_new_temperature_is_kept(ledger: Ledger) -> None:
    take_ledger(ledger([line(1, 体温="36.5")]), VILLAGE, clerk())
    other = ledger([line(1, 体温="38.2", 从何地返回="武汉")], "b.csv")
    taken = take_ledger(other, VILLAGE, clerk())
    assert (verdicts(taken), codes(taken, 1)) == (["duplicate"], ["FEVER", "DUP_EVENT_NEW_MEASURE"])
    assert Arrival.objects.count() == 1
    assert sorted(Reading.objects.values_list("tenths", flat=True)) == [365, 382]


def test_a_second_journey_of_somebody_known_is_an_arrival_of_its_own(ledger: Ledger) -> None:
    take_ledger(ledger([line(1, 返回日期="2020-01-20")]), VILLAGE, clerk())
    taken = take_ledger(ledger([line(1, 返回日期="2020-02-03")], "b.csv"), VILLAGE, clerk())
    assert verdicts(taken) == ["accepted"]
    assert (Person.objects.count(), Arrival.objects.count()) == (1, 2)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"姓名": "欧阳试用", "电话": ""}, "DUP_ID_OTHER_PERSON"),
        ({"姓名": "欧阳试用"}, "DUP_ID_NAME_DIFF"),
        ({"电话": "15499990000"}, "PHONE_CHANGED"),
        ({"身份证号": number(900)}, "DUP_NAME_PHONE"),
        ({"返回日期": "2020-02-02"}, "DUP_EVENT_DIFFERS"),
        ({"身份证号": "14103119700102001X"}, "ID_CHECKSUM"),
    ],
)
def test_what_contradicts_the_register_waits_for_a_person(
    ledger: Ledger, said: dict[str, str], code: str
) -> None:
    take_ledger(ledger([line(1)]), VILLAGE, clerk())
    before = stored()
    taken = take_ledger(ledger([line(1, **said)], "b.csv"), VILLAGE, clerk())
    assert verdicts(taken) == ["held"]
    assert code in codes(taken, 1)
    assert taken.reading.rows[1].message
    assert "line ?" not in taken.reading.rows[1].message
    assert stored() == before
    assert ImportRow.objects.filter(verdict="held", person=None).count() == 1


def test_a_row_keeps_what_was_handed_in_and_nobody_reads_it_in_the_table(ledger: Ledger) -> None:
    take_ledger(ledger([line(1, 家庭住址="试用路1号")]), VILLAGE, clerk())
    (row,) = ImportRow.objects.filter(verdict="accepted")
    assert number(1).encode() not in bytes(row.sealed)
    ((_row, said),) = keep.opened([row])
    assert number(1) in said["raw"]
    assert said["values"]["address"] == "试用路1号"


def test_a_village_is_found_by_its_name_and_one_that_is_not_is_to_be_assigned(ledger: Ledger) -> None:
    from bulou.core.places.models import Place

    known = Place.objects.get(pk=VILLAGE)
    lines = [line(1, 家庭住址=f"{known.name}3组4号"), line(2, 家庭住址="无此地名村3组")]
    taken = take_ledger(ledger(lines), TOWNSHIP, clerk())
    assert [taken.fates[n].place for n in (1, 2)] == [VILLAGE, TOWNSHIP]
    task = Task.objects.get(kind="exchange.assign")
    assert (task.subject_id, task.place, task.role) == (taken.fates[2].person, TOWNSHIP, "township-clerk")


def test_in_a_villages_own_file_a_street_or_group_lies_in_the_village(ledger: Ledger) -> None:
    lines = [line(1, 家庭住址="3组12号"), line(2, 家庭住址="东街5号"), line(3, 家庭住址="无此地名村3组")]
    taken = take_ledger(ledger(lines), VILLAGE, clerk())
    assert [codes(taken, n) for n in (1, 2, 3)] == [[], [], ["PLACE_TO_ASSIGN"]]


def test_somebody_who_is_given_a_village_moves_there_with_what_is_owed(ledger: Ledger) -> None:
    from bulou.core.records.intake import take
    from bulou.core.records.kinds import Incoming
    from bulou.lib import ids

    taken = take_ledger(ledger([line(2, 家庭住址="无此地名村3组")]), TOWNSHIP, clerk())
    person = taken.fates[1].person
    record = Incoming("exchange.assigned", ids.new(), VILLAGE, clock.now(), {"person": str(person)})
    assert [r.status for r in take([record], clerk())] == ["accepted"]
    assert Person.objects.get(pk=person).place == VILLAGE
    assert Observation.objects.get(person=person).place == VILLAGE
    assert Task.objects.get(kind="exchange.assign").done_at is not None
    coarse = Incoming("exchange.assigned", ids.new(), TOWNSHIP, clock.now(), {"person": str(person)})
    assert [r.code for r in take([coarse], clerk())] == ["assign-village"]


def test_another_township_answers_as_a_place_that_does_not_exist(ledger: Ledger) -> None:
    path = ledger([line(1)])
    for place in (OTHER, "141031999", "nowhere", ""):
        with pytest.raises(Refusal) as refusal:
            take_ledger(path, place, clerk())
        assert refusal.value.code == "place-unknown"
    with pytest.raises(Refusal) as refusal:
        take_ledger(path, TOWNSHIP, clerk(role=Role.VOLUNTEER))
    assert refusal.value.code == "not-allowed"
    assert ImportRun.objects.count() == 0


def test_somebody_who_lives_in_another_township_is_handed_to_the_county(ledger: Ledger) -> None:
    take_ledger(ledger([line(1)]), OTHER, SYSTEM)
    taken = take_ledger(ledger([line(1, 姓名="欧阳试用")], "b.csv"), TOWNSHIP, clerk())
    assert [c for c in codes(taken, 1) if c.startswith(("DUP", "PERSON"))] == ["PERSON_ELSEWHERE"]
    assert taken.to_json()["rows"][1].get("person") is None


def test_a_dry_run_says_the_same_and_stores_nothing(ledger: Ledger) -> None:
    path = ledger([line(1), line(1), line(2, 身份证号="123")])
    before = stored()
    dry = take_ledger(path, VILLAGE, clerk(), dry_run=True)
    assert stored() == before
    assert ImportRow.objects.count() == ImportRun.objects.count() == 0
    wet = take_ledger(path, VILLAGE, clerk())
    assert verdicts(dry) == verdicts(wet) == ["accepted", "duplicate", "held"]


def test_a_sheet_of_temperatures_finds_its_people_by_name(ledger: Ledger) -> None:
    take_ledger(ledger([line(1), line(2)]), VILLAGE, clerk())
    before = Person.objects.count()
    lines = [[line(1)[0], "36.4", "36.6"], [line(2)[0], "", "37.9"], ["欧阳无名", "36.5", ""]]
    sheet = ledger(lines, "体温.csv", ["姓名", "上午体温", "下午体温"])
    taken = take_ledger(sheet, VILLAGE, clerk(), kind="readings")
    assert verdicts(taken) == ["accepted", "accepted", "held"]
    assert codes(taken, 3) == ["PERSON_NOT_FOUND"]
    assert Person.objects.count() == before
    assert Reading.objects.filter(tenths=379, fever=True).count() == 1
    assert verdicts(take_ledger(sheet, VILLAGE, clerk(), kind="readings")) == ["duplicate"] * 2 + ["held"]


def test_a_register_of_people_is_taken_in_once(ledger: Ledger) -> None:
    heads = ["姓名", "身份证号", "电话", "家庭住址"]
    path = ledger([line(n)[:4] for n in range(4)], heads=heads)
    assert verdicts(take_ledger(path, VILLAGE, clerk(), kind="roster")) == ["accepted"] * 4
    assert (Person.objects.count(), Arrival.objects.count()) == (4, 0)
    assert verdicts(take_ledger(path, VILLAGE, clerk(), kind="roster")) == ["duplicate"] * 4


_SPOILT = [
    {}, {"姓名": ""}, {"身份证号": ""}, {"身份证号": "1410311970"}, {"体温": "365"}, {"体温": "正常"},
    {"返回日期": ""}, {"返回日期": "2月30日"}, {"电话": "12"}, {"家庭住址": "某村1组"}, {"体温": "38.5"},
]  # fmt: skip
_LINES = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(_SPOILT)), max_size=24)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=_LINES)
def test_every_row_is_accounted_for_and_every_accepted_person_stored(
    ledger: Ledger, told: list[tuple[int, dict[str, str]]]
) -> None:
    with transaction.atomic(), pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(take, "CHUNK", 5)
        held_people = Person.objects.count()
        path = ledger([line(n, **said) for n, said in told])
        taken = take_ledger(path, TOWNSHIP, clerk())
        assert [row.row for row in taken.reading.rows] == list(range(1, len(told) + 2))
        assert sum(n for v, n in taken.counts.items() if v != "rows") == len(told) + 1
        accepted = {f.person for f in taken.fates.values() if f.verdict == "accepted"}
        assert None not in accepted
        assert Person.objects.count() - held_people == len(accepted)
        assert ImportRow.objects.filter(run=taken.run).count() == len(told) + 1
        before = stored()
        again = take_ledger(path, TOWNSHIP, clerk())
        assert stored() == before
        assert again.counts["accepted"] == 0
        transaction.set_rollback(True)


def test_the_heads_of_these_tests_are_understood(ledger: Ledger) -> None:
    taken = take_ledger(ledger([line(1)]), VILLAGE, clerk())
    assert taken.reading.kind == "returnees"
    assert {c.field for c in taken.reading.tables[0].columns} >= {"name", "id_number", "phone", "address"}
    assert len(taken.reading.tables[0].columns) == len(HEADS)


def test_a_return_of_december_is_taken_and_one_before_all_rules_keeps_only_its_own_line(
    ledger: Ledger,
) -> None:
    lines = [line(1, 返回日期="2019-12-20"), line(2, 返回日期="2019-11-20"), line(3)]
    taken = take_ledger(ledger(lines), VILLAGE, clerk())
    assert verdicts(taken) == ["accepted", "held", "accepted"]
    assert codes(taken, 2) == ["RECORD_REFUSED"]


def test_a_temperature_of_a_day_before_all_rules_keeps_only_its_own_line(ledger: Ledger) -> None:
    sheet = [["2019-11-20", *line(1)], ["2020-02-05", *line(2)]]
    taken = take_ledger(ledger(sheet, heads=["日期", *HEADS]), VILLAGE, clerk(), kind="readings")
    assert verdicts(taken) == ["held", "accepted"]
    assert list(Reading.objects.values_list("tenths", flat=True)) == [365]


def test_days_side_by_side_are_told_each_on_its_own_day_and_none_on_the_forms(ledger: Ledger) -> None:
    heads = ["姓名", "身份证号", "2月3日上午", "2月3日下午", "2月4日上午"]
    taken = take_ledger(
        ledger([[*line(1)[:2], "36.1", "36.2", "36.3"]], heads=heads), VILLAGE, clerk(), kind="readings"
    )
    assert verdicts(taken) == ["accepted"]
    told = sorted(Reading.objects.values_list("happened_at", "tenths"))
    assert [(f"{clock.day_of(at):%m-%d}", tenths) for at, tenths in told] == [
        ("02-03", 361), ("02-03", 362), ("02-04", 363),
    ]  # fmt: skip


def test_one_day_over_its_two_halves_is_that_day(ledger: Ledger) -> None:
    heads = ["姓名", "身份证号", "2.3早", "2.3晚"]
    take_ledger(ledger([[*line(1)[:2], "36.1", "36.2"]], heads=heads), VILLAGE, clerk(), kind="readings")
    days = {f"{clock.day_of(at):%m-%d}" for at in Reading.objects.values_list("happened_at", flat=True)}
    assert days == {"02-03"}


def test_of_two_villages_of_one_name_it_is_the_one_in_the_township_beside_it(ledger: Ledger) -> None:
    heads = ["乡镇（街道）", "村（社区）", *HEADS]
    twins = [["山旺镇", "桃花村", *line(1)], ["寺头", "桃花村", *line(2)], ["", "桃花村", *line(3)]]
    lines = [*twins, ["山旺镇", "后疃村", *line(4)]]  # which is in another township
    taken = take_ledger(ledger(lines, heads=heads), "370724", SYSTEM)
    assert verdicts(taken) == ["accepted"] * 4
    assert [row.get("place") for row in taken.to_json()["rows"][1:]] == [
        "370724112314", "370724104336", "370724", "370724",
    ]  # fmt: skip
