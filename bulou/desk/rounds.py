"""The pages of rounds that go down: ours to answer, those sent from here, and by name who has not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from bulou.core import exports
from bulou.core.exports import EXPORTERS
from bulou.core.people.keys import open_parts
from bulou.core.places.queries import children
from bulou.core.records.single import take_one
from bulou.core.staff.actor import Actor, within
from bulou.core.staff.addressees import CHOICES, departments
from bulou.core.staff.gate import acting
from bulou.core.staff.roles import Role
from bulou.core.tasks.models import Task
from bulou.core.tasks.round_forms import RoundIn, TextIn
from bulou.core.tasks.rounds import Round, Sent, Word, names, ours, owed, received
from bulou.core.tasks.state import State, state
from bulou.desk import common
from bulou.desk.common import Act, Cell, Listing, Row, short
from bulou.lib import clock, sql

_FIRST = {State.MISSED: 0, State.UNHEARD: 0, State.OPEN: 1}
_NAMED = 8  # so many of those who have not are named in a cell; the page behind it names all


@dataclass(frozen=True)
class New:
    """The form of a new round: its title, its shape, who sends it, and the labels of what is this room's own.

    What is yes or no in the shape is yes to begin with.
    """

    title: Any
    shape: type[RoundIn]
    issue: Callable[..., Round]
    labels: Mapping[str, Any]


@dataclass(frozen=True)
class Pages:
    """What the pages of a room's rounds are made of. `kinds`: the tasks to acknowledge and to answer."""

    base: str
    title: Any
    plan: type[Round]
    sent: type[Sent]
    acknowledged: type[Word]
    answered: type[Word]
    kinds: tuple[str, str]
    readers: frozenset[Role]
    issuers: frozenset[Role]
    new: New

    @property
    def urls(self) -> list[URLPattern]:
        gate, base = acting(self.readers), self.base.lstrip("/")
        return [
            path(base, gate(self.all)),
            path(f"{base}new/", acting(self.issuers)(self.write)),
            path(f"{base}<uuid:which>/", gate(self.one)),
            path(f"{base}<uuid:which>/answer/", gate(self.answer)),
        ]

    def seen(self, by: Actor, mine: bool, place: str = "") -> QuerySet[Round]:
        """Rounds that went to the actor, or those that were sent from a place of the actor's territory."""
        if mine:
            return ours(self.plan, self.sent, by)
        return sql.subtree(within(by, self.plan._default_manager.all()), place)

    def all(self, request: HttpRequest, by: Actor) -> HttpResponse:
        """The rounds, and who has not."""
        chosen, place = request.GET.get("list", ""), common.place_asked(request, by)
        # Whoever sends and is sent nothing begins with what they sent: who has not answered.
        sends = by.role in self.issuers and not chosen
        here = place == by.place  # what a place below has sent is never ours
        mine = here and chosen != "sent" and not (sends and not received(self.sent, by).exists())
        if request.GET.get("export"):
            return exports.ask_for(
                request, self.base.strip("/"), show="ours" if mine else "sent", place=place
            )
        found = self.seen(by, mine, place)
        page = common.paged(request, found, ("-issued_at", "id"))
        tasks = owed(self.sent, by, [one.id for one in page.rows], mine)
        called = _called(self.sent, tasks)
        new = (
            {task.source for task in tasks if task.kind == self.kinds[0] and not task.done_at}
            if mine
            else set()
        )
        rows = [
            Row(
                [
                    Cell(one.title, f"{self.base}{one.id}/", one.number), Cell(one.issued_by),
                    Cell(at=one.due_at), *(still_owing(tasks, called, one.id, kind) for kind in self.kinds),
                ],
                [Act(f"{self.base}{one.id}/", _("Acknowledge"), "primary")] if one.id in new else (),
                f"{self.base}{one.id}/",
            )
            for one in page.rows
        ]  # fmt: skip
        words = {**({"ours": _("For us")} if here else {}), "sent": _("Sent from here")}
        listing = Listing(
            self.title,
            [_("Title"), _("Issued by"), _("Answer by"), _("Not acknowledged"), _("Not answered")], rows,
            words=common.words(request, "list", words, "ours" if mine else "sent"), next=page.next,
            links=[(_("Write a new one"), f"{self.base}new/")] if by.role in self.issuers else [],
            empty=_("Nothing was sent to us.") if mine else _("Nothing was sent from here."), place=place,
            export=by.role in EXPORTERS,
        )  # fmt: skip
        return common.list_page(request, listing)

    def write(self, request: HttpRequest, by: Actor) -> HttpResponse:
        """The form of a new one."""
        under = [("", _("All under us")), *((place.code, place.name) for place in children(by.place))]
        ours = [(one.key, one.name) for one in departments(by)]
        to = [(key, word) for key, word in CHOICES.items() if ours or "department" not in key]
        labels = {
            "title": _("Title"), "number": _("Number of the paper"), "to": _("Whom it goes to"), "under": _("Under"),
            "places": _("Places by name"), **({"departments": _("Departments")} if ours else {}),
            "due_at": _("Answer by"), **self.new.labels,
        }  # fmt: skip
        asked = self.new.shape.model_fields.items()
        return common.form_page(
            request, self.new.title, self.new.shape,
            lambda said: f"{self.base}{self.new.issue(by, said).id}/",
            labels=labels, hints={"places": _("Where places named below are meant; apart by blanks, commas or lines.")},
            initial={name: True for name, field in asked if field.annotation is bool},
            submit=_("Issue"), cancel=self.base, choices={"to": to, "under": under, "departments": ours},
        )  # fmt: skip

    def one(self, request: HttpRequest, by: Actor, which: UUID) -> HttpResponse:
        """One round: what it says, what we owe it, and how everybody under us stands."""
        found = get_object_or_404(self.seen(by, True) | self.seen(by, False), pk=which)
        if request.GET.get("export"):
            return exports.ask_for(request, f"{self.base.strip('/')}-recipients", round=which)
        to = received(self.sent, by).filter(round=which).first()
        tasks = owed(self.sent, by, [which])
        mine = {t.kind: t for t in tasks if to is not None and t.subject_id == to.recipient}
        if request.method == "POST":
            mine_to = get_object_or_404(received(self.sent, by), round=which)
            return self._acknowledge(request, by, mine_to, mine)
        waits = self.kinds[0] in mine and mine[self.kinds[0]].done_at is None
        listing = Listing(
            found.title, [_("Recipient"), _("Acknowledged"), _("Answered"), _("Answer")],
            self._standing(tasks), text=found.text,
            facts=[
                (_("Number"), found.number), (_("Issued by"), found.issued_by),
                (_("Issued"), short(found.issued_at)), (_("Answer by"), short(found.due_at)),
            ],
            acts=[Act(request.path, _("Acknowledge"), "primary")] if waits else [],
            links=[(_("Answer"), f"{request.path}answer/")] if self.kinds[1] in mine else [],
            export=by.role in EXPORTERS,
        )  # fmt: skip
        return common.list_page(request, listing)

    def _acknowledge(
        self, request: HttpRequest, by: Actor, to: Sent, mine: Mapping[str, Task]
    ) -> HttpResponse:
        def say() -> None:
            # Said once is enough: a second click changes nothing.
            if mine[self.kinds[0]].done_at is None:
                take_one(self.acknowledged.kind, to.place, {"recipient": str(to.recipient)}, by)

        return common.acted(request, say, _("Acknowledged."), request.path)

    def answer(self, request: HttpRequest, by: Actor, which: UUID) -> HttpResponse:
        """Answer; whoever answers has received it."""
        to = get_object_or_404(received(self.sent, by), round=which)

        def save(said: TextIn) -> str:
            data = {"recipient": str(to.recipient), "text": said.text}
            take_one(self.answered.kind, to.place, data, by)
            return f"{self.base}{which}/"

        return common.form_page(
            request, _("Answer"), TextIn, save, labels={"text": _("Answer")}, submit=_("Send the answer"),
            fixed={"recipient": to.recipient}, cancel=f"{self.base}{which}/",
        )  # fmt: skip

    def _standing(self, tasks: list[Task]) -> list[Row]:
        """How each recipient stands: acknowledged, answered, and the last answer. Who is late comes first."""
        mine: dict[UUID, dict[str, Task]] = {}
        for task in tasks:
            mine.setdefault(task.subject_id, {})[task.kind] = task
        called, told = _called(self.sent, tasks), texts(self.answered, mine)
        now = clock.now()
        return [
            Row(
                [
                    Cell(called.get(one, "—")),
                    *(_cell(owing.get(k)) for k in self.kinds),
                    Cell(told.get(one, "")),
                ]
            )
            for one, owing in sorted(mine.items(), key=lambda item: _waits(item[1].values(), now))
        ]


def still_owing(tasks: Iterable[Task], called: Mapping[UUID, str], source: UUID, kind: str) -> Cell:
    """Who of a round has not: how many, and their names."""
    now = clock.now()
    mine = {t.subject_id: state(t, now) for t in tasks if t.source == source and t.kind == kind}
    waiting = [subject for subject, at in mine.items() if at in (State.OPEN, State.MISSED)]
    if not waiting:
        return Cell(state=State.DONE, word=_("nobody")) if mine else Cell()
    told = _(", ").join(called.get(subject, "—") for subject in waiting[:_NAMED])
    worst = State.MISSED if State.MISSED in mine.values() else State.OPEN
    return Cell(state=worst, word=str(len(waiting)), sub=told + ("…" if len(waiting) > _NAMED else ""))


def _called(sent: type[Sent], tasks: Iterable[Task]) -> dict[UUID, str]:
    return names(sent)([(task.subject_type, task.subject_id) for task in tasks])


def _waits(owing: Iterable[Task], now: datetime) -> int:
    """How early a recipient stands in a list: the late, those who still have time, the others."""
    return min(_FIRST.get(state(task, now), len(_FIRST)) for task in owing)


def _cell(task: Task | None) -> Cell:
    if task is None:
        return Cell()
    return Cell(state=state(task, clock.now()), sub=short(task.done_at or task.due_at))


def texts(words: type[Word], recipients: Collection[UUID]) -> dict[UUID, str]:
    """The last text that each recipient sent."""
    found = words._default_manager.filter(recipient__in=recipients, replaced_by=None).order_by("happened_at")
    said_by = dict(found.values_list("id", "recipient"))
    texts = open_parts(list(said_by))
    return {recipient: str(texts[one]["text"]) for one, recipient in said_by.items() if one in texts}
