"""Number plates as they are read out at a road."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulou.lib import plates
from bulou.lib.refusals import Refusal


@pytest.mark.parametrize(
    ("text", "plate", "kind"),
    [
        ("晋L12345", "晋L12345", "ordinary"), ("晋l·1234a", "晋L1234A", "ordinary"),
        ("晋 L 1A2B3", "晋L1A2B3", "ordinary"), ("晋Ｌ１２３４５", "晋L12345", "ordinary"),
        ("京O12345", "京O12345", "ordinary"), ("晋LD12345", "晋LD12345", "new-energy"),
        ("晋LF1234", "晋LF1234", "ordinary"), ("粤BDA1234", "粤BDA1234", "new-energy"),
        ("粤B12345D", "粤B12345D", "new-energy"), ("晋L1234警", "晋L1234警", "police"),
        ("晋LA123挂", "晋LA123挂", "trailer"), ("晋L1234学", "晋L1234学", "learner"),
        ("粤Z1234港", "粤Z1234港", "border"), ("粤ZA12B澳", "粤ZA12B澳", "border"),
        ("沪A1234领", "沪A1234领", "consulate"), ("使224578", "使224578", "embassy"),
        ("224578使", "224578使", "embassy"), ("WJ晋12345", "WJ晋12345", "armed-police"),
        ("wj-12345", "WJ12345", "armed-police"), ("VA12345", "VA12345", "military"),
        ("晋10·12345", "晋1012345", "tractor"), ("晋X1234应急", "晋X1234应急", "rescue"),
    ],
)  # fmt: skip
def test_a_plate_comes_to_one_form_and_is_told_by_its_kind(text: str, plate: str, kind: str) -> None:
    assert plates.read(text) == (plate, kind)
    assert plates.normalise(plate) == plate


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "plate-empty"), (" · ", "plate-empty"), ("无", "plate-none"), ("12345", "plate-none"),
        ("晋L123", "plate-none"), ("晋L1234567", "plate-none"), ("火L12345", "plate-none"),
        ("晋I12345", "plate-none"), ("晋L1234O", "plate-none"), ("晋LABCDE", "plate-none"),
        ("晋LZ12345", "plate-none"), ("晋LD1234A", "plate-none"), ("使12345", "plate-none"),
        ("晋L12345/晋L12346", "plate-none"), ("15400000001", "plate-none"), ("晋L١٢٣٤٥", "plate-none"),
    ],
)  # fmt: skip
def test_a_plate_that_is_none_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        plates.read(text)
    assert refused.value.code == code


@given(st.text(max_size=12))
def test_whatever_is_typed_is_a_plate_or_a_refusal(text: str) -> None:
    try:
        plate = plates.normalise(text)
    except Refusal:
        return
    assert plates.normalise(plate) == plate


def test_a_plate_in_a_list_does_not_tell_the_vehicle() -> None:
    assert plates.mask("晋L12345") == "晋L***45"
    assert plates.mask("晋LD12345") == "晋L****45"
