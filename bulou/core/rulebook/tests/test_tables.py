"""One table decides alike in Python and in the database, and a check finds what is really there."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bulou.core.rulebook.as_sql import as_sql, by_place, decode, in_areas
from bulou.core.rulebook.check import Cells, check
from bulou.core.rulebook.conditions import read_condition, write_condition
from bulou.core.rulebook.tables import Condition, Domain, Row, Table
from bulou.core.rulebook.words import GAP, OVERLAP, UNREACHABLE
from bulou.lib import sql

DOMAINS = {
    "fever": Domain("bool"),
    "contact": Domain("bool"),
    "origin": Domain("words", ("near", "far", "abroad")),
    "tenths": Domain("int"),
    "gaps": Domain("int"),
}
OUTCOMES = {"measure": Domain("words", ("home", "none", "clinic"))}


def conditions(domain: Domain) -> st.SearchStrategy[Condition]:
    unknown = st.booleans()
    if domain.kind == "int":
        bound = st.one_of(st.none(), st.integers(-3, 8))
        exact = st.builds(
            Condition, st.frozensets(st.integers(-3, 8), min_size=1, max_size=3), unknown=unknown
        )
        ranged = st.builds(lambda low, high: Condition(low=low, high=high), bound, bound)
        return st.one_of(
            exact, ranged.filter(lambda c: c.ranged and (c.low is None or c.high is None or c.low < c.high))
        )
    words: list[Any] = [True, False] if domain.kind == "bool" else list(domain.words)
    among = st.builds(Condition, st.frozensets(st.sampled_from(words)), unknown=unknown)
    return among.filter(lambda c: bool(c.values) or c.unknown)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    names = draw(st.lists(st.sampled_from(sorted(DOMAINS)), min_size=1, max_size=4, unique=True))
    rows = []
    for index in range(draw(st.integers(1, 6))):
        used = draw(st.lists(st.sampled_from(names), max_size=3, unique=True))
        when = {name: draw(conditions(DOMAINS[name])) for name in used}
        measure = draw(st.sampled_from(OUTCOMES["measure"].words))
        rows.append(Row(str(index), when, {"measure": measure}, "test"))
    return Table("t", {n: DOMAINS[n] for n in names}, OUTCOMES, tuple(rows))


FACTS = st.fixed_dictionaries(
    {
        "fever": st.sampled_from([True, False, None]),
        "contact": st.sampled_from([True, False, None]),
        "origin": st.sampled_from(["near", "far", "abroad", "elsewhere", None]),
        "tenths": st.one_of(st.none(), st.integers(-5, 10)),
        "gaps": st.one_of(st.none(), st.integers(-5, 10)),
    }
)
TYPES = {
    "fever": "BOOLEAN",
    "contact": "BOOLEAN",
    "origin": "VARCHAR(20)",
    "tenths": "INTEGER",
    "gaps": "INTEGER",
}


def relation(people: list[dict[str, Any]]) -> tuple[str, list[Any]]:
    line = ", ".join(f"CAST(%s AS {kind}) AS {name}" for name, kind in TYPES.items())
    text = " UNION ALL ".join(f"SELECT {i} AS i, {line}" for i in range(len(people)))
    return text, [person[name] for person in people for name in TYPES]


@pytest.mark.django_db
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables(), st.lists(FACTS, min_size=1, max_size=12))
def test_sql_decides_as_python_does(table: Table, people: list[dict[str, Any]]) -> None:
    text, params = relation(people)
    decided = as_sql(table, {name: f"p.{name}" for name in TYPES})
    found = sql.rows(f"SELECT {decided.sql} FROM ({text}) p ORDER BY i", [*decided.params, *params])
    assert [hit for (hit,) in found] == [-1 if (o := table.decide(p)).row is None else o.row for p in people]


@settings(max_examples=150, deadline=None)
@given(tables(), st.lists(FACTS, min_size=1, max_size=6))
def test_duckdb_decides_as_python_does(table: Table, people: list[dict[str, Any]]) -> None:
    duckdb = pytest.importorskip("duckdb")
    text, params = relation(people)
    decided = as_sql(table, {name: f"p.{name}" for name in TYPES}, mark="?")
    found = duckdb.sql(
        f"SELECT i, {decided.sql} FROM ({text.replace('%s', '?')}) p ORDER BY i",
        params=[*decided.params, *params],
    ).fetchall()
    assert [hit for _, hit in found] == [-1 if (o := table.decide(p)).row is None else o.row for p in people]


@settings(max_examples=300, deadline=None)
@given(tables())
def test_a_check_finds_exactly_the_gaps_and_dead_rows_that_trying_everything_finds(table: Table) -> None:
    cells = Cells(table)
    hit = [
        table.decide(dict(zip(cells.names, combination, strict=True)))
        for combination in product(*cells.values)
    ]
    findings = check(table)
    gaps = [f for f in findings if f.code == GAP]
    assert bool(gaps) == any(outcome.row is None for outcome in hit)
    for gap in gaps:
        assert table.decide(gap.example or {}).row is None
    dead = {f"t {row.name}" for row in table.rows} - {f"t {outcome.name}" for outcome in hit}
    assert {f.where for f in findings if f.code == UNREACHABLE} == dead


@settings(max_examples=300, deadline=None)
@given(tables())
def test_an_overlap_is_shown_by_facts_that_both_rows_fit_and_the_first_wins(table: Table) -> None:
    rows = {f"t {row.name}": row for row in table.rows}
    for finding in check(table):
        if finding.code == OVERLAP:
            example = finding.example or {}
            first, other = (
                rows[finding.where],
                next(r for r in table.rows if r.name == finding.words["other"]),
            )
            known = {name: DOMAINS[name].read(value) for name, value in example.items()}
            assert all(c.hits(known[f]) for row in (first, other) for f, c in row.when.items())
            assert table.decide(example).name == first.name
            assert dict(first.then) != dict(other.then)


@given(st.sampled_from(sorted(DOMAINS)).flatmap(lambda n: st.tuples(st.just(n), conditions(DOMAINS[n]))))
def test_a_condition_is_read_back_as_it_was_written(pair: tuple[str, Condition]) -> None:
    name, condition = pair
    assert read_condition(DOMAINS[name], write_condition(condition)) == condition


def test_unknown_is_never_false() -> None:
    row = Row("1", {"fever": Condition(frozenset([False]))}, {"measure": "none"}, "test")
    table = Table("t", {"fever": Domain("bool")}, OUTCOMES, (row,))
    assert table.decide({"fever": False}).name == "1"
    for unknown in (None, "unknown", "no", 2):
        assert not table.decide({"fever": unknown})
    assert not table.decide({})


@pytest.mark.parametrize(
    ("written", "fits", "others"),
    [
        (">=373", [373, 400], [372]),
        ("<373", [372], [373]),
        (">360 <=372", [361, 372], [360, 373]),
        (373, [373], [372]),
    ],
)
def test_ranges_are_read_as_they_are_written(written: Any, fits: list[int], others: list[int]) -> None:
    condition = read_condition(Domain("int"), written)
    assert condition is not None
    assert all(condition.hits(value) for value in fits)
    assert not any(condition.hits(value) for value in others)


@pytest.mark.parametrize("written", ["", ">373 <373", "373..380", "=>3", [], ["far"], True, None, 36.5])
def test_what_is_no_condition_on_a_number_is_refused(written: Any) -> None:
    assert read_condition(Domain("int"), written) is None


@pytest.mark.django_db
def test_one_statement_decides_where_several_territories_rule() -> None:
    always = [Table("t", {}, OUTCOMES, (Row("r", {}, {"measure": m}, "s"),)) for m in ("home", "none")]
    never = Table(
        "t",
        {"fever": Domain("bool")},
        OUTCOMES,
        (Row("r", {"fever": Condition(frozenset([True]))}, {}, "s"),),
    )
    segments = [("141031101", always[0]), ("141031102", never), ("141031", always[1])]
    decided = by_place(segments, "place", {}, "141031")
    places = ["141031101001", "141031102001", "141031103001", "141031"]
    text = " UNION ALL ".join(["SELECT CAST(%s AS VARCHAR(15)) AS place"] * len(places))
    found = sql.rows(f"SELECT place, {decided.sql} FROM ({text}) p", [*decided.params, *places])
    assert {place: decode(hit) for place, hit in found} == dict(
        zip(places, [(0, 0), (1, -1), (2, 0), (2, 0)], strict=True)
    )


@pytest.mark.django_db
def test_areas_of_any_length_are_found_and_an_unknown_origin_stays_unknown() -> None:
    codes: list[str | None] = ["420106", "330300", "330106", None]
    text = " UNION ALL ".join(["SELECT CAST(%s AS VARCHAR(12)) AS code"] * len(codes))
    for areas, expected in ((["42", "3303"], [1, 1, 0, None]), ([], [0, 0, 0, None])):
        inside = in_areas("code", areas)
        found = dict(sql.rows(f"SELECT code, {inside.sql} FROM ({text}) p", [*inside.params, *codes]))
        assert [found[code] for code in codes] == expected
