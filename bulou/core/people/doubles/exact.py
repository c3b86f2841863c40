"""Pairs by exact rules, where Splink is not installed: the same name, and the same phone or birth."""

from __future__ import annotations

from uuid import UUID

from bulou.lib import ids, sql

_PHONE = "(a.phone_index IN (b.phone_index, b.phone2_index) OR a.phone2_index = b.phone_index)"
# Two documents of their own with one day of birth are namesakes.
_BORN = "(a.birth_date = b.birth_date AND (a.doc_index IS NULL OR b.doc_index IS NULL))"


def pairs(place: str) -> list[tuple[UUID, UUID, str]]:
    """(one, other, evidence) of a place, in the order of their ids."""
    (inside, params), (inside_b, params_b) = sql.within("a.place", place), sql.within("b.place", place)
    rows = sql.rows(
        f"SELECT a.id, b.id, CASE WHEN {_PHONE} THEN 'name-same near-phone' ELSE 'name-same identity-born' END"
        " FROM people_person a JOIN people_person b ON b.pinyin = a.pinyin AND b.name = a.name AND b.id > a.id"
        f" WHERE a.merged_into IS NULL AND b.merged_into IS NULL AND {inside} AND {inside_b}"
        f" AND ({_PHONE} OR {_BORN}) ORDER BY a.id, b.id",
        [*params, *params_b],
    )
    return [(ids.parse(one), ids.parse(other), str(said)) for one, other, said in rows]
