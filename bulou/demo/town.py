"""The town: grids and compounds, and everybody who lives in them, household by household."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from uuid import UUID

from bulou.core.people import actions as people
from bulou.core.people.actions import NewHousehold, NewPerson
from bulou.core.places import actions as places
from bulou.core.places import queries
from bulou.core.places.actions import NewPlace
from bulou.core.places.models import Place
from bulou.core.staff.actor import SYSTEM
from bulou.demo.cast import Names, Returnee
from bulou.demo.spec import County, Town
from bulou.lib import clock, ids

_BATCH = 1000
_AT_WORK = 20
_IN_A_PLACE = 998  # numbers for grids and compounds under one village or community
_WORDS = (
    "阳光", "锦绣", "龙泉", "幸福", "和谐", "翠屏", "东方", "西苑", "南湖", "北辰", "金梨", "玉露", "鼓楼", "凤凰", "紫荆", "书香",  # noqa: E501 - a table reads better in lines of its own
    "康乐", "安居", "福临", "祥和", "惠民", "新华", "建设", "育才", "文化", "光明", "朝阳", "滨河", "梨园", "银杏",
)  # fmt: skip
_KINDS = ("小区", "家园", "花苑", "家属院", "嘉园")


@dataclass(frozen=True)
class Grid:
    """A grid with the names of its compounds."""

    code: str
    compounds: tuple[str, ...]


def lay_places(county: County, scale: int) -> list[Grid]:
    """Set up grids and compounds in the places of the town, and in the villages next to them when those are full."""
    town = county.town
    if town is None:
        return []
    if not town.grids:
        return [Grid(code, ()) for code in town.places]
    hosts = _hosts(county, town, scale)
    rows = []
    for host, count in hosts.items():
        rows += [NewPlace(host, f"第{n + 1}网格", "grid") for n in range(count)]
    grids = _add(rows)
    names = [
        f"{_WORDS[n % len(_WORDS)]}{_KINDS[n // len(_WORDS) % len(_KINDS)]}" for n in range(town.compounds)
    ]
    own = [grid for grid in grids if grid.startswith(town.places)]
    at = [own[n * len(own) // len(names)] for n in range(len(names))]
    _add([NewPlace(code[:12], name, "compound") for code, name in zip(at, names, strict=True)])
    of: dict[str, list[str]] = {}
    for code, name in zip(at, names, strict=True):
        of.setdefault(code, []).append(name)
    return [Grid(code, tuple(of.get(code, ()))) for code in grids]


def _hosts(county: County, town: Town, scale: int) -> dict[str, int]:
    """How many grids each village or community is given: the town's places first, evenly."""
    left, hosts = town.grids * scale, {}
    kept = -(-town.compounds // len(town.places)) + 1
    share = min(-(-left // len(town.places)), _IN_A_PLACE - kept)
    others = [
        c
        for c in queries.subtree(county.county, level=5).values_list("code", flat=True)
        if c not in town.places
    ]
    for place in (*town.places, *others):
        hosts[place] = min(left, share if place in town.places else _IN_A_PLACE)
        left -= hosts[place]
        if not left:
            break
    return hosts


def _add(rows: list[NewPlace]) -> list[str]:
    made: list[Place] = []
    for start in range(0, len(rows), _BATCH):
        made += places.add_many(SYSTEM, rows[start : start + _BATCH])
    return [place.code for place in made]


@dataclass(frozen=True)
class Home:
    """A household to be entered, with who lives in it; the first of them is its head."""

    household: NewHousehold
    people: tuple[NewPerson, ...]


def homes(
    county: County, grids: list[Grid], scale: int, names: Names, returning: list[Returnee]
) -> Iterator[Home]:
    """Every household of the town, one after the other. `returning` are housed among them, evenly."""
    town = county.town
    assert town is not None
    households, people_ = town.households * scale, town.people * scale
    today = clock.today()
    waiting, units = list(reversed(returning)), county.units
    for n in range(households):
        grid = grids[n * len(grids) // households]
        size = _size(n, households, people_)
        comes = None
        # One in each so many households, until all are housed.
        if waiting and size > 1 and len(waiting) * households >= (households - n) * len(returning):
            comes = waiting.pop()
        home = _home(n, grid, size, names, today, comes)
        # The head of each so many households works for one of the county's departments.
        if units and n % _AT_WORK == 0:
            head = replace(home.people[0], unit=units[n // _AT_WORK % len(units)])
            home = replace(home, people=(head, *home.people[1:]))
        yield home
    assert not waiting, "more return than there are households"


def _size(n: int, households: int, people_: int) -> int:
    """How many live in a household: about the mean, small ones beside large ones, exact in the sum."""
    own = (n + 1) * people_ // households - n * people_ // households
    twin = n ^ 1
    if twin >= households:
        return own
    first = min(n, twin)
    other = (twin + 1) * people_ // households - twin * people_ // households
    shift = min((first // 2) % 3, min(own, other) - 1)
    return own + shift if n == first else own - shift


def _home(n: int, grid: Grid, size: int, names: Names, today: date, comes: Returnee | None) -> Home:
    household = ids.new()
    door = f"{n % 9 + 1}-{n % 4 + 1}-{n % 6 + 1}0{n % 3 + 1}"
    compound = grid.compounds[n % len(grid.compounds)] if grid.compounds else ""
    address = f"{compound}{door}"
    head = ids.new()
    living = []
    for k in range(size):
        last = k == size - 1
        one = _member(n, k, names, today, comes if last else None)
        living.append(
            _person(one, head if k == 0 else ids.new(), grid.code, household, address if k == 0 else "")
        )
    if comes is not None:
        comes.resident, comes.place, comes.address = living[-1].id, grid.code, ""
    return Home(NewHousehold(grid.code, door, address, head, household), tuple(living))


# Relation and years of birth of the members of a household, the head first.
_MEMBERS = (
    ("户主", 1948, 1988), ("配偶", 1949, 1989), ("子女", 1996, 2019), ("子女", 1998, 2019), ("父母", 1932, 1958), ("父母", 1932, 1958),  # noqa: E501 - a table reads better in lines of its own
    ("其他亲属", 1940, 2015),
)  # fmt: skip
_Member = tuple[str, str, str, date, str, str]  # name, sex, number, birth, phone, relation


def _member(n: int, k: int, names: Names, today: date, comes: Returnee | None) -> _Member:
    relation, first, last = _MEMBERS[min(k, len(_MEMBERS) - 1)]
    sex = "男" if (n + k) % 2 else "女"
    if comes is not None:
        birth = date(int(comes.number[6:10]), int(comes.number[10:12]), int(comes.number[12:14]))
        return comes.name, comes.sex, comes.number, birth, comes.phone, "其他亲属"
    year = first + (n * 13 + k * 7) % (last - first + 1)
    name, number, birth, phone = names.person(year, sex, today)
    return name, sex, number, birth, phone if today.year - year > 13 else "", relation


def _person(one: _Member, id_: UUID, place: str, household: UUID, address: str) -> NewPerson:
    name, sex, number, birth, phone, relation = one
    return NewPerson(
        name=name, place=place, id=id_, sex=sex, birth_date=birth, doc_kind="resident-id", doc_number=number,
        phone=phone, address=address, household=household, relation=relation,
    )  # fmt: skip


def lay_people(every: Iterator[Home], told: Callable[[int], None]) -> int:
    """Enter the households and enrol who lives in them, a thousand at a time; how many people."""
    count = 0
    while some := list(islice(every, _BATCH // 4)):
        people.add_households([home.household for home in some], by=SYSTEM)
        living = [person for home in some for person in home.people]
        people.enrol(living, by=SYSTEM)
        count += len(living)
        told(len(living))
    return count
