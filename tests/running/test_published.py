"""What the reports of 2020 published comes out of the demonstrations' records, in the evening of its day."""

from __future__ import annotations

import json
import sqlite3
import tomllib
from contextlib import closing

import pytest

from bulou.core.figures.recount import recount
from bulou.demo import spec
from bulou.demo.play import Progress, play
from bulou.lib import clock
from bulou.reports.bulletin import bulletin
from tests.conftest import Bulou

PUBLISHED = {
    "xixian": ("141031", "2020-02-12", {
        "arrivals.other_provinces": 1930, "observation.released_outside": 1846, "observation.now_outside": 84,
        "arrivals.affected": 146, "observation.now_affected": 0, "arrivals.own_province": 2813,
        "observation.released_own_province": 2656, "observation.now_own_province": 157, "cases.suspected_now": 0,
    }),
    "shanwang": ("370724", "2020-02-10", {
        "arrivals.other_provinces": 421, "arrivals.affected": 8, "observation.now_outside": 421,
        "observation.now_affected": 8,
    }),
    "fugou": ("411621", "2020-02-20", {"arrivals.other_provinces": 3207, "arrivals.affected": 204}),
    "fuxian": ("610628", "2020-01-31", {}),  # Chafang's counts: bulou/work/screening/tests/test_demo.py
    "teng": ("450422", "2020-02-10", {"arrivals.affected": 9, "observation.now_affected": 9}),
}  # fmt: skip

# What is told of the control points, which no bulletin names.
COUNTED = {
    "xixian": {
        "checkpoints.people[road]": 23303, "checkpoints.vehicles[road]": 12080, "checkpoints.opened[road]": 6,
        "checkpoints.opened[village]": 262, "checkpoints.opened[compound]": 150,
    },
    "shanwang": {"checkpoints.opened": 57},
    "fugou": {"checkpoints.opened": 64, "checkpoints.sent_back": 2860, "checkpoints.vehicles_sent_back": 160},
}  # fmt: skip

# What stands in the county, at its own size: each SELECT with what it counts.
STANDING = {
    "xixian": {
        "count(*) FROM places_place WHERE level = 4 AND code LIKE '141031%'": 8,
        "count(*) FROM places_place WHERE level = 5 AND code LIKE '141031%'": 94,
        "count(*) FROM places_place WHERE kind = 'community' AND code LIKE '141031%'": 3,
        "count(*) FROM places_place WHERE kind = 'grid'": 41,
        "count(*) FROM places_place WHERE kind = 'compound'": 150,
        "count(*) FROM people_household": 15000,
        "count(*) FROM people_person WHERE household IN (SELECT id FROM people_household)": 48000,
    },
}  # fmt: skip

# How many signed on for duty on the last whole day: Cuiqiao had over 150 a day, Dalizhuang 179.
ON_DUTY = {"fugou": ("2020-02-19", {"411621101": range(151, 200), "411621204": range(179, 180)})}


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.empty
@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_the_published_figures_stand_in_the_bulletin_of_the_evening(
    bulou: Bulou, database_url: str, name: str
) -> None:
    place, day, figures = PUBLISHED[name]
    laid = bulou("demo", name)
    assert laid.returncode == 0, laid.stderr
    said = bulou("bulletin", "--place", place, "--as-of", f"{day}T18:00", "--json")
    assert said.returncode == 0, said.stderr
    found = json.loads(said.stdout)
    assert {one: found["figures"].get(one) for one in figures} == figures
    assert "尚未开始登记" not in found["text"]["zh"]
    counted = json.loads(bulou("figures", "--place", place, "--json").stdout)["items"][0]["figures"]
    assert {one: counted.get(one) for one in COUNTED.get(name, ())} == COUNTED.get(name, {})
    with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as database:
        stands = {what: database.execute(f"SELECT {what}").fetchone()[0] for what in STANDING.get(name, ())}
    assert stands == STANDING.get(name, {})
    assert bulou("recount", "--place", place).returncode == 0
    day, stood = ON_DUTY.get(name, ("", {}))
    for town, some in stood.items():
        told = json.loads(bulou("figures", "--place", town, "--day", day, "--json").stdout)["items"][0][
            "figures"
        ]
        assert told["roster.signed"] in some, town


@pytest.mark.postgres
def test_on_postgresql_too_the_bulletin_says_what_xixian_published(db: None) -> None:
    """Record by record, with fewer who never left town and without posts and orders, of which it says nothing."""
    said = tomllib.loads((spec.FOLDER / "xixian.toml").read_text(encoding="utf-8"))
    town = said["town"] | {"households": 1500, "people": 4800}
    county = spec.of("xixian", said | {"town": town, "checkpoint": [], "duty": [], "order": []})
    play(county, county.as_of, 1, Progress(lambda *_: None, lambda _n: None))
    place, day, figures = PUBLISHED["xixian"]
    with clock.standing(county.as_of):
        found = bulletin(place, clock.parse(f"{day}T18:00"))
    assert {one: found.figures.get(one) for one in figures} == figures
    assert recount() == []
