"""What the list of arrivals is when it leaves the house."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bulou.core.exports import Asked, OutList
from bulou.core.tasks.models import Task
from bulou.work.arrivals import queries
from bulou.work.arrivals.desk import WORDS, arrivals_of, described, listed

_COLUMNS = {
    "name": _("Name"), "sex": _("Sex"), "age": _("Age"), "place": _("Place"), "arrived": _("Arrived"),
    "from_place": _("Came from"), "measure": _("Measure"), "seen": _("Seen at home"),
}  # fmt: skip


def _show(asked: Asked) -> str:
    return asked.choice(WORDS, "all")


def _found(asked: Asked) -> QuerySet[Any]:
    found, keys = listed(asked.by, asked.place, _show(asked), asked.get("q"))
    return found.order_by(*keys)


def _lines(asked: Asked, rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    known = {one["arrival"].root: one for one in described(arrivals_of(rows), below=asked.place)}
    for row in rows:
        one = known.get(UUID(row.slot) if isinstance(row, Task) else row.root)
        if one is None:
            yield [""] * len(_COLUMNS)
            continue
        person, visit = one["person"], one["visit"]
        who = (person.name, person.sex, person.age) if person else ("", "", None)
        seen = visit.done_at if visit else None
        yield [
            *who, one["place"], timezone.localtime(one["arrival"].happened_at), one["origin"], one["measure"],
            seen and timezone.localtime(seen),
        ]  # fmt: skip


def _person(row: Any) -> UUID:
    found: UUID = row.subject_id if isinstance(row, Task) else row.person
    return found


EXPORTS = (
    OutList(
        "arrivals", _("Arrivals"), queries.READERS, _COLUMNS, _found, _lines, _person,
        lambda asked: str(WORDS[_show(asked)]),
    ),
)  # fmt: skip
