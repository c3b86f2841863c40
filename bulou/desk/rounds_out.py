"""What rounds that go down are when they leave the house: those one sees, and how each recipient of one stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bulou.core.exports import Asked, OutList
from bulou.core.tasks.models import Task
from bulou.core.tasks.rounds import Round, owed
from bulou.core.tasks.state import State, state
from bulou.desk.rounds import Pages, texts
from bulou.desk.states import look
from bulou.lib import clock, sql
from bulou.lib.refusals import Refusal

_ROUNDS = {
    "title": _("Title"), "number": _("Number"), "by": _("Issued by"), "issued": _("Issued"), "due": _("Answer by"),
    "unacknowledged": _("Not acknowledged"), "unanswered": _("Not answered"),
}  # fmt: skip
_RECIPIENTS = {
    "recipient": _("Recipient"), "acknowledged": _("Acknowledged"), "acknowledged_at": _("Acknowledged at"),
    "answered": _("Answered"), "answered_at": _("Answered at"), "answer": _("Answer"),
}  # fmt: skip
_WAITS = (State.OPEN, State.MISSED)


def exports(pages: Pages) -> tuple[OutList, OutList]:
    """The two lists of a room's rounds, for its name-plate to answer."""

    def rounds(asked: Asked) -> QuerySet[Any]:
        show = asked.choice(("ours", "sent"), "sent")
        return pages.seen(asked.by, show == "ours", asked.place).order_by("-issued_at", "id")

    def round_lines(asked: Asked, rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
        tasks = owed(pages.sent, asked.by, [one.id for one in rows], asked.get("show", "sent") == "ours")
        now = clock.now()
        waiting = [(task.source, task.kind) for task in tasks if state(task, now) in _WAITS]
        for one in rows:
            yield [
                one.title, one.number, one.issued_by, _local(one.issued_at), _local(one.due_at),
                *(waiting.count((one.id, kind)) for kind in pages.kinds),
            ]  # fmt: skip

    def recipients(asked: Asked) -> QuerySet[Any]:
        tasks = [t.subject_id for t in owed(pages.sent, asked.by, [_round(pages, asked).id])]
        where, params = sql.among("recipient", set(tasks))
        return pages.sent._default_manager.extra(where=[where], params=params).order_by("place", "id")

    def recipient_lines(asked: Asked, rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
        said, now = texts(pages.answered, [to.recipient for to in rows]), clock.now()
        tasks = {(t.subject_id, t.kind): t for t in owed(pages.sent, asked.by, [_round(pages, asked).id])}
        for to in rows:
            acts = [cell for k in pages.kinds for cell in _standing(tasks.get((to.recipient, k)), now)]
            yield [to.name, *acts, said.get(to.recipient, "")]

    name = pages.base.strip("/")
    return (
        OutList(name, pages.title, pages.readers, _ROUNDS, rounds, round_lines),
        OutList(
            f"{name}-recipients", _("Recipients"), pages.readers, _RECIPIENTS, recipients, recipient_lines, None,
            lambda asked: str(_round(pages, asked).title),
        ),
    )  # fmt: skip


def _round(pages: Pages, asked: Asked) -> Round:
    try:
        which = UUID(asked.get("round"))
    except ValueError as error:
        raise Refusal("list-unknown") from error
    found = (pages.seen(asked.by, True) | pages.seen(asked.by, False)).filter(pk=which).first()
    if found is None:
        raise Refusal("list-unknown")
    return found


def _standing(task: Task | None, now: Any) -> tuple[Any, Any]:
    return (str(look(state(task, now)).word), task.done_at and _local(task.done_at)) if task else ("", None)


def _local(moment: Any) -> Any:
    return moment.astimezone(clock.zone())
