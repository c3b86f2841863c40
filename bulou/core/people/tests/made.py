"""Invented people for the tests of this folder, and all that is stored of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from bulou.core.people.persons import NewPerson
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.lib import ids, invented, sql

COUNTY, TOWN, VILLAGE, OTHER = "141031", "141031100", "141031100200", "141031101200"


def actor(place: str = COUNTY, role: Role = Role.COUNTY_OFFICE, unit: UUID | None = None) -> Actor:
    return Actor(account=7, post=7, role=role, place=place, name="测试员", unit=unit)


def person(n: int, **other: Any) -> NewPerson:
    """The n-th invented person, the same each time: with document, phone and address, living at VILLAGE."""
    sex = "男" if n % 2 else "女"
    birth = date(1990, 1, 1) + timedelta(days=n)
    told: dict[str, Any] = {
        "name": invented.make_name(n, sex),
        "place": VILLAGE,
        "sex": sex,
        "birth_date": birth,
        "doc_kind": "resident-id",
        "doc_number": invented.make_id(COUNTY, birth, sex),
        "phone": invented.make_phone(n),
        "address": f"龙泉镇某巷{n}号",
    }
    return NewPerson(**(told | other))


def nameless(n: int, **other: Any) -> NewPerson:
    """The n-th invented person without a document, under an id of its own."""
    return person(n, **({"doc_kind": "", "doc_number": "", "id": ids.derived("nameless", n)} | other))


def everything_stored() -> str:
    """Every column of every row of every table, as text; bytes both as they are and decoded."""
    said = []
    for table in connection.introspection.table_names():
        for row in sql.rows(f'SELECT * FROM "{table}"'):
            for value in row:
                raw = bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else ""
                said.append(raw or str(value))
    return "\n".join(said)
