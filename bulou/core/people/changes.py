"""Changing what is known of a person: what stood there before is kept, sealed under the person's key."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bulou.core.people import keys, seal
from bulou.core.people.models import Change
from bulou.lib import clock, sql

if TYPE_CHECKING:
    from bulou.core.people.matching import Known


@dataclass(frozen=True, slots=True)
class Before:
    """What some fields of a person said at a version."""

    person: UUID
    version: int
    values: dict[str, Any]


def note(befores: Collection[Before], held: dict[UUID, bytes], account: int) -> None:
    """Keep what is about to be overwritten. `held`: the persons' keys."""
    now = sql.moment(clock.now())
    rows = []
    for was in befores:
        values = {name: _plain(value) for name, value in was.values.items()}
        cipher = seal.seal(held[was.person], values, _bound(was.person, was.version))
        rows.append((sql.uid(was.person), was.version, now, account, ",".join(sorted(values)), cipher))
    tail = "ON CONFLICT DO NOTHING"  # another writer was first; `write` then finds the version gone
    keys.insert(Change, ("person", "version", "at", "by", "fields", "before"), rows, tail)


def write(rows: Collection[tuple[Known, dict[str, Any], bytes]]) -> int:
    """Write columns (the same for all rows) and sealed identifiers; how many were still at their version."""
    if not rows:
        return 0
    columns = list(next(iter(rows))[1])
    sets = ", ".join(f"{c} = %s" for c in columns)
    statement = (
        f"UPDATE people_person SET {sets}, sealed = %s, version = version + 1 WHERE id = %s AND version = %s"
    )
    params = [
        (*(stored(values[c]) for c in columns), cipher, sql.uid(known.id), known.version)
        for known, values, cipher in rows
    ]
    return keys.many(statement, params)


def since(person: UUID, version: int) -> list[str]:
    """The names of the fields that changed after a version."""
    found = Change.objects.filter(person=person, version__gte=version).values_list("fields", flat=True)
    return sorted({name for fields in found for name in fields.split(",")})


def by_whom(person: UUID, version: int) -> list[int]:
    """The accounts that changed something after a version."""
    found = Change.objects.filter(person=person, version__gte=version, by__gt=0).values_list("by", flat=True)
    return sorted(set(found))


def history(person: UUID) -> list[dict[str, Any]]:
    """What was changed: `version`, `at`, `by`, and `before` (empty when the person's key is gone)."""
    key = keys.fetch([person]).get(person)
    return [
        {
            "version": c.version,
            "at": c.at,
            "by": c.by,
            "fields": c.fields.split(","),
            "before": seal.open_(key, c.before, _bound(person, c.version)) if key else {},
        }
        for c in Change.objects.filter(person=person).order_by("version")
    ]


def stored(value: Any) -> Any:
    """A value as a raw statement wants it."""
    if isinstance(value, UUID):
        return sql.uid(value)
    return value.isoformat() if isinstance(value, date) else value


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID | date) else value


def _bound(person: UUID, version: int) -> bytes:
    return person.bytes + b"change" + str(version).encode()
