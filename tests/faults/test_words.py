"""What a running server says of a day's work: nothing that names somebody."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from bulou.lib import invented
from tests.faults.conftest import Sender, Yard, senders, status

PEOPLE = 500  # each with an identity number and a telephone


def _arrival(n: int, place: str, **slip: Any) -> dict[str, Any]:
    born, sex = date(1980, 1, 1) + timedelta(days=n), "男" if n % 2 else "女"
    number, phone = invented.make_id("141031", born, sex), invented.make_phone(n)
    who = {"name": invented.make_name(n, sex), "sex": sex, "doc_number": number, "phone": phone} | slip
    data = {"who": who, "from_place": "湖北武汉", "note": f"证件 {number}，电话 {phone}"}
    record = {"kind": "arrivals.arrival", "id": str(uuid4()), "place": place, "data": data, "device": "phone"}
    return record | {"happened_at": "2020-02-12T08:00:00+08:00"}


def _sent(phone: Sender, records: list[dict[str, Any]]) -> set[str]:
    came = phone.post_raw(json.dumps({"records": records}).encode())
    assert came is not None and came[0] == 200
    return {result["status"] for result in came[1]["results"]}


@pytest.mark.sqlite
def test_of_a_thousand_identifiers_handed_in_and_asked_for_the_servers_log_holds_none(yard: Yard) -> None:
    laid = yard("lay", 2)
    (phone,) = senders(yard, laid, 1, seed=1)
    place = laid["people"][0][1]
    good = [_arrival(n, place) for n in range(PEOPLE)]
    numbers = {one["data"]["who"][key] for one in good for key in ("doc_number", "phone")}
    assert len(numbers) == 2 * PEOPLE
    yard.serve()
    assert _sent(phone, good) == {"accepted"}
    # The same people with a slip in it, under an id that is taken, in no form at all, and asked for.
    assert _sent(phone, [_arrival(n, place, sex="?") for n in range(100)]) == {"refused"}
    assert _sent(
        phone, [_arrival(n, place, birth_date="1900-01-01") | {"id": good[n]["id"]} for n in range(100)]
    )
    assert phone.post_raw(json.dumps(good[:50]).encode()[:-40]) is not None
    for number in sorted(numbers)[:40]:
        for path in (f"/people/?q={number}", f"/people/{number}/", f"/api/v1/{number}", f"/{number}/"):
            assert status(yard.port, path) in (302, 401, 404), path
    yard.end()
    words = yard.words.read_text()
    assert "Not Found" in words  # it does log
    assert not [number for number in re.findall(r"\d{11,}[Xx]?", words) if number.upper() in numbers]
    assert not [number for number in sorted(numbers) if number in words]
