"""Which rule holds: the nearest place, then the profile's own, then the latest; old days keep theirs."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulou.core.rulebook.book import Book, Entry
from bulou.core.rulebook.parse import Parsed, parse
from bulou.core.rulebook.sound import examine
from bulou.core.rulebook.store import base, files, words_of
from bulou.core.rulebook.words import (
    BELOW_NOTHING,
    FAR_OFF,
    NO_CODE,
    NOBODY_READS,
    OTHER_KIND,
    OTHER_UNIT,
    STRAY,
    TWICE,
    WRONG,
)
from bulou.lib.refusals import Refusal

FEB = date(2020, 2, 1)


def entry(value: int, place: str = "", profile: str = "", day: int = 1, to: int | None = None) -> Entry:
    last = date(2020, 2, to) if to else None
    return Entry("observation.days", value, date(2020, 2, day), "test", place, profile, last)


def days(book: Book, place: str, day: int, profile: str = "") -> int:
    return int(book.value("observation.days", place, date(2020, 2, day), profile))


def test_the_nearest_place_wins_over_profile_and_date() -> None:
    book = Book((entry(14), entry(21, profile="measles", day=9), entry(7, "141031"), entry(5, "141031101")))
    assert days(book, "141031101001", 10, "measles") == 5
    assert days(book, "141031102001", 10, "measles") == 7
    assert days(book, "141032", 10, "measles") == 21
    assert days(book, "141032", 10) == 14
    assert days(book, "", 10) == 14


def test_the_profiles_own_rule_wins_over_a_later_general_one() -> None:
    book = Book((entry(21, profile="measles"), entry(10, day=5)))
    assert days(book, "14", 6, "measles") == 21
    assert days(book, "14", 6) == 10


def test_of_two_rules_the_latest_first_day_wins_and_old_days_keep_the_old_one() -> None:
    book = Book((entry(14), entry(7, day=12), entry(10, day=20, to=22)))
    assert [days(book, "14", d) for d in (1, 11, 12, 19, 20, 22, 23)] == [14, 14, 7, 7, 10, 10, 7]


def test_the_same_day_twice_goes_to_whoever_came_last() -> None:
    assert days(Book((entry(14), entry(7))), "14", 2) == 7


def test_what_nobody_ordered_is_refused_with_its_key() -> None:
    with pytest.raises(Refusal) as refusal:
        days(Book((entry(14, day=5),)), "14", 4)
    assert refusal.value.code == "rule-unknown"
    assert "observation.days" in str(refusal.value)


def test_without_a_profile_the_one_in_force_at_the_place_is_meant() -> None:
    book = Book(
        (
            Entry("rulebook.profile", "covid", FEB, "test"),
            Entry("rulebook.profile", "measles", FEB, "test", "141031"),
            entry(14, profile="covid"),
            entry(21, profile="measles"),
        )
    )
    assert book.value("observation.days", "141031101", FEB) == 21
    assert book.value("observation.days", "411621", FEB) == 14


PLACES = ["", "14", "141031", "141031101", "141031101001"]


@given(
    st.lists(
        st.builds(
            entry,
            st.integers(1, 99),
            st.sampled_from(PLACES),
            st.sampled_from(["", "measles"]),
            st.integers(1, 20),
            st.one_of(st.none(), st.integers(20, 28)),
        ),
        max_size=8,
    ),
    st.sampled_from(PLACES),
    st.integers(1, 28),
    st.sampled_from(["", "measles"]),
)
def test_the_rule_in_force_is_the_strongest_of_all_that_hold(
    entries: list[Entry], place: str, day: int, profile: str
) -> None:
    on = date(2020, 2, day)
    holding = [
        (len(e.place), e.profile != "", e.from_day, i, e)
        for i, e in enumerate(entries)
        if place.startswith(e.place) and e.profile in ("", profile) and e.holds(on)
    ]
    expected = max(holding, key=lambda h: h[:4])[4] if holding else None
    book = Book(tuple(entries))
    assert book.find("observation.days", place, on, profile) is expected
    assert book.find("observation.days", book.ruled(place), on, profile) is expected


def test_every_segment_of_a_territory_has_the_rule_of_its_own_prefix() -> None:
    book = Book((entry(14), entry(7, "141031"), entry(5, "141031101"), entry(3, "411621")))
    found = [(prefix, e.value) for prefix, e in book.segments("observation.days", "141031", FEB, "")]
    assert found == [("141031101", 5), ("141031", 7)]


def told(content: dict[str, object]) -> Parsed:
    return parse(content, "test.toml")


def codes(content: dict[str, object]) -> set[str]:
    return {finding.code for finding in examine(told(content), base())}


def value(**changes: object) -> dict[str, object]:
    line = {"key": "observation.days", "value": 10, "from": "2020-02-20", "source": "order 9", **changes}
    return {"value": [line]}


def test_a_plain_order_is_sound() -> None:
    assert codes(value()) == set()
    head = {"number": "order 9", "from": date(2020, 2, 20), "place": "141031", "zh": "九号令"}
    assert codes({"order": head, "value": [{"key": "observation.days", "value": 10}]}) == set()
    assert codes(value(unit="days")) == codes(value(unit="天")) == set()
    assert codes(value(key="arrivals.affected_areas", value=["42", "3303"])) == set()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"value": 36.5}, WRONG),
        ({"value": {"a": 1}}, WRONG),
        ({"value": "ten"}, OTHER_KIND),
        ({"key": "observation.day"}, NOBODY_READS),
        ({"value": 240, "unit": "hours"}, OTHER_UNIT),
        ({"value": -3}, BELOW_NOTHING),
        ({"value": 336}, FAR_OFF),
        ({"key": "fever.tenths", "value": 37}, FAR_OFF),
        ({"key": "arrivals.affected_areas", "value": ["42", "温州"]}, NO_CODE),
        ({"key": ""}, "rule-field-missing"),
        ({"source": " "}, WRONG),
        ({"from": "20 February"}, WRONG),
        ({"to": "2020-02-19"}, WRONG),
        ({"place": "隰县"}, WRONG),
        ({"profile": "COVID 19"}, WRONG),
        ({"untill": "2020-03-01"}, STRAY),
    ],
)
def test_a_slip_in_a_value_is_found(changes: dict[str, object], code: str) -> None:
    assert code in codes(value(**changes))


def test_the_same_rule_twice_is_found() -> None:
    content = value()
    assert TWICE in codes({"value": [*content["value"], *content["value"]]})  # type: ignore[misc]


def table(**changes: object) -> dict[str, object]:
    rows = [
        {"name": "ill", "when": {"fever": True}, "then": {"measure": "clinic"}},
        {"name": "well", "when": {"fever": False}, "then": {"measure": "none"}},
        {"name": "held", "when": {}, "then": {"measure": "held"}},
    ]
    line: dict[str, object] = {
        "key": "arrivals.measure",
        "from": "2020-02-20",
        "source": "order 9",
        "facts": {"fever": "bool", "tenths": "int"},
        "outcomes": {"measure": ["none", "clinic", "held"]},
        "row": rows,
    }
    return {"table": [{**line, **changes}]}


def test_a_whole_table_is_sound() -> None:
    assert not [f for f in examine(told(table()), base()) if not f.note]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"when": {"fever": "false"}, "then": {"measure": "none"}}, WRONG),
        ({"when": {"fever": 0}, "then": {"measure": "none"}}, WRONG),
        ({"when": {"tenths": "373 or more"}, "then": {"measure": "none"}}, WRONG),
        ({"when": {"age": 3}, "then": {"measure": "none"}}, "rule-fact-undeclared"),
        ({"when": {}, "then": {"measure": "home"}}, WRONG),
        ({"when": {}, "then": {"room": 1, "measure": "none"}}, "rule-outcome-undeclared"),
        ({"when": {}, "then": {}}, "rule-field-missing"),
        ({"when": {"fever": True}, "then": {"measure": "clinic"}}, "rule-gap"),
        ({"when": {}, "then": {"measure": "none"}, "over": ["nobody"]}, WRONG),
    ],
)
def test_a_slip_in_a_table_is_found(row: dict[str, object], code: str) -> None:
    assert code in codes(table(row=[row]))


def test_a_key_that_an_outcome_names_must_be_in_force() -> None:
    row = {"when": {}, "then": {"days": "observation.weeks"}}
    found = codes(table(outcomes={"days": "key"}, row=[row]))
    assert "rule-value-missing" in found


def test_any_content_is_answered_with_findings_and_never_with_a_crash() -> None:
    for content in (
        {},
        {"value": 3},
        {"value": [3]},
        {"table": [{}]},
        {"order": 3},
        {"table": [{"row": [{}]}]},
    ):
        assert codes(content), content


def test_all_that_the_house_brings_is_sound_and_brought_once() -> None:
    house = base()
    seen = {(e.key, e.place, e.profile, e.from_day) for e in house.entries}
    assert len(seen) == len(house.entries)
    import tomllib

    for path in files():
        parsed = parse(tomllib.loads(path.read_text()), path.name)
        wrong = [f.message for f in examine(parsed, house, words_of()) if not f.note]
        assert not wrong, (path, wrong)
    assert len(files()) > 5
    assert all(e.source and e.zh and e.en for e in house.entries)


@pytest.mark.parametrize(
    ("profile", "term", "checks", "fever"), [("covid19-2020", 14, 2, 373), ("measles", 21, 1, 380)]
)
def test_a_profile_is_data_only(profile: str, term: int, checks: int, fever: int) -> None:
    house, day = base(), FEB + timedelta(days=11)
    assert house.value("observation.days", "141031101001", day, profile) == term
    assert len(house.value("observation.turns", "141031101001", day, profile)) == checks
    assert house.value("fever.tenths", "141031101001", day, profile) == fever


def test_chikungunya_watches_doors_and_not_temperatures_twice_a_day() -> None:
    house, day = base(), date(2025, 8, 1)
    assert len(house.value("observation.turns", "440606", day, "chikungunya")) == 1
    door = house.table("screening.door", "440606", day, "chikungunya")
    assert door.decide({"entered": True, "containers": 3, "larvae": 0, "cleared": True})["result"] == "clear"
    assert door.decide({"entered": True, "containers": 3, "larvae": 2, "cleared": True})["result"] == "again"
    assert door.decide({"entered": False})["result"] == "again"
    assert door.decide({"entered": True, "containers": 3})["result"] == "team"
