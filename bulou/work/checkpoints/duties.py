"""What is owed at posts: who is held is handed over, who strayed is followed up, who stands there is measured."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bulou.core.rulebook import value
from bulou.core.staff.models import Post
from bulou.core.staff.roles import Role
from bulou.core.tasks.duties import Answer, Every, Slot, Subject, slots_of
from bulou.lib import ids


def standing(start: datetime, end: datetime) -> Iterator[Subject]:
    """Whoever holds a post of checkpoint staff in a time."""
    held = Post.objects.filter(
        Q(to_at=None) | Q(to_at__gt=start), role=Role.CHECKPOINT_STAFF, from_at__lt=end,
        account__is_active=True,
    )  # fmt: skip
    for pk, place, from_at, to_at, account in held.values_list("pk", "place", "from_at", "to_at", "account"):
        yield Subject(staff(pk), place, from_at, to_at, account)


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
