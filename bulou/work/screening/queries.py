"""Every list of rounds that is read, scope first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from bulou.core.figures.queries import Asked, read, sums
from bulou.core.people import units
from bulou.core.people.models import Household, Person, Unit
from bulou.core.people.queries import visible
from bulou.core.places.classes import AFFECTED
from bulou.core.places.codes import path_codes
from bulou.core.staff.actor import Actor, within
from bulou.core.staff.roles import FIELD, OFFICE, Role
from bulou.core.succession import Standing
from bulou.core.tasks.models import Task
from bulou.lib import sql
from bulou.work.screening import rules
from bulou.work.screening.figures import HUNDREDS
from bulou.work.screening.models import Answer, Point, Round, Team, Visit
from bulou.work.screening.rules import KINDS, Cover

WRITERS = FIELD | OFFICE | {Role.UNIT_LIAISON}
READERS = WRITERS | {Role.INSPECTOR, Role.SYSTEM}
# To what somebody may have said yes at a door.
YES = {
    "unwell": Q(fever=True) | Q(symptoms=True), "contact": Q(contact=True), "affected": Q(origin=AFFECTED),
    "returned": Q(returned=True),
}  # fmt: skip
_DOORS, _LATE = "screening.doors", "screening.late"


def rounds(actor: Actor) -> QuerySet[Round]:
    """Rounds in the actor's territory, and those of places above it that go through it; the latest first."""
    if actor.role not in READERS:
        return Round.objects.none()
    above = [actor.place[:end] for end in range(2, len(actor.place))]
    own = within(actor, Round.objects.all()) | Round.objects.filter(place__in=above)
    if actor.unit:  # who answers for a unit has nothing to do with other doors
        own = own.filter(Q(unit=None) | Q(unit=actor.unit), subjects="unit-people")
    return own.order_by("-opens_at", "-id")


def through(found: QuerySet[Round], place: str) -> QuerySet[Round]:
    """Those of some rounds that go through a place: its own, of places below it, and of those it lies in."""
    return sql.subtree(found, place) | found.filter(place__in=path_codes(place))


def below(actor: Actor, plan: Round) -> str:
    """The part of a round that an actor sees: its place, or the actor's own where that is smaller."""
    return plan.place if len(plan.place) >= len(actor.place) else actor.place


def covers(plans: Collection[Round], place: str, down: int | None = None) -> dict[tuple[str, UUID], Cover]:
    """How rounds stand, by the code of the places below (or `place` itself): sums of tallies, two reads."""
    of = {plan.slot: plan.id for plan in plans}
    words: dict[tuple[str, UUID], Counter[str]] = defaultdict(Counter)
    late: Counter[tuple[str, UUID]] = Counter()
    for (code, figure, dim), count in sums([_DOORS, _LATE], place, down=down).items():
        slot, _bar, word = dim.partition("|")
        if slot in of and figure == _LATE:
            late[code, of[slot]] += count
        elif slot in of:
            words[code, of[slot]][word] += count
    return {key: rules.cover(counts, late[key]) for key, counts in words.items()}


def own_covers(
    actor: Actor, plans: Collection[Round], place: str, unit: Unit | None = None
) -> dict[UUID, Cover]:
    """How rounds stand at a place as far as they are an actor's; somebody of a unit sees its people alone."""
    if actor.unit or unit:
        found = {
            plan.id: [one for of, one in by_unit(actor, plan, place) if unit is None or of == unit]
            for plan in plans
        }
        return {plan: sum(some, Cover()) for plan, some in found.items()}
    return {plan: one for (_place, plan), one in covers(plans, place).items()}


def cover(plan: Round, place: str) -> Cover:
    return covers([plan], place).get((place, plan.id), Cover())


def hundreds(place: str) -> list[tuple[str, int, str, int]]:
    """The three that have to be a hundred per cent at a place: (of what, how many, done, how many)."""
    found = read([name for pair in HUNDREDS for name in pair], Asked(place)).get(place, {})
    return [(whole, found.get(whole, 0), done, found.get(done, 0)) for whole, done in HUNDREDS]


def doors(
    actor: Actor, plan: Round, place: str, show: str = "gap", unit: Unit | None = None
) -> QuerySet[Task]:
    """The doors of a round at a place: the gap, or those of one word; never reached and overdue first.

    `unit`: of a round over units' people, those of one.
    """
    found = Task.objects.filter(kind__in=KINDS, source=plan.id, withdrawn_at=None)
    found = sql.subtree(within(actor, found), place)
    if unit:
        found = found.filter(subject_id__in=Person.objects.filter(unit=unit.pk).values("pk"))
    if actor.unit:
        found = found.filter(subject_id__in=visible(actor).values("pk"))
    if show == "gap":
        return found.filter(done_at=None)
    if show == "never":
        return found.filter(done_at=None, detail=rules.NEVER)
    return found.filter(detail=show) if show != "all" else found


def by_unit(actor: Actor, plan: Round, place: str) -> list[tuple[Unit, Cover]]:
    """A round over units' people by their units, the largest gap first: two queries."""
    unit = Person.objects.filter(pk=OuterRef("subject_id")).values("unit")
    rows = doors(actor, plan, place, "all").annotate(unit=Subquery(unit)).order_by()
    words: dict[UUID, Counter[str]] = defaultdict(Counter)
    for of, word, count in rows.values_list("unit", "detail").annotate(n=Count("pk")):
        if of:
            words[of][word] += count
    known = Unit.objects.in_bulk(words)
    found = [(known[of], rules.cover(counts)) for of, counts in words.items() if of in known]
    return sorted(found, key=lambda pair: (-pair[1].gap, pair[0].name))


def unit_names(people: Collection[UUID]) -> dict[UUID, list[str]]:
    """{person: the unit they belong to}, as a list of that one: two queries, none for nobody."""
    if not people:
        return {}
    of = dict(Person.objects.filter(pk__in=people).exclude(unit=None).values_list("pk", "unit"))
    names = dict(Unit.objects.filter(pk__in=set(of.values())).values_list("pk", "name"))
    return {person: [names[unit]] for person, unit in of.items() if unit in names}


def filed_nobody(actor: Actor, plan: Round, place: str) -> QuerySet[Unit]:
    """The units of which a round over units' people can miss nobody, for they have filed nobody."""
    if plan.subjects != "unit-people" or plan.unit or actor.unit:
        return Unit.objects.none()
    return units.listed(actor, place, "nobody").order_by("name", "id")


def teams(plan: Round, place: str) -> list[Team]:
    return list(sql.subtree(Team.objects.filter(round=plan.id, replaced_by=None), place).order_by("id"))


def points(plan: Round, place: str) -> list[Point]:
    return list(sql.subtree(Point.objects.filter(round=plan.id, replaced_by=None), place).order_by("id"))


def added(actor: Actor, plan: Round, place: str) -> QuerySet[Answer]:
    """People found in a chain of rounds who were not on the register."""
    return _answers(actor, plan, place).filter(known=False)


def answers(actor: Actor, plan: Round, place: str, show: str = "all") -> QuerySet[Answer]:
    """What was said of each person at the doors of a chain of rounds: the last, or the last that says yes to `show`."""
    found = _answers(actor, plan, place)
    yes = YES.get(show)
    if yes is None:
        return found.filter(overtaken=False)
    later = Q(happened_at__gt=OuterRef("happened_at")) | Q(
        happened_at=OuterRef("happened_at"), pk__gt=OuterRef("pk")
    )
    again = Answer.objects.filter(
        yes, later, person=OuterRef("person"), chain=plan.chain.hex, replaced_by=None
    )
    return found.filter(yes, ~Exists(again))


def gone(actor: Actor, plan: Round, place: str) -> QuerySet[Person]:
    """People on the register whom nobody can find: said so, or their door is moved away; not seen elsewhere."""
    told = Answer.objects.filter(chain=plan.chain.hex, replaced_by=None)
    moved = Task.objects.filter(
        kind__in=KINDS, slot__startswith=plan.chain.hex, detail=rules.MOVED, withdrawn_at=None
    ).values("subject_id")
    lost = told.filter(found=rules.GONE, known=True).values("person")
    there = told.exclude(found=rules.GONE).values("person")
    if not actor.sees_people:
        return Person.objects.none()
    found = _expected(actor, plan, place)
    return found.filter(Q(pk__in=lost) | Q(household__in=moved) | Q(pk__in=moved)).exclude(pk__in=there)


def _expected(actor: Actor, plan: Round, place: str) -> QuerySet[Person]:
    """Who may be missed at a place: whoever lives there; of units' people those behind its doors."""
    if plan.subjects != "unit-people":
        return sql.subtree(visible(actor), place)
    own = doors(actor, plan, place, "all").order_by()
    return Person.objects.filter(merged_into=None, pk__in=own.values("subject_id"))


def _answers(actor: Actor, plan: Round, place: str) -> QuerySet[Answer]:
    found = within(actor, Answer.objects.filter(chain=plan.chain.hex, replaced_by=None))
    if actor.unit:
        found = found.filter(person__in=visible(actor).values("pk"))
    return sql.subtree(found, place) if actor.sees_people else found.none()


def visits(member: UUID, chain: str) -> list[Visit]:
    """What was found at a door in a chain of rounds, the latest first."""
    found = Visit.objects.filter(member=member, chain=chain, replaced_by=None)
    return list(found.order_by("-happened_at", "-id"))


def last_visits(members: Collection[UUID], plan: Round) -> dict[UUID, tuple[int, Visit]]:
    """{member: (how often somebody stood there, the last visit)}: one query."""
    found: dict[UUID, tuple[int, Visit]] = {}
    every = Visit.objects.filter(member__in=members, chain=plan.chain.hex, replaced_by=None)
    for visit in every.order_by("happened_at", "id"):
        found[visit.member] = (found.get(visit.member, (0, visit))[0] + 1, visit)
    return found


def living(members: Iterable[UUID]) -> dict[UUID, list[Person]]:
    """The people of households, the head first: two queries."""
    wanted = list(members)
    heads = dict(Household.objects.filter(pk__in=wanted).values_list("pk", "head"))
    found: dict[UUID, list[Person]] = defaultdict(list)
    for person in Person.objects.filter(household__in=wanted, merged_into=None).order_by("birth_date", "id"):
        assert person.household is not None
        found[person.household].append(person)
    for member, some in found.items():
        some.sort(key=lambda one: one.pk != heads.get(member))
    return found


def subject_names(subjects: Collection[tuple[str, UUID]]) -> dict[UUID, str]:
    """A household is called by its number; who lives there is for those to read who may see people."""
    homes = [subject for kind, subject in subjects if kind == "household"]
    firms = [subject for kind, subject in subjects if kind == "unit"]
    found: dict[UUID, str] = {}
    if homes:
        found |= dict(Household.objects.filter(pk__in=homes).exclude(number="").values_list("pk", "number"))
    if firms:
        found |= dict(Unit.objects.filter(pk__in=firms).values_list("pk", "name"))
    return found


def timeline(person: UUID) -> list[dict[str, Any]]:
    """What rounds know of a person, for the person's page (which has checked the scope)."""
    told = Answer.objects.filter(person=person)
    stood = Visit.objects.filter(member=person)
    return [{"kind": r.kind, "at": r.happened_at, "record": r} for r in (*told, *stood)]


def stands_at() -> list[Standing]:
    """A round that runs goes along when another place takes its own over."""
    return [Standing("round", _("Screening rounds"), lambda: Round.objects.filter(ended_at=None))]
