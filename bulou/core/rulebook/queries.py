"""What is read of the rules: in force on a day, how they came to be, the orders, all for the phone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from bulou.core.rulebook import store
from bulou.core.rulebook.book import Entry
from bulou.core.rulebook.conditions import condition_json, write_condition
from bulou.core.rulebook.models import Order
from bulou.core.rulebook.tables import Table
from bulou.core.staff.actor import Actor
from bulou.lib import sql


@dataclass(frozen=True)
class Line:
    """A rule as a page shows it."""

    entry: Entry
    names: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return self.entry.key

    @property
    def room(self) -> str:
        return self.entry.key.partition(".")[0]

    @property
    def is_table(self) -> bool:
        return self.entry.table is not None


def profile(place: str, day: date) -> str:
    """The profile in force at a place on a day: the outbreak that is meant when none is named."""
    return store.book().profile(place, day)


def profiles() -> list[str]:
    """Every profile that some rule is written for."""
    return sorted({entry.profile for entry in store.book().entries if entry.profile})


def in_force(place: str, day: date, disease: str | None = None) -> list[Line]:
    """The rules in force at a place on a day, one for each key, by key."""
    return [Line(entry) for entry in store.book().in_force(place, day, disease)]


def history(key: str, place: str, disease: str | None = None) -> list[Line]:
    """All that was or will be written for a key on the way down to a place, the latest first."""
    return [Line(entry) for entry in store.book().history(key, place, disease)]


def orders(actor: Actor, place: str | None = None) -> QuerySet[Order]:
    """The orders that hold in the actor's territory: of the places above it, its own and those below."""
    asked = place if place is not None and actor.reaches(place) else actor.place
    above = [asked[:end] for end in range(len(asked))]
    below = Order.objects.all() if not asked else Order.objects.filter(
        Q(place__in=above) | Q(place__gte=asked, place__lt=sql.after_code(asked))
    )  # fmt: skip
    return below.order_by("-day_from", "-put_in_force_at")


def order(actor: Actor, order_id: UUID) -> Order | None:
    """One order, None when it is not there or does not concern the actor's territory."""
    return orders(actor).filter(pk=order_id).first()


def table_rows(table: Table) -> list[dict[str, Any]]:
    """A table for a page: rows of cells, `when` and `then` in the order of the table's columns."""
    return [
        {
            "index": index,
            "name": row.name,
            "when": [write_condition(row.when[f]) if f in row.when else None for f in table.facts],
            "then": [row.then.get(o) for o in table.outcomes],
            "source": row.source,
            "zh": row.zh,
            "en": row.en,
        }
        for index, row in enumerate(table.rows)
    ]


def as_json(place: str, day: date, disease: str | None = None) -> dict[str, Any]:
    """All that is in force at a place on a day, for the phone: it decides with the same rows.

    {"place", "day", "profile", "version", "values": {key: {"value", "unit", "source"}},
     "tables": {key: {"facts", "outcomes", "rows": [{"name", "when", "then", "source"}]}}}
    """
    rules = store.book()
    values: dict[str, Any] = {}
    tables: dict[str, Any] = {}
    for entry in rules.in_force(place, day, disease):
        if entry.table is not None:
            tables[entry.key] = table_json(entry.table)
        else:
            values[entry.key] = {"value": entry.value, "unit": entry.unit, "source": entry.source}
    name = rules.profile(place, day) if disease is None else disease
    head = {"place": place, "day": day.isoformat(), "profile": name, "version": rules.stamp}
    return {**head, "values": values, "tables": tables}


def table_json(table: Table) -> dict[str, Any]:
    """A table as plain values; conditions as `condition_json` writes them."""
    return {
        "facts": {name: list(d.words) or d.kind for name, d in table.facts.items()},
        "outcomes": {name: list(d.words) or d.kind for name, d in table.outcomes.items()},
        "rows": [
            {
                "name": row.name,
                "when": {fact: condition_json(c) for fact, c in row.when.items()},
                "then": dict(row.then),
                "source": row.source,
                "zh": row.zh,
                "en": row.en,
            }
            for row in table.rows
        ],
    }
