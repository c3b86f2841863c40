"""What a rule file names must be there, and must be able to be: else it is sound on paper and stops the work."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from bulou.core.rulebook import policy, words
from bulou.core.rulebook.actions import put_in_force
from bulou.core.rulebook.parse import parse
from bulou.core.rulebook.sound import examine
from bulou.core.rulebook.store import PROFILES, base, bounds, words_of
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.lib.refusals import Refusal

HEAD = '[order]\nnumber = "九号令"\nplace = "141031"\nfrom = 2026-03-01\n'
# A disease of a county's own: what measles says, under another name.
OWN = (PROFILES / "measles.toml").read_text(encoding="utf-8").replace('id = "measles"', 'id = "lepto"')


def wrong(text: str) -> set[str]:
    parsed = parse(tomllib.loads(text), "order.toml")
    return {f.code for f in examine(parsed, base(), words_of(), bounds()) if not f.note}


def value(key: str, said: str) -> str:
    return f'{HEAD}profile = "covid19-2020"\n[[value]]\nkey = "{key}"\nvalue = {said}\n'


@pytest.mark.parametrize(
    ("key", "said", "code"),
    [
        ("observation.days", "0", words.TOO_LITTLE),
        ("observation.days_elsewhere", "-3", words.TOO_LITTLE),
        ("observation.days", "1", ""),
        ("observation.turns", "[]", words.NOTHING_LISTED),
        ("observation.clock_starts", "[]", ""),
        ("arrivals.affected_areas", "[]", ""),
        ("fever.tenths", "38", words.OUT_OF_RANGE),
        ("fever.tenths", "635", words.OUT_OF_RANGE),
        ("fever.tenths", "380", ""),
    ],
)
def test_a_number_that_cannot_be_is_found(key: str, said: str, code: str) -> None:
    assert wrong(value(key, said)) == ({code} if code else set())


def test_an_outbreak_of_ones_own_that_says_all_that_the_others_say_is_sound() -> None:
    assert wrong(OWN) == set()
    assert wrong(f'{OWN}[[value]]\nkey = "rulebook.profile"\nprofile = ""\nvalue = "lepto"\n') == set()


def test_an_outbreak_that_lacks_what_every_other_says_is_found() -> None:
    rules = OWN.split("[[value]]")
    text = "[[value]]".join(rule for rule in rules if 'key = "fever.tenths"' not in rule)
    assert len(text) < len(OWN)
    lacking = [f for f in examine(parse(tomllib.loads(text)), base()) if not f.note]
    assert [(f.code, f.words["key"]) for f in lacking] == [(words.LACKING, "fever.tenths")]


@pytest.mark.parametrize("said", ['"covid19-2021"', '"COVID"'])
def test_a_profile_that_is_not_there_is_found_where_it_is_put_in_force(said: str) -> None:
    assert wrong(f'{HEAD}[[value]]\nkey = "rulebook.profile"\nvalue = {said}\n') == {words.NO_PROFILE}


def test_a_profile_that_is_not_there_is_found_where_a_rule_is_of_it() -> None:
    assert wrong(value("observation.days", "10").replace("covid19-2020", "covid19")) == {words.NO_PROFILE}


TABLE = """profile = "measles"
[[table]]
key = "arrivals.measure"
facts = {{ fever = "bool", rained = "bool" }}
outcomes = {{ measure = ["home", "clinic", "barn"], also = ["nothing", "tea"] }}
row = [
  {{ name = "first", when = {{ {fact} = true }}, then = {{ measure = "clinic", also = "tea" }}, over = "*" }},
  {{ name = "others", when = {{}}, then = {{ measure = "{measure}", also = "nothing" }} }},
]
"""


@pytest.mark.parametrize(
    ("fact", "measure", "codes"),
    [
        ("fever", "home", set()),
        ("rained", "home", {words.NO_FACT}),
        ("fever", "barn", {words.NO_WORD}),
    ],
)
def test_a_fact_that_nobody_knows_and_an_outcome_that_nobody_acts_on_are_found(
    fact: str, measure: str, codes: set[str]
) -> None:
    assert wrong(HEAD + TABLE.format(fact=fact, measure=measure)) == codes


@pytest.mark.django_db
@pytest.mark.parametrize(("place", "there"), [("141031", True), ("141031999", False), ("998877", False)])
def test_a_place_that_is_not_there_is_found_and_no_order_holds_for_it(
    place: str, there: bool, tmp_path: Path
) -> None:
    file = tmp_path / "order.toml"
    file.write_text(value("observation.days", "10").replace('"141031"', f'"{place}"'))
    found = {f.code for f in policy.check_file(file).findings if not f.note}
    assert found == (set() if there else {words.NO_PLACE})
    office = Actor(account=7, post=8, role=Role.COUNTY_OFFICE, place="141031", name="办公室")
    content: dict[str, Any] = tomllib.loads(file.read_text())
    if there:
        assert put_in_force(office, content, why="试行").place == place
    else:
        with pytest.raises(Refusal):
            put_in_force(office, content, why="试行")


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["411621", "411621001001", "14", "998877"])
def test_a_place_beyond_the_territory_of_whoever_asks_is_none_whether_it_is_there_or_not(
    place: str, tmp_path: Path
) -> None:
    file = tmp_path / "order.toml"
    file.write_text(value("observation.days", "10").replace('"141031"', f'"{place}"'))
    found = [f.code for f in policy.check_file(file, territory="141031").findings if not f.note]
    assert found == [words.NO_PLACE]
