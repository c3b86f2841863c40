"""Every verb on a case, each behind the audit door. What it does is a record like any other."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bulou.core.audit import note, verb
from bulou.core.people.queries import get as get_person
from bulou.core.records.single import take_one
from bulou.core.staff.actor import Actor
from bulou.core.staff.queries import names
from bulou.core.staff.roles import CLINIC, OFFICE, VILLAGE, Role
from bulou.lib.refusals import Refusal, declare
from bulou.work.cases import queries, rules
from bulou.work.cases.forms import OUTCOMES
from bulou.work.cases.models import Case, Outcome

AT_CLINIC = CLINIC | {Role.COUNTY_OFFICE}
REPORTERS = VILLAGE | OFFICE | CLINIC
WITHDRAWERS = AT_CLINIC | OFFICE

declare("case-unknown", _("There is no such case in your territory."))
declare(
    "case-changed", _("%(who)s changed this case meanwhile: it is now %(what)s. Look again, then decide.")
)
declare("case-not-here", _("The person has not been received yet. Record the arrival at the clinic first."))
declare("case-under-way", _("The clinic has begun. Say the outcome instead of withdrawing the report."))
declare("case-why", _("Say why the report is withdrawn."))


def _case(by: Actor, case: UUID) -> Case:
    found = queries.cases(by).filter(pk=case).first()
    if found is None:
        raise Refusal("case-unknown")
    note(subject_type="person", subject_id=found.person, place=found.place)
    return found


@verb("cases.report", roles=REPORTERS)
def report(by: Actor, person: UUID, reason: str, tenths: int | None = None, why: str = "") -> UUID:
    """Report somebody who is suspected; the record's id. Raises person-unknown."""
    known = get_person(by, person)
    note(subject_type="person", subject_id=known.id, place=known.place)
    said = {"person": str(known.id), "reason": reason, "tenths": tenths, "note": why}
    return take_one(rules.REPORTED, known.place, said, by)


@verb("cases.receive", roles=AT_CLINIC)
def receive(by: Actor, case: UUID, at: datetime | None = None) -> None:
    """The person is at the clinic. Once is enough: again changes nothing."""
    found = _case(by, case)
    if found.received_at is None:
        take_one(rules.RECEIVED, found.place, {"person": str(found.person)}, by, at)


@verb("cases.outcome", roles=AT_CLINIC)
def outcome(
    by: Actor, case: UUID, said: str, seen: str | None = None, at: datetime | None = None, why: str = ""
) -> None:
    """What the clinic says. `seen` is the outcome on the screen, so that two do not overrule each other.

    Raises case-changed, case-not-here (nobody has an outcome who was never there).
    """
    found = _case(by, case)
    if seen is not None and seen != found.outcome:
        what = OUTCOMES.get(found.outcome, _("without an outcome"))
        raise Refusal("case-changed", what=what, who=_who(found))
    if found.received_at is None and not found.outcome:
        raise Refusal("case-not-here")
    if said != found.outcome:
        take_one(
            rules.OUTCOME, found.place, {"person": str(found.person), "outcome": said, "note": why}, by, at
        )


def _who(case: Case) -> str:
    """Who said the outcome that a case has now."""
    last = Outcome.objects.filter(person=case.person).order_by("-received_at").first()
    return names([last.account]).get(last.account or 0, "") if last and last.account else str(_("the system"))


@verb("cases.back", roles=AT_CLINIC | REPORTERS)
def back(by: Actor, case: UUID, at: datetime | None = None) -> None:
    """The person is home again."""
    found = _case(by, case)
    if found.received_at is None:
        raise Refusal("case-not-here")
    if found.returned_at is None:
        take_one(rules.RETURNED, found.place, {"person": str(found.person)}, by, at)


@verb("cases.withdraw", roles=WITHDRAWERS)
def withdraw(by: Actor, case: UUID, why: str) -> None:
    """Reported in error: only while the clinic has had nothing to do with it.

    Raises case-under-way, case-why.
    """
    found = _case(by, case)
    if not why.strip():
        raise Refusal("case-why")
    if found.closed_at or found.received_at or found.outcome:
        raise Refusal("case-under-way")
    house = replace(by, role=Role.SYSTEM)
    said = {"person": str(found.person), "outcome": rules.WITHDRAWN, "note": why}
    take_one(rules.OUTCOME, found.place, said, house)
