"""One observation: where it stands, what is missing, what happened, and every act on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bulou.core import audit
from bulou.core.people import keys
from bulou.core.people import queries as people
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming, kinds
from bulou.core.staff import queries as staff
from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.core.staff.roles import COUNTY, FIELD, OFFICE, TOWNSHIP, VILLAGE, Role
from bulou.core.tasks.models import Task
from bulou.desk import common, lists
from bulou.lib import clock, ids
from bulou.lib.refusals import Refusal, at_form, declare, sentence
from bulou.work.observation import actions, due, forms, lodging, queries, shown, sites, symptoms
from bulou.work.observation.models import Observation, Reading

declare("day-unreadable", lazy("This is not a day or a time. Choose it from the calendar."))
WRITERS = FIELD | OFFICE
APPROVERS = frozenset({Role.COUNTY_OFFICE, Role.COUNTY_LEADER})
# What may be done about somebody of another place who lies at a site here.
AT_A_SITE = frozenset({"reading", "given", "breach", "lost", "found"})
REPORTED = frozenset({"here", "not-here"})  # and about somebody who was reported here
Post = QueryDict
Does = Callable[[Actor, Observation, Post, int], None]


@never_cache
@acting(queries.READERS)
def page(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """State, term, gaps, steps, number, bed, who answers; what happened; what can be done now."""
    return _drawn(request, by, get_object_or_404(queries.seen(by), pk=pk), {})


def _drawn(
    request: HttpRequest, by: Actor, plan: Observation, typed: dict[str, QueryDict], status: int = 200
) -> HttpResponse:
    """The page; `typed`: what somebody entered for an act that was refused, which stands in its form again."""
    audit.look(by, "person", plan.person, plan.place)
    row = shown.described([plan], below=by.place)[0]
    gaps = queries.gaps([plan]) if plan.closed_at is None else []
    blocked = queries.obstacles([plan])[plan.id] if plan.closed_at is None else []
    history, asked = _history(plan), _asked(by, plan)
    ours = by.reaches(plan.place)  # else they lie at a site of ours, and are only measured here
    others = REPORTED | (AT_A_SITE if by.reaches(lodging.where(plan)) else frozenset())
    may = {what: by.role in roles and (ours or what in others) for what, (roles, _does) in ACTS.items()}
    words = {
        **row,
        "here": plan.place if ours else by.place if asked else lodging.where(plan),
        "ours": ours,
        "bed": plan.bed,
        "masked": people.masked([plan.person]).get(plan.person),
        "gaps": [shown.turn(task.slot) for task in sorted(gaps, key=lambda task: task.due_at)],
        "reasons": forms.REASONS,
        "obstacles": [sentence(code) for code in blocked],
        "history": history,
        "readings": [entry for entry in history if entry["reading"]][:10],
        "may": {what.replace("-", "_"): yes for what, yes in may.items()},
        "step": {"open": "propose", "proposed": "check", "checked": "approve"}.get(plan.state, ""),
        "steps": _steps(plan),
        "asked": asked,
        "breaches": forms.BREACHES, "actions": forms.ACTIONS,
        "outcomes": {k: v for k, v in forms.OUTCOMES.items() if k in ("moved-away", "error", "died")},
        "symptoms": _symptoms(plan, by),
        "now": clock.now(), "today": clock.today(), "record": ids.new(), "typed": typed,
        "ticked": typed["reading"].getlist("symptoms") if "reading" in typed else [],
        "calls": due.called({plan.place})[plan.place],
    }  # fmt: skip
    if by.role in OFFICE and ours and plan.closed_at is None:
        words |= {"beds": sites.free_beds(by), "places": lists.place_choices(by, (5, 6))}
    return render(request, "observation/plan.html", words, status=status)


def _asked(by: Actor, plan: Observation) -> Task | None:
    """What this post is asked of somebody who was reported in another place."""
    return next((task for task in queries.whereabouts(plan) if by.reaches(task.place)), None)


def _whereabouts(here: bool) -> Does:
    """They are, or are not, in the place that is asked."""

    def does(by: Actor, plan: Observation, post: Post, version: int) -> None:
        asked = _asked(by, plan)
        if asked is not None:
            data = {"person": str(plan.person), "here": here}
            _take("observation.whereabouts", post, asked.place, clock.now(), data, by)

    return does


def _symptoms(plan: Observation, by: Actor) -> dict[str, Any]:
    """The complaints of the illness that this post may say, in words."""
    asked = symptoms.offered(by.role, plan.place, clock.today(), plan.profile or None)
    return {word: symptoms.title(word) for word in asked}


def _steps(plan: Observation) -> list[tuple[Any, str]]:
    """The way to the release: each step, and whether it is behind, now or ahead."""
    order = ["open", "proposed", "checked", "closed"]
    at = order.index(plan.state) if plan.state in order else 0
    titles = (
        _("Observed"),
        _("Village proposes"),
        _("Township checks"),
        _("County approves, numbered notice"),
    )
    return [
        (title, "done" if place < at or plan.closed_at else "now" if place == at else "")
        for place, title in enumerate(titles)
    ]


def _history(plan: Observation) -> list[dict[str, Any]]:
    """All that was recorded of the person since it began, newest first, with who entered it and their notes."""
    own = people.others(plan.person)  # also what was written under the ids of who turned out to be them
    entries = [e for person in own for e in queries.timeline(person) if e["at"] >= plan.opened_at]
    if plan.closed_at is not None:
        entries = [e for e in entries if e["at"] <= plan.closed_at]
    entries.sort(key=lambda e: (e["at"], e["record"].received_at), reverse=True)
    names = staff.names(e["record"].account for e in entries if e["record"].account)
    notes = keys.open_parts([e["record"].id for e in entries])
    shown.named_in([entry["record"] for entry in entries])
    found = []
    for entry in entries:
        record = entry["record"]
        tone, words = shown.said(record)
        found.append(
            {
                "at": entry["at"], "title": kinds()[record.kind].title, "words": words, "tone": tone,
                "who": names.get(record.account or 0, ""), "note": notes.get(record.id, {}).get("note", ""),
                "id": record.id, "replaced": record.replaced_by is not None,
                "reading": isinstance(record, Reading) and record.replaced_by is None,
            }
        )  # fmt: skip
    return found


@require_POST
@acting(queries.READERS)
def act(request: HttpRequest, by: Actor, pk: UUID, what: str) -> HttpResponse:
    """One act on an observation. Of two people who change it at once, the second is told what changed."""
    plan = get_object_or_404(queries.seen(by), pk=pk)
    roles, does = ACTS.get(what, (frozenset(), None))
    if does is None or by.role not in roles:
        raise Http404
    try:
        version = int(request.POST.get("version", "0"))
        if version != plan.version:
            raise Refusal("changed-meanwhile", **shown.last_change(plan))
        does(by, plan, request.POST, version)
    except ValueError:
        messages.error(request, sentence("day-unreadable"))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Done."))
        return redirect("observation:plan", pk=pk)
    plan.refresh_from_db()  # the forms carry its version of now: whoever sends again has seen what changed
    return _drawn(request, by, plan, {what.replace("-", "_"): request.POST}, status=422)


def _recorded(kind: str, **fixed: Any) -> Does:
    """An act that is a record somebody enters: its words come from the form, or are fixed."""

    def does(by: Actor, plan: Observation, post: Post, version: int) -> None:
        data: dict[str, Any] = {"person": str(plan.person), **fixed}
        if post.get("note"):
            data["note"] = post["note"]
        if kind == "observation.notice":
            data |= {"notice": "notice" in post, "seal": "seal" in post}
        if kind == "observation.breach":
            data |= {"what": post.get("what", ""), "action": post.get("action", "")}
        _take(kind, post, lodging.where(plan), clock.now(), data, by)

    return does


def _record(post: Post) -> UUID:
    return next(iter(lists.ids_of([post.get("record", "")])), ids.new())


def _take(
    kind: str, post: Post, place: str, at: datetime, data: dict[str, Any], by: Actor,
    replaces: UUID | None = None, why: str = "",
) -> None:  # fmt: skip
    incoming = Incoming(kind, _record(post), place, at, data, replaces=replaces, why=why, typed=True)
    known = Reading.objects.filter(pk=incoming.id).exists()
    result = take([incoming], by)[0]
    if result.status not in ("accepted", "duplicate") and not known:
        raise _Said(result.code, at_form(result.code, result.message))


class _Said(Refusal):
    """A refusal whose sentence is ready."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(code)
        self.text = text

    @property
    def message(self) -> str:
        return self.text


def _reading(by: Actor, plan: Observation, post: Post, version: int) -> None:
    """A reading that was taken at a time, or one instead of a wrong one."""
    tenths = common.tenths_typed(post.get("degrees", ""))
    at = clock.parse(post.get("at", ""))
    instead = next(iter(lists.ids_of([post.get("replaces", "")])), None)
    wrong = Reading.objects.filter(pk=instead, person=plan.person).first() if instead else None
    data = {"person": str(plan.person), "tenths": tenths, "symptoms": post.getlist("symptoms")}
    data["note"] = post.get("note", "")
    place, when = (wrong.place, wrong.happened_at) if wrong else (lodging.where(plan), at)
    why = post.get("why", "").strip()[:400] if wrong else ""
    if wrong and not why:
        raise Refusal("correction-why")
    _take(queries.READING, post, place, when, data, by, wrong.id if wrong else None, why)


def _step(name: str) -> Does:
    def does(by: Actor, plan: Observation, post: Post, version: int) -> None:
        verbs = {"propose": actions.propose, "check": actions.check, "approve": actions.approve}
        why = post.get("why", "")
        outcomes = verbs[name](by, [plan.id]) if name in verbs else actions.send_back(by, [plan.id], why)
        for _observation, code in outcomes:
            if code:
                raise Refusal(code)

    return does


def _explain(by: Actor, plan: Observation, post: Post, version: int) -> None:
    why = post.get("why", "")
    actions.explain_gap(by, plan.id, why if why in forms.REASONS else "")


def _restart(by: Actor, plan: Observation, post: Post, version: int) -> None:
    actions.start_again(by, plan.id, date.fromisoformat(post.get("first", "")), post.get("why", ""), version)


def _move(by: Actor, plan: Observation, post: Post, version: int) -> None:
    actions.move(by, plan.id, post.get("place", ""), version)


def _end(by: Actor, plan: Observation, post: Post, version: int) -> None:
    actions.end(by, plan.id, post.get("outcome", ""), post.get("why", ""), version)


def _check_in(by: Actor, plan: Observation, post: Post, version: int) -> None:
    bed = next(iter(lists.ids_of([post.get("bed", "")])), None)
    if bed is None:
        raise Refusal("place-unknown")
    actions.check_in(by, plan.id, bed, version)


def _check_out(by: Actor, plan: Observation, post: Post, version: int) -> None:
    actions.check_out(by, plan.id, version)


ACTS: dict[str, tuple[frozenset[Role], Does]] = {
    "reading": (WRITERS, _reading),
    "given": (WRITERS, _recorded("observation.notice")),
    "breach": (WRITERS, _recorded("observation.breach")),
    "lost": (WRITERS, _recorded("observation.contact", found=False)),
    "found": (WRITERS, _recorded("observation.contact", found=True)),
    "here": (WRITERS, _whereabouts(here=True)),
    "not-here": (WRITERS, _whereabouts(here=False)),
    "explain": (VILLAGE | TOWNSHIP, _explain),
    "propose": (VILLAGE | TOWNSHIP, _step("propose")),
    "check": (TOWNSHIP, _step("check")),
    "approve": (APPROVERS, _step("approve")),
    "send-back": (TOWNSHIP | COUNTY, _step("send-back")),
    "restart": (OFFICE, _restart),
    "move": (OFFICE, _move),
    "close": (OFFICE, _end),
    "check-in": (OFFICE, _check_in),
    "check-out": (OFFICE, _check_out),
}
