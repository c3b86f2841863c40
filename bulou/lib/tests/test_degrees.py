"""Temperatures are typed, kept in tenths and read back without gaining or losing one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulou.lib import degrees


@given(st.integers(300, 450))
def test_what_is_shown_is_read_again_as_the_same_tenths(tenths: int) -> None:
    assert degrees.tenths_of(degrees.shown(tenths)) == tenths
    assert degrees.tenths_of(degrees.celsius(tenths)) == tenths
    assert degrees.tenths(degrees.number(tenths)) == tenths


@pytest.mark.parametrize("text", ["36.55", "3", "36.5.1", "正常", "1000"])
def test_what_is_no_temperature_is_not_guessed(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        degrees.tenths_of(text)
