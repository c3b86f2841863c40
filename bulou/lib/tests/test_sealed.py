"""A sealed file comes back whole or is refused, wherever it was cut or changed."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulou.lib import sealed

KEY = b"k" * 32
PIECE = 1 << 20


def seal(data: bytes, key: bytes = KEY) -> bytes:
    file = io.BytesIO()
    writer = sealed.Writer(file, key)
    writer.write(data)
    writer.close()
    return file.getvalue()


def unseal(file: bytes, key: bytes = KEY) -> bytes:
    return io.BufferedReader(sealed.Reader(io.BytesIO(file), key)).read()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_was_sealed_comes_back(size: int) -> None:
    data = bytes(i % 251 for i in range(256)) * (size // 256 + 1)
    assert unseal(seal(data[:size])) == data[:size]


@given(st.integers(min_value=1, max_value=2 * PIECE))
def test_a_file_cut_anywhere_is_refused(cut: int) -> None:
    file = seal(b"x" * (2 * PIECE + 7))
    with pytest.raises(sealed.Broken):
        unseal(file[:-cut])


@given(st.data())
def test_one_changed_byte_anywhere_is_found(data: st.DataObject) -> None:
    file = bytearray(seal(b"x" * (PIECE + 100)))
    at = data.draw(st.integers(0, len(file) - 1))
    file[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(sealed.Broken):
        unseal(bytes(file))


def test_pieces_in_another_order_are_refused() -> None:
    file = seal(b"a" * PIECE + b"b" * PIECE + b"c")
    head, size = len(file) - 2 * (PIECE + 20) - 21, PIECE + 20
    one, two = file[head : head + size], file[head + size : head + 2 * size]
    with pytest.raises(sealed.Broken):
        unseal(file[:head] + two + one + file[head + 2 * size :])


def test_another_key_opens_nothing_and_says_that_it_is_the_key() -> None:
    with pytest.raises(sealed.Broken) as broken:
        unseal(seal(b"data"), b"z" * 32)
    assert broken.value.why == "key"


@given(st.data())
def test_a_small_file_that_was_changed_says_so_and_does_not_blame_the_key(data: st.DataObject) -> None:
    file = bytearray(seal(b"x" * 5000))
    head, length = 15 + 32 + 16, 4
    at = data.draw(st.integers(head + length, len(file) - 2))
    file[at] ^= 1
    file[at + 1] ^= 255
    with pytest.raises(sealed.Broken) as broken:
        unseal(bytes(file))
    assert broken.value.why == "changed"


def test_a_stream_that_was_not_closed_is_no_file() -> None:
    file = io.BytesIO()
    writer = sealed.Writer(file, KEY)
    writer.write(b"x" * (3 * PIECE))
    with pytest.raises(sealed.Broken) as broken:
        unseal(file.getvalue())
    assert broken.value.why == "cut"


def test_something_else_is_foreign() -> None:
    with pytest.raises(sealed.Broken) as broken:
        unseal(b"PK\x03\x04 something else")
    assert broken.value.why == "foreign"
