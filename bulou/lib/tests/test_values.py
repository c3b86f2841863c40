"""What no column holds is found, wherever in a value it stands."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from pydantic import BaseModel

from bulou.lib import clock
from bulou.lib.values import told, unheld


class Inner(BaseModel):
    name: str
    born: date | None = None


class Outer(BaseModel):
    who: Inner
    counts: dict[str, int] = {}


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ("新县", None), (2**63 - 1, None), (-(2**63), None), (date(2020, 2, 12), None), (None, None), ([], None),
        ("a\0b", ""), ("half \ud83d of a sign", ""), (2**63, ""), (date(9999, 12, 31), ""), (date(1, 1, 1), ""),
        (["a", "\0"], "1"), ({"a": {"b": "\0"}}, "a.b"), ({"\0": 1}, ""),
        (Outer(who=Inner(name="张\0")), "who.name"),
        (Outer(who=Inner(name="张", born=date.max)), "who.born"),
        (Outer(who=Inner(name="张"), counts={"a": 10**19}), "counts.a"),
    ],
)  # fmt: skip
def test_it_is_said_where(value: object, where: str | None) -> None:
    assert unheld(value) == where


def test_a_moment_is_told_with_an_offset_of_this_world() -> None:
    far = timezone(timedelta(hours=20, minutes=20))
    moment = told(datetime(2020, 2, 12, 18, tzinfo=far))
    assert moment == datetime(2020, 2, 11, 21, 40, tzinfo=UTC)
    assert moment.utcoffset() == timedelta(hours=8)
    assert told(datetime(2020, 2, 12, 18)) == clock.parse("2020-02-12T18:00")  # noqa: DTZ001 - none is meant
    with pytest.raises(ValueError):
        told(datetime(9999, 12, 31, tzinfo=far))
