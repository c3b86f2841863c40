"""What has newly risen to a post, for its phone: by name, as the first page of the office has it, while it is news."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import OFFICE
from bulou.core.tasks import queries, rising
from bulou.core.tasks.api import subject_names
from bulou.core.tasks.duties import duties
from bulou.core.tasks.owners import owners

# Most that a phone is told by name, longest overdue first; of more it is told how many there are.
MOST = 30


def told(by: Actor, now: datetime) -> tuple[dict[str, Any], set[UUID], set[str]]:
    """{"count", "rows"}, whom the rows name, and the places they speak of.

    A row is [key of the task on the phone, what, name, place, due, no news any more from, who answers]; times in
    seconds. So a phone without a line leaves out by itself what it did and what is news no longer.
    """
    after = rising.hears_after(by, now) if by.role in OFFICE and by.sees_people else None
    if after is None:
        return {"count": 0, "rows": []}, set(), set()
    found = queries.missed_now(by.place, by, which=rising.risen(by, now))
    tasks = list(found.order_by("due_at", "place", "id")[:MOST])
    count = found.order_by().count() if len(tasks) == MOST else len(tasks)
    named, who, stays = subject_names(tasks, by), owners(tasks), after + rising.news(by.place, now)
    rows = [
        [
            f"{task.kind}|{task.subject_id.hex}|{task.slot}", str(duties()[task.kind].title),
            named.get(task.subject_id, ""), task.place, int(task.due_at.timestamp()),
            int((task.due_at + stays).timestamp()),
            f"{who[task.id].title} {who[task.id].name}".strip() if task.id in who else "",
        ]
        for task in tasks
    ]  # fmt: skip
    people = {task.subject_id for task in tasks if task.subject_type == "person"}
    return {"count": count, "rows": rows}, people, {task.place for task in tasks}
