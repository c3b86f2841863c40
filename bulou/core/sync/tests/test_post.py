"""What a phone is told: its own tasks, cards of those they are about, and no more."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from bulou.core.audit.models import AuditEntry
from bulou.core.staff import telephones
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.core.sync.models import ClockNote
from bulou.core.tasks.lay import lay
from bulou.lib import clock
from tests.api.conftest import Phone, at, observed, phone, said
from tests.core.conftest import OTHER_VILLAGE, VILLAGE

__all__ = ["at", "observed", "phone"]
pytestmark = pytest.mark.django_db


def post(phone: Phone) -> dict[str, Any]:
    status, answer = phone.get("sync/post")
    assert status == 200, answer
    told: dict[str, Any] = answer["post"]
    return told


def subjects(told: dict[str, Any], kind: str) -> set[UUID]:
    return {UUID(task[2]) for task in told["tasks"] if told["kinds"][task[0]]["kind"] == kind}


def test_a_doctor_is_told_of_whom_to_measure_and_who_they_are(phone: Any, observed: list[UUID]) -> None:
    told = post(phone())
    assert subjects(told, "observation.reading") == set(observed)
    assert {UUID(card[0]) for card in told["people"]} >= set(observed)
    assert told["rules"]["values"]["fever.tenths"] == 373
    assert told["places"][VILLAGE] and told["calls"][VILLAGE] == []


def test_whoever_measures_is_told_on_which_number_to_call(phone: Any, observed: list[UUID]) -> None:
    cadre = actor(Role.VILLAGE_CADRE, VILLAGE)
    telephones.set_phone(cadre.account, "154 0000 0001", by=cadre)
    assert [[name, number] for _title, name, number in post(phone())["calls"][VILLAGE]] == [
        [cadre.name, "15400000001"]
    ]
    # Who has nobody in their care is told no number.
    assert "15400000001" not in str(post(phone(Role.AUDITOR, VILLAGE)))


def test_nobody_elsewhere_is_told_of(phone: Any, observed: list[UUID]) -> None:
    told = post(phone(place=OTHER_VILLAGE))
    assert (told["tasks"], told["people"], told["households"]) == ([], [], [])
    assert post(phone(Role.AUDITOR, "141031"))["people"] == []


def test_the_report_of_a_village_is_asked_of_its_cadre_and_of_others_where_there_is_none(
    phone: Any, observed: list[UUID]
) -> None:
    def asked(one: Phone) -> bool:
        return any(kind["kind"] == "reports.village" for kind in post(one)["kinds"])

    doctor = phone()
    lay()
    assert asked(doctor)
    assert asked(phone(Role.VILLAGE_CADRE)) and not asked(doctor)
    assert subjects(post(doctor), "observation.reading") == set(observed)


def test_what_is_done_falls_away(phone: Any, observed: list[UUID]) -> None:
    one = phone()
    before = len(post(one)["tasks"])
    assert one.send([said(observed[0], clock.now())])[0]["status"] == "accepted"
    assert len(post(one)["tasks"]) < before


def test_nothing_new_is_a_few_bytes(phone: Any, observed: list[UUID]) -> None:
    one = phone()
    version = one.get("sync/post")[1]["version"]
    status, answer = one.get("sync/post", version=version)
    assert status == 200 and answer["same"] is True and "post" not in answer


def test_what_changed_goes_over_the_line_alone(phone: Any, observed: list[UUID]) -> None:
    one = phone()
    first = one.get("sync/post", difference=True)[1]
    assert one.send([said(observed[0], clock.now())])[0]["status"] == "accepted"
    told = one.get("sync/post", version=first["version"], difference=True)[1]
    assert "post" not in told and told["difference"]["changes"].keys() == {"tasks"}
    assert len(told["difference"]["changes"]["tasks"]) == 1  # one piece of its list
    whole = one.get("sync/post", version=first["version"])[1]  # an app that cannot take differences
    assert whole["post"]["tasks"] and whole["version"] == told["version"] != first["version"]


@pytest.mark.parametrize("held", ["0123456789abcdef01234567", "!", "漏", "A" * 2000, "AAAAAAAA"])
def test_a_version_that_cannot_be_compared_is_answered_with_all(
    phone: Any, observed: list[UUID], held: str
) -> None:
    told = phone().get("sync/post", version=held, difference=True)[1]
    assert told["post"]["people"] and not told["same"] and "difference" not in told


def test_the_look_at_the_cards_is_written_down(phone: Any, observed: list[UUID]) -> None:
    one = phone()
    post(one)
    entry = AuditEntry.objects.filter(act="sync.fetch").latest("at")
    assert entry.count == len(observed) and entry.account == one.by.account


def test_it_is_packed_for_a_slow_line(phone: Any, observed: list[UUID]) -> None:
    one = phone()
    answer = Client().get("/api/v1/sync/post", headers=one.headers | {"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(answer.content))["post"]["people"]


def test_both_times_of_a_wrong_clock_are_kept(phone: Any, observed: list[UUID]) -> None:
    now = clock.now()
    wrong = now - timedelta(days=3)
    record = said(observed[0], now, clock={"phone_at": wrong.isoformat(), "behind": 3 * 86400})
    one = phone()
    assert [r["status"] for r in one.send([record]) + one.send([record])] == ["accepted", "duplicate"]
    (kept,) = ClockNote.objects.all()
    assert (str(kept.record), kept.phone_at, kept.behind_seconds) == (record["id"], wrong, 3 * 86400)
