"""`POST /api/v1/records`: one answer for each record in order, whatever becomes of its neighbours."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from bulou.core.people import keys
from bulou.core.records.models import Aside, Entry
from bulou.lib import clock, ids
from bulou.work.observation.models import Reading
from tests.api.conftest import said
from tests.core.conftest import OTHER_VILLAGE


def test_each_record_gets_its_answer_in_order(phone: Any, observed: list[UUID]) -> None:
    now = clock.now() - timedelta(minutes=5)
    first = said(observed[0], now)
    early = said(observed[0], now, replaces=str(ids.new()))
    batch = [
        first, first, first | {"data": first["data"] | {"tenths": 381}}, early,
        said(observed[1], now, 635), said(observed[1], now, id=str(uuid4())), said(observed[2], now),
    ]  # fmt: skip
    results = phone().send(batch)
    assert [r["status"] for r in results] == [
        "accepted", "duplicate", "conflict", "held", "refused", "accepted", "accepted",
    ]  # fmt: skip
    assert [r["id"] for r in results] == [record["id"] for record in batch]
    for result in results:
        settled = result["status"] in ("accepted", "duplicate")
        assert ("code" in result) is ("message" in result) is not settled


def test_the_reason_of_a_correction_stays_beside_it_also_when_it_came_before_its_original(
    phone: Any, observed: list[UUID]
) -> None:
    now = clock.now() - timedelta(minutes=5)
    first = said(observed[0], now)
    mended = said(observed[0], now, 366, replaces=first["id"]) | {"why": "看错一格"}
    (held,) = phone().send([mended])
    assert held["status"] == "held"
    phone().send([first])
    kept = keys.open_parts([UUID(mended["id"])])
    assert kept == {UUID(mended["id"]): {"why": "看错一格"}}


def test_what_is_no_record_at_all_stops_none_of_its_neighbours(phone: Any, observed: list[UUID]) -> None:
    now = clock.now() - timedelta(minutes=5)
    good = said(observed[0], now)
    bad: list[Any] = [
        None, 7, "record", [], {}, {"id": "x"}, good | {"id": "no-uuid"}, good | {"happened_at": "yesterday"},
        good | {"place": "the village"}, good | {"data": None}, good | {"kind": "x" * 100},
        good | {"place": "1" * 40}, good | {"happened_at": 1e30}, good | {"happened_at": "0001-01-01T00:00:00"},
        good | {"happened_at": "9999-12-31T23:59:59-11:00"}, good | {"device": "x" * 99}, good | {"replaces": 3},
        good | {"data": {"person": "\x00", "tenths": 365}},
    ]  # fmt: skip
    bad = [
        one | {"id": str(ids.new())} if isinstance(one, dict) and one.get("id") == good["id"] else one
        for one in bad
    ]
    results = phone().send([*bad, good])
    assert [r["status"] for r in results] == ["refused"] * len(bad) + ["accepted"]
    assert all(r["code"] and r["message"] for r in results[:-1])
    assert Reading.objects.count() == 1


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800", "😀" * 400])
def test_odd_text_is_answered_and_blocks_nobody(phone: Any, observed: list[UUID], text: str) -> None:

    good = said(observed[0], clock.now() - timedelta(minutes=5))
    odd = [
        good | {"id": str(ids.new()), "data": good["data"] | {"note": text}},
        good | {"id": str(ids.new()), "device": text[:40]},
        good | {"id": str(ids.new()), "kind": text[:60]},
        good | {"id": str(ids.new()), "data": good["data"] | {text: text, "symptoms": [text]}},
    ]
    results = phone().send([*odd, good])
    assert results[-1]["status"] == "accepted"


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"7", b"null", b"{", b'{"records": {}}', b'{"records": null}', b"\xff\xfe", b'{"x": 1}'],
)
def test_what_is_no_batch_is_refused_in_words(phone: Any, body: bytes) -> None:
    status, answer = phone().post(body)
    assert (status, answer["code"]) == (400, "batch-malformed")
    assert "records" in answer["message"]


def test_an_empty_batch_is_answered_by_nothing(phone: Any) -> None:
    assert phone().send([]) == []


def test_a_thousand_go_in_at_once_and_no_more(phone: Any, observed: list[UUID]) -> None:
    now = clock.now() - timedelta(minutes=5)
    thousand = [said(observed[n % 3], now - timedelta(seconds=n)) for n in range(1000)]
    assert {r["status"] for r in phone().send(thousand)} == {"accepted"}
    status, answer = phone().post({"records": [*thousand, said(observed[0], now)]})
    assert (status, answer["code"]) == (413, "batch-too-long")
    assert Reading.objects.count() == 1000


def test_a_body_larger_than_the_house_takes_is_no_fault_of_the_houses(phone: Any, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1 << 20
    status, answer = phone().post(b'{"records": ["' + b"a" * (1 << 20) + b'"]}')
    assert (status, answer["code"]) == (413, "batch-too-large") and "1 MB" in answer["message"]


def test_any_uuid_will_do_as_an_id(phone: Any, observed: list[UUID]) -> None:
    now = clock.now() - timedelta(minutes=5)
    odd = [str(uuid4()), str(UUID(int=0)), str(UUID(int=2**128 - 1)), uuid4().hex, f"urn:uuid:{uuid4()}"]
    odd.append(str(uuid4()).upper())
    results = phone().send([said(observed[0], now, id=one) for one in [*odd, odd[-1].lower()]])
    assert [r["status"] for r in results] == ["accepted"] * len(odd) + ["duplicate"]
    assert [r["id"] for r in results] == [
        *odd,
        odd[-1].lower(),
    ]  # as they were sent: by that they are forgotten


def test_a_record_of_tomorrow_is_refused_and_one_of_a_slow_clock_keeps_both_times(
    phone: Any, observed: list[UUID]
) -> None:
    now = clock.now()
    ahead, behind = said(observed[0], now + timedelta(days=3)), said(observed[0], now - timedelta(days=3))
    results = phone().send([ahead, behind])
    assert [(r["status"], r.get("code", "")) for r in results] == [
        ("refused", "happened-in-future"),
        ("accepted", ""),
    ]
    kept = Reading.objects.get()
    assert kept.happened_at == now - timedelta(days=3)
    assert now <= kept.received_at <= clock.now()
    assert kept.day == clock.day_of(now - timedelta(days=3))
    # The refused one is not lost: it waits for a person, and once its time has come it goes in again.
    assert Aside.objects.get(code="happened-in-future").record == UUID(ahead["id"])
    assert (
        phone().send([ahead | {"happened_at": (now - timedelta(hours=1)).isoformat()}])[0]["status"]
        == "accepted"
    )


def test_less_than_was_announced_leaves_nothing(phone: Any, observed: list[UUID]) -> None:
    import json
    from io import BytesIO

    from django.test import RequestFactory

    from bulou.core.sync.api import post_records
    from bulou.lib.refusals import Refusal

    mine = phone()
    whole = json.dumps({"records": [said(observed[0], clock.now())]}).encode()
    request: Any = RequestFactory().post("/api/v1/records", b"", content_type="application/json")
    request.auth, request._stream, request._read_started = mine.by, BytesIO(whole), False
    request.META["CONTENT_LENGTH"] = str(len(whole) + 50)
    with pytest.raises(Refusal, match="batch-cut"):
        post_records(request)
    assert not Entry.objects.filter(kind="observation.reading").exists()


def test_not_yours_is_answered_as_not_there(phone: Any, observed: list[UUID]) -> None:
    now = clock.now() - timedelta(minutes=5)
    theirs = said(observed[0], now, place=OTHER_VILLAGE)
    nowhere = said(observed[0], now, place="141031999999")
    above = said(observed[0], now, place="141031")
    a, b, c = phone().send([theirs, nowhere, above])
    assert (a["status"], a["code"], a["message"]) == (b["status"], b["code"], b["message"])
    assert (c["status"], c["code"], c["message"]) == (b["status"], b["code"], b["message"])


@pytest.mark.parametrize(
    ("language", "word"), [("en", "temperature"), ("zh-CN,zh;q=0.9", "体温"), ("", "体温")]
)
def test_a_refusal_speaks_the_language_that_was_asked_for(
    phone: Any, observed: list[UUID], language: str, word: str
) -> None:
    (result,) = phone(language=language).send([said(observed[0], clock.now(), 635)])
    assert result["code"] == "temperature-implausible"
    assert word in result["message"]


def test_half_a_character_costs_the_record_that_holds_it_alone(phone: Any, observed: list[UUID]) -> None:
    mine, now = phone(), clock.now()
    good, bad, worse, other = (said(one, now) for one in (*observed, observed[0]))
    bad["data"] |= {"note": "half"}
    text = json.dumps({"records": [good, bad, worse | {"id": "half"}, other, "half"]}).replace(
        "half", "\\ud800"
    )
    status, told = mine.post(text)
    assert status == 200
    assert [one["status"] for one in told["results"]] == [
        "accepted",
        "refused",
        "refused",
        "accepted",
        "refused",
    ]
    assert [one["id"] for one in told["results"][1:3]] == [bad["id"], None]


DEEP = ("[" * 150 + "]" * 150, "[" * 300 + "]" * 300, '{"a":[' * 5000 + "]}" * 5000)


@pytest.mark.parametrize("odd", ["NaN", "-Infinity", "9" * 5000, "1e999", *DEEP])
def test_what_no_number_is_and_what_is_nested_without_end_costs_that_record_alone(
    phone: Any, observed: list[UUID], odd: str
) -> None:
    mine, now = phone(), clock.now()
    good, bad, worse, other = (said(one, now) for one in (*observed, observed[0]))
    bad["data"] |= {"note": "odd"}
    worse["data"] |= {"tenths": ['a ] in "words', "odd"]}
    text = json.dumps({"records": [good, bad, worse, "odd", other]}).replace('"odd"', odd)
    status, told = mine.post(text)
    assert status == 200
    assert [one["status"] for one in told["results"]] == ["accepted", *["refused"] * 3, "accepted"]
    assert [one["id"] for one in told["results"]] == [good["id"], bad["id"], worse["id"], None, other["id"]]
    assert Reading.objects.count() == 2


@pytest.mark.parametrize("chinese", [True, False])
def test_errors_have_a_code_and_a_sentence_in_the_language_asked_for(phone: Any, chinese: bool) -> None:
    def is_right(answer: tuple[int, Any], status: int, code: str) -> None:
        assert (answer[0], answer[1]["code"]) == (status, code)
        assert set(answer[1]) == {"code", "message"}
        assert any("\u4e00" <= letter <= "\u9fff" for letter in answer[1]["message"]) is chinese, answer

    mine = phone(language="zh-hans" if chinese else "en")
    is_right(mine.post(b"{"), 400, "batch-malformed")
    is_right(mine.post(b"{}", **{"Content-Encoding": "gzip"}), 415, "batch-packed")
    is_right(mine.post(b"{}", **{"Content-Encoding": "identity"}), 400, "batch-malformed")
    is_right(mine.get("tasks", place="999"), 404, "place-unknown")
    is_right(mine.get("tasks", limit="many"), 400, "parameter-malformed")
    is_right(mine.get("tasks", state="fine"), 400, "state-unknown")
    is_right(mine.get("tasks", cursor="x"), 400, "cursor-unknown")
    is_right(mine.get("sync", since="x"), 400, "cursor-unknown")
    is_right(mine.get("figures", name="no.such"), 404, "figure-unknown")
    mine.headers["Authorization"] = "Bearer nobody"
    is_right(mine.get("tasks"), 401, "not-signed-in")
    is_right(mine.post({"records": []}), 401, "not-signed-in")


def test_a_record_that_makes_the_house_stumble_is_kept_aside_and_blocks_nothing(
    phone: Any, observed: list[UUID], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from bulou.core.records.kinds import kinds

    now = clock.now() - timedelta(minutes=5)
    batch = [said(observed[n % 3], now - timedelta(minutes=n), 360 + n) for n in range(10)]
    poison = UUID(batch[6]["id"])
    kind = kinds()["observation.reading"]
    real: Any = kind.check

    def check(given: Any) -> None:
        if poison in given.ids:
            raise KeyError(" ".join(["secret", "words"]))
        real(given)

    monkeypatch.setitem(kinds(), kind.name, replace(kind, check=check))
    results = phone().send(batch)
    assert [r["status"] for r in results] == ["accepted"] * 6 + ["held"] + ["accepted"] * 3
    assert results[6]["code"] == "record-fault"
    assert Aside.objects.get().record == poison
    assert "secret words" not in caplog.text
    assert phone().send(batch)[6]["status"] == "held"
    assert Aside.objects.count() == 1
