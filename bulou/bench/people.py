"""The bench `list`: a page of a list over 1,000,000 people, filtered, sorted, searched by name and pinyin."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection

from bulou.core.people import finding, keys, names
from bulou.core.people.finding import Filter
from bulou.core.people.models import Person
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.lib import invented, sql

PEOPLE = 1_000_000
GOAL = 100  # ms a page
SIZE = 50
# A county that is nowhere: 15 townships of 12 villages of 17 grids.
COUNTY = "990101"
TOWN, VILLAGE, GRID = COUNTY + "107", COUNTY + "107205", COUNTY + "107205109"
_NAMES = 49_999  # prime, so that no name keeps to some places
_TIMES = 5
_SERIES = {
    "sqlite": "WITH RECURSIVE series(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM series WHERE n + 1 < %s) ",
    "postgresql": "WITH series AS (SELECT generate_series(0, %s - 1) AS n) ",
}
_NEW_ID = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "gen_random_uuid()"}
# The unlike strides scatter names over places, as in life.
_LAY = """INSERT INTO people_person (id, name, pinyin, initials, sex, birth_date, place, relation, unit_post,
    doc_kind, sealed, version)
SELECT {id}, b.name, b.pinyin, b.initials, b.sex, '1980-01-01', '{county}' || (101 + s.n %% 15)
    || (201 + (s.n / 15) %% 12) || (101 + (s.n / 180) %% 17), '', '', '', {blob}, 1
FROM series s JOIN bench_names b ON b.n = (CAST(s.n AS bigint) * 7919) %% {names}"""


def cases() -> dict[str, Callable[[], Any]]:
    """The pages of the bench, by what they ask."""
    county = Actor(account=0, post=0, role=Role.COUNTY_OFFICE, place=COUNTY, name="bench")
    town = Actor(account=0, post=0, role=Role.TOWNSHIP_CLERK, place=TOWN, name="bench")

    def page(actor: Actor = county, sort: str = "name", **wanted: Any) -> Callable[[], Any]:
        return lambda: finding.page(actor, Filter(**wanted), sort=sort, size=SIZE).rows

    def second(actor: Actor = county, sort: str = "name", **wanted: Any) -> Callable[[], Any]:
        first = finding.page(actor, Filter(**wanted), sort=sort, size=SIZE).next
        return lambda: finding.page(actor, Filter(**wanted), sort=sort, size=SIZE, cursor=first).rows

    _n, name, pinyin, initials, _sex = _named(12_344)
    typed = pinyin.replace(" ", "")
    middle = finding.page(county, Filter(text="liu"), size=SIZE).next
    return {
        "county": page(),
        "county by place": page(sort="place"),
        "county, far down": lambda: finding.page(county, Filter(), size=SIZE, cursor=middle).rows,
        "county, women": page(sex="女"),
        "township": page(town),
        "village": page(place=VILLAGE),
        "grid": page(place=GRID),
        "county, one letter": page(text="l"),
        "county, surname": page(text="王"),
        "county, rare surname": page(text="文"),
        "county, whole name": page(text=name),
        "county, surname in pinyin": page(text="zhang"),
        "county, name in pinyin": page(text=typed),
        "county, initials": page(text=initials),
        "county, nobody": page(text="zzzzz"),
        "township, surname": page(town, text="李"),
        "township, pinyin": page(town, text=typed[:5]),
        "township, initials": page(town, text=initials),
        "township, initials by place": page(town, sort="place", text=initials[:2]),
        "county, surname by place": page(sort="place", text="李"),
        "county, whole name by place": page(sort="place", text=name),
        "village, surname": page(place=VILLAGE, text="李"),
        "village, letter": page(place=VILLAGE, text="z"),
        "grid, initials": page(place=GRID, text=initials[:2]),
        "township, second page": second(town),
        "village, second page": second(place=VILLAGE),
        "county by place, second page": second(sort="place"),
        "county, surname, second page": second(text="王"),
        "township, surname, second page": second(town, text="王"),
        "township, surname by place, second page": second(town, sort="place", text="王"),
        "count of a surname": lambda: finding.count(county, Filter(text="王")),
    }


def bench(people: int = PEOPLE) -> Iterator[dict[str, Any]]:
    """Lay the people, read each page, report the slowest (`case`) beside a bare range of the primary key."""
    lay(people)
    try:
        took = {name: _median(read) for name, read in cases().items()}
        limit = _median(lambda: sql.rows("SELECT * FROM people_person ORDER BY id LIMIT %s", [SIZE]))
    finally:
        where, params = sql.within("place", COUNTY)
        sql.run(f"DELETE FROM people_person WHERE {where}", params)
    case = max(took, key=lambda name: took[name])
    yield {
        "name": "list", "database": connection.vendor, "ours": round(took[case], 2), "unit": "ms",
        "limit": round(limit, 2), "ratio": round(took[case] / limit, 2), "goal": GOAL,
        "met": took[case] <= GOAL, "case": case, "people": people,
    }  # fmt: skip


def lay(people: int) -> None:
    """Lay that many people in the county that is nowhere, by SQL."""
    vendor = connection.vendor
    sql.run("CREATE TEMPORARY TABLE bench_names (n integer, name text, pinyin text, initials text, sex text)")
    keys.many("INSERT INTO bench_names VALUES (%s, %s, %s, %s, %s)", [_named(n) for n in range(_NAMES)])
    sql.run("CREATE UNIQUE INDEX bench_names_n ON bench_names (n)")
    blob = "''::bytea" if vendor == "postgresql" else "x''"
    text = _LAY.format(id=_NEW_ID[vendor], county=COUNTY, names=_NAMES, blob=blob)
    if vendor == "postgresql":
        text = text.replace("'1980-01-01'", "date '1980-01-01'")
    into, _, select = text.partition("\nSELECT")
    head = f"{_SERIES[vendor]}{into}" if vendor == "sqlite" else f"{into} {_SERIES[vendor]}"
    sql.run(f"{head}\nSELECT{select}", [people])
    sql.run("DROP TABLE bench_names")
    sql.run(f"{'VACUUM ' if vendor == 'postgresql' else ''}ANALYZE {Person._meta.db_table}")


def _named(n: int) -> tuple[Any, ...]:
    """The n-th name; some surnames are as frequent as they are in life, one in ten or more."""
    sex = "男" if n % 2 else "女"
    name = invented.make_name(n, sex)
    crowd = n * 31 % 10
    name = ("王李张刘"[crowd] if crowd < 4 else name[0]) + name[1:]
    return (n, name, *names.reading(name), sex)


def _median(work: Callable[[], Any]) -> float:
    """Milliseconds, the middle of some runs."""
    took = []
    for _ in range(_TIMES):
        start = time.perf_counter()
        work()
        took.append((time.perf_counter() - start) * 1000)
    return statistics.median(took)
