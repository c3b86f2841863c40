"""Rounds that go down: something is sent to many at once, and each must say a word about it by a time.

A room's records of such a round are a `Sent` for everybody it goes to and a `Word` for whatever comes
back; the tasks of a round have the Sent's `recipient` as their subject and the round as their source.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from bulou.core.cards import Card
from bulou.core.places import queries as places
from bulou.core.records.kinds import Batch, Incoming, Item
from bulou.core.records.models import Record
from bulou.core.staff.actor import Actor, within
from bulou.core.staff.addressees import Addressee
from bulou.core.staff.roles import Role
from bulou.core.tasks.duties import duties
from bulou.core.tasks.models import OPEN, Task
from bulou.core.tasks.write import Expected, expect
from bulou.lib import clock, ids, sql
from bulou.lib.refusals import declare

R = TypeVar("R", bound="Round")
declare("round-not-yours", _("This was not sent to you. Look at the list of what was."))
declare(
    "round-early",
    _("This was sent only at %(at)s; nobody had it before. Check the date and the phone's clock."),
)


class Round(models.Model):
    """A round's plan: what it says, whose office sent it, and by when it is to be answered.

    `number` is the paper's own.
    """

    id = models.UUIDField(primary_key=True, default=ids.new)
    place = models.CharField(max_length=20, db_index=True)
    title = models.CharField(max_length=100)
    number = models.CharField(max_length=60, default="")
    text = models.TextField()
    issued_by = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        abstract = True


class Word(Record):
    """What one of those whom a round went to says about it. The round is found by the recipient."""

    round = models.UUIDField(null=True, db_index=True)
    recipient = models.UUIDField(db_index=True)

    class Meta(Record.Meta):
        abstract = True


class Sent(Word):
    """A round went to a place or (with a `post`) to a department there; `name` is what that is called.

    Of a department that is a `unit`, whoever holds a post in it says a word about it, now or later.
    """

    post = models.BigIntegerField(null=True, db_index=True)
    unit = models.UUIDField(null=True, db_index=True)
    name = models.CharField(max_length=64)

    class Meta(Word.Meta):
        abstract = True


def send(
    plan: Round, sent: type[Sent], to: Iterable[Addressee], by: Actor, owed: Iterable[tuple[str, datetime]]
) -> int:
    """Send a new round: a record for each addressee, and the tasks of each kind by its time. To how many."""
    from bulou.core.records.intake import take  # not above: every command loads the models, few its shapes

    plan.save(force_insert=True)
    going = {ids.derived(plan.id, one.place, one.post): one for one in to}
    records = [
        Incoming(
            sent.kind, recipient, one.place, plan.issued_at,
            {
                "recipient": str(recipient), "round": str(plan.id), "post": one.post,
                "unit": one.unit and str(one.unit), "name": one.name[:64],
            },
        )
        for recipient, one in going.items()
    ]  # fmt: skip
    take(records, replace(by, role=Role.SYSTEM))
    for kind, due in owed:
        expect(kind, [_act(recipient, one, plan, due) for recipient, one in going.items()])
    return len(going)


def _act(recipient: UUID, one: Addressee, plan: Round, due: datetime) -> Expected:
    return Expected(
        recipient, one.place, plan.issued_at, due, account=one.account, role=one.role.value, source=plan.id,
        detail=plan.title[:60], subject_type="post" if one.post else "place",
    )  # fmt: skip


def checked(sent: type[Sent], once: type[Word] | None = None) -> Callable[[Batch], None]:
    """The check of a room's words: only whom a round was sent to says something about it, and not before it was.

    Of a word that is said `once`, the earliest of a recipient counts, whichever came first.
    """

    def check(batch: Batch) -> None:
        wanted = [item.data.recipient for item in batch.live]
        known = {to.recipient: to for to in sent._default_manager.filter(recipient__in=wanted)}
        for item in batch.live:
            to = known.get(item.data.recipient)
            if to is None or not (item.by.role is Role.SYSTEM or _is_to(to, item.by)):
                item.refuse("round-not-yours")
            elif item.came.happened_at < to.happened_at:
                item.refuse("round-early", at=f"{to.happened_at.astimezone(clock.zone()):%Y-%m-%d %H:%M}")
            else:
                item.row |= {"round": to.round, "place": to.place}
        if once is not None:
            _once(once, [item for item in batch.live if item.came.replaces is None])

    return check


def _once(word: type[Word], items: list[Item]) -> None:
    rows = word._default_manager.filter(recipient__in=[i.data.recipient for i in items], replaced_by=None)
    first = {row.recipient: (row.happened_at, row.id, row.root) for row in rows.order_by("-happened_at")}
    for item in sorted(items, key=lambda item: (item.came.happened_at, item.id.int)):
        said = first.setdefault(item.data.recipient, (item.came.happened_at, item.id, item.id))
        if said[0] > item.came.happened_at:  # it came later, and was said before
            item.came, item.row["root"] = replace(item.came, replaces=said[1]), said[2]
            first[item.data.recipient] = (item.came.happened_at, item.id, said[2])
        elif said[1] != item.id:
            item.end("duplicate")


def heard(acknowledged: type[Word]) -> Callable[[Batch], None]:
    """What follows from an answer: whoever answers has received it."""

    def stored(batch: Batch) -> None:
        from bulou.core.records.intake import take_items

        said = [
            Item(
                n,
                Incoming(
                    acknowledged.kind, ids.derived(acknowledged.kind, item.id), item.row["place"],
                    item.came.happened_at, {"recipient": str(item.data.recipient)}, item.came.device,
                ),
                item.by,
            )
            for n, item in enumerate(batch.counting)
        ]  # fmt: skip
        if said:
            take_items(said)

    return stored


def _is_to(to: Sent, by: Actor) -> bool:
    if to.post is None:
        return to.place == by.place or to.place in places.taken_over(by.place)
    return to.post == by.post or (to.unit is not None and to.unit == _speaks_for(by))


def _speaks_for(actor: Actor) -> UUID | None:
    """The unit that is the actor's department; others who belong to a unit answer for its people only."""
    return actor.unit if actor.role is Role.DEPARTMENT else None


def received(sent: type[Sent], actor: Actor) -> QuerySet[Sent]:
    """What was sent to the actor's own place, post or department."""
    ours, unit = Q(post=actor.post) | Q(post=None, place=actor.place), _speaks_for(actor)
    if gone := places.taken_over(actor.place):
        ours |= Q(post=None, place__in=gone)
    return sent._default_manager.filter(ours | Q(unit=unit) if unit else ours)


def ours(plan: type[R], sent: type[Sent], actor: Actor) -> QuerySet[R]:
    """Rounds that went to the actor."""
    return plan._default_manager.filter(id__in=received(sent, actor).values("round"))


def owed(sent: type[Sent], actor: Actor, rounds: Collection[UUID], mine: bool = False) -> list[Task]:
    """What is owed to rounds in the actor's territory, or by the actor alone; what is done is among it."""
    tasks = within(actor, Task.objects.filter(source__in=rounds)).order_by("place", "subject_id")
    return list(tasks.filter(subject_id__in=received(sent, actor).values("recipient")) if mine else tasks)


def names(sent: type[Sent]) -> Callable[[Collection[tuple[str, UUID]]], dict[UUID, str]]:
    """A name-plate's answer to `subject_names`: what recipients are called."""

    def answer(subjects: Collection[tuple[str, UUID]]) -> dict[UUID, str]:
        found = sent._default_manager.filter(recipient__in=[subject for _type, subject in subjects])
        return dict(found.values_list("recipient", "name"))

    return answer


def answers(
    sent: type[Sent], kinds: Collection[str], base: str, readers: Collection[Role]
) -> dict[str, Callable[..., Any]]:
    """What a name-plate answers about its rounds. `kinds` are their tasks, `base` the address of their pages."""

    def today(by: Actor, place: str) -> list[Card]:
        """What this post owes to rounds, and who below it is late. Two queries."""
        return _waiting(sent, kinds, base, by, place) if by.role in readers else []

    def act(task: Task) -> str:
        return f"{base}{task.source}/" if task.kind in kinds and task.source else ""

    return {"subject_names": names(sent), "today": today, "act": act}


def _waiting(sent: type[Sent], kinds: Collection[str], base: str, by: Actor, place: str) -> list[Card]:
    now = clock.now()
    owing = Task.objects.filter(OPEN, kind__in=kinds, opens_at__lte=now)
    mine = list(owing.filter(subject_id__in=received(sent, by).values("recipient")).order_by("due_at"))
    theirs = owing.filter(due_at__lt=now).exclude(pk__in=[task.pk for task in mine])
    late = Counter(sql.subtree(within(by, theirs), place).values_list("kind", flat=True))
    found = []
    for kind in kinds:
        title = duties()[kind].title
        if ours := [task for task in mine if task.kind == kind]:
            url = f"{base}{ours[0].source}/" if len(ours) == 1 else base
            tone = "miss" if ours[0].due_at < now else "now"
            due = _("due at %(time)s") % {"time": f"{ours[0].due_at.astimezone(clock.zone()):%m-%d %H:%M}"}
            found.append(Card(title, len(ours), url, tone, due, [t.detail for t in ours[:3]], rank=86))
        if late[kind]:
            title = _("%(duty)s: late below us") % {"duty": title}
            url = f"/missed/?place={place}&kind={kind}"
            found.append(Card(title, late[kind], url, "miss", rank=79))
    return found
