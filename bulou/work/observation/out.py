"""What the lists of observation are when they leave the house."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bulou.core.exports import Asked, OutList
from bulou.desk import lists
from bulou.lib import degrees
from bulou.work.observation import queries, shown
from bulou.work.observation.models import Observation
from bulou.work.observation.sites import sites

_COLUMNS = {
    "name": _("Name"), "sex": _("Sex"), "age": _("Age"), "place": _("Place"), "measure": _("Measure"),
    "first_day": _("First day"), "last_day": _("Last day"), "missed": _("Missed readings"), "state": _("State"),
    "last_reading": _("Last reading"), "last_at": _("Last taken"), "responsible": _("Answer for it"),
}  # fmt: skip


def _question(asked: Asked) -> str:
    return asked.choice(shown.QUESTIONS, "running")


def _found(asked: Asked) -> QuerySet[Any]:
    found, keys = queries.listed(asked.by, asked.place, _question(asked))
    matching = lists.matching(found, asked.get("q"))
    return queries.with_last_reading(matching).order_by(*keys)


def _lines(asked: Asked, plans: Sequence[Observation]) -> Iterator[Sequence[Any]]:
    for row in shown.described(plans, below=asked.place):
        plan, person = row["plan"], row["person"]
        who = (person.name, person.sex, person.age) if person else ("", "", None)
        tenths = plan.last_tenths
        yield [
            *who, row["place"], row["measure"], plan.clock_from, plan.until_day, row["missing"], row["look"].word,
            None if tenths is None else degrees.number(tenths), plan.last_at and timezone.localtime(plan.last_at),
            "; ".join(f"{one.title} {one.name}" for one in row["answers"]),
        ]  # fmt: skip


_SITES = {
    "site": _("Site"), "place": _("Place"), "rooms": _("Rooms"), "beds": _("Beds"), "taken": _("Taken"),
    "free": _("Free"),
}  # fmt: skip


def _site_lines(asked: Asked, rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    names = lists.place_names({site.place for site in rows}, asked.place)
    for site in rows:
        free = site.beds_n - site.taken
        yield [site.name, names[site.place], site.rooms_n, site.beds_n, site.taken, free]


EXPORTS = (
    OutList(
        "observation", _("Observation"), queries.READERS, _COLUMNS, _found, _lines, lambda plan: plan.person,
        lambda asked: str(shown.QUESTIONS[_question(asked)]),
    ),
    OutList(
        "observation-sites", _("Central sites"), queries.READERS, _SITES,
        lambda asked: sites(asked.by, asked.place), _site_lines,
    ),
)  # fmt: skip
