"""What happens when records about somebody observed come in: each is checked, then followed up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from bulou.core.records import families
from bulou.core.records.intake import take
from bulou.core.records.kinds import Batch, Event, Incoming, Item
from bulou.core.rulebook import value
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.lib import clock, ids
from bulou.lib.refusals import declare
from bulou.work.observation import rules, symptoms
from bulou.work.observation.models import Breach, Contact, Observation, Reading
from bulou.work.observation.opening import expect_readings, profiles_of, running_of

declare(
    "temperature-implausible",
    _("No person has such a temperature. 36.5 °C is sent as 365; read the thermometer again."),
    typed=_("No person has such a temperature. Read the thermometer again and enter it as 36.5."),
)
declare(
    "reading-empty",
    _("Neither a temperature nor a complaint. Enter the number, or choose what the person complains of."),
)
declare(
    "symptom-unknown",
    _("The rules know no complaint %(symptom)s. Possible are: %(possible)s. Choose one of them."),
)
declare(
    "symptom-for-medics",
    _(
        "Only a medic can judge this: %(symptom)s. Choose what you see or are told: %(possible)s. "
        "Ask the village doctor to look."
    ),
)


def check_readings(batch: Batch) -> None:
    """A temperature must be one, a reading must say something, and its complaints must be the rules' own."""
    profiles = profiles_of({_person(item) for item in batch.live})
    today, known, rule = clock.day_of(batch.now), cache(symptoms.permitted), cache(value)
    judged, before = cache(symptoms.judged), _said_before(batch.live)
    for item in batch.live:
        data, place, day = item.data, item.came.place, clock.day_of(item.came.happened_at)
        low, high = rule("observation.plausible_tenths", place, today)
        profile = profiles.get(_person(item)) or None
        permitted = known(place, day, profile) if data.symptoms else []
        unknown = next((word for word in data.symptoms if word not in permitted), None)
        others = judged(item.by.role, place, day, profile) if data.symptoms and not item.came.copied else []
        clinical = next((w for w in data.symptoms if w in others and w not in before.get(item.id, ())), None)
        if data.tenths is not None and not low <= data.tenths <= high:
            item.refuse("temperature-implausible")
        elif unknown is not None:
            item.refuse("symptom-unknown", symptom=unknown, possible=_named_later(permitted))
        elif clinical is not None:
            possible = _named_later([word for word in permitted if word not in others])
            item.refuse("symptom-for-medics", symptom=_title_later(clinical), possible=possible)
        elif data.tenths is None and not data.symptoms and not data.note:
            item.refuse("reading-empty")
        else:
            item.row["symptoms"] = ",".join(dict.fromkeys(data.symptoms))
            item.row["profile"] = profile
            item.row["fever"] = rules.is_fever(data.tenths, rule("fever.tenths", place, day, profile))


def _said_before(items: list[Item]) -> dict[UUID, list[str]]:
    """What the readings that these correct said: a medic judged it then, and whoever corrects lets it stand."""
    of = {item.came.replaces: item.id for item in items if item.came.replaces and item.data.symptoms}
    said = Reading.objects.filter(id__in=of).values_list("id", "symptoms") if of else ()
    return {of[pk]: words.split(",") for pk, words in said}


def _person(item: Item) -> UUID:
    person: UUID = item.row.get("person", item.data.person)
    return person


def _named(words: list[str]) -> str:
    """Complaints by their code, each with what it is called."""
    return ", ".join(f"{word} ({symptoms.title(word)})" for word in words)


# Said when the answer is read: one thread writes the records of all, whatever language each of them reads.
_named_later, _title_later = lazy(_named, str), lazy(symptoms.title, str)


def readings_stored(batch: Batch) -> None:
    """A fever, or a complaint that the rules name, is said at once."""
    for item in batch.counting:
        row = item.row
        if _alarms(row["fever"], item.data.symptoms, row["place"], row["day"], row["profile"]):
            batch.say(
                "reading.fever", item, tenths=item.data.tenths, symptoms=list(item.data.symptoms),
                fever=row["fever"], root=row["root"],
            )  # fmt: skip


def _alarms(fever: bool, said: Sequence[str], place: str, day: date, profile: str | None) -> bool:
    if fever or not said:
        return fever
    alarming = value(symptoms.ALARM, place, day, profile)
    return rules.is_alarm(fever, said, alarming)


def readings_corrected(pairs: list[tuple[UUID, UUID]], batch: Batch) -> None:
    """Whoever acted on the reading that counted is told what it is now, and of whom."""
    rows = {row.id: row for row in Reading.objects.filter(id__in=[one for pair in pairs for one in pair])}
    profiles = profiles_of({rows[after].person for _before, after in pairs})
    for before, after in pairs:
        was, row = rows[before].person, rows[after]
        said = [word for word in row.symptoms.split(",") if word]
        alarms = _alarms(row.fever, said, row.place, row.day, profiles.get(row.person))
        _say(batch, "reading.corrected", row.person, row, fever=alarms)
        if was != row.person:
            _say(batch, "reading.corrected", was, row, fever=False)
        if alarms and after not in batch.ids:  # it had been overridden and counts again
            _say(batch, "reading.fever", row.person, row, tenths=row.tenths, symptoms=said, fever=row.fever)


def _say(batch: Batch, name: str, person: UUID, row: Reading, **facts: Any) -> None:
    batch.events.append(Event(name, person, row.place, row.happened_at, row.id, {"root": row.root, **facts}))


def fill_turns(batch: Batch) -> None:
    """Records about somebody observed name the observation that runs and its class of origin."""
    said = {item: item.row.get("person", item.data.person) for item in batch.live}
    running = running_of(said.values())
    for item, person in said.items():
        plan = running.get(person)
        if plan is not None:
            item.row["observation"], item.row["origin"] = plan.id, plan.origin


def contacts_stored(batch: Batch) -> None:
    """Lost is a state that everybody sees; found again, the observation goes on.

    Whichever was said of the latest moment counts, however late the others come in.
    """
    for item in batch.items:
        plan = Observation.objects.filter(person=item.row["person"], closed_at=None).first()
        if plan is None:
            continue
        said = Contact.objects.filter(person=plan.person, replaced_by=None, happened_at__gte=plan.opened_at)
        last = said.order_by("happened_at", "id").last()
        lost = last is not None and not last.found
        if lost == (plan.state == "lost"):
            continue  # they were looked for, and are there: nothing changes
        plan.state, plan.version = ("lost" if lost else "open"), plan.version + 1
        plan.save(update_fields=["state", "version"])
        if not lost:
            expect_readings([plan])
        batch.say("observation.lost" if lost else "observation.found", item)


def on_strayed(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """Somebody observed was found out and about, and whoever answers for them has said that it was a breach."""
    take([_breach(event) for event in events if event.person is not None], replace(by, role=Role.SYSTEM))


def _breach(event: Event, replaces: UUID | None = None) -> Incoming:
    key, said = (
        _breach_of(event.source),
        {"person": str(event.person), "what": "went-out", "action": "talked-to"},
    )
    return Incoming("observation.breach", key, event.place, event.at, said, replaces=replaces)


def _breach_of(followed: UUID) -> UUID:
    return ids.derived("observation.breach", followed)


def on_stray_corrected(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """What was found out was corrected: the breach is another, or none, or one after all.

    One that somebody has corrected since stays as they said.
    """
    none: dict[UUID, UUID] = {}
    again: list[Incoming] = []
    for event in events:
        told = [_breach_of(one) for one in event.facts["told"]]
        there = Breach.objects.filter(root__in=told, replaced_by=None).first()
        if there is None:
            again += [_breach(event)] if event.facts["breach"] else []
        elif there.id in told and not event.facts["breach"]:
            none[there.id] = event.source
        elif there.id in told and (there.person, there.happened_at) != (event.person, event.at):
            again.append(_breach(event, there.id))
    families.void(none, [Breach.kind])
    take(again, replace(by, role=Role.SYSTEM))
