"""Lines that wait are decided, one or many at a time, and nothing is taken in twice or made up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bulou.core.people.models import Person
from bulou.core.tasks.models import Task
from bulou.exchange import deciding, keep, namesakes, shown
from bulou.exchange.models import ImportRow, ImportRun
from bulou.exchange.take import take_ledger
from bulou.exchange.tests.conftest import OTHER, TOWNSHIP, VILLAGE, clerk, line, number
from bulou.lib.refusals import Refusal
from bulou.work.arrivals.models import Arrival
from bulou.work.checkpoints.room import ROOM
from bulou.work.observation.models import Reading

pytestmark = pytest.mark.django_db
Ledger = Callable[..., Path]


def taken(path: Path, place: str = VILLAGE) -> ImportRun:
    return ImportRun.objects.get(pk=take_ledger(path, place, clerk()).run)


def held(run: ImportRun) -> list[int]:
    return list(
        ImportRow.objects.filter(run=run.id, verdict__in=deciding.WAITING).values_list("at", flat=True)
    )


def row(run: ImportRun, at: int) -> ImportRow:
    return ImportRow.objects.get(run=run.id, at=at)


def test_a_line_is_taken_in_without_what_cannot_be_read(ledger: Ledger) -> None:
    run = taken(ledger([line(1, 体温="63.5"), line(2, 返回日期="1月底")]))
    assert (held(run), Person.objects.count()) == ([1, 2], 0)
    assert deciding.decide(run, held(run), "take", clerk()) == {"accepted": 2, "not-so": 0}
    assert (Person.objects.count(), Arrival.objects.count(), Reading.objects.count()) == (2, 2, 1)
    assert (run.counts["accepted"], run.counts["held"], run.counts["rows"]) == (2, 0, 3)
    assert row(run, 1).decision == "take"
    assert row(run, 1).decided_by == clerk().account
    assert deciding.decide(run, [1, 2], "take", clerk()) == {"not-so": 0}
    assert Arrival.objects.count() == 2


def test_the_same_person_again_is_counted_once_and_a_new_temperature_kept(ledger: Ledger) -> None:
    run = taken(ledger([line(1), line(1, 电话="15499990000", 体温="38.4")]))
    assert held(run) == [2]
    assert deciding.decide(run, [2], "same", clerk())["duplicate"] == 1
    assert (Person.objects.count(), Arrival.objects.count()) == (1, 1)
    assert sorted(Reading.objects.values_list("tenths", flat=True)) == [365, 384]
    assert row(run, 2).person == row(run, 1).person


def test_the_same_person_of_the_register_may_come_a_second_time(ledger: Ledger) -> None:
    take_ledger(ledger([line(1, 返回日期="2020-01-10")]), VILLAGE, clerk())
    run = taken(ledger([line(1, 身份证号="", 返回日期="2020-02-01")], "b.csv"))
    assert "DUP_NAME_PHONE" in row(run, 1).codes
    assert deciding.decide(run, [1], "same", clerk())["accepted"] == 1, (
        row(run, 1).codes,
        row(run, 1).verdict,
    )
    assert (Person.objects.count(), Arrival.objects.count()) == (1, 2)


def test_another_person_does_not_get_the_number_of_the_first(ledger: Ledger) -> None:
    run = taken(ledger([line(1), line(1, 姓名="欧阳试用", 电话="15499990000")]))
    assert "DUP_ID_OTHER_PERSON" in row(run, 2).codes
    assert deciding.decide(run, [2], "other", clerk())["accepted"] == 1
    assert (Person.objects.count(), Arrival.objects.count()) == (2, 2)
    other = Person.objects.get(name="欧阳试用")
    assert (other.doc_index, other.birth_date, other.sex) == (None, None, "")


def test_namesakes_with_one_phone_become_two_people(ledger: Ledger) -> None:
    run = taken(ledger([line(1), line(1, 身份证号=number(900)), line(1, 身份证号="")]))
    assert held(run) == [2, 3]
    assert deciding.decide(run, [2, 3], "other", clerk())["accepted"] == 2
    assert (Person.objects.count(), Arrival.objects.count()) == (3, 3)


def test_of_several_likely_people_one_is_chosen_and_the_first_never_taken_by_itself(ledger: Ledger) -> None:
    before = taken(ledger([line(1), line(1, 身份证号=number(901))]))
    deciding.decide(before, [2], "other", clerk())
    run = taken(ledger([line(1, 身份证号="", 返回日期="2020-01-10")], "b.csv"))
    assert "DUP_NAME_PHONE" in row(run, 1).codes
    assert deciding.decide(run, [1], "same", clerk()) == {"several": 1, "not-so": 0}
    ((found, said),) = keep.opened([row(run, 1)])
    meant = namesakes.meant(found.codes.split(), said, run, clerk())
    assert meant is not None and set(meant) == set(Person.objects.all())
    second = Person.objects.get(birth_date=date(1970, 1, 1) + timedelta(days=901))
    assert deciding.choose(run, 1, second.pk, clerk()) == {"accepted": 1}
    assert (Person.objects.count(), Arrival.objects.filter(person=second.pk).count()) == (2, 2)


def test_what_is_left_out_stays_with_the_file_and_waits_no_more(ledger: Ledger) -> None:
    run = taken(ledger([line(1, 姓名="张*"), line(2, 身份证号="5.11322196201E+17")]))
    assert [row(run, at).verdict for at in (1, 2)] == ["held", "refused"]
    assert deciding.decide(run, [1, 2], "leave", clerk())["skipped"] == 2
    assert Person.objects.count() == 0
    assert row(run, 1).codes.split()[-1] == "LEFT_OUT"
    ((_row, said),) = keep.opened([row(run, 2)])
    assert "5.11322196201E+17" in said["raw"]


def test_what_cannot_be_decided_so_stays_waiting(ledger: Ledger) -> None:
    run = taken(ledger([line(1, 姓名="张*"), line(2, 体温="63.5")]))
    assert deciding.decide(run, [1, 2], "take", clerk()) == {"accepted": 1, "not-so": 1}
    assert held(run) == [1]
    with pytest.raises(Refusal):
        deciding.decide(run, [1], "guess", clerk())


def test_a_line_is_corrected_and_examined_like_any_other(ledger: Ledger) -> None:
    run = taken(ledger([line(1, 身份证号="5.11322196201E+17", 体温="365"), line(2)]))
    assert deciding.correct(run, 1, {"id_number": number(2), "temperature": "36.5"}, clerk()) == {"held": 1}
    assert "DUP_ID_OTHER_PERSON" in row(run, 1).codes
    assert deciding.correct(run, 1, {"id_number": number(1)}, clerk()) == {"accepted": 1}
    assert Person.objects.filter(place=VILLAGE).count() == 2
    assert Reading.objects.count() == 2
    assert row(run, 1).codes == "DECIDED"
    assert row(run, 1).decision == "correct"


def test_a_correction_that_is_wrong_again_waits_again(ledger: Ledger) -> None:
    run = taken(ledger([line(1, 返回日期="2月30日")]))
    assert deciding.correct(run, 1, {"return_date": "2月31日"}, clerk()) == {"held": 1}
    assert deciding.correct(run, 1, {"return_date": "2月1日"}, clerk()) == {"accepted": 1}
    assert Arrival.objects.get().day.isoformat() == "2020-02-01"


def test_the_same_file_again_leaves_what_was_decided_alone(ledger: Ledger) -> None:
    path = ledger([line(1), line(1, 电话="15499990000"), line(2, 体温="63.5")])
    run = taken(path)
    deciding.decide(run, [2], "same", clerk())
    deciding.decide(run, [3], "take", clerk())
    before = (Person.objects.count(), Arrival.objects.count(), Reading.objects.count(), Task.objects.count())
    taken(path)
    after = (Person.objects.count(), Arrival.objects.count(), Reading.objects.count(), Task.objects.count())
    assert after == before


def test_passes_wait_where_no_room_takes_them(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ROOM.answers, "ledger_kinds", tuple)
    heads = ["姓名", "身份证号", "电话", "车牌号", "通过时间", "体温"]
    lines = [[line(1)[0], number(1), "15400000001", "豫S12345", "2020-02-01 10:20", "38.2"]]
    result = take_ledger(ledger(lines, heads=heads), VILLAGE, clerk())
    assert result.reading.kind == "passes"
    (told,) = result.to_json()["rows"][1:]
    assert (told["verdict"], told["values"]["transport_no"]) == ("held", "豫S12345")
    assert "KIND_NOT_TAKEN" in told["codes"]
    assert "FEVER" in told["codes"]
    assert Person.objects.count() == 0


def test_nobody_decides_for_another_township(ledger: Ledger) -> None:
    run = taken(ledger([line(1, 体温="63.5")]), TOWNSHIP)
    stranger = clerk(OTHER)
    with pytest.raises(Refusal):
        deciding.decide(run, [1], "take", stranger)
    assert Person.objects.count() == 0


def test_a_temperature_of_somebody_told_with_another_phone_or_village_waits(ledger: Ledger) -> None:
    taken(ledger([line(n) for n in range(1, 5)]))
    names = [line(n)[0] for n in range(1, 5)]
    lines = [
        [names[0], "15499999999", "", "36.8"], [names[1], line(2)[2], "川口村", "36.8"],
        [names[2], "", "川口村", "36.8"], [names[3], "", "午城村", "36.8"],
    ]  # fmt: skip
    sheet = ledger(lines, "体温.csv", ["姓名", "电话", "村", "体温"])
    run = ImportRun.objects.get(pk=take_ledger(sheet, TOWNSHIP, clerk(), kind="readings").run)
    assert held(run) == [1, 3]
    assert all("DUP_NAME_REGISTER" in row(run, at).codes for at in (1, 3))
    before = Person.objects.count()
    assert deciding.decide(run, [1], "same", clerk())["accepted"] == 1
    assert Person.objects.count() == before
    assert deciding.decide(run, [3], "other", clerk())["accepted"] == 1
    assert Person.objects.filter(name=names[2]).count() == 2


def test_whoever_repeats_a_line_that_waits_is_decided_after_it_and_keeps_its_doubt_till_then(
    ledger: Ledger,
) -> None:
    taken(ledger([line(1, 身份证号=number(900))]))
    run = taken(ledger([line(1), line(1, 姓名=line(1)[0][:-1] + "槐"), line(1)], "b.csv"))
    assert held(run) == [1, 2]
    assert "DUP_ID_NAME_DIFF" in (doubt := row(run, 2).codes)
    assert deciding.decide(run, [2], "same", clerk()) == {"nobody": 1, "not-so": 0}
    assert row(run, 2).codes == doubt
    told = deciding.decide(run, [2, 1], "same", clerk())
    assert ([told.get(why, 0) for why in deciding.NOT_SO], held(run)) == ([0, 0, 0], [])
    assert len({row(run, at).person for at in (1, 2)}) == Person.objects.count() == 1


def test_the_file_with_its_reasons_names_the_line_that_another_repeats(ledger: Ledger) -> None:
    run = taken(ledger([line(1), line(1), line(1, 返回日期="2020-01-10", 从何地返回="广东深圳市")]))
    _heads, first, again, further = shown.as_rows(run)
    assert (first.same_as, again.same_as) == (None, ("ledger", 2))
    for told in (again, further):
        assert "2" in told.message
        assert "?" not in told.message


def test_a_name_alone_is_no_second_person_of_the_village_by_itself(ledger: Ledger) -> None:
    taken(ledger([line(1), line(2)]))
    bare = {"身份证号": "", "电话": ""}
    run = taken(ledger([line(1, **bare), line(3, **bare)], "b.csv"))
    assert held(run) == [1]
    assert "DUP_NAME_REGISTER" in row(run, 1).codes
    before = Person.objects.count()
    assert deciding.decide(run, [1], "same", clerk()) == {"duplicate": 1, "not-so": 0}
    assert Person.objects.count() == before
    again = taken(ledger([line(3, **bare)], "c.csv"))
    assert (held(again), Person.objects.count()) == ([], before)


def test_a_forms_doubtful_year_is_decided_at_once_for_all_its_lines(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, morning: datetime
) -> None:
    later = morning.replace(year=2021) - datetime.now(morning.tzinfo)
    monkeypatch.setenv("BULOU_CLOCK_SHIFT", repr(later.total_seconds()))
    lines = [line(1, 返回日期="1月20日"), line(2, 返回日期="2.3"), ["填表日期：2020年2月5日"]]
    run = taken(ledger(lines))
    assert (held(run), row(run, 1).codes) == ([1, 2], "FORM_YEAR_DOUBTFUL")
    assert deciding.decide(run, held(run), "take", clerk())["accepted"] == 2
    assert set(Arrival.objects.values_list("day", flat=True)) == {date(2020, 1, 20), date(2020, 2, 3)}


def test_temperatures_of_days_counted_from_nobody_knows_when_go_in_with_their_first_day_or_not_at_all(
    ledger: Ledger,
) -> None:
    sheet = ledger([[line(1)[0], number(1), "36.5", "38.4"]], "t.csv", ["姓名", "身份证号", "第1天", "第2天"])
    run = ImportRun.objects.get(pk=take_ledger(sheet, TOWNSHIP, clerk(), kind="readings").run)
    assert held(run) == [1]
    assert {"READING_DAY", "FEVER"} <= set(row(run, 1).codes.split())
    assert deciding.decide(run, [1], "take", clerk()) == {"not-so": 1}
    for wrong in ({"phone": "15400000001"}, {"day": "2月初"}, {"day": "2020-02-12"}):
        deciding.correct(run, 1, wrong, clerk())
        assert held(run) == [1], wrong
    assert not Reading.objects.exists()
    deciding.correct(run, 1, {"day": "2020-02-01"}, clerk())
    assert held(run) == []
    found = Reading.objects.order_by("happened_at").values_list("day", "tenths", "fever")
    assert list(found) == [(date(2020, 2, 1), 365, False), (date(2020, 2, 2), 384, True)]
