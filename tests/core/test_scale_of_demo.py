"""`bulou demo NAME --scale N`: more grids, households and people; villages and days stay what they are."""

from __future__ import annotations

import tomllib
from datetime import time

from bulou.core.people.models import Household, Person
from bulou.core.places.models import Place
from bulou.demo import spec
from bulou.demo.play import Progress, play
from bulou.lib import clock
from bulou.work.arrivals.models import Arrival

VILLAGES = 137


def test_scale_multiplies_households_and_grids_but_not_villages_or_who_returns(db: None) -> None:
    said = tomllib.loads((spec.FOLDER / "fuxian.toml").read_text(encoding="utf-8"))
    said |= {"town": said["town"] | {"grids": 4, "households": 50, "people": 150}, "round": [], "order": []}
    county = spec.of("fuxian", said)
    first_noon = clock.at(county.begins, time(12))
    stage = play(county, first_noon, 3, Progress(lambda *_: None, lambda _n: None))
    grids = Place.objects.filter(kind="grid")
    villages = Place.objects.filter(level=5, code__startswith=county.county)
    assert (grids.count(), villages.count()) == (3 * 4, VILLAGES)
    assert set(grids.values_list("parent", flat=True)) == set(said["town"]["places"])
    assert Household.objects.count() == 3 * 50
    assert set(Household.objects.values_list("place", flat=True)) == set(grids.values_list("code", flat=True))
    came = [one for one in stage.returnees if one.at <= first_noon]
    assert 0 < Arrival.objects.count() == len(came)
    assert Person.objects.count() == 3 * 150 + sum(one.resident is None for one in came)
