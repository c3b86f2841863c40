"""What PostgreSQL is told again and again, it plans once."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection, transaction

from bulou.lib import sql

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
_ASKED = "SELECT id FROM django_migrations WHERE id = ANY(%s::bigint[])"


def _plan(asked: str = _ASKED) -> list[tuple[object, ...]]:
    """How a kept statement is carried out; it was planned once, for all values."""
    kept = sql.rows(
        "SELECT name, custom_plans FROM pg_prepared_statements WHERE statement LIKE %s",
        [asked.split("%")[0] + "%"],
    )
    ((name, custom),) = kept
    assert custom == 0
    return sql.rows(f"EXPLAIN EXECUTE {connection.ops.quote_name(name)}('{{1}}')")


def _say_thrice() -> None:
    with transaction.atomic():
        answers = [sql.rows(_ASKED, [f"{{{n}}}"], again=True) for n in (1, 2, 1)]
        assert answers == [sql.rows(_ASKED, [f"{{{n}}}"]) for n in (1, 2, 1)]
        assert "Seq Scan" not in str(_plan())
        for way in ("seqscan", "hashjoin", "mergejoin", "indexscan"):
            assert sql.rows(f"SHOW enable_{way}") == [("on",)]


def test_a_statement_said_again_keeps_a_plan_by_an_index_and_answers_for_its_own_values() -> None:
    _say_thrice()


def test_after_a_rollback_it_is_planned_by_an_index_once_more() -> None:
    _say_thrice()
    with transaction.atomic():
        transaction.set_rollback(True)
    _say_thrice()


@pytest.mark.parametrize("counted", [False, True], ids=["not yet counted", "counted as empty"])
def test_rows_that_are_changed_a_few_at_a_time_are_found_one_by_one_however_few_there_were_at_first(
    counted: bool,
) -> None:
    connection.close()  # with its plans
    if counted:
        sql.run("ANALYZE people_person")
    with transaction.atomic():
        sql.update("people_person", ("id", "name"), [(uuid4(), "甲")], ("uuid", "varchar"))
    ((name,),) = sql.rows(
        "SELECT name FROM pg_prepared_statements WHERE statement LIKE %s", ["UPDATE people_person %"]
    )
    plan = str(sql.rows(f"EXPLAIN EXECUTE {connection.ops.quote_name(name)}('[]')"))
    assert "Index Cond: (id = v.id)" in plan, plan


def test_what_was_counted_anew_is_planned_by_an_index_once_more() -> None:
    asked = "SELECT id FROM few WHERE id = ANY(%s::bigint[])"
    with transaction.atomic():
        sql.run("CREATE TEMPORARY TABLE few (id bigint PRIMARY KEY)")
        assert sql.rows(asked, ["{1}"], again=True) == []
        sql.run("INSERT INTO few SELECT generate_series(1, 500)")
        sql.analyze()  # it makes PostgreSQL throw its plans away
        assert sql.rows(asked, ["{1}"], again=True) == [(1,)]
        assert "Seq Scan" not in str(_plan(asked))
        sql.run("DROP TABLE few")
