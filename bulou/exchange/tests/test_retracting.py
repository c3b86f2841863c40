"""What somebody decided about one line is taken back: it waits as before, and counts no more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from bulou.core.figures.recount import recount
from bulou.core.people.models import Person
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.exchange import keep, undoing
from bulou.exchange.deciding import LEAVE, OTHER, SAME, TAKE, correct, decide
from bulou.exchange.models import ImportRow, ImportRun, Undone
from bulou.exchange.retracting import retract
from bulou.exchange.take import take_ledger
from bulou.exchange.tests.conftest import OTHER as ELSEWHERE
from bulou.exchange.tests.conftest import TOWNSHIP, VILLAGE, clerk, line, number
from bulou.lib import clock, ids
from bulou.lib.refusals import Refusal
from bulou.work.arrivals.models import Arrival
from bulou.work.observation.models import Observation, Reading

pytestmark = pytest.mark.django_db
Ledger = Callable[..., Path]


def waits(ledger: Ledger, *lines: list[str]) -> ImportRun:
    return ImportRun.objects.get(pk=take_ledger(ledger(list(lines)), VILLAGE, clerk()).run)


def told(run: ImportRun, at: int = 1) -> tuple[object, ...]:
    """All that is kept of a line, but the record ids."""
    ((row, said),) = keep.opened(ImportRow.objects.filter(run=run.id, at=at))
    return row.verdict, row.codes, row.place, row.person, row.same_as, row.decision, row.decided_by, said


def counting() -> tuple[int, int]:
    return Arrival.objects.filter(replaced_by=None).count(), Reading.objects.filter(replaced_by=None).count()


@pytest.mark.parametrize("way", [TAKE, LEAVE])
def test_a_line_waits_again_as_it_waited_and_can_be_decided_anew(ledger: Ledger, way: str) -> None:
    run = waits(ledger, line(1, 体温="365"), line(2))
    before, held = told(run), run.counts
    decide(run, [1], way, clerk())
    assert told(run) != before
    retract(run, 1, clerk())
    run.refresh_from_db()
    assert told(run) == before
    assert (run.counts, counting()[0]) == (held, 1)
    assert recount(VILLAGE) == []
    correct(run, 1, {"temperature": "36.5"}, clerk())
    assert counting() == (2, 2)
    assert recount(VILLAGE) == []


def test_what_followed_from_it_is_corrected_and_the_person_stays(ledger: Ledger) -> None:
    run = waits(ledger, line(1, 返回日期="2020-02-01或2日", 体温="36.5"))
    correct(run, 1, {"return_date": "2020-02-01"}, clerk())
    assert Observation.objects.filter(closed_at=None).count() == 1
    retract(run, 1, clerk())
    assert Observation.objects.filter(closed_at=None).count() == 0
    assert counting() == (0, 0)
    assert Arrival.objects.get().replaced_by == Undone.objects.get().id
    assert (Undone.objects.get().line, Person.objects.count()) == (1, 1)
    for _again in range(2):
        correct(run, 1, {"return_date": "2020-02-01"}, clerk())
        assert counting() == (1, 1)
        retract(run, 1, clerk())
        assert counting() == (0, 0)
    assert recount(VILLAGE) == []


def test_other_lines_of_the_same_person_keep_what_they_told(ledger: Ledger) -> None:
    run = waits(ledger, line(1, 体温="36.5"), line(1, 返回日期="2020-02-02", 体温="38.2"))
    assert ImportRow.objects.get(run=run.id, at=2).verdict == "held"
    here = counting()
    decide(run, [2], SAME, clerk())
    assert counting() != here
    retract(run, 2, clerk())
    assert counting() == here


def test_another_person_may_turn_out_to_be_the_same(ledger: Ledger) -> None:
    run = waits(ledger, line(1), line(2, 身份证号=number(1)))
    decide(run, [2], OTHER, clerk())
    assert ImportRow.objects.get(run=run.id, at=2).person is not None
    retract(run, 2, clerk())
    assert told(run, 2)[7]["values"]["id_number"] == number(1)  # type: ignore[index]
    decide(run, [2], SAME, clerk())
    people = set(ImportRow.objects.filter(run=run.id, at__in=[1, 2]).values_list("person", flat=True))
    assert len(people) == 1


def test_what_somebody_corrected_since_stays(ledger: Ledger) -> None:
    run = waits(ledger, line(1, 返回日期="2020-02-01或2日", 体温="36.5"))
    correct(run, 1, {"return_date": "2020-02-01"}, clerk())
    one = Reading.objects.get()
    data = {"person": str(one.person), "tenths": 381, "symptoms": []}
    mine = Incoming("observation.reading", ids.new(), one.place, clock.now(), data, replaces=one.id)
    assert [r.status for r in take([mine], actor(Role.VILLAGE_CADRE, VILLAGE))] == ["accepted"]
    retract(run, 1, clerk())
    assert Reading.objects.get(replaced_by=None).tenths == 381


def test_nobody_takes_back_what_is_elsewhere_or_not_decided_or_gone_with_its_file(ledger: Ledger) -> None:
    run = waits(ledger, line(1, 体温="365"), line(2))
    for at in (1, 2, 99):
        with pytest.raises(Refusal, match="decision-final"):
            retract(run, at, clerk())
    decide(run, [1], TAKE, clerk())
    with pytest.raises(Refusal, match="place-unknown"):
        retract(run, 1, clerk(ELSEWHERE))
    with pytest.raises(Refusal, match="not-allowed"):
        retract(run, 1, clerk(role=Role.VOLUNTEER))
    undoing.undo(run, clerk(), "重复上传")
    with pytest.raises(Refusal, match="decision-final"):
        retract(run, 1, clerk())


def test_its_page_offers_it_where_a_line_was_decided_and_leads_to_the_line(
    ledger: Ledger, client: Client
) -> None:
    run = waits(ledger, line(1, 体温="365"), line(2))
    signed_in(client, actor(Role.TOWNSHIP_CLERK, TOWNSHIP))
    decide(run, [1], TAKE, clerk())
    page = client.get(f"/import/{run.id}/?show=accepted").content.decode()
    assert page.count("撤回核定</button>") == 1
    answer = client.post(f"/import/{run.id}/lines/1/retract/")
    assert answer["Location"] == f"/import/{run.id}/lines/1/"
    assert client.get(answer["Location"]).status_code == 200
    assert "撤回核定" not in client.get(f"/import/{run.id}/?show=accepted").content.decode()
