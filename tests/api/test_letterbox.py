"""The letterbox answers as the long way does, and leaves to it whatever is unusual."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import orjson
import pytest
from django.core.handlers.wsgi import WSGIHandler

from bulou.config.letterbox import with_letterbox
from bulou.lib import clock
from tests.api.conftest import Phone, said

pytestmark = pytest.mark.usefixtures("within_one_transaction")
Answer = tuple[str, dict[str, str], bytes]


def _nobody(_environ: Any, _start: Any) -> list[bytes]:
    raise AssertionError("this went the long way")


def _post(application: Any, phone: Phone, body: bytes, **more: str) -> Answer:
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": "/api/v1/records", "QUERY_STRING": "", "SCRIPT_NAME": "",
        "SERVER_NAME": "localhost", "SERVER_PORT": "80", "HTTP_HOST": "localhost", "wsgi.url_scheme": "http",
        "HTTP_AUTHORIZATION": phone.headers["Authorization"], "CONTENT_TYPE": "application/json",
        "HTTP_ACCEPT_LANGUAGE": phone.headers["Accept-Language"], "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body), **more,
    }  # fmt: skip
    heard: list[Any] = []
    answer = b"".join(application(environ, lambda status, headers, *_: heard.extend((status, dict(headers)))))
    return heard[0], heard[1], answer


@pytest.mark.parametrize("language", ["en", "zh-hans", "fr", ""])
@pytest.mark.parametrize("records", [[], [None, {"kind": "x"}, 5]], ids=["none", "no records"])
def test_it_answers_as_the_long_way_does(phone: Any, records: list[Any], language: str) -> None:
    mine = phone(language=language)
    body = orjson.dumps({"records": records})
    assert _post(with_letterbox(_nobody), mine, body) == _post(WSGIHandler(), mine, body)


def test_a_record_goes_in_once_by_either_way(phone: Any, observed: list[UUID]) -> None:
    mine = phone()
    body = orjson.dumps({"records": [said(observed[0], clock.now() - timedelta(minutes=5))]})
    ways = (with_letterbox(_nobody), WSGIHandler(), with_letterbox(_nobody))
    given = [orjson.loads(_post(way, mine, body)[2])["results"][0]["status"] for way in ways]
    assert given == ["accepted", "duplicate", "duplicate"]


@pytest.mark.parametrize(
    "odd",
    [
        {"HTTP_COOKIE": "sessionid=x"}, {"HTTP_HOST": "elsewhere.example"}, {"REQUEST_METHOD": "PUT"},
        {"HTTP_AUTHORIZATION": "Bearer of-nobody"}, {"HTTP_AUTHORIZATION": "Basic eDp5"}, {"CONTENT_LENGTH": "40"},
        {"CONTENT_LENGTH": ""}, {"CONTENT_LENGTH": str(2**40)}, {"PATH_INFO": "/api/v1/records/"},
    ],
    ids=str,
)  # fmt: skip
def test_an_unusual_request_goes_the_long_way_with_all_it_brings(phone: Any, odd: dict[str, str]) -> None:
    body, mine = orjson.dumps({"records": []}), phone()
    given: Answer = _post(with_letterbox(WSGIHandler()), mine, body, **odd)
    plain = _post(WSGIHandler(), mine, body, **odd)
    assert (given[0], given[2][:99]) == (plain[0], plain[2][:99])  # a page of refusal has a token of its own


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"records": 3}', orjson.dumps({"records": [1] * 1001})])
def test_what_is_no_batch_goes_the_long_way(phone: Any, body: bytes) -> None:
    mine = phone()
    given = _post(with_letterbox(WSGIHandler()), mine, body)
    assert given == _post(WSGIHandler(), mine, body)
    assert given[0].startswith("4")


def test_a_fault_goes_the_long_way_which_takes_it_in_and_the_log_tells_where_it_was(
    phone: Any, observed: list[UUID], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    body = orjson.dumps({"records": [said(observed[0], clock.now() - timedelta(minutes=5))]})

    def falls(*_: Any) -> None:
        raise OSError(str(observed[0]))

    monkeypatch.setattr("bulou.config.letterbox.answer", falls)
    status, _headers, given = _post(with_letterbox(WSGIHandler()), phone(), body)
    assert (status, orjson.loads(given)["results"][0]["status"]) == ("200 OK", "accepted")
    told = [one for one in caplog.records if one.name == "bulou.config.letterbox"]
    assert [one.levelname for one in told] == ["ERROR"]
    assert "OSError" in told[0].getMessage()
    assert "falls" in told[0].getMessage()
    assert str(observed[0]) not in told[0].getMessage()


def test_what_is_merely_unusual_is_not_in_the_log(phone: Any, caplog: pytest.LogCaptureFixture) -> None:
    for body, host in ((b"{", "localhost"), (b"[]", "localhost"), (b'{"records": []}', "elsewhere.example")):
        _post(with_letterbox(WSGIHandler()), phone(), body, HTTP_HOST=host)
    assert [one for one in caplog.records if one.name == "bulou.config.letterbox"] == []
