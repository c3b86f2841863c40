"""Each code has a sentence in both languages, and the words it needs are given."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.utils.translation import override

from bulou.exchange.ledger import codes, refused
from bulou.lib import refusals

_PO = Path(codes.__file__).parents[1] / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
SENTENCES = {code: entry.sentence for code, entry in codes.CODES.items()} | {
    code: refusals.catalogue()[code] for code in vars(refused) if code.startswith("FILE_")
}


@pytest.mark.parametrize("code", SENTENCES)
def test_every_code_has_a_sentence_in_chinese(code: str) -> None:
    with _PO.open("rb") as file:
        catalogue = read_po(file)
    with override("en"):
        english = str(SENTENCES[code])
    chinese = catalogue.get(english)
    assert chinese, english
    assert chinese.string
    assert set(re.findall(r"%\(\w+\)s", english)) == set(re.findall(r"%\(\w+\)s", str(chinese.string)))


def test_the_weightiest_code_decides_and_speaks_first() -> None:
    assert codes.verdict([]) == "accepted"
    assert codes.verdict(["FEVER", "DUP_EXACT_EVENT"]) == "duplicate"
    assert codes.verdict(["DUP_EXACT_EVENT", "PHONE_CHANGED"]) == "held"
    told = codes.message(["FEVER", "ID_CHECKSUM"])
    assert told.startswith(codes.message(["ID_CHECKSUM"]))


def test_a_sentence_without_its_words_is_still_a_sentence() -> None:
    assert "?" in codes.message(["TOTAL_MISMATCH"])
