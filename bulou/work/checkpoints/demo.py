"""What posts tell of a demonstration: they are set up, vehicle after vehicle passes, a few do not simply go on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from bulou.core.people.models import Person
from bulou.core.places import queries as places
from bulou.core.staff.actor import Actor, of_post
from bulou.core.staff.models import Post
from bulou.core.staff.queries import holding
from bulou.core.staff.roles import Role
from bulou.demo.crew import person_name
from bulou.demo.stage import Stage
from bulou.lib import clock, ids, invented, sql
from bulou.work.checkpoints import actions, duties, rules
from bulou.work.checkpoints.forms import CheckpointIn, PermitIn
from bulou.work.checkpoints.models import Handed, Own, Pass, Traveller

_PASSES, _POSTS, _HELD = "checkpoints.passes", "checkpoints.posts", "checkpoints.held"
_DAY = (6 * 60, 22 * 60)  # the minutes of a day in which people pass
_HOURS = (time(7, 30), time(15, 10))
_WORDS = {
    rules.VILLAGE: "{place}{n}号村口",
    rules.COMPOUND: "{place}门口",
    rules.ROAD: "{place}路口{n}号卡口",
}
_ODD = (3, 2)  # people and vehicles of those told one by one (`_odd`)
_APART = 31  # one of so many of a village gets a permit
_EACH_OTHER = (("1", "3", "5"), ("2", "4", "6"))
_STRANGER = 9_000_000  # far from those who live here, so that no name stands for both


@dataclass(frozen=True, slots=True)
class Came:
    """One vehicle, or some people on foot, before the `n`-th post of a group."""

    at: datetime
    post: int
    people: int
    vehicles: int
    outcome: str


def demo(stage: Stage, since: datetime, until: datetime) -> None:
    """Set the posts up at their hour, then hand in whatever passed since the last moment."""
    for n, said in enumerate(stage.county.checkpoints):
        if since < clock.local(said["at"]) <= until:
            stage.memory[f"{_POSTS}/{n}"] = _open(stage, said)
            stage.memory[f"{_PASSES}/{n}"] = _coming(stage, said)
            _permits(stage, said, stage.memory[f"{_POSTS}/{n}"])
        for came in _due(stage.memory, n, until):
            _hand_in(stage, said, stage.memory[f"{_POSTS}/{n}"], came)
    _own(stage, since, until)
    _odd(stage, since, until)


def _open(stage: Stage, said: dict[str, Any]) -> list[tuple[UUID, str]]:
    """The posts of a group, set up by the county office: each its id and place."""
    where = _places(stage, said)
    names = places.names(set(where))
    rooms, duty, count = said.get("rooms", 0), said.get("on_duty", 0), len(where)
    posts, numbers = [], dict.fromkeys(where, 0)
    for n, place in enumerate(where):
        numbers[place] += 1
        words = said.get("names", ())
        name = (
            words[n]
            if n < len(words)
            else _WORDS[said["kind"]].format(place=_short(names[place]), n=numbers[place])
        )
        on_duty = (n + 1) * duty // count - n * duty // count if duty else 0
        one = CheckpointIn(
            place=place, kind=said["kind"], name=name, people=on_duty, room=n < rooms, kit=said.get("kit", ""),
            closed=said.get("closed", False),
        )  # fmt: skip
        posts.append((ids.derived("demo", "checkpoint", stage.county.county, said["kind"], place, n), one))
    actions.open_posts(stage.crew.at(Role.COUNTY_OFFICE, stage.county.county), posts)
    return [(key, one.place) for key, one in posts]


def _permits(stage: Stage, said: dict[str, Any], posts: list[tuple[UUID, str]]) -> None:
    """Some who live at closed posts may pass: residents each other day, every sixth a visitor for two days."""
    wanted = said.get("permits", 0)
    if not wanted:
        return
    by, today = stage.crew.at(Role.COUNTY_OFFICE, stage.county.county), clock.today()
    stands = sorted({place for _key, place in posts if place.startswith(posts[0][1][:12])})
    near = sql.subtree(Person.objects.filter(merged_into=None), stands[0][:12]).order_by("place", "id")
    living = list(near.values_list("id", flat=True)[: wanted * _APART : _APART])
    with stage.together():
        for n, person in enumerate(living):
            visits = n % 6 == 5
            given = {
                "person": person, "place": stands[n % len(stands)], "kind": "visitor" if visits else "resident",
                "from_day": today, "to_day": today + timedelta(days=2 if visits else 30),
                "weekdays": () if visits else _EACH_OTHER[n % 2],
            }  # fmt: skip
            actions.permit(by, PermitIn.model_validate(given))


def _short(name: str) -> str:
    return name.removesuffix("委会").removesuffix("民委员会").removesuffix("居")


def _places(stage: Stage, said: dict[str, Any]) -> list[str]:
    """Where the posts of a group stand: as many as it has, evenly over its places."""
    if said["kind"] == rules.COMPOUND:
        found = list(
            places.subtree(stage.county.county).filter(kind="compound").values_list("code", flat=True)
        )
    else:
        found = [code for code in stage.villages if code.startswith(tuple(said["places"]))]
    codes = sorted(found)
    if said.get("names"):
        codes = list(said["places"])
    count = said.get("count", len(codes))
    return [codes[n * len(codes) // count] for n in range(count)]


def _coming(stage: Stage, said: dict[str, Any]) -> list[Came]:
    """Everybody whom the report counts, in the order in which they come; the latest last, so that they are popped."""
    begin, end = clock.local(said["at"]), stage.county.as_of
    chance, count = stage.chance("posts", said["at"], said["kind"]), len(_places(stage, said))
    odd = _ODD if said.get("rooms") else (0, 0)
    people, vehicles = said.get("people", 0) - odd[0], said.get("vehicles", 0) - odd[1]
    found = list(_cars(max(0, people), max(0, vehicles), rules.LET_IN))
    back, turned = said.get("sent_back", 0), said.get("vehicles_back", 0)
    found += _cars(min(back, 2 * turned), turned, rules.SENT_BACK)
    left = max(0, back - 2 * turned)
    found += [(min(2, left - n), 0, rules.SENT_BACK) for n in range(0, left, 2)]
    minutes = _minutes(begin, end)
    come = [Came(chance.choice(minutes), chance.randrange(count), *one) for one in found]
    return sorted(come, key=lambda one: one.at, reverse=True)


def _cars(people: int, vehicles: int, outcome: str) -> Iterator[tuple[int, int, str]]:
    """So many people in so many vehicles: one beside three as often as two beside two, exact in the sum."""
    for n in range(vehicles):
        own = (n + 1) * people // vehicles - n * people // vehicles
        twin = n ^ 1
        other = (twin + 1) * people // vehicles - twin * people // vehicles
        shift = 1 if n % 6 < 2 and own == other == 2 and twin < vehicles else 0
        yield own + (shift if n % 2 else -shift), 1, outcome


def _minutes(begin: datetime, end: datetime) -> list[datetime]:
    day, found = clock.day_of(begin), []
    while day <= clock.day_of(end):
        start = clock.at(day, time())
        found += [start + timedelta(minutes=m) for m in range(*_DAY)]
        day += timedelta(days=1)
    return [moment for moment in found if begin < moment < end]


def _due(memory: dict[Any, Any], n: int, until: datetime) -> Iterator[Came]:
    waiting: list[Came] = memory.get(f"{_PASSES}/{n}", [])
    while waiting and waiting[-1].at <= until:
        yield waiting.pop()


def _hand_in(stage: Stage, said: dict[str, Any], posts: list[tuple[UUID, str]], came: Came) -> None:
    """Counted without names, as at a road where the cars wait; of the last day the plates are told as well."""
    post, place = posts[came.post]
    seed = came.at.hour * 60 + came.at.minute + came.post
    data: dict[str, Any] = {
        "checkpoint": str(post), "people": came.people, "vehicles": came.vehicles, "tenths": 356 + seed % 13,
        "outcome": came.outcome, "origin": "own-county" if seed % 4 else "own-province",
    }  # fmt: skip
    if came.vehicles and clock.day_of(came.at) == clock.day_of(stage.until):
        data["plate"] = plate(stage.chance("plate", came.at, came.post))
    stage.hand_in(_by(stage, place), Pass.kind, place, came.at, data)


def plate(chance: Random) -> str:
    """A plate of the county's city, some of them of new-energy vehicles."""
    number = chance.randrange(10_000, 100_000)
    return f"晋L{number}" if chance.random() < 0.9 else f"晋LD{number}"


def _by(stage: Stage, place: str) -> Actor:
    """Who stands at a post: its staff in the place of the accounts, elsewhere the village's cadre."""
    own = stage.county.posts.get(Role.CHECKPOINT_STAFF.value, "-")
    return stage.crew.at(Role.CHECKPOINT_STAFF if place.startswith(own) else Role.VILLAGE_CADRE, place[:12])


def _own(stage: Stage, since: datetime, until: datetime) -> None:
    """Whoever stands at a post is measured in the morning and in the afternoon."""
    if not stage.county.checkpoints:
        return
    day = clock.day_of(since)
    while day <= clock.day_of(until):
        # On the evening on which the county is set up the afternoon's is still owed.
        hours = _HOURS if day >= stage.county.begins else (time(18, 30),)
        for at in (clock.at(day, hour) for hour in hours):
            if since < at <= until:
                for post in holding(Post.objects.filter(role=Role.CHECKPOINT_STAFF)).select_related(
                    "account"
                ):
                    data = {
                        "staff": str(duties.staff(post.pk)),
                        "tenths": 360 + (day.toordinal() + post.pk) % 8,
                    }
                    stage.hand_in(of_post(post), Own.kind, post.place, at, data)
        day += timedelta(days=1)


def _odd(stage: Stage, since: datetime, until: datetime) -> None:
    """On the last days: somebody from an affected area is held, and fetched; somebody observed is out on the road."""
    group = next((n for n, said in enumerate(stage.county.checkpoints) if said.get("rooms")), None)
    if group is None or f"{_POSTS}/{group}" not in stage.memory:
        return
    post, place = stage.memory[f"{_POSTS}/{group}"][0]
    last = clock.day_of(stage.county.as_of)
    for n, (day, hour) in enumerate(((last - timedelta(days=2), time(9, 10)), (last, time(16, 30)))):
        at = clock.at(day, hour)
        if since < at <= until:
            _held(stage, post, place, at, n)
        if n == 0 and since < at + timedelta(hours=1) <= until:
            person = stage.memory[_HELD]
            data = {"person": str(person), "taker": "ambulance"}
            stage.hand_in(_by(stage, place), Handed.kind, place, at + timedelta(hours=1), data)
    _stray(stage, post, place, since, until)


def _stray(stage: Stage, post: UUID, place: str, since: datetime, until: datetime) -> None:
    at = clock.at(clock.day_of(stage.county.as_of), time(15, 20))
    if since < at <= until and stage.observed:
        one = stage.observed[0]
        who = {"name": one.name, "doc_number": one.number}
        data: dict[str, Any] = {"checkpoint": str(post), "who": who, "tenths": 364, "origin": "own-county"}
        stage.hand_in(_by(stage, place), Pass.kind, place, at, data)


def _held(stage: Stage, post: UUID, place: str, at: datetime, n: int) -> None:
    """A driver on the way through, from an affected area."""
    number = invented.make_id("420100", date(1979, 3, 1 + n), "男", 0)
    who = {"name": person_name(_STRANGER - 5_000_000 + n), "sex": "男", "doc_number": number}
    data = {
        "checkpoint": str(post), "who": who, "tenths": 362, "origin": "affected-area", "from_place": "湖北省孝感市",
        "purpose": "transit", "plate": f"鄂K3{n}572",
    }  # fmt: skip
    record = stage.hand_in(_by(stage, place), Pass.kind, place, at, data)
    stage.flush()
    stage.memory[_HELD] = Traveller.objects.get(record=record).person
