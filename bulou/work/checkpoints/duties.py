"""What is owed at posts: who is held is handed over, who strayed is followed up, who stands there is measured."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bulou.core.places.codes import path_codes
from bulou.core.rulebook import value
from bulou.core.staff.models import Post
from bulou.core.staff.roles import Role
from bulou.core.tasks.duties import Answer, Every, Slot, Subject, slots_of
from bulou.lib import ids
from bulou.work.checkpoints.models import Checkpoint


def standing(start: datetime, end: datetime) -> Iterator[Subject]:
    """Whoever is checkpoint staff, for as long as a checkpoint stands where they are posted: without one they are
    called to nothing, and owe no temperature."""
    posts = _posts(start, end)
    held = Post.objects.filter(
        Q(to_at=None) | Q(to_at__gt=start), role=Role.CHECKPOINT_STAFF, from_at__lt=end,
        account__is_active=True,
    )  # fmt: skip
    for pk, place, from_at, to_at, account in held.values_list("pk", "place", "from_at", "to_at", "account"):
        if place in posts:
            opened, ended = posts[place]
            until = [moment for moment in (to_at, ended) if moment]
            yield Subject(staff(pk), place, max(from_at, opened), min(until, default=None), account)


def _posts(start: datetime, end: datetime) -> dict[str, tuple[datetime, datetime | None]]:
    """{place: from when to when a checkpoint stands in it or below}, of those that stand at some time in between."""
    found: dict[str, tuple[datetime, datetime | None]] = {}
    stand = Checkpoint.objects.filter(Q(ended_at=None) | Q(ended_at__gt=start), opened_at__lt=end)
    for place, opened, ended in stand.values_list("place", "opened_at", "ended_at"):
        for code in path_codes(place):
            first, last = found.get(code, (opened, ended))
            found[code] = min(first, opened), max(last, ended) if last and ended else None
    return found


def staff(post: int) -> UUID:
    """The subject that stands for whoever holds a post."""
    return ids.derived("post", post)


def turns(place: str, day: date, profile: str) -> tuple[Slot, ...]:
    return slots_of(value("checkpoints.own_turns", place, day), day)


HOLD = Answer(
    "checkpoints.hold", _("In the isolation room: hand over"), role="checkpoint-staff",
    done_by="checkpoints.handed",
)  # fmt: skip
STRAY = Answer(
    "checkpoints.stray", _("Under observation and seen at a post: find out why"), role="village-cadre",
    done_by="checkpoints.followed",
)  # fmt: skip
OWN = Every(
    "checkpoints.own", _("Take the temperature of those on duty"), role="checkpoint-staff",
    done_by="checkpoints.own_temperature", subject="staff", subject_type="post", subjects=standing, slots=turns,
)  # fmt: skip
DUTIES = (HOLD, STRAY, OWN)
