"""Who returns to a demonstration county, when, from where, and what befalls them. Plain values; no ORM.

The same county has the same people every time: all chance comes from the county's code. Who was released by
the evening of the county's `as_of`, and who is still observed, is exactly what its file says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from bulou.demo.spec import County, Group
from bulou.lib import clock, invented

TERM = 14  # days that the play reckons with; what holds is decided by the county's rules
_RELEASES = (time(8, 40), time(10, 30), time(15, 20))  # proposed, checked, approved


@dataclass(slots=True)
class Returnee:
    """Somebody who returns. `place`, `until`, `person` and what follows change as the play goes on.

    `lags`: days by which the proposal, the check and the approval of the release come late; `away`: from
    when to when they are not at home; `quirks`: what befalls them (see `_QUIRKS`), with its day.
    """

    n: int
    name: str
    sex: str
    number: str
    phone: str
    place: str
    address: str
    from_place: str
    affected: bool
    left_day: date | None
    at: datetime
    transport: str
    transport_no: str
    until: date
    lags: tuple[int, int, int] = (0, 0, 0)
    quirks: dict[str, date] = field(default_factory=dict)
    resident: UUID | None = None
    person: UUID | None = None
    state: str = ""  # open, proposed, checked, closed: where their observation stands
    away: list[tuple[datetime, datetime | None]] = field(default_factory=list)

    def release_at(self, step: int) -> datetime:
        """When a step of the release (0 proposed, 1 checked, 2 approved) is taken."""
        late = sum(self.lags[: step + 1])
        return clock.at(self.until + timedelta(days=1 + late), _RELEASES[step])

    def at_home(self, moment: datetime) -> bool:
        return not any(start <= moment and (end is None or moment < end) for start, end in self.away)

    def quirk(self, name: str, day: date) -> bool:
        return self.quirks.get(name) == day


@dataclass(frozen=True)
class Homes:
    """Where people may live: the villages, and how much each is given."""

    codes: tuple[str, ...]

    def pick(self, chance: Random, within: Sequence[str]) -> str:
        fitting = [code for code in self.codes if not within or code.startswith(tuple(within))]
        # Some villages are large: the nearer to the beginning of the list, the more return.
        return fitting[int(len(fitting) * chance.random() ** 1.35)]


class Names:
    """Invented people, no number twice, whatever the size of the county."""

    def __init__(self, counties: Sequence[str]) -> None:
        self._identities = invented.Identities(counties)
        self._n = 0

    def person(self, year: int, sex: str, until: date) -> tuple[str, str, date, str]:
        """(name, identity number, birth date, phone) of one more."""
        self._n += 1
        number, birth = self._identities.give(year, sex, until)
        return invented.make_name(self._n, sex), number, birth, invented.make_phone(self._n)


def cast(county: County, homes: Homes, names: Names, until: datetime) -> list[Returnee]:
    """Everybody who returns until a moment, in the order in which they arrive."""
    chance = Random(f"{county.county}/cast")  # noqa: S311 - a play, not a secret
    people: list[Returnee] = []
    for group in county.groups:
        people += _group(county, group, homes, names, chance)
    people += _later(county, homes, names, until)
    people.sort(key=lambda one: one.at)
    for n, one in enumerate(people):
        one.n = n
    if not county.calm:
        _befall(county, people, chance)
    return people


def _group(county: County, group: Group, homes: Homes, names: Names, chance: Random) -> Iterator[Returnee]:
    """The released arrived so long ago that their term is over; those observed later, or their release hangs."""
    cut = clock.day_of(county.as_of)
    last = cut - timedelta(days=TERM)  # whoever arrives on this day may be released on the day of the cut
    for _n in range(group.released):
        day = _early(county.begins, last, chance)
        late = 1 if day < last and chance.random() < 0.03 else 0
        lags = [0, 0, 0]
        lags[chance.randrange(3)] = late
        yield _one(county, group, homes, names, chance, day, (lags[0], lags[1], lags[2]))
    hanging = round(group.observed * 0.1) if group.released else 0
    for n in range(group.observed):
        if n < hanging:
            lags = [0, 0, 0]
            lags[n % 3] = 1
            yield _one(county, group, homes, names, chance, last, (lags[0], lags[1], lags[2]))
        else:
            # The term may count from the day before: nobody of these is let out before the cut.
            first = last + timedelta(days=2 if group.affected else 1)
            day = _late(max(first, county.begins), cut, chance)
            yield _one(county, group, homes, names, chance, day, (0, 0, 0))


def _early(first: date, last: date, chance: Random) -> date:
    """Most came in the days before the New Year, and some right after it."""
    return first + timedelta(
        days=min(int(chance.triangular(0, 1, 0.45) * ((last - first).days + 1)), (last - first).days)
    )


def _late(first: date, last: date, chance: Random) -> date:
    """Fewer from day to day."""
    return first + timedelta(days=int(chance.random() ** 1.9 * ((last - first).days + 1)))


def _later(county: County, homes: Homes, names: Names, until: datetime) -> Iterator[Returnee]:
    """After the published day a few go on arriving, for who lets the play run longer."""
    day = clock.day_of(county.as_of) + timedelta(days=1)
    while county.groups and day <= clock.day_of(until):
        chance = Random(f"{county.county}/{day}")  # noqa: S311 - a play, not a secret
        for _n in range(0 if county.calm else chance.randint(2, 7)):
            group = chance.choice([g for g in county.groups if not g.affected] or county.groups)
            yield _one(county, group, homes, names, chance, day, (0, 0, 0))
        day += timedelta(days=1)


def _one(
    county: County,
    group: Group,
    homes: Homes,
    names: Names,
    chance: Random,
    day: date,
    lags: tuple[int, int, int],
) -> Returnee:
    sex = chance.choice(("男", "男", "女"))
    name, number, _birth, phone = names.person(chance.randint(1962, 2003), sex, county.begins)
    at = clock.at(day, time(chance.randint(6, 16), chance.randrange(50)))
    left = (
        day - timedelta(days=chance.choice((0, 0, 0, 1)) if lags == (0, 0, 0) else 0)
        if group.affected
        else None
    )
    means = chance.choice(("rail", "rail", "coach", "car", "car"))
    place = homes.pick(chance, group.places)
    return Returnee(
        n=0, name=name, sex=sex, number=number, phone=phone, place=place, address=f"第{chance.randint(1, 6)}村民小组",
        from_place=chance.choice(group.origins), affected=group.affected, left_day=left, at=at, transport=means,
        transport_no=_vehicle(means, chance), until=(left or day) + timedelta(days=TERM - 1), lags=lags,
    )  # fmt: skip


def _vehicle(means: str, chance: Random) -> str:
    """Trains by number; of own cars nothing, because every number plate belongs to somebody."""
    if means == "rail":
        return chance.choice("GDKT") + str(chance.randint(100, 2999))
    return f"{chance.randint(1, 40)}班次" if means == "coach" else ""


def _befall(county: County, people: list[Returnee], chance: Random) -> None:
    """Give some of them what happens in life: gaps, fevers that turn out well, a breach, a move."""
    _everyday(people, chance)
    cut = clock.day_of(county.as_of)
    plain = [one for one in people if one.at.date() <= cut and one.lags == (0, 0, 0)]
    chance.shuffle(plain)
    running = [one for one in plain if one.until >= cut and one.at.date() < cut - timedelta(days=2)]
    over = [one for one in plain if one.until < cut - timedelta(days=3)]
    hanging = [one for one in people if any(one.lags) and one.until == cut - timedelta(days=1)]
    for one in over[:7]:
        one.quirks["fever"] = one.at.date() + timedelta(days=chance.randint(3, 10))
    for one, quirk, back in _drawn(running, _NOW):
        one.quirks[quirk] = cut - timedelta(days=back)
    for one in over[7:10]:
        one.quirks["breach"] = one.at.date() + timedelta(days=chance.randint(2, 9))
    for one in over[10:12]:
        one.quirks["lost"] = one.at.date() + timedelta(days=4)
        one.quirks["found"] = one.at.date() + timedelta(days=6)
    for one in [o for o in over[12:] if o.affected][:9]:
        one.quirks["central"] = one.at.date()
    for one in running[40:51]:
        one.quirks["central"] = one.at.date() + timedelta(days=1)
    for one in hanging[:4]:
        one.quirks["unexplained"] = one.until - timedelta(days=2)


# What befalls those who are observed on the last day, and so many days before it.
_NOW = (
    ("fever", 0), ("fever-evening", 0), ("fever", 1), ("fever", 4), ("breach", 0), ("breach-restart", 3),
    ("restart", 5), ("lost", 1), ("move", 2), ("move", 0),
)  # fmt: skip


def _drawn(
    people: Sequence[Returnee], wanted: Sequence[tuple[str, int]]
) -> Iterator[tuple[Returnee, str, int]]:
    for one, (quirk, back) in zip(people, wanted, strict=False):
        yield one, quirk, back


def _everyday(people: Sequence[Returnee], chance: Random) -> None:
    """Readings missed, reports and visits that come late, somebody who is not at home at first."""
    for one in people:
        drawn = chance.random()
        day = one.at.date() + timedelta(days=chance.randint(1, TERM - 2))
        if drawn < 0.035:
            one.quirks["missed"] = day
        elif drawn < 0.065:
            one.quirks["heard-late"] = day
        elif drawn < 0.095:
            one.quirks["visit-late"] = one.at.date()
        elif drawn < 0.1:
            one.quirks["not-found"] = one.at.date()
        elif drawn < 0.11:
            one.quirks["notice-late"] = one.at.date()
