"""The verbs of reports: send one, revise one. Both go in through the one way in, like any record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from bulou.core.audit import note, verb
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming, Result
from bulou.core.staff.actor import Actor, within
from bulou.core.staff.roles import OFFICE, VILLAGE
from bulou.lib import clock, ids
from bulou.lib.refusals import Refusal, declare
from bulou.reports import forms, queries
from bulou.reports.models import Sent

declare("report-unknown", _("There is no such report in your territory."))
WRITERS = VILLAGE | OFFICE


class _NotTaken(Refusal):
    """What the intake answered, with its words."""

    def __init__(self, result: Result) -> None:
        super().__init__(result.code)
        self._said = result.message

    @property
    def message(self) -> str:
        return self._said


@verb("reports.send", roles=WRITERS)
def send(
    by: Actor,
    place: str,
    form: str,
    slot: str,
    typed: Mapping[str, int | None] | None = None,
    text: str = "",
    at: datetime | None = None,
) -> Sent:
    """Send a place's report of a turn as it stands, with whoever is missing below named. It waits for nobody.

    Refuses place-unknown, report-turn-unknown, report-too-early, report-sent-already, report-typed-missing,
    report-typed-wrong.
    """
    data = {"slot": slot, "form": form, "typed": dict(typed or {}), "note": text}
    came = Incoming("reports.sent", ids.derived("report", place, form, slot), place, at or clock.now(), data)
    if Sent.objects.filter(pk=came.id).exists():
        raise Refusal("report-sent-already")
    return _take(by, came)


@verb("reports.revise", roles=WRITERS)
def revise(
    by: Actor, report: UUID, typed: Mapping[str, int | None] | None = None, why: str = "", text: str = ""
) -> Sent:
    """Send what the records now say of the same turn, as the next revision. What is not typed anew stays.

    Refuses report-unknown, report-revised-meanwhile, report-too-old, report-typed-wrong.
    """
    before = within(by, Sent.objects.filter(pk=report)).first()
    if before is None:
        raise Refusal("report-unknown")
    if before.replaced_by is not None:
        raise Refusal("report-revised-meanwhile")
    own = {e.name for e in forms.typed([before.place], before.slot, before.as_of)[before.place]}
    kept = {name.removeprefix(forms.TYPED): value for name, value in before.figures.items() if name in own}
    said = queries.texts([before])[before.id].get("note", "")
    turn = {"slot": before.slot, "form": before.form, "typed": kept | dict(typed or {})}
    data = {**turn, "note": text or said, "why": why}
    came = Incoming("reports.sent", ids.new(), before.place, before.happened_at, data, replaces=before.id)
    return _take(by, came)


def _take(by: Actor, came: Incoming) -> Sent:
    try:
        result = take([came], by)[0]
    except IntegrityError:  # two who send the same report at the same moment
        raise Refusal("report-sent-already") from None
    if result.status not in ("accepted", "duplicate"):
        raise _NotTaken(result)
    sent = Sent.objects.get(pk=came.id)
    note(
        subject_type="report",
        subject_id=sent.id,
        place=sent.place,
        count=len(sent.missing),
        revision=sent.revision,
    )
    return sent
