"""Which visit of a door, and which answer about a person, is the last word in a chain of rounds.

Whoever stands at a door twice counts its people twice, and the second count is the one that holds: those before
it are `overtaken`, and count as visits and answers, not as people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from bulou.core.figures import cells
from bulou.lib import sql
from bulou.work.screening.models import Answer, Visit

# Of which records the last word is sought: whose it is, and which of them say it at all.
_SAID: dict[type[Visit | Answer], tuple[str, str]] = {
    Visit: ("member", "outcome = 'seen' AND people IS NOT NULL"), Answer: ("person", "1 = 1"),
}  # fmt: skip


def retell(model: type[Visit | Answer], about: Collection[UUID]) -> None:
    """Work out anew, from all records that count, which of these doors or people are overtaken."""
    if not about:
        return
    table, (of, says) = model._meta.db_table, _SAID[model]
    clause, params = sql.among(of, about)
    said: dict[tuple[Any, str], list[tuple[Any, bool]]] = defaultdict(list)
    for record, whose, chain, overtaken in sql.rows(
        f"SELECT id, {of}, chain, overtaken FROM {table} WHERE {clause} AND replaced_by IS NULL AND {says}"
        " ORDER BY happened_at, id",
        params,
    ):
        said[whose, chain].append((record, bool(overtaken)))
    wrong = {
        sql.as_uuid(record): not overtaken
        for records in said.values()
        for at, (record, overtaken) in enumerate(records, 1)
        if overtaken != (at < len(records))
    }
    if not wrong:
        return
    with cells.gathered():
        cells.count_rows(table, wrong, -1)
        for now in (True, False):
            model.objects.filter(pk__in=[record for record, is_ in wrong.items() if is_ == now]).update(
                overtaken=now
            )
        cells.count_rows(table, wrong)
