"""What a post's phone needs and no more: its tasks of now and of the next shift, and cards of those they are about."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Q

from bulou.core.audit import note, verb
from bulou.core.own import tasks_of
from bulou.core.people import keys, seal
from bulou.core.people.models import full_years
from bulou.core.places.codes import COUNTY_DIGITS, TOWNSHIP_DIGITS, VILLAGE_DIGITS
from bulou.core.places.queries import described
from bulou.core.records.kinds import kinds
from bulou.core.room import all_rooms, ask
from bulou.core.rulebook import queries as rules
from bulou.core.rulebook import value
from bulou.core.staff import telephones
from bulou.core.staff.actor import Actor
from bulou.core.staff.demo import is_demo
from bulou.core.staff.models import Post
from bulou.core.staff.queries import holding
from bulou.core.staff.roles import Role
from bulou.core.sync import risen
from bulou.core.sync.part import Part
from bulou.core.tasks.duties import Duty, duties
from bulou.core.tasks.models import OPEN, Task
from bulou.lib import clock, sql

# Most tasks of one phone: a round of a large village. What is beyond comes when some are done.
MOST = 4000
# Whom to call when something is wrong, nearest first.
CALLED = (Role.VILLAGE_CADRE, Role.TOWNSHIP_CLERK, Role.FEVER_CLINIC, Role.COUNTY_OFFICE)
_TASK = ("kind", "subject_type", "subject_id", "slot", "place", "opens_at", "due_at", "until_at", "detail")


@verb("sync.fetch")
def fetch(by: Actor) -> dict[str, Any]:
    """All that a post's phone holds, without the hour; who fetched how many cards is written down."""
    said, also = _post(by)
    note(place=by.place, count=len(said["people"]) + also)
    return said


def mine(role: str) -> dict[str, Duty]:
    """The duties of a post's own hands: what it owes, or may write the record for."""
    return {kind: duty for kind, duty in duties().items() if role == duty.role or _writes(role, duty)}


def _writes(role: str, duty: Duty) -> bool:
    known = kinds().get(duty.done_by)
    return known is not None and role in known.writers


def _post(by: Actor) -> tuple[dict[str, Any], int]:
    """What the phone holds, and how many people it names beside those whose cards it is given."""
    now = clock.now()
    tasks = _tasks(by, now) if by.sees_people else []
    used = sorted({task[0] for task in tasks})
    homes = {task[2] for task in tasks if task[1] == "household"}
    parts = _parts(by, now)
    known = {person for part in parts.values() for person in part.people}
    people = _people({task[2] for task in tasks if task[1] == "person"} | known, homes)
    others = {(task[1], task[2]) for task in tasks if task[1] not in ("person", "household")}
    places = {task[4] for task in tasks} | {by.place}
    # Of somebody who works or stays here and lives elsewhere, where they live is not this post's.
    people = [row if row[4] in homes or by.reaches(row[5]) else (*row[:4], None, row[5]) for row in people]
    houses = _households(homes | {row[4] for row in people if row[4]})
    heard, named, there = risen.told(by, now)
    said = {
        "post": {"name": by.name, "role": by.role.value, "title": str(by.role.title), "place": by.place},
        "kinds": [_kind(mine(by.role)[kind]) for kind in used],
        "tasks": [_line(task, used) for task in tasks],
        "people": [_card(row, now) for row in people],
        "households": houses,
        "others": _others(others),
        "places": described(places | there, by.place[:TOWNSHIP_DIGITS])
        | described({by.place}, by.place[:COUNTY_DIGITS]),
        "risen": heard,
        "calls": _calls(places, by),
        "rules": _rules(by.place, now),
        "rooms": {name: part.data for name, part in parts.items()},
        # A demonstration's clock stands years behind every phone's: nobody needs to be told.
        "demo": is_demo(),
    }
    return said, len(named - {row[0] for row in people})


def _parts(by: Actor, now: datetime) -> dict[str, Part]:
    """What each room's own screens need here, by the room's name."""
    if not by.sees_people:
        return {}
    asked = {room.name: room.answers["phone"](by, now) for room in all_rooms() if "phone" in room.answers}
    return {name: part for name, part in asked.items() if part is not None}


def _tasks(by: Actor, now: datetime) -> list[tuple[Any, ...]]:
    """The open tasks of a post, until the end of the next shift; most overdue first. Of a chain that which runs."""
    ahead = now + timedelta(hours=int(value("sync.ahead_hours", by.place, clock.day_of(now))))
    still = OPEN & Q(opens_at__lte=ahead) & (Q(until_at=None) | Q(until_at__gt=now))
    found = sql.subtree(tasks_of(by, Task.objects.filter(still, kind__in=sorted(mine(by.role)))), by.place)
    for other, place in _done_by_others(by):
        found = found.exclude(kind=other, place=place)
    told = list(found.order_by("due_at", "subject_id", "slot", "kind").values_list(*_TASK)[:MOST])
    lengths = {kind: duty.chained for kind, duty in mine(by.role).items() if duty.chained}
    runs: dict[Any, tuple[Any, ...]] = {}
    for task in told:
        key = _chain(task, lengths)
        if key is not None and (key not in runs or _running(task, now) > _running(runs[key], now)):
            runs[key] = task
    return [task for task in told if runs.get(_chain(task, lengths), task) is task]


def _done_by_others(by: Actor) -> list[tuple[str, str]]:
    """What is owed of a place itself (its report) is its own post's, where somebody holds that: (kind, place)."""
    of = {
        d.role: kind for kind, d in mine(by.role).items() if d.subject_type == "place" and d.role != by.role
    }
    held = (
        sql.subtree(holding(Post.objects.filter(role__in=list(of))), by.place) if of else Post.objects.none()
    )
    return [(of[role], place) for role, place in held.values_list("role", "place").distinct()]


def _chain(task: tuple[Any, ...], lengths: dict[str, int]) -> tuple[Any, ...] | None:
    """What one record settles together with others of its kind; None for a task by itself."""
    kind, _about, subject, slot, *_more = task
    return (kind, subject, slot[: lengths[kind]]) if kind in lengths else None


def _running(task: tuple[Any, ...], now: datetime) -> tuple[bool, datetime]:
    """Of tasks of one chain the latest that has opened stands for all, else the next to open."""
    opens: datetime = task[5]
    return (True, opens) if opens <= now else (False, now - (opens - now))


def _line(task: tuple[Any, ...], used: list[str]) -> list[Any]:
    kind, about, subject, slot, place, opens, due, until, detail = task
    return [
        used.index(kind), about, subject.hex, slot, place, int(opens.timestamp()), int(due.timestamp()),
        int(until.timestamp()) if until else 0, detail,
    ]  # fmt: skip


def _kind(duty: Duty) -> dict[str, Any]:
    """A duty as the phone needs it: its words, the record that closes it, and that record's shape."""
    record = kinds().get(duty.done_by)
    return {
        "kind": duty.kind, "title": str(duty.title), "record": duty.done_by, "subject": duty.subject,
        "shape": record.data.model_json_schema() if record and record.writers else None,
    }  # fmt: skip


def _people(wanted: Collection[UUID], homes: Collection[UUID]) -> list[tuple[Any, ...]]:
    """(id, name, sex, birth, household, place) of persons by id, and of the members of households."""
    found: dict[UUID, tuple[Any, ...]] = {}
    for column, some in (("id", wanted), ("household", homes)):
        if some:
            where, params = sql.among(column, some)
            rows = sql.rows(
                "SELECT id, name, sex, birth_date, household, place FROM people_person "
                f"WHERE merged_into IS NULL AND {where}",
                params,
            )
            for row in rows:
                home = sql.as_uuid(row[4]) if row[4] else None
                found[sql.as_uuid(row[0])] = (sql.as_uuid(row[0]), row[1], row[2], row[3], home, row[5])
    return [found[key] for key in sorted(found)]


def _card(row: tuple[Any, ...], now: datetime) -> list[Any]:
    person, name, sex, birth, home, _place = row
    day = clock.day_of(now)
    age = (
        full_years(birth if not isinstance(birth, str) else day.fromisoformat(birth), day) if birth else None
    )
    return [person.hex, name, sex, age, home.hex if home else ""]


def _households(wanted: Collection[UUID]) -> list[list[str]]:
    """[id, number, address, place] of households; the address is what is said at the door, no more."""
    if not wanted:
        return []
    where, params = sql.among("id", wanted)
    held = keys.fetch(wanted)
    found = []
    for raw, number, cipher, place in sql.rows(
        f"SELECT id, number, sealed, place FROM people_household WHERE {where} ORDER BY place, number, id",
        params,
    ):
        home = sql.as_uuid(raw)
        opened = seal.open_(held[home], cipher, home.bytes) if home in held and cipher else {}
        found.append([home.hex, number, str(opened.get("address", "")), place])
    return found


def _others(subjects: Collection[tuple[str, UUID]]) -> dict[str, str]:
    """The names of subjects that are neither persons nor households, by id."""
    found: dict[UUID, str] = {}
    for answer in ask("subject_names", sorted(subjects)) if subjects else []:
        found |= answer
    return {key.hex: name for key, name in sorted(found.items())}


def _calls(places: Collection[str], by: Actor) -> dict[str, list[list[str]]]:
    """Whom to call at each village of these places: title, name and (for whoever has people in their care) number."""
    held = telephones.called(CALLED, {place[:VILLAGE_DIGITS] for place in places})
    return {
        code: [[str(title), name, phone if by.sees_people else ""] for title, name, phone in held[code]]
        for code in sorted(held)
    }


def _rules(place: str, now: datetime) -> dict[str, Any]:
    """The rules by which the phone decides at a place today, of those that the rooms' screens need."""
    everything, wanted = rules.as_json(place, clock.day_of(now)), needs()
    return {
        "values": {key: one["value"] for key, one in everything["values"].items() if key in wanted},
        "tables": {key: one for key, one in everything["tables"].items() if key in wanted},
    }


@cache
def needs() -> frozenset[str]:
    """The keys of rules that go to the phone: what the `phone/needs.toml` of each app names, and the core's own."""
    found = {"records.clock_tolerance_minutes"}
    for app in apps.get_app_configs():
        file = Path(app.path) / "phone" / "needs.toml"
        if app.name.startswith("bulou.") and file.is_file():
            found |= set(tomllib.loads(file.read_text())["rules"])
    return frozenset(found)
