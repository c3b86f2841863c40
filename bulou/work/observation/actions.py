"""Every verb on an observation, each behind the audit door. Many at once: one bad stops no other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from bulou.core.audit import note, verb
from bulou.core.audit.door import Note, together
from bulou.core.rulebook import value
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.roles import COUNTY, OFFICE, TOWNSHIP, VILLAGE, Role
from bulou.core.tasks import write as tasks
from bulou.lib import clock, sql
from bulou.lib.refusals import Refusal, declare
from bulou.work.observation import lodging, queries, rules, shown
from bulou.work.observation.models import Bed, Observation
from bulou.work.observation.moving import carry
from bulou.work.observation.numbers import notice_numbers
from bulou.work.observation.opening import close, record, restart, write_all

declare("observation-unknown", _("There is no such observation in your territory."))
declare(
    "changed-meanwhile",
    _("%(who)s changed this meanwhile: %(what)s. Look at it again and decide anew."),
)
declare("release-term-runs", _("The term still runs. Release is possible on the day after its last day."))
declare("release-open-case", _("The fever clinic has not said the outcome yet."))
declare("release-lost", _("The person is lost to follow-up. Find them first."))
declare("release-gap", _("Readings are missing and nobody has said why. Explain the gap first."))
declare(
    "release-symptoms", _("The last reading was not normal. Take another, or send the person to the clinic.")
)
declare(
    "release-not-kept", _("It was said that the term starts again. Start it again, or correct the breach.")
)
declare("release-wrong-step", _("It is not at this step of the release."))
declare(
    "restart-day", _("The term starts again on no day before the observation began, and on none after today.")
)
declare("bed-taken", _("This bed is taken. Choose another."))
declare("bed-none", _("This person lies in no bed. Look at the page again."))
declare("reason-missing", _("Say why."))
Outcomes = list[tuple[UUID, str]]  # observation and the code of its refusal, "" when done


def _mine(by: Actor, wanted: Sequence[UUID]) -> dict[UUID, Observation]:
    found = queries.observations(by).filter(id__in=list(wanted), closed_at=None).select_for_update()
    return {o.id: o for o in found}


def _one(by: Actor, observation: UUID, version: int | None) -> Observation:
    plan = _mine(by, [observation]).get(observation)
    if plan is None:
        raise Refusal("observation-unknown")
    if version is not None and plan.version != version:
        raise Refusal("changed-meanwhile", **shown.last_change(plan))
    return plan


def _step(
    by: Actor, wanted: Sequence[UUID], step: str, source: tuple[str, ...], then: str, why: str = ""
) -> Outcomes:
    """Take those at the right state one step on; the others answer why not."""
    outcomes = _steps({by: wanted}, step, source, then, why)[by]
    note(count=_taken(outcomes))
    return outcomes


def _steps(
    wanted: Mapping[Actor, Sequence[UUID]], step: str, source: tuple[str, ...], then: str, why: str = ""
) -> dict[Actor, Outcomes]:
    """As `_step`, for several who take the same step: as many statements as for one."""
    plans = {by: _mine(by, some) for by, some in wanted.items()} if len(wanted) == 1 else _of_several(wanted)
    # At every step anew: a fever may have come since it was proposed.
    every = [plan for mine in plans.values() for plan in mine.values()]
    blocked = queries.obstacles(every) if step != "sent-back" else {}
    at, going = clock.now(), []
    outcomes: dict[Actor, Outcomes] = {by: [] for by in wanted}
    for by, one in ((by, one) for by, some in wanted.items() for one in some):
        plan = plans[by].get(one)
        code = (
            "observation-unknown" if plan is None
            else "release-wrong-step" if plan.state not in source
            else next(iter(blocked.get(one, [])), "")
        )  # fmt: skip
        outcomes[by].append((one, code))
        if plan is not None and not code:
            going.append((by, record(by, "observation.step", plan, at, step=step, note=why)))
    write_all(going)
    done = Observation.objects.filter(
        pk__in=[one for some in outcomes.values() for one, code in some if not code]
    )
    done.update(state=then, version=F("version") + 1)
    return outcomes


def _of_several(wanted: Mapping[Actor, Sequence[UUID]]) -> dict[Actor, dict[UUID, Observation]]:
    """What `_mine` is for one, for each of several."""
    found = _mine(SYSTEM, [one for some in wanted.values() for one in some])
    return {
        by: {one: found[one] for one in some if one in found and by.reaches(found[one].place)}
        for by, some in wanted.items()
    }


def _taken(outcomes: Outcomes) -> int:
    return sum(not code for _one, code in outcomes)


@verb("observation.propose", roles=VILLAGE | TOWNSHIP)
def propose(by: Actor, observations: Sequence[UUID]) -> Outcomes:
    """The village proposes the release of those whose term is over."""
    return _step(by, observations, "proposed", ("open",), "proposed")


@verb("observation.check", roles=TOWNSHIP)
def check(by: Actor, observations: Sequence[UUID]) -> Outcomes:
    """The township has checked the ledgers."""
    return _step(by, observations, "checked", ("proposed",), "checked")


def propose_all(wanted: Mapping[Actor, Sequence[UUID]]) -> dict[Actor, Outcomes]:
    """Many villages propose at once, each in its own name."""
    return _together("observation.propose", VILLAGE | TOWNSHIP, wanted, "proposed", ("open",))


def check_all(wanted: Mapping[Actor, Sequence[UUID]]) -> dict[Actor, Outcomes]:
    """Many townships have checked at once, each in its own name."""
    return _together("observation.check", TOWNSHIP, wanted, "checked", ("proposed",))


def _together(
    act: str,
    roles: frozenset[Role],
    wanted: Mapping[Actor, Sequence[UUID]],
    step: str,
    source: tuple[str, ...],
) -> dict[Actor, Outcomes]:
    notes = {by: Note() for by in wanted}
    with together(act, roles, notes):
        outcomes = _steps(wanted, step, source, step)
        for by, mine in outcomes.items():
            notes[by].count = _taken(mine)
    return outcomes


@verb("observation.send_back", roles=TOWNSHIP | COUNTY)
def send_back(by: Actor, observations: Sequence[UUID], why: str) -> Outcomes:
    """Not strictly kept: back to the village, with the reason."""
    if not why.strip():
        raise Refusal("reason-missing")
    return _step(by, observations, "sent-back", ("proposed", "checked"), "open", why)


@verb("observation.approve", roles=frozenset({Role.COUNTY_OFFICE, Role.COUNTY_LEADER}))
def approve(by: Actor, observations: Sequence[UUID]) -> Outcomes:
    """The county approves: each gets a numbered notice, and the observation is over."""
    outcomes = _step(by, observations, "approved", ("checked",), "released")
    done = [one for one, code in outcomes if not code]
    plans = list(Observation.objects.filter(id__in=done))
    at = clock.now()
    numbers = zip(plans, notice_numbers(plans, clock.day_of(at)), strict=True)
    given = [(sql.uid(plan.pk), number) for plan, number in numbers]
    sql.update(Observation._meta.db_table, ("id", "notice_number"), given, ("uuid", "text"))
    close(by, plans, "released", at)
    return outcomes


@verb("observation.explain", roles=VILLAGE | TOWNSHIP)
def explain_gap(by: Actor, observation: UUID, why: str) -> int:
    """Say why readings are missing: they show as excused, with the reason's code. How many."""
    plan = _one(by, observation, None)
    if not why.strip():
        raise Refusal("reason-missing")
    gaps = queries.gaps([plan])
    note(subject_type="person", subject_id=plan.person, place=plan.place, count=len(gaps))
    return tasks.excuse([task.id for task in gaps], why[:60])


@verb("observation.restart", roles=OFFICE)
def start_again(by: Actor, observation: UUID, first: date, why: str, version: int | None = None) -> None:
    """Exposed again, or not strictly kept: the term counts from a new first day."""
    plan = _one(by, observation, version)
    if not why.strip():
        raise Refusal("reason-missing")
    if not clock.day_of(plan.opened_at) <= first <= clock.today():
        raise Refusal("restart-day")
    days = int(value("observation.days", plan.place, clock.today(), plan.profile))
    start, last = rules.term(first, days)
    note(subject_type="person", subject_id=plan.person, place=plan.place)
    restart(by, plan, start, last, "exposed-again", clock.now(), why)


@verb("observation.move", roles=OFFICE)
def move(by: Actor, observation: UUID, place: str, version: int | None = None) -> None:
    """The person moves and takes the observation along; the new village takes over with a notice."""
    plan = _one(by, observation, version)
    before = plan.place
    carry(by, plan, place, clock.now())
    note(subject_type="person", subject_id=plan.person, place=before, to=place)


@verb("observation.close", roles=OFFICE)
def end(by: Actor, observation: UUID, outcome: str, why: str, version: int | None = None) -> None:
    """End an observation otherwise than by release: left the county, opened in error, died."""
    plan = _one(by, observation, version)
    if outcome not in ("moved-away", "error", "died") or not why.strip():
        raise Refusal("reason-missing")
    note(subject_type="person", subject_id=plan.person, place=plan.place, outcome=outcome)
    close(by, [plan], outcome, clock.now(), why)


@verb("observation.check_in", roles=OFFICE)
def check_in(by: Actor, observation: UUID, bed: UUID, version: int | None = None) -> None:
    """Give somebody a bed at a central site: from now on their readings are owed there."""
    plan = _one(by, observation, version)
    found = Bed.objects.select_for_update().select_related("site").filter(pk=bed, site__open=True).first()
    if found is None or not by.reaches(found.site.place):
        raise Refusal("place-unknown")
    if Observation.objects.filter(bed=found, closed_at=None).exclude(pk=plan.pk).exists():
        raise Refusal("bed-taken")
    note(subject_type="person", subject_id=plan.person, place=plan.place, to=found.site.place)
    if plan.bed_id != found.pk:
        _lie(by, plan, found)


@verb("observation.check_out", roles=OFFICE)
def check_out(by: Actor, observation: UUID, version: int | None = None) -> None:
    """Free the bed; the observation goes on at home, where the readings are owed again."""
    plan = _one(by, observation, version)
    if plan.bed_id is None:
        raise Refusal("bed-none")
    note(subject_type="person", subject_id=plan.person, place=plan.place)
    _lie(by, plan, None)


def _lie(by: Actor, plan: Observation, bed: Bed | None) -> None:
    """From now on somebody lies in a bed, or (None) at home: said, and handed over to whoever measures there."""
    at = clock.now()
    left = plan.bed_id
    plan.bed, plan.measure, plan.version = bed, "central" if bed else "home", plan.version + 1
    plan.save(update_fields=["bed", "measure", "version"])
    lodging.say(by, [(plan, left, "out"), (plan, plan.bed_id, "in")], at)
    lodging.hand_over(plan, at)
