"""The evidence about lines that wait: the line and the other one side by side, no full number of anything."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any
from uuid import UUID

from bulou.core.people import queries as people
from bulou.core.places import queries as places
from bulou.core.places.codes import COUNTY_DIGITS
from bulou.core.staff.actor import Actor
from bulou.exchange import deciding, keep, namesakes
from bulou.exchange.ledger.again import about
from bulou.exchange.ledger.rows import text_of
from bulou.exchange.models import ImportRow, ImportRun
from bulou.lib import clock, ids, phones, resident_id
from bulou.lib.beside import differing

Opened = list[tuple[ImportRow, dict[str, Any]]]
_NUMBERS = frozenset({"id_number", "doc_number", "phone", "phone2"})
_LONG = re.compile(r"\d{11,}[Xx]?")  # a phone or an identity number within other words


def beside(opened: Opened, run: ImportRun, by: Actor) -> dict[int, dict[str, Any]]:
    """The other one of each doubtful line (by position): an earlier line, or somebody of the register.

    `number` and `phone` show only those characters in which the two differ.
    """
    doubtful = [
        (row, said) for row, said in opened
        # Of several likely people the first is no evidence: they stand side by side on the line's own page.
        if deciding.WHO & set(row.codes.split()) and not namesakes.several(said)
    ]  # fmt: skip
    lines = _lines(run, {row.same_as for row, _said in doubtful if row.same_as is not None})
    known = _register({ids.parse(w) for _row, said in doubtful if (w := _who(said))}, by)
    found: dict[int, dict[str, Any]] = {}
    for row, said in doubtful:
        other = lines.get(row.same_as) if row.same_as is not None else known.get(_uuid(_who(said)))
        if other:
            found[row.at] = _told(_as_written(run, row, said), other)
    return found


def choices(row: ImportRow, said: dict[str, Any], run: ImportRun, by: Actor) -> list[dict[str, Any]]:
    """Those of whom a line may mean each one (`namesakes.candidates`), each `beside` the line; [] for no choice."""
    meant = namesakes.meant(row.codes.split(), said, run, by)
    found = namesakes.candidates(meant, run) if meant is not None else []
    known, mine = _register({one["person"].id for one in found}, by), _as_written(run, row, said)
    return [one | {"beside": _told(mine, known.get(one["person"].id, {}))} for one in found]


def _as_written(run: ImportRun, row: ImportRow, said: dict[str, Any]) -> dict[str, Any]:
    """The line's values; a number that was not believed as it stands in its cell: the slip shall be seen."""
    values: dict[str, Any] = dict(said.get("values", {}))
    if (
        not values.get("id_number")
        and not values.get("doc_number")
        and (text := written(run, row, said, ("id_number",)).get("id_number"))
    ):
        values["id_number"] = text
    return values


def written(run: ImportRun, row: ImportRow, said: dict[str, Any], fields: Collection[str]) -> dict[str, str]:
    """What stands in a line's own cells for these fields; "" for a column that is there and was left empty."""
    columns: list[dict[str, Any]] = next((t["columns"] for t in run.tables if t["sheet"] == row.sheet), [])
    return {
        column["field"]: text_of(cell).strip()
        for column, cell in zip(columns, said.get("raw", []), strict=False) if column["field"] in fields
    }  # fmt: skip


def not_understood(run: ImportRun, row: ImportRow, said: dict[str, Any]) -> list[str]:
    """The cells for which a line waits, as they were written; of numbers no more than a mask."""
    values = said.get("values", {})
    found = written(run, row, said, about(row.codes.split())) if row.verdict in deciding.WAITING else {}
    numbers = {name for name, text in found.items() if name in _NUMBERS and text[:1] != "#"}  # not #N/A
    return [
        resident_id.mask(text) if name in numbers else _LONG.sub(lambda m: resident_id.mask(m[0]), text)
        for name, text in found.items() if text and values.get(name) is None
    ]  # fmt: skip


def _who(said: dict[str, Any]) -> str:
    return str(said.get("words", {}).get("who", ""))


def _uuid(text: str) -> UUID | None:
    return UUID(text) if text else None


def _lines(run: ImportRun, wanted: set[int]) -> dict[int, dict[str, Any]]:
    found = ImportRow.objects.filter(run=run.id, at__in=wanted) if wanted else ()
    return {row.at: said.get("values", {}) | {"line": row.number} for row, said in keep.opened(found)}


def _register(wanted: set[UUID], by: Actor) -> dict[UUID | None, dict[str, Any]]:
    """Of whoever lies outside of the viewer's territory, nothing."""
    named = {i: one for i, one in people.with_ages(wanted, clock.today()).items() if by.reaches(one.place)}
    told = people.identifiers(set(named))
    homes = places.described({one.place for one in named.values()}, by.place[:COUNTY_DIGITS])
    return {
        i: {
            "name": one.name, "sex": one.sex, "person": i, "id_number": told.get(i, {}).get("doc_number", ""),
            "phone": told.get(i, {}).get("phone", ""), "address": told.get(i, {}).get("address", ""),
            "where": homes.get(one.place, ""),
        }
        for i, one in named.items()
    }  # fmt: skip


def _told(mine: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    number = theirs.get("id_number") or theirs.get("doc_number") or ""
    own = mine.get("id_number") or mine.get("doc_number") or ""
    return {
        "line": theirs.get("line"), "person": theirs.get("person"), "name": theirs.get("name", ""),
        "name_differs": theirs.get("name", "") != mine.get("name", ""),
        "number": differing(number, own) or resident_id.mask(number) if number else "",
        "my_number": differing(own, number), "number_differs": bool(number and own and number != own),
        "phone": differing(theirs.get("phone", ""), mine.get("phone", "")) or _masked(theirs.get("phone", "")),
        "phone_differs": bool(theirs.get("phone") and mine.get("phone") and theirs["phone"] != mine["phone"]),
        "from_place": theirs.get("from_place", ""), "day": theirs.get("return_date", ""),
        "day_differs": bool(theirs.get("return_date") and theirs["return_date"] != mine.get("return_date")),
        "address": theirs.get("address", ""), "where": theirs.get("where", ""),
    }  # fmt: skip


def _masked(phone: str) -> str:
    return phones.mask(phone) if phone else ""
