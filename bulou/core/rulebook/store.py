"""The book in use: what the house brings (files) below, what territories ordered (rows) above it.

Kept for each process and looked after at most once a second; files are read once.
"""

from __future__ import annotations

import time
import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.models import Count, Max

from bulou.core.room import ask
from bulou.core.rulebook.book import Book, Entry
from bulou.core.rulebook.parse import parse
from bulou.core.rulebook.tables import Outcome, Table

CHECK_SECONDS = 1.0
HOUSE, ORDER, PROPOSED = 0, 1, 2
PROFILES = Path(__file__).parent / "profiles"


def words_of() -> dict[str, tuple[str, ...]]:
    """The words that alone may stand in some rules, by key, as the rooms that read them say."""
    return {key: words for said in ask("rule_values") for key, words in said.items()}


def bounds() -> dict[str, int | str]:
    """What the numbers of some rules may be, by key, as the rooms that read them say (`known.Bounds`)."""
    return {key: bound for said in ask("rule_bounds") for key, bound in said.items()}


def is_place(code: str) -> bool:
    """Whether a code is that of a place, also one that is no more; in a house without tables nobody can say."""
    from bulou.core.places import queries as places

    try:
        return places.get(code) is not None
    except DatabaseError:
        return True


class _Kept:
    """This process's book, when it was last compared with the database, and with what stamp."""

    book: Book | None = None
    checked = 0.0
    # Of the transaction inside which it was built: what its connection will do once that is through. Undone in
    # part or as a whole, or through, a connection begins a new one; and no other connection has this.
    # None: nothing of the book may yet be undone.
    unsettled: list[Any] | None = None


def files() -> list[Path]:
    """Every rule file that the house brings: a rules.toml in an app's folder, and the profiles."""
    own = [Path(app.path) / "rules.toml" for app in apps.get_app_configs() if app.name.startswith("bulou.")]
    return [*(path for path in own if path.is_file()), *sorted(PROFILES.glob("*.toml"))]


@cache
def base() -> Book:
    """What the house brings. Raises ValueError when one of its files is wrong: that is a fault of ours."""
    entries: list[Entry] = []
    for path in files():
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        if not {"value", "table"} & set(content):
            continue
        origin = f"{path.parent.name}/{path.name}"
        parsed = parse(content, origin)
        if parsed.findings:
            raise ValueError(f"{origin}: {'; '.join(f.message for f in parsed.findings)}")
        entries += parsed.entries
    return Book(tuple(entries), "house")


def book() -> Book:
    """The book in use now."""
    now = time.monotonic()
    kept, unsettled = _Kept.book, _Kept.unsettled
    stands = unsettled is None or unsettled is connection.run_on_commit
    if kept is not None and stands and now - _Kept.checked < CHECK_SECONDS:
        return kept
    stamp = _stamp()
    if kept is None or kept.stamp != stamp:
        kept = base().with_(_ordered(), stamp)
        _Kept.book = kept
    if not stands:
        _Kept.unsettled = connection.run_on_commit if connection.in_atomic_block else None
    _Kept.checked = now
    return kept


def forget() -> None:
    """An order changed here: look again at once, and again when this transaction is through or undone."""
    if connection.in_atomic_block:
        transaction.on_commit(_settle)
        _Kept.unsettled = connection.run_on_commit
    _Kept.book = None
    book()


def _settle() -> None:
    """What was ordered is through: compare once more, then no oftener than ever."""
    _Kept.unsettled, _Kept.checked = None, -CHECK_SECONDS


def _stamp() -> str:
    found = apps.get_model("rulebook", "Order").objects.aggregate(n=Count("pk"), last=Max("changed_at"))
    return f"{found['n']}/{found['last'].isoformat() if found['last'] else ''}"


def _ordered() -> list[Entry]:
    """The entries of every order, in the order in which they were put in force."""
    entries: list[Entry] = []
    for order in apps.get_model("rulebook", "Order").objects.order_by("put_in_force_at", "pk"):
        for entry in parse(order.content, order.source, ORDER, str(order.pk)).entries:
            entries += _until(entry, order.day_to)
    return entries


def _until(entry: Entry, last: date | None) -> list[Entry]:
    """The entry, ended with its order; none when it would never have begun."""
    if last is None or (entry.to_day is not None and entry.to_day <= last):
        return [entry]
    if entry.from_day > last:
        return []
    return [Entry(**{**vars(entry), "to_day": last})]


def value(key: str, place: str, day: date, profile: str | None = None) -> Any:
    """The value in force: int (decimals as tenths), str, bool or list.

    `profile` None: the one in force at the place; "": general rules only. Raises Refusal("rule-unknown").
    """
    return book().value(key, place, day, profile)


def entry(key: str, place: str, day: date, profile: str | None = None) -> Entry:
    """The value with its unit, source, place and days. Raises Refusal("rule-unknown")."""
    return book().entry(key, place, day, profile)


def table(key: str, place: str, day: date, profile: str | None = None) -> Table:
    """The decision table in force. Raises Refusal("rule-unknown")."""
    return book().table(key, place, day, profile)


def outcome(key: str, place: str, day: date, facts: dict[str, Any], profile: str | None = None) -> Outcome:
    """What the table says of these facts, the names of values replaced by the values in force.

    Raises Refusal("rule-unknown") when there is no such table or a named value is not in force.
    """
    rules = book()
    found = rules.table(key, place, day, profile)
    return rules.resolve(found.decide(facts), found, place, day, profile)
