"""The verbs on posts and permits, behind the audit door. Who passes comes in as records (`intake`, `following`)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bulou.core.audit import note, verb
from bulou.core.people import queries as people
from bulou.core.places import queries as places
from bulou.core.places.codes import path_codes
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.staff.actor import Actor, within
from bulou.core.staff.roles import OFFICE, Role
from bulou.core.tasks.models import OPEN, Task
from bulou.core.tasks.write import dismiss, reinstate
from bulou.lib import clock, ids, sql
from bulou.lib.refusals import Refusal, declare
from bulou.work.checkpoints.duties import HOLD, OWN
from bulou.work.checkpoints.forms import CheckpointIn, PermitIn
from bulou.work.checkpoints.models import Checkpoint, Permit, Turn

KEEPERS = OFFICE
_NO_POST = "no-post"
declare(
    "checkpoint-held",
    _("Somebody is still in the isolation room. Hand them over first, then close the post."),
)
declare(
    "checkpoint-changed", _("Somebody else has changed this post meanwhile. Look at it again, then save.")
)
declare(
    "checkpoint-kit", _("The kit is not understood. A line for each thing, its number after it: 口罩 200")
)
declare("permit-days", _("The last day lies before the first. Check both days."))
declare("permit-unknown", _("There is no such permit in your territory. Choose one from the list."))
_KIT = re.compile(r"(.{1,40}?)[\s×x*:：]*(\d{1,6})?\s*", re.ASCII)


def kit_of(text: str) -> list[dict[str, Any]]:
    """What a post is to have, from lines like 口罩 200. Refuses checkpoint-kit."""
    found = []
    for line in (line.strip() for line in text.splitlines() if line.strip()):
        match = _KIT.fullmatch(line)
        if match is None:
            raise Refusal("checkpoint-kit")
        found.append({"name": match[1].strip(), "count": int(match[2] or 1)})
    return found


@verb("checkpoints.open", roles=KEEPERS)
def open_post(by: Actor, said: CheckpointIn, id: UUID | None = None) -> Checkpoint:  # noqa: A002
    """A new post. Refuses place-unknown, checkpoint-kit."""
    return open_posts(by, [(id or ids.new(), said)])[0]


@verb("checkpoints.open_many", roles=KEEPERS)
def open_posts(by: Actor, said: list[tuple[UUID, CheckpointIn]]) -> list[Checkpoint]:
    """New posts, many at once, each with its id."""
    for _id, one in said:
        if not by.reaches(one.place):
            raise Refusal("place-unknown")
    now = clock.now()
    made = [
        Checkpoint(
            id=key,
            opened_at=now,
            made_by=by.name[:64],
            kit=kit_of(one.kit),
            **one.model_dump(exclude={"kit"}),
        )
        for key, one in said
    ]
    Checkpoint.objects.bulk_create(made, batch_size=500)
    _turned(by, made, "opened")
    note(subject_type="checkpoint", subject_id=made[0].id if len(made) == 1 else None, count=len(made))
    return made


@verb("checkpoints.change", roles=KEEPERS)
def change(by: Actor, post: UUID, version: int, said: CheckpointIn) -> Checkpoint:
    """Say a post's hours, kit, room and whether it is closed anew; its place and kind stay. Refuses
    checkpoint-unknown, checkpoint-changed."""
    found = _own(by, post)
    if found.version != version:
        raise Refusal("checkpoint-changed")
    for name, value in said.model_dump(exclude={"kit", "place", "kind"}).items():
        setattr(found, name, value)
    found.kit, found.version = kit_of(said.kit), version + 1
    found.save()
    note(subject_type="checkpoint", subject_id=found.id, place=found.place)
    return found


@verb("checkpoints.close", roles=KEEPERS)
def close(by: Actor, post: UUID) -> None:
    """The post is taken down. Refuses checkpoint-unknown, checkpoint-held. Closed already changes nothing."""
    found = _own(by, post)
    if found.ended_at is not None:
        return
    if Task.objects.filter(OPEN, kind=HOLD.kind, slot__startswith=found.id.hex).exists():
        raise Refusal("checkpoint-held")
    _turn(by, found, "closed")


@verb("checkpoints.reopen", roles=KEEPERS)
def reopen(by: Actor, post: UUID) -> None:
    """The post stands again. Refuses checkpoint-unknown."""
    found = _own(by, post)
    if found.ended_at is not None:
        _turn(by, found, "opened")


def _turn(by: Actor, post: Checkpoint, what: str) -> None:
    now = clock.now()
    post.ended_at, post.version = (now if what == "closed" else None), post.version + 1
    post.opened_at = now if what == "opened" else post.opened_at
    post.save(update_fields=["ended_at", "opened_at", "version"])
    _turned(by, [post], what)
    _who_stands_owes(post.place)
    note(subject_type="checkpoint", subject_id=post.id, place=post.place)


def _who_stands_owes(place: str) -> None:
    """Where the last post was taken down its staff's own temperature is owed no longer, until one stands again."""
    around = path_codes(place)
    stand = {code for code in around if sql.subtree(Checkpoint.objects.filter(ended_at=None), code).exists()}
    ahead = Task.objects.filter(kind=OWN.kind, place__in=around, due_at__gt=clock.now(), done_at=None)
    rows = list(ahead.values_list("id", "place", "withdrawn_at", "reason"))
    dismiss([pk for pk, at, gone, _why in rows if at not in stand and not gone], _NO_POST)
    reinstate([pk for pk, at, gone, why in rows if at in stand and gone and why == _NO_POST])


def _turned(by: Actor, posts: list[Checkpoint], what: str) -> None:
    """That posts were opened or closed is counted."""
    now = clock.now()
    records = [
        Incoming(
            Turn.kind, ids.derived(Turn.kind, post.id, what, post.version), post.place, now,
            {"post": post.id.hex, "post_kind": post.kind, "what": what},
        )
        for post in posts
    ]  # fmt: skip
    take(records, replace(by, role=Role.SYSTEM))


def _own(by: Actor, post: UUID) -> Checkpoint:
    found = within(by, Checkpoint.objects.select_for_update()).filter(pk=post).first()
    if found is None:
        raise Refusal("checkpoint-unknown")
    return found


@verb("checkpoints.permit", roles=KEEPERS)
def permit(by: Actor, said: PermitIn) -> Permit:
    """Let somebody pass the closed posts of a place. Refuses person-unknown, place-unknown, permit-days."""
    if not by.reaches(said.place) or places.get(said.place) is None:
        raise Refusal("place-unknown")
    if said.to_day < said.from_day:
        raise Refusal("permit-days")
    person = people.get(by, said.person)
    given = Permit.objects.create(
        person=person.id, place=said.place, kind=said.kind, from_day=said.from_day, to_day=said.to_day,
        weekdays="".join(sorted(set(said.weekdays))), given_by=by.name[:64], given_at=clock.now(),
    )  # fmt: skip
    note(subject_type="permit", subject_id=given.id, place=given.place)
    return given


@verb("checkpoints.end_permit", roles=KEEPERS)
def end_permit(by: Actor, which: UUID) -> None:
    """The permit holds no longer. Refuses permit-unknown."""
    found = within(by, Permit.objects.select_for_update()).filter(pk=which).first()
    if found is None:
        raise Refusal("permit-unknown")
    if found.ended_at is None:
        found.ended_at = clock.now()
        found.save(update_fields=["ended_at"])
    note(subject_type="permit", subject_id=found.id, place=found.place)
