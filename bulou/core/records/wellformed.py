"""Whether a record may go in at all: known kind, known place of the sender's, a sensible time and shape."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from bulou.core.people.lineage import whose
from bulou.core.records.kinds import Item, kinds
from bulou.core.room import ask
from bulou.core.rulebook import value
from bulou.core.staff.roles import Role
from bulou.lib import clock, ids, sql
from bulou.lib.refusals import Refusal, catalogue, declare
from bulou.lib.values import unheld

declare(
    "kind-unknown", _("There is no kind of record named %(kind)s. Update the app, or ask the county office.")
)
declare("happened-in-future", _("The time lies in the future. Check the date and the phone's clock."))
TOO_EARLY = declare(
    "happened-too-early",
    _("The time lies before anything was recorded here. Check the date and the phone's clock."),
)
declare(
    "malformed", _("The field %(field)s is missing or is not what it should be. Correct it and send again.")
)

_PLACES_SECONDS = 60.0
_places: dict[str, float] = {}


def check(items: list[Item], now: datetime) -> None:
    """Settle what cannot go in; what can has its data understood and its subject found."""
    latest = now + timedelta(minutes=int(value("records.clock_tolerance_minutes", "", clock.day_of(now))))
    live = [item for item in items if not item.status]
    _inherit(live)
    known = _known_places({item.came.place for item in live})
    early = before_all_rules({clock.day_of(item.came.happened_at) for item in live})
    for item in live:
        if clock.day_of(item.came.happened_at) in early:
            item.refuse(TOO_EARLY)
        else:
            _check_one(item, known, latest)
    _find_people([item for item in live if not item.status])


def _inherit(items: list[Item]) -> None:
    """What is still said of a place that went into another, or was split, counts where its people are now."""
    far = [item for item in items if not item.by.reaches(item.came.place)]
    for item, heir in zip(far, whose([(one.came.place, _spoken_of(one)) for one in far]), strict=True):
        item.came = replace(item.came, place=heir)


def _spoken_of(item: Item) -> UUID | None:
    """Whom a record speaks of, whose shape nobody has looked at yet."""
    said = item.came.data.get("person") if isinstance(item.came.data, dict) else None
    try:
        return ids.parse(said) if said else None
    except ValueError:
        return None


def before_all_rules(days: set[date]) -> set[date]:
    """Which of these days lie before the house has rules for records: a phone's clock that fell back to 1970."""
    return {day for day in days if not _has_rules(day)}


def _has_rules(day: date) -> bool:
    try:
        value("records.clock_tolerance_minutes", "", day)
    except Refusal:
        return False
    return True


def _check_one(item: Item, known: set[str], latest: datetime) -> None:
    came, kind = item.came, kinds().get(item.came.kind)
    if kind is None:
        item.refuse("kind-unknown", kind=came.kind[:40])
    elif item.by.role not in kind.writers and item.by.role is not Role.SYSTEM:
        item.refuse("not-allowed")
    elif came.place not in known or not item.by.reaches(came.place):
        item.refuse("place-unknown")
    elif came.happened_at > latest:
        item.refuse("happened-in-future")
    else:
        try:
            item.data = kind.data.model_validate(came.data)
        except ValidationError as error:
            code, words = _reason(error)
            item.refuse(code, **words)
            return
        if (field := unheld(item.data)) is not None:
            item.refuse("malformed", field=field or "data")


def _reason(error: ValidationError) -> tuple[str, dict[str, Any]]:
    """The catalogue's code when the shape names one, else which field is wrong."""
    first = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(str(part) for part in first["loc"]) or "data"
    return (first["type"], {}) if first["type"] in catalogue() else ("malformed", {"field": field})


def _known_places(codes: set[str]) -> set[str]:
    """Which of these codes are places. What was a place a moment ago is believed without asking."""
    moment = time.monotonic()
    unsure = [code for code in codes if _places.get(code, 0) < moment]
    if unsure:
        marks = ", ".join(["%s"] * len(unsure))
        for (code,) in sql.rows(f"SELECT code FROM places_place WHERE code IN ({marks})", unsure):
            _places[code] = moment + _PLACES_SECONDS
    return {code for code in codes if _places.get(code, 0) >= moment}


def _find_people(items: list[Item]) -> None:
    """Refuse records of people who are not in the sender's territory, in the words for unknown ones.

    What is said of somebody who turned out to be another counts for the person that was kept.
    """
    wanted: dict[UUID, list[Item]] = {}
    for item in items:
        subject = kinds()[item.came.kind].subject
        if subject:
            wanted.setdefault(getattr(item.data, subject), []).append(item)
    if not wanted:
        return
    clause, params = sql.among("id", wanted)
    found = sql.rows(
        f"SELECT id, place, merged_into FROM people_person WHERE {clause}", params, again=sql.few(wanted)
    )
    places = {sql.as_uuid(row[0]): row[1] for row in found}
    kept = {sql.as_uuid(row[0]): sql.as_uuid(row[2]) for row in found if row[2] is not None}
    # Nearly all are of the sender's own place, and of them there is nothing to ask.
    unsure = {
        person: mine
        for person, mine in wanted.items()
        if person in kept or person not in places or not _all_reach(mine, places[person])
    }
    away, left = _elsewhere(unsure, places)
    for person, mine in unsure.items():
        at = {places.get(person), away.get(person)}
        for item in mine:
            were = {place for place, until in left.get(person, ()) if item.came.happened_at <= until}
            if person not in places or not any(item.by.reaches(place) for place in at | were if place):
                item.refuse("person-unknown")
            elif person in kept and item.by.role is not Role.SYSTEM:  # the house says which id it means
                item.row[kinds()[item.came.kind].subject] = kept[person]


def _elsewhere(
    wanted: dict[UUID, list[Item]], places: dict[UUID, str]
) -> tuple[dict[UUID, str], dict[UUID, list[tuple[str, datetime]]]]:
    """Where those are who are not at home, and where they were until when: of those whose home is not the sender's.

    Whoever measured somebody before a move may have had no signal until after it.
    """
    far = [p for p, mine in wanted.items() if p in places and not _all_reach(mine, places[p])]
    staying: dict[UUID, str] = {}
    left: dict[UUID, list[tuple[str, datetime]]] = {}
    for answer in ask("staying", far) if far else []:
        staying |= answer
    for answer in ask("left", far) if far else []:
        left |= answer
    return staying, left


def _all_reach(items: list[Item], place: str) -> bool:
    return all(item.by.reaches(place) for item in items)
