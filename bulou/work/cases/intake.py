"""What happens when records of cases come in: checked, the cases drawn anew, the other rooms told."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bulou.core.records.kinds import Batch, Event, Item
from bulou.core.rulebook import value
from bulou.core.staff.roles import Role
from bulou.lib import clock, sql
from bulou.lib.refusals import declare
from bulou.work.cases import rules
from bulou.work.cases.following import draw
from bulou.work.cases.models import Case

declare("case-temperature", _("No person has such a temperature. Read the thermometer again."))
TAKEN_BACK = declare(
    "case-taken-back",
    _(
        "Kept with the report that was withdrawn at %(at)s, after what you say happened. Whoever still has a"
        " fever or complaints is to be reported again."
    ),
)
declare("case-outcome", _("This outcome is not one that the county's rules know. Choose one from the list."))


def check_reported(batch: Batch) -> None:
    """A report counts where it was made; a temperature must be one."""
    for item in batch.live:
        item.row["home"] = place = item.came.place
        low, high = value("cases.plausible_tenths", place, clock.day_of(item.came.happened_at))
        if item.data.tenths is not None and not low <= item.data.tenths <= high:
            item.refuse("case-temperature")


def check_moved(batch: Batch) -> None:
    for item in batch.live:
        item.row["home"] = item.came.place


def check_at_clinic(batch: Batch) -> None:
    """What the clinic records counts where the person lives, or where the case was reported."""
    people = {item.row.get("person", item.data.person) for item in batch.live}
    clause, params = sql.among("id", people)
    found = sql.rows(f"SELECT id, place FROM people_person WHERE {clause}", params)
    places = {sql.as_uuid(person): place for person, place in found}
    for item in batch.live:
        item.row["place"] = item.row["home"] = places[item.row.get("person", item.data.person)]


def check_outcome(batch: Batch) -> None:
    check_at_clinic(batch)
    for item in batch.live:
        day = clock.day_of(item.came.happened_at)
        known = value("cases.outcomes", item.row["place"], day)
        withdrawn = item.data.outcome == rules.WITHDRAWN and item.by.role is Role.SYSTEM
        if item.data.outcome not in known and not withdrawn:
            item.refuse("case-outcome")


def stored(batch: Batch) -> None:
    """Draw the cases anew and let the rooms know what is new about them."""
    said_by: dict[UUID, Item] = {item.row["person"]: item for item in batch.items}
    before, now = draw({*said_by, *_said_before(batch)})
    for person, case in now.items():
        if person in said_by:
            batch.events += _news(before.get(person), case, said_by[person].id)
    for item in batch.items:
        last = now.get(item.row["person"])
        if item.came.kind == rules.REPORTED and last is not None and _taken_back(item, last):
            item.tell(TAKEN_BACK, at=f"{timezone.localtime(last.closed_at):%m-%d %H:%M}")


def _said_before(batch: Batch) -> set[UUID]:
    """Of whom the records that are corrected here spoke until now: it may have been somebody else."""
    roots = {item.row["root"] for item in batch.items if item.came.replaces}
    rows = batch.kind.model._default_manager.filter(root__in=roots) if roots else ()
    return {row.person for row in rows}  # type: ignore[attr-defined]


def _taken_back(item: Item, case: Case) -> bool:
    """Whether somebody's report is of a case that was withdrawn after it: whoever withdrew it did not know of it."""
    at = case.closed_at
    return case.outcome == rules.WITHDRAWN and at is not None and item.came.happened_at <= at


def _news(was: Case | None, case: Case, source: UUID) -> list[Event]:
    def event(name: str, at: object, **facts: object) -> Event:
        return Event(name, case.person, case.place, at, source, {"reason": case.reason, **facts})  # type: ignore[arg-type]

    news = []
    if case.received_at and not (was and was.received_at == case.received_at):
        news.append(event("case.received", case.received_at))
        news.append(event("observation.to-clinic", case.received_at))
    if case.outcome and not (was and (was.outcome, was.outcome_at) == (case.outcome, case.outcome_at)):
        news.append(event("case.outcome", case.outcome_at, outcome=case.outcome))
    if case.returned_at and not (was and was.returned_at == case.returned_at):
        news.append(event("case.returned", case.returned_at))
    return news
