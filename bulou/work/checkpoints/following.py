"""What follows from records of a post at once: the house is told, and what is owed is laid."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bulou.core.places import classes
from bulou.core.records.families import members
from bulou.core.records.kinds import Batch, Event, Item, tell
from bulou.core.rulebook import value
from bulou.core.staff.actor import Actor
from bulou.core.tasks.models import Task
from bulou.core.tasks.write import Expected, dismiss, expect, reinstate
from bulou.lib import clock, ids
from bulou.lib.refusals import declare
from bulou.work.checkpoints import forms, rules
from bulou.work.checkpoints.duties import HOLD, STRAY
from bulou.work.checkpoints.intake import Ruled
from bulou.work.checkpoints.models import Followed, Pass, Traveller
from bulou.work.checkpoints.who import house

OBSERVED = declare(
    "pass-observed",
    _("Under observation: %(until)s. Do not let them through; whoever answers for them has been told."),
)
OTHERWISE = declare(
    "pass-otherwise", _("The rules say otherwise: %(outcome)s. Call the township if they are gone.")
)
UNNAMED = declare(
    "pass-unnamed", _("%(count)s who were with them are counted without the name that the rules ask for.")
)
OWN_FEVER = declare(
    "own-fever",
    _("A fever: hand the post over, put a mask on, call the township. Nobody goes to the clinic alone."),
)
CORRECTED, UNDONE = "corrected", "import-undone"
_OWED = (HOLD.kind, STRAY.kind)


def traveller(record: UUID, n: int) -> UUID:
    """The id of the n-th of a pass."""
    return ids.derived("checkpoints.traveller", record, n)


def slot(post: str, root: UUID, n: int) -> str:
    """What a task about the n-th of a pass is told apart by, whichever of its corrections counts."""
    return f"{post}:{root.hex[-20:]}:{n}"


def post_of(told: str) -> UUID | None:
    """The post that a task's slot names; None when it names none."""
    try:
        return UUID(told[:32])
    except ValueError:
        return None


def passes_stored(batch: Batch) -> None:
    """Who passed by name; the ill to the clinic, the held and the strayed to whoever answers, the rest told on."""
    rows: list[Traveller] = []
    holds: list[Expected] = []
    strays: list[Expected] = []
    before = _told({item.row["root"] for item in batch.items if item.came.replaces})
    for item in batch.items:
        for ruled in item.row.pop("ones"):
            if ruled.one.person is not None:
                rows.append(_row(item, ruled))
            if not item.counts:
                continue
            if ruled.one.person is not None:
                _say(batch, item, ruled, before)
                holds += _hold(item, ruled)
                strays += _stray(item, ruled)
            _answer(item, ruled)
    Traveller.objects.bulk_create(rows)
    expect(HOLD.kind, holds)
    expect(STRAY.kind, strays)


def _answer(item: Item, ruled: Ruled) -> None:
    """What the post is told at once: somebody is under observation, or the rules say otherwise than was done.

    Whoever copies a ledger stands at no post any more: they are told what is missing in it.
    """
    if item.came.copied:
        if item.row["unnamed"]:
            item.tell(UNNAMED, count=item.row["unnamed"])
    elif ruled.one.observed:
        item.tell(OBSERVED, until=ruled.one.observed)
    elif ruled.done != ruled.said["outcome"] and item.code != OBSERVED:
        item.tell(OTHERWISE, outcome=forms.OUTCOMES[ruled.said["outcome"]])


def _row(item: Item, ruled: Ruled) -> Traveller:
    row, one = item.row, ruled.one
    assert one.person is not None
    return Traveller(
        id=traveller(item.id, one.n), record=item.id, n=one.n, person=one.person, post=row["post"],
        place=row["place"], at=item.came.happened_at, tenths=one.said.tenths, outcome=ruled.done,
        observed=bool(one.observed), told=_tells(item, ruled),
    )  # fmt: skip


def _tells(item: Item, ruled: Ruled) -> bool:
    return rules.tells(ruled.said["tell"], ruled.done, item.row["origin"], item.row["direction"])


Told = dict[tuple[UUID, UUID], list[Traveller]]


def _told(roots: Collection[UUID]) -> Told:
    """{(a pass's first record, person): where a village was told of them}, whichever of its corrections said it."""
    of = {one: root for root, family in members(Pass, roots).items() for one in family}
    found: Told = {}
    for row in Traveller.objects.filter(record__in=of, told=True) if of else ():
        found.setdefault((of[row.record], row.person), []).append(row)
    return found


def _say(batch: Batch, item: Item, ruled: Ruled, before: Told) -> None:
    """A fever to the clinic; whoever was let in and came from outside to the village they go to."""
    root, source = traveller(item.row["root"], ruled.one.n), traveller(item.id, ruled.one.n)
    at, by, person = item.came.happened_at, house(item.by), ruled.one.person
    if ruled.fever:
        facts = {"tenths": ruled.one.said.tenths, "symptoms": [], "fever": True, "root": root}
        batch.events.append(Event("reading.fever", person, item.row["place"], at, source, facts, by))
    if _tells(item, ruled):
        arrived = coming(item.data.from_place, item.row["origin"], item.data.plate, ruled.fever)
        name = "pass.let-in"
        if item.came.replaces is not None and person is not None:
            name, told = "returnee.corrected", before.get((item.row["root"], person), ())
            arrived |= {"returned": True, "told": [row.id for row in told]}
        batch.events.append(Event(name, person, item.row["to_place"], at, source, arrived, by))


def coming(from_place: str, origin: str, plate: str, fever: bool | None) -> dict[str, Any]:
    """The facts of somebody who comes in, as whoever takes them in asks for them."""
    return {
        "from_place": from_place, "arrived": None, "transport": "car" if plate else "", "transport_no": plate,
        "itinerary": "", "contact": None, "fever": fever, "symptoms": None, "found": "",
        "affected": True if origin == classes.AFFECTED else None,
    }  # fmt: skip


def _hold(item: Item, ruled: Ruled) -> Iterator[Expected]:
    if ruled.done == rules.HELD and ruled.one.person is not None:
        yield _expected(item, ruled, item.row["place"], "checkpoints.hold_hours")


def _stray(item: Item, ruled: Ruled) -> Iterator[Expected]:
    """Whoever answers where they live is told; it is no breach until somebody says so."""
    if ruled.one.observed and ruled.one.person is not None:
        yield _expected(item, ruled, ruled.one.home or item.row["place"], "checkpoints.stray_hours")


def _expected(item: Item, ruled: Ruled, place: str, rule: str) -> Expected:
    at = item.came.happened_at
    hours = int(value(rule, place, clock.day_of(at)))
    assert ruled.one.person is not None
    return Expected(
        ruled.one.person, place, at, at + timedelta(hours=hours), source=item.id,
        slot=slot(item.row["post"], item.row["root"], ruled.one.n),
    )  # fmt: skip


def passes_corrected(pairs: list[tuple[UUID, UUID]], batch: Batch) -> None:
    """What the pass that counted before had laid is taken back, as far as the new one does not say it again."""
    gone, after = [before for before, _after in pairs], dict(pairs)
    roots = dict(Pass.objects.filter(id__in=[*gone, *after.values()]).values_list("id", "root"))
    now = list(Traveller.objects.filter(record__in=after.values()))
    wanted = {(row.person, slot(row.post, roots[row.record], row.n)) for row in now if _owes(row)}
    mine = Task.objects.filter(Q(source__in=gone) | Q(slot__in=[s for _p, s in wanted]), kind__in=_OWED)
    laid = list(mine.values_list("id", "subject_id", "slot", "withdrawn_at", "done_at"))
    dismiss([t for t, *key, _w, done in laid if tuple(key) not in wanted and done is None], CORRECTED)
    reinstate([t for t, *key, gone_at, _d in laid if tuple(key) in wanted and gone_at is not None])
    _no_fever(after, roots, now, batch)
    _not_let_in(after, roots, now, batch)


def _not_let_in(after: dict[UUID, UUID], roots: dict[UUID, UUID], now: list[Traveller], batch: Batch) -> None:
    """The village that was told of somebody hears that they did not come."""
    let_in = {(roots[row.record], row.person) for row in now if row.told}
    counts = {roots[record]: record for record in after.values()}
    for (root, person), told in _told(counts).items():
        if (root, person) not in let_in:
            batch.events.append(_did_not_come(told, counts[root]))


def _did_not_come(told: list[Traveller], source: UUID) -> Event:
    facts = {**coming("", "", "", None), "returned": False, "told": [row.id for row in told]}
    return Event("returnee.corrected", told[0].person, told[0].place, told[0].at, source, facts)


def _owes(row: Traveller) -> bool:
    return row.observed or row.outcome == rules.HELD


def _no_fever(after: dict[UUID, UUID], roots: dict[UUID, UUID], now: list[Traveller], batch: Batch) -> None:
    """Whoever acted on a fever that turns out to be none is told."""
    ill = {(row.record, row.person) for row in now if _is_ill(row)}
    for row in Traveller.objects.filter(record__in=after, tenths__isnull=False):
        if _is_ill(row) and (after[row.record], row.person) not in ill:
            facts = {"fever": False, "root": traveller(roots[row.record], row.n)}
            event = Event("reading.corrected", row.person, row.place, row.at, after[row.record], facts)
            batch.events.append(event)


def undone(events: list[Event], by: Actor, batch: Batch | None) -> None:
    """A ledger was taken back: nothing of what its passes laid is owed, their fevers are none, and nobody came."""
    gone = [record for event in events for record in event.facts["records"]]
    roots = dict(Pass.objects.filter(id__in=gone).values_list("id", "root"))
    if not roots:
        return
    laid = Task.objects.filter(source__in=list(roots), kind__in=_OWED, done_at=None)
    dismiss(list(laid.values_list("id", flat=True)), UNDONE)
    no_more = [
        Event(
            "reading.corrected", row.person, row.place, row.at, row.record,
            {"fever": False, "root": traveller(roots[row.record], row.n)}, house(by),
        )
        for row in Traveller.objects.filter(record__in=list(roots), tenths__isnull=False) if _is_ill(row)
    ]  # fmt: skip
    not_in = [_did_not_come(rows, rows[0].record) for rows in _told(set(roots.values())).values()]
    tell([*no_more, *not_in], by)


def _is_ill(row: Traveller) -> bool:
    line = int(value("fever.tenths", row.place, clock.day_of(row.at)))
    return bool(rules.is_fever(row.tenths, line))


def followed_stored(batch: Batch) -> None:
    """Went out without leave: said to whoever keeps the observation."""
    for item in batch.counting:
        if item.data.what == "breach" and not item.came.replaces:
            batch.say("person.strayed", item)


def followed_corrected(pairs: list[tuple[UUID, UUID]], batch: Batch) -> None:
    """Whoever keeps the observation hears what counts now."""
    rows = Followed.objects.filter(id__in={after for _before, after in pairs})
    said = members(Followed, {row.root for row in rows})
    for row in rows:
        facts = {"told": [one for one in said[row.root] if one != row.id], "breach": row.what == "breach"}
        batch.events.append(Event("stray.corrected", row.person, row.place, row.happened_at, row.id, facts))


def own_stored(batch: Batch) -> None:
    """Whoever is ill is told at once to leave the post."""
    for item in batch.items:
        if item.row["fever"]:
            item.tell(OWN_FEVER)
