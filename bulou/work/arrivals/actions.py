"""Every verb of arrivals. An arrival is one record: the person is found or enrolled, the rules decide."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bulou.core.people import actions as people
from bulou.core.people.queries import resolve
from bulou.core.places.classes import AFFECTED, origin_class, origin_code
from bulou.core.places.codes import VILLAGE_DIGITS
from bulou.core.records.kinds import Batch, Event, Item
from bulou.core.rulebook import book, outcome, value
from bulou.core.tasks.write import Expected, expect, withdraw
from bulou.lib import clock, sql
from bulou.lib.refusals import Refusal, declare
from bulou.work.arrivals import deciding, doubles, rules, whose
from bulou.work.arrivals.models import Arrival
from bulou.work.arrivals.rules import CLINIC

declare("arrival-nobody", _("Say who arrived: choose a known person, or enter at least the name."))
declare(
    "left-after-arrival", _("The day of leaving the affected area lies after the arrival. Check both days.")
)
declare("contact-ahead", _("The day of the last contact lies ahead. Check the day."))
declare(
    "contact-day-alone",
    _(
        "A day of contact is given, but no contact with a case. Say that there was contact, or take the day out."
    ),
)


def check_arrivals(batch: Batch) -> None:
    """Find or enrol the people, class the origin, and let the rules decide the measure."""
    today = clock.day_of(batch.now)
    for item in batch.live:  # first: nobody comes onto the register by a record that is refused
        if item.data.left_day and item.data.left_day > clock.day_of(item.came.happened_at):
            item.refuse("left-after-arrival")
        elif item.data.contact_day and not item.data.contact:
            item.refuse("contact-day-alone")
        elif item.data.contact_day and item.data.contact_day > today:
            item.refuse("contact-ahead")
    _known_people(batch.live)
    since = _known_since(batch.live)
    told = [item for item in batch.live if item.data.who is not None]
    _enrol([item for item in told if item.came.replaces is None], batch)
    _enrol([item for item in told if item.came.replaces], batch)
    for item in batch.live:
        _decide(item)
        _registered(item, since, batch.now)
    doubles.settle_told_before([item for item in batch.live if item.came.replaces is None])


def _known_since(items: list[Item]) -> dict[UUID, datetime]:
    """When those whose arrival is corrected were registered, by the first record."""
    roots = {item.row["root"] for item in items if item.came.replaces}
    found = Arrival.objects.filter(id__in=roots).values_list("id", "known_at") if roots else ()
    return dict(found)


def _registered(item: Item, since: dict[UUID, datetime], now: datetime) -> None:
    """When they were registered, and whether that was later than the rules allow."""
    happened, row = item.came.happened_at, item.row
    first = since.get(row.get("root", item.id)) or item.data.entered_at
    row["known_at"] = rules.known(first, happened, now)
    hours = value("arrivals.register_within_hours", item.came.place, clock.day_of(happened))
    row["late"] = row["known_at"] - happened > timedelta(hours=int(hours))


def _known_people(items: list[Item]) -> None:
    named = {item.data.person: item for item in items if item.data.person is not None}
    clause, params = sql.among("id", named)
    places = {
        sql.as_uuid(i): p for i, p in sql.rows(f"SELECT id, place FROM people_person WHERE {clause}", params)
    }
    roots = resolve(named)
    for item in items:
        if item.data.person is None and item.data.who is None:
            item.refuse("arrival-nobody")
        elif item.data.person is not None:
            if item.data.person not in places or not item.by.reaches(places[item.data.person]):
                item.refuse("person-unknown")
            # Of somebody who turned out to be another it is the arrival of the one that was kept.
            item.row["person"] = roots.get(item.data.person, item.data.person)


def _enrol(items: list[Item], batch: Batch) -> None:
    today = clock.day_of(batch.now)
    valid = []
    same = whose.corrected([item for item in items if item.came.replaces], batch)
    for item in items:
        who = item.data.who
        new = people.NewPerson(
            name=who.name, sex=who.sex, birth_date=who.birth_date, doc_kind=who.doc_kind,
            doc_number=who.doc_number, phone=who.phone, phone2=who.phone2, address=who.address,
            place=item.came.place, household=who.household,
        )  # fmt: skip
        try:
            valid.append((item, same.known(item, people.validate(new, today))))
        except Refusal as refusal:
            item.refuse(refusal.code, **refusal.words)
    by_sender: dict[object, list[tuple[Item, people.NewPerson]]] = {}
    for item, new in doubles.hold_other_persons(valid):
        by_sender.setdefault(item.by, []).append((item, new))
    for pairs in by_sender.values():
        enrolled = people.enrol([new for _item, new in pairs], by=pairs[0][0].by)
        for (item, _new), person in zip(pairs, enrolled, strict=True):
            item.row["person"] = person.id


def _decide(item: Item) -> None:
    came, data, row = item.came, item.data, item.row
    day = clock.day_of(came.happened_at)
    code = data.origin_code or origin_code(data.from_place)
    areas = value("arrivals.affected_areas", came.place, day)
    row["origin_code"] = code[:VILLAGE_DIGITS]
    row["origin"] = origin_class(code, came.place, data.affected, areas)
    row["affected"] = True if row["origin"] == AFFECTED else data.affected
    row["profile"] = book().profile(came.place, day)
    decided = outcome("arrivals.measure", came.place, day, rules.facts({**data.model_dump(), **row}))
    row["measure"], row["decided_by"] = decided.outcome["measure"], decided.name[:80]
    row["days"] = decided.outcome.get("days")


def arrivals_stored(batch: Batch) -> None:
    """Expect them to be seen at home within the time of the rules, and let the other rooms know."""
    expected = []
    for item in batch.items:
        row, at = item.row, item.came.happened_at
        hours = value("arrivals.register_within_hours", row["place"], row["day"])
        expected.append(
            # Nobody could be sent to somebody who was not known yet; that they were late stands by itself.
            Expected(
                row["person"],
                row["place"],
                at,
                row["known_at"] + timedelta(hours=int(hours)),
                slot=str(row["root"]),
                source=item.id,
            )
        )
        if item.came.replaces is None:
            batch.say(
                "person.arrived", item, origin=row["origin"], measure=row["measure"], days=row["days"],
                told_days=rules.told_days(row), profile=row["profile"], known_at=row["known_at"],
            )  # fmt: skip
    expect("arrivals.visit", expected)
    deciding.already_cleared([item.id for item in batch.counting if item.row["measure"] == CLINIC], batch)


def arrivals_corrected(pairs: list[tuple[UUID, UUID]], batch: Batch) -> None:
    """Say what an arrival was and is, so that what was built on it can follow."""
    rows = Arrival.objects.in_bulk({pk for pair in pairs for pk in pair})
    now = {after: rows[after] for _before, after in pairs}
    anew = deciding.anew(now.values())
    roots = resolve({row.person for row in rows.values()})
    items = {item.id: item for item in batch.items}
    for before, after in pairs:
        row, item = now[after], items.get(after)
        was, is_ = (roots.get(rows[pk].person, rows[pk].person) for pk in (before, after))
        facts = {
            "before": before, "origin": row.origin, "measure": row.measure, "profile": row.profile, "root": row.root,
            "days": item.row.get("days") if item else None, "told_days": rules.told_days(vars(row)),
            "was": was if was != is_ else None, **anew.get(row.id, {}),
        }  # fmt: skip
        batch.events.append(Event("arrival.corrected", row.person, row.place, row.happened_at, after, facts))
        if was != is_:
            whose.expect_instead(row)


def forget_visit(events: list[Event], by: object, batch: Batch | None) -> None:
    """Whoever went to the clinic is not waited for at home."""
    for event in events:
        if event.person is not None:
            withdraw("arrivals.visit", [event.person], event.at, "clinic")
