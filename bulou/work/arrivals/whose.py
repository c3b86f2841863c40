"""Whom a corrected arrival is about: the one it was about, or somebody else, who is then waited for instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db.models import Q

from bulou.core.people import matching
from bulou.core.people.persons import NewPerson
from bulou.core.people.queries import resolve
from bulou.core.people.told import told
from bulou.core.records.kinds import Batch, Item
from bulou.core.tasks.models import OPEN, Task
from bulou.core.tasks.write import dismiss, reinstate
from bulou.work.arrivals.models import Arrival

# What somebody else would tell otherwise; where they live and how they are reached may change.
_ELSE = {"name", "sex", "birth_date", "doc_number"}
VISIT, CORRECTED = "arrivals.visit", "corrected"


@dataclass
class Corrected:
    """Whom the arrivals were about that are corrected now, by the first record of each."""

    by_root: dict[UUID, list[UUID]] = field(default_factory=dict)
    people: dict[UUID, matching.Known] = field(default_factory=dict)

    def known(self, item: Item, new: NewPerson) -> NewPerson:
        """Who is told of again, with nothing that speaks for somebody else, is the one they were."""
        for person in self.by_root.get(item.row.get("root", item.id), ()):
            if not _ELSE & set(matching.differences(told(new), self.people[person])):
                return replace(new, id=person)
        return new


def corrected(items: list[Item], batch: Batch) -> Corrected:
    """Ask whom these corrections may be about: those of the records of their families, the latest first."""
    if not items:
        return Corrected()
    roots = {item.row["root"] for item in items}
    family = Arrival.objects.filter(Q(id__in=roots) | Q(root__in=roots, replaces__isnull=False))
    about = [(one.id, one.row["person"]) for one in batch.items if one.id in roots and "person" in one.row]
    about += [(row.root, row.person) for row in family.order_by("-id")]
    kept = resolve({person for _root, person in about})
    found: dict[UUID, list[UUID]] = {}
    for root, person in about:
        found.setdefault(root, []).append(kept.get(person, person))
    return Corrected(found, matching.load({one for some in found.values() for one in some}))


def expect_instead(row: Arrival) -> None:
    """The arrival turned out to be somebody else's: they are seen at home, and nobody else because of it."""
    visits = Task.objects.filter(kind=VISIT, slot=str(row.root))
    dismiss(list(visits.filter(OPEN).exclude(subject_id=row.person).values_list("id", flat=True)), CORRECTED)
    theirs = visits.filter(subject_id=row.person, reason=CORRECTED).exclude(withdrawn_at=None)
    reinstate(list(theirs.values_list("id", flat=True)))


def expect_nobody(rows: Iterable[Arrival], roots: Mapping[UUID, UUID]) -> None:
    """These arrivals were nobody's: nobody is waited for because of them. `roots`: who was kept of whom."""
    people = {one for row in rows for one in (row.person, roots.get(row.person, row.person))}
    visits = Task.objects.filter(
        OPEN, kind=VISIT, subject_id__in=people, slot__in=[str(row.root) for row in rows]
    )
    dismiss(list(visits.values_list("id", flat=True)), CORRECTED)
