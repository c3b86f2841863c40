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
    """The four counts of tasks. A task counts by the day it is due, under one of the last three at most."""
    from bulou.core.tasks.models import Task

    def over(name: str, title: object, where: str) -> Figure:
        return Figure(
            name,
            title,  # type: ignore[arg-type]
            source=Task,
            where=where,
            by=("kind",),
            day="due_day",
            live="withdrawn_at IS NULL",
        )

    return (
        over("tasks.expected", _("Expected"), ""),
        over("tasks.done", _("Done on time"), "done_at <= due_at"),
        over("tasks.late", _("Done late"), "done_at > due_at"),
        over("tasks.excused", _("Excused"), "excused_at IS NOT NULL AND done_at IS NULL"),
    )


def task_formulas(duties: Iterable[Duty]) -> list[Formula]:
    """For each duty, how many are owed: expected and neither recorded nor excused, whenever due."""
    return [
        Formula(
            f"{d.kind}.owed",
            format_lazy(_("{duty}: owed"), duty=d.title),
            f"tasks.expected[{d.kind}] - tasks.done[{d.kind}] - tasks.late[{d.kind}] - tasks.excused[{d.kind}]",
            also=d.also,
        )
        for d in duties
    ]
