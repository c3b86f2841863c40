"""What a person has to look at before an arrival counts: a number of somebody else's, a journey told twice."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bulou.core.people import matching, merging
from bulou.core.people.persons import NewPerson
from bulou.core.records.kinds import Item
from bulou.lib import sql
from bulou.lib.refusals import declare
from bulou.work.arrivals.models import Arrival
from bulou.work.arrivals.rules import agree

declare(
    "id-other-person",
    _(
        "This identity number is registered under another name. It is held: compare both with the document, "
        "then enter the arrival again, or correct the person who is registered."
    ),
)
declare("arrival-known", _("This arrival is registered already, so it counts once. Nothing is left to do."))
declare(
    "arrival-differs",
    _(
        "This person's arrival at this moment is registered already, and told otherwise. It is held: "
        "correct the arrival that is there, or enter the right time."
    ),
)
_TOLD = (
    "affected", "left_day", "transport", "certificate", "fever", "contact", "contact_day", "needed_for_work",
    "own_home", "symptoms",
)  # fmt: skip


def hold_other_persons(pairs: list[tuple[Item, NewPerson]]) -> list[tuple[Item, NewPerson]]:
    """Hold those whose document belongs to somebody of another name; the others, in order."""
    if not pairs:
        return []
    others = matching.of_other_name([new for _item, new in pairs])
    for (item, _new), other in zip(pairs, others, strict=True):
        if other:
            item.hold("id-other-person")
    return [pair for pair in pairs if not pair[0].status]


def settle_told_before(items: list[Item]) -> None:
    """An arrival under another id, of the same person at the same moment, is the same event: it counts once.

    One that adds to what is known, or tells it otherwise, is held. Be in a transaction: the persons are
    locked, so that of two who send it at once the second sees the first.
    """
    if not items:
        return
    whose = merging.members({item.row["person"] for item in items})
    if sql.is_postgres():  # SQLite has one writer
        merging.lock(whose)
    moments = [item.came.happened_at for item in items]
    clause, params = sql.among("person", whose)
    rows = Arrival.objects.extra(where=[clause], params=params).filter(
        replaced_by=None, happened_at__range=(min(moments), max(moments))
    )
    known: dict[tuple[UUID, datetime], dict[str, Any]] = {}
    for row in rows.values("person", "happened_at", "place", "origin_code", *_TOLD):
        known.setdefault((whose[row["person"]], row["happened_at"]), row)
    for item in items:
        told = {name: item.row.get(name, getattr(item.data, name)) for name in _TOLD}
        told |= {"place": item.came.place, "origin_code": item.row["origin_code"]}
        before = known.setdefault((item.row["person"], item.came.happened_at), told)
        if before is told:
            continue
        if _adds(told, before):
            item.hold("arrival-differs")
        else:
            item.end("duplicate", "arrival-known")


def _adds(told: dict[str, Any], before: dict[str, Any]) -> bool:
    """Whether this says anything that is not known already."""
    if not agree(told["origin_code"], before["origin_code"]) or not agree(told["place"], before["place"]):
        return True
    return any(told[name] not in (None, "") and told[name] != before[name] for name in _TOLD)
