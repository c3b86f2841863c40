"""Who stands at a post: found again or enrolled, wherever they live; whether they are under observation."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bulou.core.people import actions as people
from bulou.core.people import matching, names
from bulou.core.people.queries import known_as, resolve
from bulou.core.people.queries import names as names_of
from bulou.core.records.kinds import Batch, Item
from bulou.core.records.models import PersonRecord
from bulou.core.room import ask
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.lib import clock, ids, phones, sql
from bulou.lib.refusals import Refusal, declare
from bulou.work.checkpoints.models import Pass, Permit, Traveller

declare(
    "pass-other-person",
    _(
        "This identity number is registered under another name. It is held: compare both with the card, enter it again."
    ),
)


@dataclass(slots=True)
class Stands:
    """One of those in a pass: what was said of them (`said`), who it is, where they live."""

    said: Any
    n: int
    person: UUID | None = None
    home: str = ""
    observed: str = ""  # until when, in words; "" for not
    permit: bool = False


def house(by: Actor) -> Actor:
    """The house itself, in somebody's name: whoever passes a post may live anywhere."""
    return replace(by, role=Role.SYSTEM, place="")


def recognise(found: dict[Item, list[Stands]], places: dict[Item, str]) -> None:
    """Say who everybody is. Refuses the items of those who cannot be anybody."""
    _known(found, places)
    _new(found, places)
    _about([(item, one) for item, some in found.items() if not item.status for one in some if one.person])


def _known(found: dict[Item, list[Stands]], places: dict[Item, str]) -> None:
    """People by their id: of the sender's territory, or known at a post of it."""
    asked = {one.said.person for some in found.values() for one in some if one.said.person is not None}
    if not asked:
        return
    where, params = sql.among("id", asked)
    home = {
        sql.as_uuid(i): p for i, p in sql.rows(f"SELECT id, place FROM people_person WHERE {where}", params)
    }
    roots, seen = resolve(asked), _seen(asked)
    for item, some in found.items():
        for one in (one for one in some if one.said.person is not None):
            person = one.said.person
            near = {home.get(person, ""), *seen.get(person, ())}
            if person not in home or not any(item.by.reaches(place) for place in near if place):
                item.refuse("person-unknown")
                break
            one.person = roots.get(person, person)


def _seen(people_: Collection[UUID]) -> dict[UUID, set[str]]:
    """At the posts of which places these people are known: they passed there, or have a permit."""
    found: dict[UUID, set[str]] = {}
    where, params = sql.among("person", people_)
    for model in (Traveller, Permit):
        rows = sql.rows(f"SELECT DISTINCT person, place FROM {model._meta.db_table} WHERE {where}", params)
        for person, place in rows:
            found.setdefault(sql.as_uuid(person), set()).add(place)
    return found


def _new(found: dict[Item, list[Stands]], places: dict[Item, str]) -> None:
    """People by name: found again by document, or by telephone and name; else enrolled where they go to."""
    told: list[tuple[Item, Stands, people.NewPerson]] = []
    today = clock.today()
    for item, some in found.items():
        for one in (one for one in some if one.said.person is None and one.said.who is not None):
            if item.status:
                break
            try:
                told.append((item, one, people.validate(_told(item, one, places[item]), today)))
            except Refusal as refusal:
                item.refuse(refusal.code, **refusal.words)
    for (item, _one, _new), other in zip(told, matching.of_other_name([t[2] for t in told]), strict=True):
        if other and not item.status:
            item.hold("pass-other-person")
    by_sender: dict[Actor, list[tuple[Stands, people.NewPerson]]] = {}
    for item, one, new in told:
        if not item.status:
            by_sender.setdefault(item.by, []).append((one, new))
    for by, pairs in by_sender.items():
        enrolled = people.enrol([new for _one, new in pairs], by=house(by))
        for (one, _said), person in zip(pairs, enrolled, strict=True):
            one.person = person.id


def _told(item: Item, one: Stands, place: str) -> people.NewPerson:
    who = one.said.who
    key = None
    if not who.doc_number.strip():
        key = _by_phone(who) or ids.derived("passer", item.row["root"], one.n)
    return people.NewPerson(
        name=who.name, sex=who.sex, doc_kind=who.doc_kind, doc_number=who.doc_number, phone=who.phone,
        place=place, id=key,
    )  # fmt: skip


def _by_phone(who: Any) -> UUID | None:
    """Somebody of this name who has this telephone; families share one, so the name decides."""
    try:
        number = phones.normalise(who.phone)
    except Refusal:
        return None
    known = names_of(known_as(number))
    return next((person for person, name in known.items() if name == names.normal(who.name)), None)


def _about(everybody: Collection[tuple[Item, Stands]]) -> None:
    """Where they live, and who of them was under observation before they passed: a constant number of queries."""
    wanted = {one.person for _item, one in everybody if one.person is not None}
    if not wanted:
        return
    where, params = sql.among("id", wanted)
    home = {
        sql.as_uuid(i): p for i, p in sql.rows(f"SELECT id, place FROM people_person WHERE {where}", params)
    }
    watched: dict[UUID, dict[str, Any]] = {}
    for answer in ask("under_way", wanted):
        watched |= answer
    # A pass that is corrected has perhaps led to an observation of its own.
    roots = {item.row["root"] for item, _one in everybody if item.came.replaces}
    first = dict(Pass.objects.filter(id__in=roots).values_list("id", "happened_at")) if roots else {}
    for item, one in everybody:
        one.home = home.get(one.person, "")  # type: ignore[arg-type] # nobody is nobody's
        now = watched.get(one.person)  # type: ignore[arg-type]
        at = min(item.came.happened_at, first.get(item.row.get("root", item.id), item.came.happened_at))
        one.observed = str(now["title"]) if now and now["since"] < at else ""


def permits(everybody: Iterable[tuple[Stands, str, datetime]]) -> None:
    """Who may pass a closed post: (who, the post's place, when). One query."""
    asked = [(one, place, clock.day_of(at)) for one, place, at in everybody if one.person is not None]
    held: dict[UUID, list[Permit]] = {}
    where, params = sql.among("person", {one.person for one, _place, _day in asked if one.person})
    for permit in Permit.objects.filter(ended_at=None).extra(where=[where], params=params) if asked else ():
        held.setdefault(permit.person, []).append(permit)
    for one, place, day in asked:
        own = held.get(one.person, ()) if one.person else ()
        one.permit = any(
            place.startswith(p.place) and p.from_day <= day <= p.to_day
            and (not p.weekdays or str(day.isoweekday()) in p.weekdays)
            for p in own
        )  # fmt: skip


def corrected(batch: Batch, model: type[PersonRecord]) -> dict[Item, Any]:
    """{item: the first record of what it corrects}, of those that speak of the same person still."""
    roots = {item.row["root"] for item in batch.live if item.came.replaces}
    before: dict[UUID, Any] = model._default_manager.in_bulk(roots) if roots else {}
    of = {item: before[item.row["root"]] for item in batch.live if item.row.get("root") in before}
    asked = {who for item, row in of.items() for who in (item.data.person, row.person)}
    kept = resolve(asked) if asked else {}
    return {
        item: row for item, row in of.items()
        if kept.get(row.person, row.person) == kept.get(item.data.person, item.data.person)
    }  # fmt: skip
