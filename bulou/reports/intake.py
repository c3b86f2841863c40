"""A report on its way in: whose turn it is, and what it says. Numbers are counted here, not handed in."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bulou.core.places.codes import COUNTY_DIGITS, subject
from bulou.core.records.kinds import Batch, Item
from bulou.core.rulebook import value
from bulou.core.tasks.duties import Slot
from bulou.lib import clock
from bulou.lib.refusals import declare
from bulou.reports import drafts, forms, turns
from bulou.reports.models import Sent

declare("report-turn-unknown", _("This place owes no such report. Choose a turn from the list."))
declare("report-too-early", _("This report's time has not come yet. Wait until it opens."))
declare("report-sent-already", _("This report was sent already. Send a revision of it."))
declare("report-typed-missing", _("%(field)s is empty. Enter the number; enter 0 where there was none."))
declare(
    "report-typed-wrong",
    _("Only whole numbers from 0, and only those that the form asks for, can be entered."),
)
declare(
    "report-other-turn", _("A revision belongs to the place and the turn of the report that it replaces.")
)
declare(
    "report-revised-meanwhile",
    _(
        "Somebody sent a revision of this report meanwhile. Look at it, and revise that one if you still"
        " need to."
    ),
)
declare("report-too-old", _("This report may no longer be revised: %(days)s days have passed."))

_COPIED = ("form", "slot", "level", "as_of", "due_at", "late", "subject")


def check(batch: Batch) -> None:
    """Refuse what is nobody's turn, then count the numbers of all that may go in, together."""
    first = [item for item in batch.live if item.came.replaces is None]
    again = sorted(
        (item for item in batch.live if item.came.replaces is not None), key=lambda item: item.id.int
    )
    known = _known(again)
    _not_twice(first)
    for item in (item for item in first if not item.status):
        _check_first(item)
        if not item.status:
            moment = {"place": item.came.place, "happened_at": item.came.happened_at, "replaced_by": None}
            known[item.id] = {**item.row, **moment}
    for item in again:
        _check_again(item, known, batch.now)
    _fill_in(batch.live, batch.now)


def _known(items: Iterable[Item]) -> dict[UUID, dict[str, Any]]:
    """The reports that these revise, held until the end of the transaction."""
    wanted = {item.came.replaces for item in items if item.came.replaces}
    rows = Sent.objects.select_for_update().filter(id__in=wanted)
    return {
        row["id"]: row
        for row in rows.values("id", "place", "happened_at", "replaced_by", "revision", *_COPIED)
    }


def _not_twice(items: list[Item]) -> None:
    there = Sent.objects.filter(
        place__in={i.came.place for i in items}, slot__in={i.data.slot for i in items}, replaces=None
    )
    seen = set(there.values_list("place", "slot", "form"))
    for item in items:
        key = (item.came.place, item.data.slot, item.data.form)
        if key in seen:
            item.refuse("report-sent-already")
        seen.add(key)


def _check_first(item: Item) -> None:
    came, data = item.came, item.data
    turn = turns.turn(came.place, data.slot)
    if turn is None or data.form != turns.DAILY:
        item.refuse("report-turn-unknown")
    elif came.happened_at < turn.opens_at:
        item.refuse("report-too-early")
    else:
        item.row |= _columns(came.place, turn, came.happened_at)


def _columns(place: str, turn: Slot, at: datetime) -> dict[str, Any]:
    return {
        "subject": subject(place), "form": turns.DAILY, "slot": turn.name, "level": turns.level(place),
        "revision": 0, "as_of": min(at, turn.due_at), "due_at": turn.due_at, "late": at > turn.due_at,
    }  # fmt: skip


def _check_again(item: Item, known: dict[UUID, dict[str, Any]], now: datetime) -> None:
    """A revision tells of the same moment as the report it replaces; only the knowing is newer."""
    assert item.came.replaces is not None
    before = known.get(item.came.replaces)
    if before is None:  # it comes later in this batch
        item.waits_for = item.came.replaces
        item.hold("correction-early")
        return
    days = int(value("reports.revisions_days", before["place"], clock.day_of(now)))
    if before["replaced_by"] is not None:
        item.refuse("report-revised-meanwhile")
    elif (before["place"], before["slot"], before["form"]) != (
        item.came.place,
        item.data.slot,
        item.data.form,
    ):
        item.refuse("report-other-turn")
    elif now > before["due_at"] + timedelta(days=days):
        item.refuse("report-too-old", days=days)
    else:
        item.came = replace(item.came, happened_at=before["happened_at"])
        item.row |= {name: before[name] for name in _COPIED} | {"revision": before["revision"] + 1}
        known[item.id] = {**before, "id": item.id, "revision": before["revision"] + 1}
        before["replaced_by"] = item.id


def _check_typed(item: Item, lines: Iterable[forms.Entry]) -> None:
    """Zero is said, not left out; and nothing is typed that no form of this turn asks for.

    What is counted by now, and was typed on a phone that had not heard of it, is not kept beside the count.
    """
    place, slot, typed = item.came.place, item.row["slot"], item.data.typed
    asked = {e.name.removeprefix(forms.TYPED): e for e in lines if e.typed}
    ever = {e.name.removeprefix(forms.TYPED) for e in forms.lines(place, slot) if e.typed}
    said = value("reports.zero", place, turns.day_of(slot))
    if item.data.typed_badly() or typed.keys() - ever:
        item.refuse("report-typed-wrong")
        return
    for name in typed.keys() - asked.keys():
        del typed[name]
    for name, entry in asked.items():
        if said and typed.get(name) is None:
            item.refuse("report-typed-missing", field=entry.title)
            return


def _fill_in(items: list[Item], now: datetime) -> None:
    """Refuse what is typed wrongly, count the rest: together for all of one level, county, turn and moment.

    The tallies are read once for many.
    """
    together: dict[tuple[Any, ...], list[Item]] = defaultdict(list)
    for item in items:
        row, cut = item.row, now if item.came.replaces else item.came.happened_at
        together[row["level"], item.came.place[:COUNTY_DIGITS], row["slot"], row["as_of"], cut].append(item)
    for (_level, _county, slot, as_of, cut), mine in together.items():
        codes = sorted({item.came.place for item in mine})
        asked, values = forms.asked(codes, slot, as_of)
        for item in mine:
            _check_typed(item, asked[item.came.place])
        owing = {code: turn for code in codes if (turn := turns.turn(code, slot))}
        below = {code: list[drafts.Child]() for code in codes} | drafts.children_of(owing, now, cut)
        counted = drafts.count(asked, values, below, cut)
        for item in (item for item in mine if not item.status):
            _fill(item, counted[item.came.place], below[item.came.place])


def _fill(item: Item, counted: drafts.Figures, below: list[drafts.Child]) -> None:
    place, row = item.came.place, item.row
    typed = {forms.TYPED + name: number for name, number in item.data.typed.items() if number is not None}
    sums = drafts.sums_from_below(place, row["slot"], [child.report for child in below if child.report])
    row["figures"] = json.dumps(counted | sums | typed)
    row["missing"] = json.dumps(sorted(child.code for child in below if child.report is None))
