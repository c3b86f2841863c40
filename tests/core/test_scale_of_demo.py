"""`bulou demo NAME --scale N`: more grids, households and people; villages and days stay what they are."""

from __future__ import annotations

import tomllib
from datetime import time
from math import gcd

from bulou.core.people.models import Household, Person
from bulou.core.people.queries import identifiers
from bulou.core.places import files
from bulou.core.places.models import Place
from bulou.demo import spec
from bulou.demo.play import Progress, play
from bulou.lib import clock, invented, resident_id
from bulou.work.arrivals.models import Arrival

VILLAGES = 137
SPARE = {"996", "997", "998", "999"}


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


def test_twenty_times_the_town_gives_nobody_a_number_twice_or_one_that_somebody_may_have(db: None) -> None:
    """`--scale 20`, which makes Xixian a place of about a million people, on a town of twenty."""
    said = tomllib.loads((spec.FOLDER / "xixian.toml").read_text(encoding="utf-8"))
    said |= {"town": said["town"] | {"grids": 1, "compounds": 2, "households": 6, "people": 20}}
    county = spec.of("xixian", said | {"round": [], "order": [], "share_in_town": 0})
    play(county, clock.at(county.begins, time(12)), 20, Progress(lambda *_: None, lambda _n: None))
    assert Place.objects.filter(kind="grid").count() == 20
    assert Household.objects.count() == 20 * 6
    living = list(Person.objects.exclude(household=None).values_list("pk", flat=True))
    assert len(living) == 20 * 20
    told = [one for one in identifiers(list(Person.objects.values_list("pk", flat=True))).values() if one]
    numbers = [one["doc_number"] for one in told if one.get("doc_number")]
    phones = [one["phone"] for one in told if one.get("phone")]
    assert len(numbers) == len(set(numbers)) >= len(living) and len(phones) == len(set(phones)) > 0
    assert all(n[17] == resident_id.check_digit(n[:17]) and n[14:17] in SPARE for n in numbers)
    assert all(phone.startswith("154") and len(phone) == 11 for phone in phones)


def test_there_are_numbers_for_a_million() -> None:
    """Of one sex born in one year a million people are some 8,000."""
    own = invented.Identities(sorted(files.counties()))
    given = [own.give(1985, "女") for _ in range(12_000)]
    assert len({number for number, _birth in given}) == 12_000
    assert {birth.year for _number, birth in given} == {1985}
    # Multiplied by what shares no divisor with ten, no two of a hundred million are the same.
    assert gcd(invented._PHONE_STEP, invented._PHONES) == 1
