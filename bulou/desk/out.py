"""What the office's own lists are when they leave the house: people, the missed, who answers, how places stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bulou.core.audit import acts
from bulou.core.audit import queries as audit
from bulou.core.cards import headlines
from bulou.core.exports import Asked, OutList
from bulou.core.figures.queries import Asked as AskedFigures
from bulou.core.figures.queries import read
from bulou.core.overview import below
from bulou.core.own import of_unit
from bulou.core.people import finding, units
from bulou.core.people.doubles.words import in_words
from bulou.core.people.models import Double, Person, Unit, full_years
from bulou.core.people.queries import living
from bulou.core.places import queries as places
from bulou.core.records.models import Aside
from bulou.core.staff import queries as staff
from bulou.core.staff import responsibility
from bulou.core.staff.actor import within
from bulou.core.staff.models import Responsibility
from bulou.core.staff.roles import AUDIT_READERS, EVERYONE, OFFICE, SEES_PEOPLE
from bulou.core.tasks import queries as tasks
from bulou.core.tasks.models import Task
from bulou.desk import figures_out, homes_out, lists, names
from bulou.desk.pages import asides, doubles
from bulou.desk.pages.figures import title
from bulou.desk.pages.missed import below_it, which_asked
from bulou.desk.pages.people import SHOW, narrowed, under_way
from bulou.desk.pages.units import SHOW as SHOW_UNITS
from bulou.desk.pages.units import title as unit_kind
from bulou.lib import clock, sql

_PEOPLE = {
    "name": _("Name"), "sex": _("Sex"), "age": _("Age"), "birth_date": _("Date of birth"), "place": _("Place"),
    "now": _("Now"),
}  # fmt: skip
_MISSED = {
    "name": _("Who"), "sex": _("Sex"), "age": _("Age"), "what": _("What"), "place": _("Where"),
    "owner": _("Who answers"), "due": _("Due"), "told": _("Risen to"),
}  # fmt: skip
_RESPONSIBLE = {
    "name": _("For whom"), "place": _("Where"), "role": _("As"), "responsible": _("Who"), "since": _("Since"),
}  # fmt: skip


def _shown(asked: Asked) -> str:
    return asked.choice(SHOW, "all")


def _people(asked: Asked) -> QuerySet[Any]:
    found = narrowed(living(asked.by, asked.place), _shown(asked))
    if unit := lists.unit_of(asked):
        found = found.filter(unit=unit.pk)
    found = lists.matching(found, asked.get("q")[:40], "pk")
    keys = finding.SORTS.get(asked.get("sort", "place"), finding.SORTS["place"])
    return found.order_by(*keys).values_list("id", "name", "sex", "birth_date", "place")


def _people_lines(asked: Asked, rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    where = _where(asked, {row[4] for row in rows})
    now, today = under_way([row[0] for row in rows]), clock.today()
    for person, name, sex, birth, place in rows:
        told = now.get(person)
        yield name, sex, full_years(birth, today), birth, where[place], str(told["title"]) if told else ""


def _where(asked: Asked, codes: set[str]) -> dict[str, str]:
    """Names of places, each looked up once for a whole list."""
    known: dict[str, str] = asked.kept.setdefault("where", {})
    if missing := codes - known.keys():
        known |= lists.place_names(missing, asked.place)
    return known


_UNITS = {
    "unit": pgettext_lazy("register", "Unit"), "kind": _("Kind"), "place": _("Place"),
    "code": _("Credit code"), "people": _("People on file"),
}  # fmt: skip


def _units(asked: Asked) -> QuerySet[Any]:
    show = asked.choice(SHOW_UNITS, "all")
    return units.listed(asked.by, asked.place, show, asked.get("q")[:40]).order_by("place", "name", "id")


def _unit_lines(asked: Asked, rows: Sequence[Unit]) -> Iterator[Sequence[Any]]:
    sizes, where = units.sizes([row.pk for row in rows]), _where(asked, {row.place for row in rows})
    for row in rows:
        yield [row.name, unit_kind(row.kind), where[row.place], row.code, sizes.get(row.pk, 0)]


def _missed(asked: Asked) -> QuerySet[Any]:
    without = below_it(asked.place, clock.now()) if asked.get("own") else []
    which = which_asked(asked.words, asked.by, clock.now())
    found = tasks.missed_now(asked.place, asked.by, asked.get("kind"), which, without)
    return found.order_by(*tasks.KEYS)


def _missed_lines(asked: Asked, rows: Sequence[Task]) -> Iterator[Sequence[Any]]:
    told = {due.task.id: due for due in names.dues(rows, asked.by, asked.place, clock.now())}
    for row in rows:
        due, at = told.get(row.id), row.due_at.astimezone(clock.zone())
        owner = due.owner.name if due and due.owner else ""
        if due is None:
            yield ["", "", None, "", "", "", at, ""]
        elif due.person:
            yield [due.person.name, due.person.sex, due.person.age, due.what, due.where, owner, at, due.told]
        else:
            yield [due.name, "", None, due.what, due.where, owner, at, due.told]


def _about(task: Task) -> UUID | None:
    return task.subject_id if task.subject_type == "person" else None


def _responsible(asked: Asked) -> QuerySet[Any]:
    found = within(asked.by, of_unit(asked.by, staff.answering(Responsibility.objects.all())))
    return sql.subtree(found, asked.place).order_by("place", "id")


def _responsible_lines(asked: Asked, rows: Sequence[Responsibility]) -> Iterator[Sequence[Any]]:
    people = lists.shown({row.subject_id for row in rows if row.subject_type == "person"}, asked.place)
    where, others = _where(asked, {row.place for row in rows}), lists.subjects(rows, asked.place)
    for row in rows:
        person = people.get(row.subject_id)
        who = person.name if person else others.get(row.subject_id, ("",))[0]
        yield [who, where[row.place], responsibility.title(row.role), row.holder_name, row.from_day]


def _places(asked: Asked) -> QuerySet[Any]:
    codes = [place.code for place in places.children(asked.place)]
    return places.subtree(asked.place).filter(pk__in=codes).order_by("code")


def _places_lines(asked: Asked, rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    wanted = {False: [], True: []}  # type: dict[bool, list[str]]
    for line in headlines():
        wanted[line.day].append(line.name)
    down, today = below(asked.place), clock.today()
    ever = read(wanted[False], AskedFigures(asked.place, down)) if wanted[False] else {}
    of_day = read(wanted[True], AskedFigures(asked.place, down, day=today)) if wanted[True] else {}
    for row in rows:
        told = [(of_day if line.day else ever).get(row.code, {}).get(line.name, 0) for line in headlines()]
        yield [row.code, row.name, *told]


_DOUBLES = {
    "score": _("Likely"), "name": _("One"), "birth_date": _("Date of birth"), "place": _("Place"),
    "other": _("The other"), "other_birth_date": _("Date of birth of the other"),
    "other_place": _("Place of the other"),
    "agrees": _("What agrees"),
}  # fmt: skip


def _doubles(asked: Asked) -> QuerySet[Any]:
    show = asked.choice(doubles.SHOW, "waiting")
    return doubles.listed(asked.by, asked.place, show).order_by("-score", "id")


def _doubles_lines(asked: Asked, rows: Sequence[Double]) -> Iterator[Sequence[Any]]:
    found = Person.objects.in_bulk({person for row in rows for person in (row.one, row.other)})
    where = _where(asked, {person.place for person in found.values()})
    for row in rows:
        sides = [found[one] for one in (row.one, row.other)]
        told = [text for one in sides for text in (one.name, one.birth_date, where[one.place])]
        yield [row.score / 1000 if row.score else None, *told, in_words(row.evidence)]


_ASIDES = {
    "what": _("What"), "state": _("State"), "why": _("Why"), "place": _("Where"), "by": _("Handed in by"),
    "at": _("When"),
}  # fmt: skip


def _asides(asked: Asked) -> QuerySet[Any]:
    show = asked.choice(asides.SHOW, "all")
    return asides.listed(asked.by, asked.place, show).order_by("at", "id")


def _aside_lines(asked: Asked, rows: Sequence[Aside]) -> Iterator[Sequence[Any]]:
    where = _where(asked, {row.place for row in rows})
    who = staff.names({row.account for row in rows if row.account})
    for row in rows:
        at = row.at.astimezone(clock.zone())
        state = str(asides.SHOW.get(row.status, row.status))
        yield [str(asides.title(row)), state, asides.sentence_of(row.code), where[row.place],
               who.get(row.account or 0, ""), at]  # fmt: skip


_AUDIT = {
    "number": _("Number"), "at": _("When"), "who": _("By whom"), "what": _("What"), "where": _("Where"),
    "count": _("How many"),
}  # fmt: skip


def _audit(asked: Asked) -> QuerySet[Any]:
    account = asked.get("account")
    return audit.entries(
        asked.by, place=asked.place, act=asked.get("kind"), account=int(account) if account.isdigit() else None,
        subject_id=asked.get("subject"),
    ).order_by("-id")  # fmt: skip


def _audit_lines(asked: Asked, rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    who, where = (
        staff.names(row.account for row in rows),
        _where(asked, {row.place for row in rows if row.place}),
    )
    for row in rows:
        by = who.get(row.account) or (_("the system") if row.account == 0 else row.account)
        at = row.at.astimezone(clock.zone())
        yield [row.pk, at, str(by), str(acts.title(row.act)), where.get(row.place, row.place), row.count]


def exports() -> Sequence[OutList]:
    """The office's lists."""
    standing = {"code": _("Code"), "place": _("Place"), **{line.name: line.title for line in headlines()}}
    return (
        OutList(
            "people", _("People"), SEES_PEOPLE, _PEOPLE, _people, _people_lines, lambda row: row[0],
            lambda asked: str(SHOW[_shown(asked)]),
        ),
        OutList("doubles", _("Entered twice?"), OFFICE, _DOUBLES, _doubles, _doubles_lines, lambda row: row.one),
        OutList("asides", _("Records that wait for a person"), OFFICE, _ASIDES, _asides, _aside_lines),
        OutList("missed", _("Missed"), SEES_PEOPLE, _MISSED, _missed, _missed_lines, _about),
        OutList(
            "responsible", _("Named responsibility"), SEES_PEOPLE, _RESPONSIBLE, _responsible, _responsible_lines,
            lambda row: row.subject_id if row.subject_type == "person" else None,
        ),
        OutList("units", _("Units"), SEES_PEOPLE, _UNITS, _units, _unit_lines),
        OutList("audit", _("Audit log"), AUDIT_READERS, _AUDIT, _audit, _audit_lines),
        OutList("places", _("Places as they stand"), EVERYONE, standing, _places, _places_lines),
        figures_out.exports(title),
        homes_out.EXPORT,
    )  # fmt: skip
