"""Rows of divisions into the database, many at once. Below the door: who calls it answers for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connections

from bulou.core.places import files, models, refused, words
from bulou.core.places.codes import parent_of

_BATCH = 2000


@dataclass
class Taken:
    """What became of the rows: added, known already, known by another name (kept), refused with why."""

    added: int = 0
    known: int = 0
    differing: list[tuple[str, str, str]] = field(default_factory=list)  # code, name here, name there
    refused: list[tuple[str, str, str]] = field(default_factory=list)  # code, name, refusal code

    @property
    def clean(self) -> bool:
        return not self.differing and not self.refused


def five_counties(model: Any, using: str = "default") -> None:
    """The divisions of the five counties into `model` (historical or not), unless they are there."""
    if model._meta.db_table not in connections[using].introspection.table_names():
        return
    rows = files.five_counties()
    _insert(model.objects.using(using), model, _new(model.objects.using(using), rows))


def take(rows: Iterable[files.Row]) -> Taken:
    """Rows into the places, in any order. What is there stays as it is: a county's own names win."""
    manager = models.Place.objects
    wanted = {row.code: row for row in rows}
    here = _names(manager, wanted.keys() | {parent_of(code) for code in wanted})
    taken = Taken()
    fresh: dict[str, files.Row] = {}
    for code in sorted(wanted, key=lambda code: (len(code), code)):
        row = wanted[code]
        if code in here:
            taken.known += 1
            if here[code] != words.everyday(row.name):
                taken.differing.append((code, here[code], row.name))
        elif parent_of(code) and parent_of(code) not in here and parent_of(code) not in fresh:
            taken.refused.append((code, row.name, refused.NO_PARENT))
        else:
            fresh[code] = row
    _insert(manager, models.Place, list(fresh.values()))
    taken.added = len(fresh)
    _note_old_names(taken)
    return taken


def _note_old_names(taken: Taken) -> None:
    """Rows whose name here is an earlier or other name of the same place do not differ."""
    codes = [code for code, _here, _there in taken.differing]
    known = set(models.PlaceAlias.objects.filter(place__in=codes).values_list("place", "name"))
    taken.differing = [d for d in taken.differing if not {(d[0], d[2]), (d[0], words.everyday(d[2]))} & known]


def _names(manager: Any, codes: Iterable[str]) -> dict[str, str]:
    wanted = sorted(codes)
    found: dict[str, str] = {}
    for start in range(0, len(wanted), _BATCH):
        found.update(manager.filter(pk__in=wanted[start : start + _BATCH]).values_list("code", "name"))
    return found


def _new(manager: Any, rows: list[files.Row]) -> list[files.Row]:
    here = _names(manager, [row.code for row in rows])
    return [row for row in rows if row.code not in here]


def _insert(manager: Any, model: Any, rows: list[files.Row]) -> None:
    places = [
        model(
            **models.columns(
                row.code, words.everyday(row.name), words.kind_of(row.code, row.name), row.spelling
            )
        )
        for row in rows
    ]
    # Two processes may migrate at once; the rows of either will do.
    manager.bulk_create(places, batch_size=_BATCH, ignore_conflicts=True)
