"""What a log may say."""

from __future__ import annotations

import logging
import sys
from datetime import date

import pytest

from bulou.lib import invented
from bulou.lib.faults import Masked, where

ID, PHONE = invented.make_id("141031", date(1980, 1, 1), "女"), invented.make_phone(7)


def said(words: str, *args: object, fault: bool = False, by: str = "bulou") -> str:
    how = sys.exc_info() if fault else None
    return Masked().format(logging.LogRecord(by, logging.ERROR, "", 0, words, args, how))


def test_a_log_holds_no_number_that_names_somebody_wherever_it_was_said() -> None:
    try:
        raise ValueError(f"input_value='{ID.lower()}', phone={PHONE}")
    except ValueError:
        told = said("GET /people/?q=%s&next=%%2F%%3Fq%%3D%s failed", ID, PHONE, fault=True)
    assert ID not in told and ID.lower() not in told and PHONE not in told
    assert (
        "/people/?q=141***" in told and "%3Fq%3D154***" in told and "ValueError: input_value='141***" in told
    )


def test_a_record_a_moment_and_a_short_number_are_said_whole() -> None:
    words = "0190f3b2-1111-7222-8333-015412345678 at 2020-02-12T18:00:00.123456 in 141031100, 4096 rows"
    assert said(words) == words


def test_where_something_was_raised_is_said_without_its_words() -> None:
    with pytest.raises(ValueError) as raised:
        raise ValueError(ID)
    assert "test_faults.py" in where(raised.value) and ID not in where(raised.value)


def test_what_a_stranger_sent_is_one_line_of_the_log() -> None:
    try:
        raise ValueError("a host that is none")
    except ValueError:
        told = said("Invalid HTTP_HOST header: %s", "x", fault=True, by="django.security.DisallowedHost")
    assert told == "Invalid HTTP_HOST header: x"
