"""One person: what is asked of them now, who answers for them, and all that happened, as one line of time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bulou.core import audit, cards
from bulou.core.people import changes, keys, merging, persons
from bulou.core.people import queries as people
from bulou.core.people.models import Double, Merge, Person, Unit, full_years
from bulou.core.places import queries as places
from bulou.core.places.codes import COUNTY_DIGITS
from bulou.core.records.kinds import Kind, kinds
from bulou.core.room import ask
from bulou.core.staff import queries as staff
from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.core.staff.roles import COUNTY, OFFICE, SEES_PEOPLE, VILLAGE
from bulou.core.tasks.models import OPEN, Task
from bulou.desk import lists, names
from bulou.desk.pages.people import under_way
from bulou.lib import clock
from bulou.lib.refusals import Refusal

_DUE = 8
# Red stands for fever alone; what tells one, is the record's own column.
_FEVER = "fever"


def known(by: Actor, pk: UUID) -> Person:
    """The person, in the actor's scope. Not theirs is not there."""
    try:
        return people.get(by, pk)
    except Refusal as refusal:
        raise Http404 from refusal


@never_cache
@acting(SEES_PEOPLE)
def page(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """The person's page. Each look at it is kept."""
    person = known(by, pk)
    if person.id != pk:
        return redirect("person", pk=person.id)
    audit.look(by, "person", person.id, person.place)
    return _drawn(request, by, person, {})


def _drawn(
    request: HttpRequest, by: Actor, person: Person, shown: dict[str, str], error: str = ""
) -> HttpResponse:
    every, now = people.others(person.id), clock.now()
    found = under_way(every)
    answers = lists.answering({person.id: person.place})[person.id]
    words: dict[str, Any] = {
        "person": person,
        "age": full_years(person.birth_date, clock.today()),
        "where": lists.place_names([person.place], by.place[:COUNTY_DIGITS])[person.place],
        "identifiers": _identifiers(person, every, shown),
        "doc_title": persons.DOC_KINDS.get(person.doc_kind, ""),
        "household": _household(by, person),
        "unit": Unit.objects.filter(pk=person.unit).first() if person.unit else None,
        "answering": answers,
        "named": any(one.named for one in answers),
        "former": lists.former(dict.fromkeys(every, "person")),
        "may_entrust": by.role in OFFICE | VILLAGE | COUNTY,
        "now": [found[one] for one in every if one in found],
        "dues": names.dues(_owed(every, now), by, by.place, now),
        "timeline": _mendable(timeline(every, person), by),
        "acts": [pair for answer in ask("person_acts", by, person) for pair in answer],
        "alike": _alike(by, person) if by.role in OFFICE else [],
        "merges": _merges(person) if by.role in OFFICE else [],
        "may_mend": by.role in OFFICE,
        "error": error,
    }
    return render(request, "desk/person.html", words, status=422 if error else 200)


@never_cache
@require_POST
@acting(SEES_PEOPLE)
def reveal(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """Show one identifier in plain, once, on this answer alone. The look and its reason are kept."""
    person, field = known(by, pk), request.POST.get("field", "")
    if field not in people.FIELDS:
        raise Http404
    try:
        plain = people.reveal(by, person.id, field, request.POST.get("why", ""))
    except Refusal as refusal:
        return _drawn(request, by, person, {}, refusal.message)
    return _drawn(request, by, person, {field: plain or _("not known")})


def _identifiers(person: Person, every: list[UUID], shown: dict[str, str]) -> list[dict[str, Any]]:
    """The identifiers that are known, masked, or in plain where that was asked for just now."""
    masked = people.masked(every)
    found = []
    for field in people.FIELDS:
        hidden = next(
            (getattr(masked[i], field) for i in every if i in masked and getattr(masked[i], field)), ""
        )
        if hidden or field in shown:
            word = hidden if isinstance(hidden, str) else _("known, not shown")
            found.append(
                {
                    "field": field,
                    "title": persons.FIELDS[field],
                    "masked": word,
                    "plain": shown.get(field, ""),
                }
            )
    return found


def _household(by: Actor, person: Person) -> list[Person]:
    """The others of the household."""
    return (
        [one for one in people.members(by, person.household) if one.id != person.id]
        if person.household
        else []
    )


def _owed(every: list[UUID], now: datetime) -> list[Task]:
    """What is owed to the person: missed and open, and of each kind what comes next."""
    found, coming = [], set()
    for task in Task.objects.filter(OPEN, subject_id__in=every).order_by("due_at", "id")[: _DUE * 2]:
        if task.opens_at <= now or task.kind not in coming:
            found.append(task)
        if task.opens_at > now:
            coming.add(task.kind)
    return found[:_DUE]


def timeline(every: Collection[UUID], person: Person | None = None) -> list[dict[str, Any]]:
    """All that is recorded under these ids, newest first: what, where, by whom, with sealed notes opened."""
    told = [entry for one in every for answer in ask("timeline", one) for entry in answer]
    records = [entry["record"] for entry in told]
    notes = keys.open_parts({record.id for record in records})
    who = staff.names({record.account for record in records if record.account})
    where = lists.place_names(
        {record.place for record in records}, person.place[:COUNTY_DIGITS] if person else ""
    )
    instead = {record.replaces: record for record in records if record.replaces}
    lines = [
        {
            "at": entry["at"], "title": kinds()[entry["kind"]].title, "what": what,
            "kind": entry["kind"], "record": entry["record"], "by": who.get(entry["record"].account, ""),
            "where": where.get(entry["record"].place, ""), "notes": _said(notes.get(entry["record"].id, {})),
            "tone": "fever" if getattr(entry["record"], _FEVER, None) is True else "",
            "gone": entry["record"].replaced_by is not None, "corrects": entry["record"].replaces is not None,
            "why": notes.get(entry["record"].id, {}).get("why", ""),
            "mended": _mended(instead.get(entry["record"].id), who, notes),
        }
        for entry, what in zip(told, cards.worded(records), strict=True)
    ]  # fmt: skip
    return sorted([*lines, *(_changed(person) if person else [])], key=lambda line: line["at"], reverse=True)


def _mended(
    new: Any, who: Mapping[int, str], notes: Mapping[UUID, Mapping[str, Any]]
) -> dict[str, Any] | None:
    """By which correction a record was replaced: when it came, by whom, and why."""
    if new is None:
        return None
    return {
        "at": new.received_at,
        "by": who.get(new.account, ""),
        "why": notes.get(new.id, {}).get("why", ""),
        "id": new.id,
    }


def correctable(by: Actor, kind: Kind | None) -> bool:
    """Whether the actor may hand in a record of this kind, and so one that replaces another."""
    return kind is not None and by.role in kind.writers and (kind.subject == "person" or kind.mendable)


def _mendable(lines: list[dict[str, Any]], by: Actor) -> list[dict[str, Any]]:
    return [{**line, "mendable": correctable(by, kinds().get(line.get("kind", "")))} for line in lines]


def _said(notes: dict[str, Any]) -> list[str]:
    """The free texts of a record; the reason of a correction is shown with the correction.

    What stands in the register too (a phone, an address) is shown there, sealed until somebody says why.
    """
    return [
        text
        for name, text in notes.items()
        if name != "why" and name not in persons.FIELDS and text and isinstance(text, str)
    ]


def _changed(person: Person) -> list[dict[str, Any]]:
    """What was said anew of the person."""
    found = changes.history(person.id)
    who = staff.names({change["by"] for change in found})
    return [
        {
            "at": change["at"], "title": _("Data changed"), "by": who.get(change["by"], ""),
            "what": _(", ").join(str(persons.FIELDS[f]) for f in change["fields"] if f in persons.FIELDS),
        }
        for change in found
    ]  # fmt: skip


def _alike(by: Actor, person: Person) -> list[dict[str, Any]]:
    """Who may be the same person: proposed as a double, or the same name, and the same birth or phone.

    Never merged by itself; whoever was said to be somebody else is not asked about again.
    """
    same = Q(pk__in=[])
    if person.birth_date:
        same |= Q(birth_date=person.birth_date)
    if person.phone_index:
        same |= Q(phone_index=person.phone_index) | Q(phone2_index=person.phone_index)
    pairs = Double.objects.filter(Q(one=person.id) | Q(other=person.id))
    said = {pair.other if pair.one == person.id else pair.one: pair.decided for pair in pairs}
    same = Q(same, name=person.name) | Q(pk__in=[one for one, decided in said.items() if not decided])
    two = [one for one, decided in said.items() if decided == Double.TWO]
    found = list(people.visible(by).filter(same).exclude(pk__in=[person.id, *two])[:_DUE])
    where = places.described({one.place for one in found}, below=by.place[:COUNTY_DIGITS])
    return [{"person": one, "where": where[one.place]} for one in found]


def _merges(person: Person) -> list[dict[str, Any]]:
    """Those who turned out to be this person, with the reason given."""
    found = list(Merge.objects.filter(kept=person.id, undone_at=None).order_by("at"))
    who = staff.names({merge.by for merge in found})
    named = dict(Person.objects.filter(pk__in=[m.other for m in found]).values_list("pk", "name"))
    return [
        {"merge": merge, "name": named.get(merge.other, ""), "by": who.get(merge.by, ""), "why": merging.why(merge)}
        for merge in found
    ]  # fmt: skip
