"""What follows from visits and answers at once, and is taken back when they are corrected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from bulou.core.people.keys import open_parts
from bulou.core.records.families import members
from bulou.core.records.kinds import Batch, Event
from bulou.core.rulebook import value
from bulou.core.tasks.write import Expected, expect, keep_only
from bulou.lib import clock, sql
from bulou.work.screening import chains, lasting, registering, rules, words
from bulou.work.screening.duties import AGAIN, CONTACT
from bulou.work.screening.forms import AnswerIn
from bulou.work.screening.intake import decided
from bulou.work.screening.models import Answer, Round, Visit

CORRECTED = "corrected"
_OF_RETURNEES = {
    "from_place", "arrived", "transport", "transport_no", "itinerary", "contact", "fever", "symptoms",
}  # fmt: skip


def visits_stored(batch: Batch) -> None:
    """Say the doors' words anew; a door that was entered and is not clear is seen again within its hours."""
    doors = {item.row["member"] for item in batch.items}
    chains.tell_called_off(doors)
    words.retell(doors)
    lasting.retell(Visit, doors)
    chains.follow(doors, {UUID(item.row["chain"]) for item in batch.items})
    again = [
        _again(row["member"], row["root"], row["place"], row["happened_at"], int(row["within"]), row["round"])
        for row in (item.row for item in batch.counting)
        if row.get("within") and _owes(row["outcome"], row["result"])
    ]
    expect(AGAIN, again)


def _owes(outcome: str, result: str) -> bool:
    return outcome == rules.SEEN and result not in ("", "clear")


def _again(member: UUID, root: UUID, place: str, at: datetime, hours: int, plan: UUID) -> Expected:
    """Once for a visit, whichever of its corrections counts."""
    return Expected(member, place, at, at + timedelta(hours=hours), slot=str(root), source=plan)


def visits_corrected(pairs: list[tuple[UUID, UUID]], batch: Batch) -> None:
    """A correction may speak of another door: both are told anew, and seen again only where that is owed now."""
    both = list(Visit.objects.filter(id__in=[record for pair in pairs for record in pair]))
    doors = {row.member for row in both}
    chains.tell_called_off(doors)
    words.retell(doors)
    lasting.retell(Visit, doors)
    chains.follow(doors, {UUID(row.chain) for row in both})
    after = {now for _before, now in pairs}
    wanted = {
        (row.member, str(row.root)): row for row in both if row.id in after and _owes(row.outcome, row.result)
    }
    missing = keep_only(AGAIN, doors, {str(row.root) for row in both}, wanted, CORRECTED)
    expect(AGAIN, _laid_late([wanted[owed] for owed in missing]))


def _laid_late(rows: list[Visit]) -> Iterator[Expected]:
    """For visits that had been overridden when they came and count again."""
    plans = Round.objects.in_bulk({row.round for row in rows})
    for row in rows:
        hours = decided(plans[row.round], row.place, row.happened_at, row).get("within")
        if hours:
            yield _again(row.member, row.root, row.place, row.happened_at, int(hours), row.round)


def answers_stored(batch: Batch) -> None:
    """New finds go on at once: returnees to the arrivals, fevers to the clinic; a contact is to be observed."""
    lasting.retell(Answer, {item.row["person"] for item in batch.items})
    registering.follow(batch.items)
    contacts, homes = [], _homes((item.row["person"], item.row["round"]) for item in batch.counting)
    for item in batch.counting:
        row, data, at = item.row, item.data, item.came.happened_at
        home = homes.get((row["person"], row["round"]))
        if data.returned and item.came.replaces is None:
            said = data.model_dump(include=_OF_RETURNEES)
            said["found"] = _found(data.found, home)
            batch.events.append(
                Event("screening.returnee", row["person"], home or row["place"], at, item.id, said, item.by)
            )
        if _alarms(data, row["place"], at):
            batch.say(
                "reading.fever", item, tenths=None, symptoms=[], fever=bool(data.fever), root=row["root"]
            )
        if data.contact:
            owed = home or row["place"]
            contacts.append(_to_observe(row["person"], owed, row["happened_at"], row["chain"], row["round"]))
    expect(CONTACT, contacts)


def _alarms(said: Answer | AnswerIn, place: str, at: datetime) -> bool:
    """A fever is reported at once, and so is a cough or short breath where the rules call it alarming."""
    if said.fever or not said.symptoms:
        return bool(said.fever)
    return not rules.COMPLAINTS.isdisjoint(value("symptoms.alarm", place, clock.day_of(at)))


def _found(said: str, home: str | None) -> str:
    """At a unit nobody has stood at their door yet."""
    return said if home is None else rules.AWAY


def answers_corrected(pairs: list[tuple[UUID, UUID]], batch: Batch) -> None:
    """A fever, a cough or a return that was none is said to whoever acted on it; nobody observes who was no contact."""
    rows = {row.id: row for row in Answer.objects.filter(id__in=[one for pair in pairs for one in pair])}
    lasting.retell(Answer, {row.person for row in rows.values()})
    people, slots = {row.person for row in rows.values()}, {row.chain for row in rows.values()}
    counting = Answer.objects.filter(person__in=people, chain__in=slots, contact=True, replaced_by=None)
    wanted = {(row.person, row.chain): row for row in counting}
    missing = [wanted[owed] for owed in keep_only(CONTACT, people, slots, wanted, CORRECTED)]
    homes = _homes((row.person, row.round) for row in missing)
    again = [
        _to_observe(
            row.person, homes.get((row.person, row.round), row.place), row.happened_at, row.chain, row.round
        )
        for row in missing
    ]
    expect(CONTACT, again)
    for before, after in pairs:
        was, now = rows[before], rows[after]
        alarmed, alarms = (_alarms(one, one.place, one.happened_at) for one in (was, now))
        if alarmed and (not alarms or now.person != was.person):
            _say(batch, "reading.corrected", was.person, now, fever=False)
        if alarms and after not in batch.ids:  # it had been overridden and counts again
            _say(batch, "reading.fever", now.person, now, fever=bool(now.fever), tenths=None, symptoms=[])
    _returnees_corrected([(rows[before], rows[after]) for before, after in pairs], batch)


def _returnees_corrected(pairs: list[tuple[Answer, Answer]], batch: Batch) -> None:
    """Say how they stand now who were said to have come from elsewhere, or are."""
    items = {item.id: item for item in batch.items}
    # Of an answer that had been overridden and counts again not all is kept: what was told of its person stands.
    about = [
        now for was, now in pairs
        if (was.returned or now.returned) and (now.id in items or was.returned != now.returned)
    ]  # fmt: skip
    told, parts = members(Answer, {row.root for row in about}), open_parts([row.id for row in about])
    homes = _homes((row.person, row.round) for row in about)
    for row in about:
        item, home = items.get(row.id), homes.get((row.person, row.round))
        said = dict.fromkeys(_OF_RETURNEES, "") | {"arrived": None} | parts.get(row.id, {}) | vars(row)
        said = item.data.model_dump() if item else said
        facts = {name: said[name] for name in _OF_RETURNEES} | {"found": _found(row.found, home)}
        facts |= {"returned": row.returned, "told": told[row.root]}
        event = Event("returnee.corrected", row.person, home or row.place, row.happened_at, row.id, facts)
        batch.events.append(event)


def _say(batch: Batch, name: str, person: UUID, row: Answer, **facts: object) -> None:
    batch.events.append(Event(name, person, row.place, row.happened_at, row.id, {"root": row.root, **facts}))


def _homes(told: Iterable[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], str]:
    """{(person, round): where they live}, of rounds over units' people: what follows is owed at home, not at work."""
    wanted = set(told)
    over_units = set(
        Round.objects.filter(pk__in={plan for _who, plan in wanted}, subjects="unit-people").values_list(
            "pk", flat=True
        )
    )
    clause, params = sql.among("id", {who for who, plan in wanted if plan in over_units})
    found = sql.rows(f"SELECT id, place FROM people_person WHERE {clause}", params) if over_units else []
    places = {sql.as_uuid(person): place for person, place in found}
    return {one: places[one[0]] for one in wanted if one[1] in over_units and one[0] in places}


def _to_observe(person: UUID, place: str, at: datetime, chain: str, plan: UUID) -> Expected:
    """Owed within hours; an observation that runs already serves it, so it opens a term earlier."""
    day = clock.day_of(at)
    hours = int(value("screening.contact_within_hours", place, day))
    back = timedelta(days=int(value("observation.days", place, day)))
    return Expected(person, place, at - back, at + timedelta(hours=hours), slot=chain, source=plan)
