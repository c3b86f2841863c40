"""The bench `match`: 100,000 people with 5,000 entered twice, each otherwise; who is proposed as the same.

Beside the planted pairs live those who only look like one: namesakes of a village, brothers with one character
in common and one phone, twins, fathers and sons on the family's phone, children without a document.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random
from typing import Any
from uuid import UUID

from django.db import transaction

from bulou.config.bench import result
from bulou.core.people import actions
from bulou.core.people.doubles import exact, linking
from bulou.core.people.doubles.told import Told
from bulou.core.people.persons import RESIDENT_ID, NewPerson
from bulou.core.staff.actor import SYSTEM
from bulou.lib import ids, invented, sql
from bulou.lib.resident_id import check_digit

PEOPLE, TWICE = 100_000, 5_000
GOAL = 0.95
COUNTY = "990101"
_TOWNS, _VILLAGES = 15, 12
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾"
_GIVEN = (
    "岐柏骞硕煜恺湛铎劭霁崧渊翀竣晏澈炜晖隽朔桓钧骁昶泓琮郴珩楷奕旻峤逸澍"
    "焘茵菡筠岚芷绮蔓黛妤苒漪璇馥蓓荔薇瑶沁莞婵颖芮蕾琬昕柔鸢笙沅蘅舒姝菀芙"
)
_FAMILIES = (1, 2, 2, 3, 3, 4, 4, 5, 6)
_PIECE = 2_000


@dataclass
class County:
    """People in the order in which they were entered; `twice`: rows of one and the same person."""

    chance: Random
    people: list[NewPerson] = field(default_factory=list)
    twice: set[tuple[int, int]] = field(default_factory=set)


def bench(people: int = PEOPLE, twice: int = TWICE) -> Iterator[dict[str, Any]]:
    """Seconds from the register to proposals, and what part of proposals and of planted pairs is right.

    Beside them: the bare reading of those rows, and what exact rules would have proposed.
    """
    county = invent(people, twice)
    row_of = {person: row for row, person in enumerate(lay(county))}
    bare = _seconds(lambda: sql.rows("SELECT * FROM people_person"))
    began = time.perf_counter()
    told = Told(COUNTY)
    found = linking.pairs(told)
    took = time.perf_counter() - began
    scored = [(told.persons[pair.one], told.persons[pair.other]) for pair in found]
    precision, recall = _right(county, row_of, scored)
    plain, plainly = _right(county, row_of, [(one, other) for one, other, _why in exact.pairs(COUNTY)])
    yield result("match", took, "s", bare, None, True)
    yield result("match-precision", precision, "of 1", plain, GOAL, precision >= GOAL)
    yield result("match-recall", recall, "of 1", plainly, GOAL, recall >= GOAL)


def _right(
    county: County, row_of: dict[UUID, int], proposed: Sequence[tuple[UUID, UUID]]
) -> tuple[float, float]:
    """(precision, recall) of some pairs."""
    pairs = {(min(rows), max(rows)) for rows in ((row_of[one], row_of[other]) for one, other in proposed)}
    right = len(pairs & county.twice)
    return right / max(1, len(pairs)), right / len(county.twice)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def lay(county: County) -> list[UUID]:
    """Enter them all; their ids in order."""
    who: list[UUID] = []
    for start in range(0, len(county.people), _PIECE):
        with transaction.atomic():
            answers = actions.enrol(county.people[start : start + _PIECE], SYSTEM)
        if not all(answer.new for answer in answers):
            raise RuntimeError("somebody was found by a document that nobody else has")
        who += [answer.id for answer in answers]
    sql.analyze()
    return who


def invent(people: int, twice: int, seed: str = "match") -> County:
    """People of a county that is nowhere, family by family, and then some of them a second time."""
    county = County(Random(seed))  # noqa: S311 - a bench, not a secret
    giver = invented.Identities([str(code) for code in range(990_101, 990_181)])
    phone = 0
    while len(county.people) < people - twice:
        phone += 1
        _family(county, giver, invented.make_phone(phone))
    del county.people[people - twice :]
    for n, row in enumerate(county.chance.sample(range(len(county.people)), twice)):
        again = _AGAIN[n % len(_AGAIN)](
            county.people[row], county.chance, invented.make_phone(10_000_000 + n)
        )
        county.twice.add((row, len(county.people)))
        county.people.append(again)
    return county


def _family(county: County, giver: invented.Identities, phone: str) -> None:
    """Parents and children of one house: the phone is the family's, children often have no document yet."""
    chance = county.chance
    place = f"{COUNTY}{101 + chance.randrange(_TOWNS)}{201 + chance.randrange(_VILLAGES)}"
    home, surname, middle = ids.new(), _skewed(chance, _SURNAMES), _skewed(chance, _GIVEN)
    twins = chance.random() < 0.01
    elder: tuple[str, date, str] | None = None
    called: set[str] = set()
    for n in range(chance.choice(_FAMILIES)):
        sex = "男女"[chance.randrange(2)]
        year = chance.randrange(1935, 1975) if n < 2 else chance.randrange(1995, 2019)
        number, birth = giver.give(year, sex)
        if twins and n == 3 and elder:
            number, birth, sex = _twin(elder[0]), elder[1], elder[2]
        elder = number, birth, sex
        name = _name(
            chance, surname if n != 1 else _skewed(chance, _SURNAMES), middle if n > 1 else "", called
        )
        called.add(name)
        bare = chance.random() < (0.3 if year > 2010 else 0.06)
        own = n == 1 and chance.random() < 0.6  # the mother's, or whoever it is
        county.people.append(
            NewPerson(
                name, place, sex=sex, birth_date=birth, doc_kind="" if bare else RESIDENT_ID,
                doc_number="" if bare else number, household=home,
                phone=invented.make_phone(20_000_000 + len(county.people)) if own else phone,
            )
        )  # fmt: skip


def _name(chance: Random, surname: str, middle: str, called: set[str]) -> str:
    """A name that nobody of the family has; children have their middle character in common."""
    while True:
        rest = _skewed(chance, _GIVEN) if middle or chance.random() < 0.7 else ""
        name = surname + (middle or _skewed(chance, _GIVEN)) + rest
        if name not in called:
            return name


def _twin(number: str) -> str:
    """The number of the next child of that day: four fewer in the sequence, so of the same sex."""
    first = f"{number[:14]}{int(number[14:17]) - 4}"
    return first + check_digit(first)


def _skewed(chance: Random, letters: str) -> str:
    """One of some characters, the first ones far more often, as names are in life."""
    return letters[int(len(letters) * chance.random() ** 2)]


def _another(name: str, chance: Random) -> str:
    at = chance.randrange(1, len(name))
    return name[:at] + chance.choice([c for c in _GIVEN if c != name[at]]) + name[at + 1 :]


def _bare(one: NewPerson) -> NewPerson:
    return replace(one, doc_kind="", doc_number="", household=None)


# What a second source told otherwise: each has its share of the planted pairs.
def _changed_character(one: NewPerson, chance: Random, phone: str) -> NewPerson:
    return replace(_bare(one), name=_another(one.name, chance))


def _swapped_digits(one: NewPerson, chance: Random, phone: str) -> NewPerson:
    number = one.doc_number or invented.make_id("990199", one.birth_date or date(1950, 1, 1), one.sex)
    at = next(i for i in (15, 14, 12, 10, 8, 13, 11, 3, 4, 5, 0, 1, 2) if number[i] != number[i + 1])
    swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    return replace(one, doc_kind=RESIDENT_ID, doc_number=swapped, phone=phone, household=None)


def _family_phone(one: NewPerson, chance: Random, phone: str) -> NewPerson:
    return replace(_bare(one), birth_date=None)


def _moved(one: NewPerson, chance: Random, phone: str) -> NewPerson:
    place = f"{one.place[:9]}{201 + chance.randrange(_VILLAGES)}"
    return replace(_bare(one), place=place, phone=phone)


def _changed_alone(one: NewPerson, chance: Random, phone: str) -> NewPerson:
    return replace(_bare(one), name=_another(one.name, chance), phone="")


_AGAIN = (_changed_character, _swapped_digits, _family_phone, _moved, _changed_alone)
