"""What is expected, done, done late and excused: figures over the tasks, by kind of task."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from bulou.core.figures.figure import Figure, Formula

if TYPE_CHECKING:
    from bulou.core.tasks.duties import Duty


def task_figures() -> tuple[Figure, ...]:
    """The four counts of tasks. A task counts by the day it is due, under one of the last three at most.

    Up to now and as of a moment only what was due by then counts, so that the last three taken from the first
    leave what is missed.
    """
    from bulou.core.tasks.models import Task

    def over(name: str, title: object, where: str, not_yet: str = "") -> Figure:
        return Figure(
            name,
            title,  # type: ignore[arg-type]
            source=Task,
            where=where,
            by=("kind",),
            day="due_day",
            live="withdrawn_at IS NULL",
            so_far=True,
            not_yet=not_yet,
        )

    return (
        over("tasks.expected", _("Expected"), ""),
        over("tasks.done", _("Done on time"), "done_at <= due_at"),
        # Whoever is excused is so at every moment, and not missed before they were late.
        over("tasks.late", _("Done late"), "done_at > due_at", "done_at > %s AND excused_at IS NULL"),
        over("tasks.excused", _("Excused"), "excused_at IS NOT NULL AND done_at IS NULL"),
    )


def task_formulas(duties: Iterable[Duty]) -> list[Formula]:
    """What is missed; and for each duty, how many are owed: neither recorded nor excused, whenever due."""
    missed = "tasks.expected - tasks.done - tasks.late - tasks.excused"
    return [
        Formula("tasks.missed", _("Missed"), missed, so_far=True),
        *(
            Formula(
                f"{d.kind}.owed",
                format_lazy(_("{duty}: owed"), duty=d.title),
                f"tasks.expected[{d.kind}] - tasks.done[{d.kind}] - tasks.late[{d.kind}] - tasks.excused[{d.kind}]",
                also=d.also,
            )
            for d in duties
        ),
    ]
