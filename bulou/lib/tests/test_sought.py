"""What is searched for, in an address."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from bulou.lib import invented, sought


@given(st.text(max_size=40), st.text(min_size=1, max_size=32))
def test_what_is_sealed_opens_in_the_same_sign_in_and_in_no_other(text: str, session: str) -> None:
    sealed = sought.seal(text, session)
    assert sought.unseal(sealed, session) == text
    assert sealed == QueryDict(f"q={sealed}")["q"]
    with pytest.raises(sought.Ended):
        sought.unseal(sealed, session + "x")


@given(st.data())
def test_whatever_is_changed_of_what_is_sealed_it_opens_no_more(data: st.DataObject) -> None:
    body = sought.seal("15412345678", "session")[1:]
    raw = bytearray(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    for changed in (raw, raw[: data.draw(st.integers(0, len(raw) - 1))]):
        with pytest.raises(ValueError):
            sought.unseal("~" + urlsafe_b64encode(changed).decode(), "session")


@given(st.text(max_size=40).map(lambda text: "~" + text))
def test_what_the_house_has_not_sealed_does_not_open(text: str) -> None:
    with pytest.raises(ValueError):
        sought.unseal(text, "session")


@pytest.mark.parametrize(
    "text",
    ["15412345678", "154 1234 5678", "154-1234", "E1234567", "１５４１２３４５６７８", "141031１９８０"],
)
def test_a_number_names_somebody_however_it_is_written(text: str) -> None:
    assert sought.names_somebody(text)


@pytest.mark.parametrize("text", ["", "王", "欧阳试用", "ouyang", "oysy", "12号", "3组12号", "14103"])
def test_a_name_or_the_number_of_a_house_names_nobody_by_a_number(text: str) -> None:
    assert not sought.names_somebody(text)


def test_words_are_open_where_they_are_read_and_sealed_wherever_they_are_handed_on() -> None:
    number = invented.make_phone(1)
    sealed = sought.seal(number, "session")
    words = sought.Words.of(QueryDict(f"show=all&q={sealed}&place=14"), number)
    assert (words["q"], words.get("q"), words["show"], words.get("none")) == (number, number, "all", None)
    handed = words.copy()
    handed["show"] = "men"
    for on in (words.urlencode(), handed.urlencode(), str(dict(words.items())), str(dict(words.lists()))):
        assert number not in on
        assert sealed in on
