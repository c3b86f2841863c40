"""The word of each door: what the last visit found, kept at its task so that it can be counted by place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from bulou.core.tasks.many import tell
from bulou.lib import sql
from bulou.work.screening import rules
from bulou.work.screening.models import Round


def retell(members: Collection[UUID]) -> None:
    """Work out anew, from all visits that count, the words of these members' doors."""
    if not members:
        return
    clause, params = sql.among("member", members)
    visits: dict[tuple[Any, str], list[tuple[Any, Any, str]]] = defaultdict(list)
    for member, chain, at, record, outcome in sql.rows(
        f"SELECT member, chain, happened_at, id, outcome FROM screening_visit WHERE {clause}"
        " AND replaced_by IS NULL",
        params,
    ):
        visits[member, chain].append((at, record, outcome))
    clause, params = sql.among("subject_id", members)
    kinds = ", ".join(["%s"] * len(rules.KINDS))
    said = {}
    for task, member, slot, opens, detail in sql.rows(
        f"SELECT id, subject_id, slot, opens_at, detail FROM tasks_task WHERE {clause} AND kind IN ({kinds})"
        " AND withdrawn_at IS NULL",
        [*params, *rules.KINDS],
    ):
        now = rules.word(visit for visit in visits[member, slot[: rules.CHAIN]] if visit[0] >= opens)
        if now != detail:
            said[sql.as_uuid(task)] = now
    tell(said)


def retell_chain(plan: Round) -> None:
    """What was said in this chain since the round opened concerns it too, whichever came first."""
    found = sql.rows(
        "SELECT DISTINCT member FROM screening_visit WHERE chain = %s AND happened_at >= %s",
        [plan.chain.hex, sql.moment(plan.opens_at)],
    )
    retell([sql.as_uuid(row[0]) for row in found])
