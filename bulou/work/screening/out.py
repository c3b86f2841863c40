"""What the lists of a round are when they leave the house: its doors, its answers, people who stood on no list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bulou.core.exports import Asked, OutList
from bulou.core.overview import below as length_below
from bulou.core.people.models import Person
from bulou.core.places import queries as places
from bulou.core.places.codes import COUNTY_DIGITS
from bulou.desk import lists
from bulou.lib import clock
from bulou.lib.refusals import Refusal
from bulou.work.screening import answered, listed, queries
from bulou.work.screening.desk import PEOPLE, SETS_IN_WORDS, WORDS
from bulou.work.screening.models import Answer, Round
from bulou.work.screening.rules import Cover

_DOORS = {
    "door": gettext_lazy("Door"), "people": gettext_lazy("People"), "place": gettext_lazy("Place"),
    "found": pgettext_lazy("door", "Found"), "times": gettext_lazy("Times tried"),
    "last": gettext_lazy("Last tried"), "due": gettext_lazy("Due by"),
}  # fmt: skip
_PEOPLE = {
    "name": gettext_lazy("Name"), "sex": gettext_lazy("Sex"), "age": gettext_lazy("Age"),
    "place": gettext_lazy("Place"), "found": pgettext_lazy("door", "Found"),
}  # fmt: skip


def _round(asked: Asked) -> Round:
    try:
        plan = queries.rounds(asked.by).filter(pk=UUID(asked.get("round"))).first()
    except ValueError:
        plan = None
    if plan is None:
        raise Refusal("list-unknown")
    return plan


def _doors(asked: Asked) -> QuerySet[Any]:
    show, unit = asked.choice(WORDS, "gap"), lists.unit_of(asked)
    found = queries.doors(asked.by, _round(asked), asked.place, show, unit)
    return listed.matching(asked.by, found, asked.get("q")[:40]).order_by("place", "id")


def _door_lines(asked: Asked, rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for line in listed.lines(asked.by, rows, asked.place):
        last, due = line.last, line.task.due_at
        yield [
            line.name, _(", ").join(line.people), line.place, line.word, line.times,
            last and last.astimezone(clock.zone()), due.astimezone(clock.zone()),
        ]  # fmt: skip


def _heads(asked: Asked) -> int:
    """Everybody who is named at a door counts, and a door at which nobody is for one."""
    found = _doors(asked).order_by()
    named = (
        Person.objects.filter(household__in=found.values("subject_id"), merged_into=None)
        if asked.by.sees_people
        else Person.objects.none()
    )
    told = named.aggregate(people=Count("pk"), homes=Count("household", distinct=True))
    return found.count() + int(told["people"]) - int(told["homes"])


def _people(asked: Asked) -> QuerySet[Any]:
    plan = _round(asked)
    if asked.choice(PEOPLE, "added") == "added":
        found = lists.matching(queries.added(asked.by, plan, asked.place), asked.get("q")[:40], "person")
        return found.order_by("-happened_at", "id")
    gone = lists.matching(queries.gone(asked.by, plan, asked.place), asked.get("q")[:40], "pk")
    return gone.order_by("place", "id")


def _people_lines(asked: Asked, rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for line in listed.persons(rows, asked.place):
        one = line.person
        yield (
            [one.name, one.sex, one.age, one.place_name, line.words]
            if one
            else ["", "", None, "", line.words]
        )


def _who(row: Any) -> UUID:
    found: UUID = row.person if isinstance(row, Answer) else row.pk
    return found


def _one(task: Any) -> UUID | None:
    """A door is about the people behind it, and gives no numbers unless it is a person."""
    return task.subject_id if task.subject_type == "person" else None


def _answers(asked: Asked) -> QuerySet[Any]:
    found = queries.answers(asked.by, _round(asked), asked.place, asked.choice(answered.SHOW, "all"))
    return answered.matching(found, asked.get("q")[:40]).order_by("-happened_at", "-id")


def _answer_lines(asked: Asked, rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return answered.file_lines(asked, _round(asked), rows)


def _questions(asked: Asked) -> dict[str, Any]:
    return {name: answered.SAID[name] for name in answered.fields(_round(asked))}


_COVER = {
    "code": gettext_lazy("Code"), "place": gettext_lazy("Place"), "left": gettext_lazy("Not reached"),
    "never": gettext_lazy("Never reached"), "nobody": gettext_lazy("Nobody home"),
    "refused": pgettext_lazy("door", "Refused"), "expected": pgettext_lazy("door", "Expected"),
    "reached": gettext_lazy("Reached"),
}  # fmt: skip


def _places(asked: Asked) -> QuerySet[Any]:
    """The place and those right below it, as far as the round goes."""
    plan = _round(asked)
    if asked.by.unit or not (asked.place.startswith(plan.place) or plan.place.startswith(asked.place)):
        raise Refusal("list-unknown")
    below = [place.code for place in places.children(asked.place)]
    return places.subtree(asked.place).filter(pk__in=[asked.place, *below]).order_by("code")


def _place_lines(asked: Asked, rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    plan, down = _round(asked), length_below(asked.place)
    found = queries.covers([plan], asked.place)
    if down is not None:
        found |= {
            key: one
            for key, one in queries.covers([plan], asked.place, down).items()
            if key[0] != asked.place
        }
    for row in rows:
        one = found.get((row.code, plan.id), Cover())
        counts = [one.gap, one.never, one.nobody, one.refused, one.expected, one.reached]
        yield [row.code, row.name, *counts]


_ROUNDS = {
    "round": gettext_lazy("Round"), "set": gettext_lazy("Who or what is screened"),
    "place": gettext_lazy("Territory"), "due": gettext_lazy("Due by"), "left": gettext_lazy("Not reached"),
    "never": gettext_lazy("Never reached"), "expected": pgettext_lazy("door", "Expected"),
    "reached": gettext_lazy("Reached"),
}  # fmt: skip


def _rounds(asked: Asked) -> QuerySet[Any]:
    found = queries.through(queries.rounds(asked.by), asked.place).order_by("-opens_at", "-id")
    return found.filter(ended_at=None) if asked.choice(("running", "all"), "running") == "running" else found


def _round_lines(asked: Asked, rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    stands = queries.own_covers(asked.by, rows, asked.place)
    names = lists.place_names({plan.place for plan in rows}, asked.by.place[:COUNTY_DIGITS])
    for plan in rows:
        one = stands.get(plan.id, Cover())
        counts = [one.gap, one.never, one.expected, one.reached]
        yield [plan.name, str(SETS_IN_WORDS[plan.subjects]), names[plan.place],
               plan.due_at.astimezone(clock.zone()), *counts]  # fmt: skip


EXPORTS = (
    OutList("screening-rounds", gettext_lazy("Screening rounds"), queries.READERS, _ROUNDS, _rounds, _round_lines),
    OutList(
        "screening-coverage", gettext_lazy("Coverage of a round"), queries.READERS, _COVER, _places, _place_lines, None,
        lambda asked: str(_round(asked).name),
    ),
    OutList(
        "screening-doors", gettext_lazy("Doors of a round"), queries.READERS, _DOORS, _doors, _door_lines, _one,
        lambda asked: f"{_round(asked).name} {WORDS[asked.choice(WORDS, 'gap')]}", heads=_heads,
    ),
    OutList(
        "screening-people", gettext_lazy("People of a round"), queries.READERS, _PEOPLE, _people, _people_lines, _who,
        lambda asked: f"{_round(asked).name} {PEOPLE[asked.choice(PEOPLE, 'added')]}",
    ),
    OutList(
        "screening-answers", gettext_lazy("Answers of a round"), queries.READERS, answered.COLUMNS, _answers,
        _answer_lines, answered.whose,
        lambda asked: f"{_round(asked).name} {answered.SHOW[asked.choice(answered.SHOW, 'all')]}", _questions,
    ),
)  # fmt: skip
