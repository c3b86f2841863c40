"""Expected cover less signed cover, held to a count of every single minute."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from bulou.core.tasks.cover import Hole, Need, Span, holes, manned, minutes
from bulou.lib import clock

MIDNIGHT = clock.at(date(2020, 2, 11), time())
_minute = st.integers(0, 2 * 24 * 60)  # two days, so that midnight lies within


def _at(minute: int) -> datetime:
    return MIDNIGHT + timedelta(minutes=minute)


_pairs = st.tuples(_minute, _minute).map(sorted)
_spans = st.lists(_pairs.map(lambda p: Span(_at(p[0]), _at(p[1]))), max_size=8)
_asked = st.lists(st.tuples(_pairs.map(lambda p: Span(_at(p[0]), _at(p[1]))), st.integers(0, 3)), max_size=5)


def need(**more: object) -> Need:
    said = {
        "id": UUID(int=1),
        "subject_type": "thing",
        "name": "东关卡点",
        "place": "141031100202",
        "from_at": MIDNIGHT,
    }
    return Need(**{**said, **more})  # type: ignore[arg-type]


@given(_asked, _spans)
def test_holes_are_what_is_missing_of_the_expected_in_each_minute(
    asked: list[tuple[Span, int]], signed: list[Span]
) -> None:
    found = holes(asked, signed)
    for minute in range(0, 2 * 24 * 60, 7):
        now = _at(minute)
        wanted = sum(people for span, people in asked if span.start <= now < span.end)
        there = sum(span.start <= now < span.end for span in signed)
        short = [hole.short for hole in found if hole.start <= now < hole.end]
        assert short == ([wanted - there] if wanted > there else [])


@given(_asked, _spans)
def test_holes_lie_in_order_and_neighbours_differ(asked: list[tuple[Span, int]], signed: list[Span]) -> None:
    found = holes(asked, signed)
    assert all(hole.start < hole.end and hole.short > 0 for hole in found)
    assert all(a.end < b.start or (a.end == b.start and a.short != b.short) for a, b in pairwise(found))


@given(_spans, st.data())
def test_a_hand_over_leaves_no_seam(spans: list[Span], data: st.DataObject) -> None:
    """Somebody who is relieved in the middle covers what one person alone would have covered."""
    cut = [
        Span(*pair)
        for span in spans
        for middle in [span.start + (span.end - span.start) * data.draw(st.integers(0, 4)) / 4]
        for pair in ((span.start, middle), (middle, span.end))
    ]
    asked = [(Span(_at(0), _at(2 * 24 * 60)), 2)]
    assert holes(asked, cut) == holes(asked, spans)


@given(st.integers(0, 23), st.integers(0, 23), _pairs)
def test_hours_of_the_day_are_manned_and_no_others(opens: int, closes: int, window: list[int]) -> None:
    since, until = _at(window[0]), _at(window[1])
    found = manned(need(opens=time(opens), closes=time(closes)), since, until)
    for minute in range(0, 2 * 24 * 60, 20):
        now, hour = _at(minute), minute // 60 % 24
        if opens == closes:
            is_open = True
        elif opens < closes:
            is_open = opens <= hour < closes
        else:
            is_open = hour >= opens or hour < closes
        assert any(span.start <= now < span.end for span in found) == (is_open and since <= now < until)


def test_what_is_taken_down_is_manned_no_longer() -> None:
    one = need(from_at=_at(600), to_at=_at(1200))
    assert manned(one, _at(0), _at(2000)) == [Span(_at(600), _at(1200))]
    assert manned(one, _at(1200), _at(2000)) == []


def test_two_missing_for_an_hour_are_two_hours() -> None:
    assert minutes([Hole(_at(0), _at(60), 2), Hole(_at(60), _at(90), 1)]) == 150
