"""What the list of cases is when it leaves the house."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bulou.core.exports import Asked, OutList
from bulou.desk import lists
from bulou.lib import degrees, sql
from bulou.work.cases import forms, queries
from bulou.work.cases.desk import WORDS
from bulou.work.cases.models import Case

_COLUMNS = {
    "name": _("Name"), "sex": _("Sex"), "age": _("Age"), "place": _("Place"), "reason": _("Reported for"),
    "temperature": _("Temperature"), "reported": _("Reported"), "received": _("At the clinic since"),
    "outcome": _("Outcome"), "outcome_at": _("Outcome said"), "returned": _("Back home"),
}  # fmt: skip


def _waiting(asked: Asked) -> str:
    return asked.choice(WORDS, "all", "waiting")


def _found(asked: Asked) -> QuerySet[Any]:
    waiting = _waiting(asked)
    mine = lists.matching(sql.subtree(queries.cases(asked.by), asked.place), asked.get("q"))
    keys = ("-opened_at", "id") if waiting == "all" else ("opened_at", "id")
    return mine.filter(queries.WAITING[waiting]).order_by(*keys)


def _lines(asked: Asked, cases: Sequence[Case]) -> Iterator[Sequence[Any]]:
    people = lists.shown({case.person for case in cases}, asked.place)
    where = lists.place_names({case.place for case in cases}, asked.place)
    for case in cases:
        one = people.get(case.person)
        who = (one.name, one.sex, one.age) if one else ("", "", None)
        times = (case.opened_at, case.received_at, case.outcome_at, case.returned_at)
        opened, received, told, back = (moment and timezone.localtime(moment) for moment in times)
        yield [
            *who, where[case.place], forms.REASONS[case.reason], degrees.number(case.tenths) if case.tenths else None,
            opened, received, forms.OUTCOMES.get(case.outcome, ""), told, back,
        ]  # fmt: skip


EXPORTS = (
    OutList(
        "cases", _("Fever clinic"), queries.READERS, _COLUMNS, _found, _lines, lambda case: case.person,
        lambda asked: str(WORDS[_waiting(asked)]),
    ),
)  # fmt: skip
