"""Identity numbers, other documents and phones: whole, or held and never mended."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from bulou.exchange.ledger import cells_ids
from bulou.lib import invented

from .sheets import CONTEXT, check

NUMBER = invented.make_id("411621", dt.date(1984, 3, 2), "女")
WITH_X = next(
    number
    for day in range(1, 29)
    if (number := invented.make_id("411621", dt.date(1990, 5, day), "男")).endswith("X")
)
PHONE = invented.make_phone(7)
WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


@pytest.mark.parametrize(
    "cell, kind, number",
    [
        ("港澳通行证H01234567", "港澳居民来往内地通行证", "H01234567"),
        ("军官证：南字第01234567号", "军官证", "南字第01234567号"),
        ("护照 EA1234567", "护照", "EA1234567"),
    ],
)
def test_a_document_is_known_with_its_name_before_the_number(cell: str, kind: str, number: str) -> None:
    found = cells_ids.understand_id(cell, CONTEXT)
    assert found.codes[0] == "DOC_NOT_RESIDENT_ID"
    assert found.more == {"doc_kind": kind, "doc_number": number}


@pytest.mark.parametrize(
    "cell, value, code",
    [
        (NUMBER, NUMBER, None),
        (WITH_X.lower(), WITH_X, None),
        (f" {NUMBER}\t", NUMBER, "SPACES_STRIPPED"),
        (f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}", NUMBER, "SPACES_STRIPPED"),
        (f"'{NUMBER}", NUMBER, "EXCEL_TEXT_TRICK"),
        (f'="{NUMBER}"', NUMBER, "EXCEL_TEXT_TRICK"),
        (WITH_X.translate(WIDE), WITH_X, "FULL_WIDTH"),
        (float(NUMBER[:17] + "0"), None, "ID_NUMERIC_LOST"),
        (int(NUMBER[:17] + "0"), None, "ID_NUMERIC_LOST"),
        (NUMBER[:15] + "000", None, "ID_NUMERIC_LOST"),
        ("4.11621E+17", None, "ID_SCIENTIFIC_TEXT"),
        (NUMBER[:8] + NUMBER[9] + NUMBER[8] + NUMBER[10:], None, "ID_CHECKSUM"),
        (NUMBER[:17], None, "ID_LENGTH"),
        (NUMBER + "1", None, "ID_LENGTH"),
        ("411621840302999", None, "ID_15_DIGIT"),
        (NUMBER[:10] + "****" + NUMBER[14:], None, "ID_MASKED"),
        (f"{NUMBER}/{WITH_X}", None, "ID_TWO"),
        ("户口本", None, "ID_UNREADABLE"),
        (f"{NUMBER}(有效期至2030.1.1)", NUMBER, "ID_REMARK"),
        (f"身份证号{WITH_X}（长期）", WITH_X, "ID_REMARK"),
        (f"{NUMBER} 2020.01.02-2040.01.02", NUMBER, "ID_REMARK"),
        (f"{NUMBER}（本人）", NUMBER, "ID_REMARK"),
        (f"{NUMBER}（已核）", NUMBER, "ID_REMARK"),
        (f"{NUMBER}（父亲）", None, "ID_UNREADABLE"),
        (f"{NUMBER} 电话{PHONE}", None, "ID_UNREADABLE"),
        ("20200125", None, "ID_UNREADABLE"),
        ("无", None, None),
        ("未办理", None, None),
        ("尚未上户口", None, None),
        ("正在办理中", None, None),
    ],
)
def test_an_identity_number_is_whole_or_held(cell: Any, value: str | None, code: str | None) -> None:
    check(cells_ids.understand_id(cell, CONTEXT), value, code)


def test_a_number_that_ends_in_three_noughts_is_held_even_where_its_check_digit_fits() -> None:
    fitting = [
        number
        for day in range(1, 29)
        for sequence in range(1, 10)
        if (number := f"41162119840{2}{day:02d}{sequence}00"[:17] + "0")
        and cells_ids.resident_id.check_digit(number[:17]) == "0"
    ]
    assert fitting
    for number in fitting:
        check(cells_ids.understand_id(number, CONTEXT), None, "ID_NUMERIC_LOST")


def test_a_sound_number_tells_sex_and_birth() -> None:
    assert cells_ids.understand_id(NUMBER, CONTEXT).more == {"sex": "女", "birth_date": "1984-03-02"}


@pytest.mark.parametrize(
    "cell, number",
    [("E99999999", "E99999999"), ("护照E99999999", "E99999999"), ("H9999999999", "H9999999999")],
)
def test_other_documents_are_kept_as_what_they_are(cell: str, number: str) -> None:
    found = cells_ids.understand_id(cell, CONTEXT)
    assert found.more is not None
    assert found.more["doc_number"] == number
    assert found.codes == ("DOC_NOT_RESIDENT_ID",)


@pytest.mark.parametrize(
    "cell, value, code",
    [
        (PHONE, PHONE, None),
        (float(PHONE), PHONE, None),
        (f"{PHONE[:3]} {PHONE[3:7]} {PHONE[7:]}", PHONE, None),
        (f"+86{PHONE}", PHONE, None),
        (PHONE.translate(WIDE), PHONE, None),
        (f"{PHONE}（儿子）", PHONE, None),
        (f"{PHONE}/{invented.make_phone(8)}", PHONE, "PHONE_TWO"),
        (f"{PHONE}{invented.make_phone(8)}", PHONE, "PHONE_TWO"),
        (f"0{PHONE}", PHONE, None),
        ("0357-7322123", "0357-7322123", None),
        ("（0357）7322123", "0357-7322123", None),
        (PHONE[:10], None, "PHONE_UNREADABLE"),
        (PHONE[:3] + "****" + PHONE[7:], None, "PHONE_MASKED"),
        ("1.54E+10", None, "PHONE_SCIENTIFIC"),
        ("无", None, None),
    ],
)
def test_a_phone_is_one_form_of_one_number(cell: Any, value: str | None, code: str | None) -> None:
    check(cells_ids.understand_phone(cell, CONTEXT), value, code)
