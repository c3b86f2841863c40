"""The fever clinic's pages: who is on the way, whose outcome do we owe, who is to come back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from bulou.core import exports
from bulou.core.people import queries as people
from bulou.core.people.keys import open_parts
from bulou.core.places.codes import COUNTY_DIGITS
from bulou.core.places.queries import described
from bulou.core.records.kinds import kinds
from bulou.core.rulebook import value
from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.core.tasks.models import Task
from bulou.core.tasks.state import state
from bulou.desk import common
from bulou.desk.common import Act, Cell, Listing, Row
from bulou.desk.lists import SEXES, matching
from bulou.lib import clock, degrees, sql
from bulou.lib.refusals import Refusal
from bulou.work.cases import actions, forms, queries, rules
from bulou.work.cases.models import Case, Turn
from bulou.work.cases.today import words

WORDS = {
    "on-the-way": gettext_lazy("On the way"), "outcome": gettext_lazy("Outcome owed"),
    "back": gettext_lazy("To come back"), "all": gettext_lazy("All cases"),
}  # fmt: skip
EMPTY = {
    "on-the-way": gettext_lazy("Nobody is on the way to the fever clinic."),
    "outcome": gettext_lazy("No outcome is owed."),
    "back": gettext_lazy("Everybody whose outcome is known is back."),
    "all": gettext_lazy("No fever and no suspicion has been reported here."),
}
# Red is for fever and for what is missed; an outcome is amber or green.
LOOKS = {"suspected": "held", "confirmed": "conflict", "excluded": "done", "withdrawn": "withdrawn"}
OWED = {
    rules.RECEIVE: gettext_lazy("to be received"), rules.RESULT: gettext_lazy("outcome"),
    rules.SETTLE: gettext_lazy("final outcome"),
}  # fmt: skip


@acting(queries.READERS)
def cases(request: HttpRequest, by: Actor) -> HttpResponse:
    """The list, by what a case waits for; at the clinic each step is one click."""
    place = common.place_asked(request, by)
    mine = matching(sql.subtree(queries.cases(by), place), request.GET.get("q", "").strip())
    counts = queries.counts(mine)
    waiting = request.GET.get("waiting", "")
    if waiting not in WORDS:
        waiting = "outcome" if counts["outcome"] and not counts["on-the-way"] else "on-the-way"
    if request.GET.get("export"):
        return exports.ask_for(request, "cases", waiting=waiting)
    keys = ("-opened_at", "id") if waiting == "all" else ("opened_at", "id")
    page = common.paged(request, mine.filter(queries.WAITING[waiting]), keys)
    choices = common.words(request, "waiting", WORDS, waiting)
    listing = Listing(
        _("Fever clinic"), _columns(), _rows(page.rows, by), _clinic(place), place,
        words=[{**word, "count": counts[key]} for word, key in zip(choices, WORDS, strict=True)],
        next=page.next, total=counts[waiting], empty=EMPTY[waiting], search=_("Name, pinyin or number"),
        export=True,
    )  # fmt: skip
    return common.list_page(request, listing)


def _clinic(place: str) -> str:
    clinic = value("cases.clinic", place, clock.today())
    return _("Designated: %(clinic)s") % {"clinic": clinic} if clinic else ""


def _columns() -> list[str]:
    return [
        _("Person"),
        _("Reported for"),
        _("Reported"),
        _("At the clinic since"),
        _("Outcome"),
        _("Due"),
    ]


def _rows(found: Sequence[Case], by: Actor) -> list[Row]:
    """Five queries, however many cases."""
    named = people.with_ages({case.person for case in found}, clock.today())
    where = described({case.place for case in found}, below=by.place[:COUNTY_DIGITS])
    owed = queries.owed(found)
    return [_row(case, named.get(case.person), where[case.place], owed.get(case.id), by) for case in found]


def _row(case: Case, who: people.Named | None, where: str, owed: Task | None, by: Actor) -> Row:
    href = f"/cases/{case.id}/"
    about = (where, SEXES.get(who.sex, ""), who.age) if who else (where,)
    sub = " · ".join(str(part) for part in about if part not in (None, ""))
    told, heat = str(forms.REASONS[case.reason]), degrees.celsius(case.tenths) if case.tenths else ""
    hot = heat and not case.closed_at
    reason = Cell(state="fever", word=heat, sub=told) if hot else Cell(heat or told, sub=heat and told)
    return Row(
        (
            Cell(who.name if who else "—", href, sub), reason,
            Cell(at=case.opened_at), Cell(at=case.received_at), _outcome(case), _owed(owed),
        ),
        _acts(case, by), href,
    )  # fmt: skip


def _outcome(case: Case) -> Cell:
    if not case.outcome:
        return Cell()
    word = str(forms.OUTCOMES[case.outcome])
    return Cell(state=LOOKS[case.outcome], word=word, sub=common.short(case.outcome_at))


def _owed(task: Task | None) -> Cell:
    if task is None:
        return Cell()
    return Cell(state=state(task, clock.now()), sub=f"{common.short(task.due_at)} {OWED[task.kind]}")


def _acts(case: Case, by: Actor) -> list[Act]:
    """What the actor may do about a case now, the usual thing first."""
    url, acts = f"/cases/{case.id}/", []
    at_clinic = by.role in actions.AT_CLINIC
    if at_clinic and not case.received_at and not case.closed_at:
        acts.append(Act(f"{url}receive/", _("Arrived at the clinic"), "primary"))
    elif at_clinic and case.outcome != rules.WITHDRAWN and not case.returned_at:
        acts += _outcomes(case, url)
    awaited = case.outcome == "excluded" and case.received_at and not case.returned_at
    if awaited and by.role in actions.AT_CLINIC | actions.REPORTERS:
        acts.insert(0, Act(f"{url}back/", _("Back home"), "primary"))
    return acts


def _outcomes(case: Case, url: str) -> list[Act]:
    """The outcomes that the rules know. What ends an observation for good is asked twice."""
    known = value("cases.outcomes", case.place, clock.today())
    over = {case.outcome} | ({rules.SUSPECTED} if case.closed_at else set())
    usual = "" if case.closed_at else "primary"
    sure = _("Confirm this case? The observation at home ends with it.")
    return [
        Act(
            f"{url}outcome/", forms.OUTCOMES[word], usual if word == "excluded" else "",
            sure if word == "confirmed" else "", {"outcome": word, "seen": case.outcome},
        )
        for word in known
        if word not in over
    ]  # fmt: skip


@acting(queries.READERS)
def one(request: HttpRequest, by: Actor, case: UUID) -> HttpResponse:
    """One case: how it stands, and all that was recorded."""
    found = _found(by, case)
    row = _rows([found], by)[0]
    who = row.cells[0]
    history = queries.history(found)
    notes = open_parts([entry["record"].id for entry in history])
    said = [
        Row(
            (
                Cell(at=e["at"]),
                Cell(kinds()[e["kind"]].title),
                Cell(_what(e["record"]), sub=_note(notes, e["record"])),
            )
        )
        for e in history
    ]
    if by.role in actions.WITHDRAWERS and not (found.received_at or found.closed_at or found.outcome):
        links = [(_("Withdraw the report"), f"/cases/{case}/withdraw/")]
    else:
        links = []
    listing = Listing(
        who.text, [_("Happened"), _("Record"), _("What it says")], said, who.sub, found.place,
        links=[*links, (_("Person"), f"/people/{found.person}/")], acts=row.acts, leading=False,
        facts=[
            (_("Reported for"), forms.REASONS[found.reason]), (_("Reported"), _long(found.opened_at)),
            (_("At the clinic since"), _long(found.received_at)),
            (_("Outcome"), forms.OUTCOMES.get(found.outcome, "")),
            (_("Outcome said"), _long(found.outcome_at)), (_("Back home"), _long(found.returned_at)),
        ],
    )  # fmt: skip
    return common.list_page(request, listing)


def _long(moment: datetime | None) -> str:
    return f"{moment.astimezone(clock.zone()):%Y-%m-%d %H:%M}" if moment else ""


def _note(notes: dict[UUID, dict[str, Any]], record: Any) -> str:
    return str(notes.get(record.id, {}).get("note", ""))


def _what(record: Turn) -> str:
    said = (words(record), _("corrected") if record.replaced_by else "")
    return " · ".join(filter(None, said))


def _found(by: Actor, case: UUID) -> Case:
    found = queries.cases(by).filter(pk=case).first()
    if found is None:
        raise Http404
    return found


@require_POST
@acting(queries.READERS)
def receive(request: HttpRequest, by: Actor, case: UUID) -> HttpResponse:
    done = _("Received at the fever clinic.")
    return common.acted(request, lambda: actions.receive(by, case), done, "/cases/")


@require_POST
@acting(queries.READERS)
def outcome(request: HttpRequest, by: Actor, case: UUID) -> HttpResponse:
    said, seen = request.POST.get("outcome", ""), request.POST.get("seen", "")
    done = _("Outcome recorded: %(outcome)s.") % {"outcome": forms.OUTCOMES.get(said, said)}
    return common.acted(request, lambda: actions.outcome(by, case, said, seen), done, "/cases/")


@require_POST
@acting(queries.READERS)
def back(request: HttpRequest, by: Actor, case: UUID) -> HttpResponse:
    return common.acted(request, lambda: actions.back(by, case), _("Back home: recorded."), "/cases/")


@acting(actions.WITHDRAWERS)
def withdraw(request: HttpRequest, by: Actor, case: UUID) -> HttpResponse:
    """Take a report back, with the reason."""
    found = _found(by, case)

    def save(typed: forms.WhyIn) -> str:
        actions.withdraw(by, found.id, typed.why)
        return f"/cases/{case}/"

    return common.form_page(
        request, _("Withdraw the report"), forms.WhyIn, save, labels={"why": _("Why it is withdrawn")},
        cancel=f"/cases/{case}/", submit=_("Withdraw"), place=found.place,
    )  # fmt: skip


@acting(actions.REPORTERS)
def report(request: HttpRequest, by: Actor, person: UUID) -> HttpResponse:
    """Report somebody who is suspected; reached from the person's page."""
    try:
        known = people.get(by, person)
    except Refusal as refusal:
        raise Http404 from refusal

    def save(typed: forms.SuspicionIn) -> str:
        actions.report(by, known.id, typed.reason, common.tenths_typed(typed.degrees), typed.note)
        return "/cases/"

    return common.form_page(
        request, _("Report %(name)s to the fever clinic") % {"name": known.name}, forms.SuspicionIn, save,
        labels={"reason": _("Reported for"), "degrees": _("Temperature, °C"), "note": _("Note")},
        choices={"reason": [(word, forms.REASONS[word]) for word in ("symptoms", "fever")]},
        cancel=f"/people/{person}/", submit=_("Report to the clinic"), place=known.place,
    )  # fmt: skip


urlpatterns = [
    path("cases/", cases),
    path("cases/report/<uuid:person>/", report),
    path("cases/<uuid:case>/", one),
    path("cases/<uuid:case>/receive/", receive),
    path("cases/<uuid:case>/outcome/", outcome),
    path("cases/<uuid:case>/back/", back),
    path("cases/<uuid:case>/withdraw/", withdraw),
]
