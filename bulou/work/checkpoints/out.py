"""What the lists of posts are when they leave the house: the posts with their day, and who passed one by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bulou.core.exports import Asked, OutList
from bulou.core.staff.roles import OFFICE
from bulou.desk import lists
from bulou.lib import clock, degrees
from bulou.lib.refusals import Refusal
from bulou.work.checkpoints import forms, queries, rules
from bulou.work.checkpoints.models import Checkpoint, Pass, Permit, Traveller
from bulou.work.checkpoints.today import hours

_COLUMNS = {
    "name": _("Name"), "sex": _("Sex"), "age": _("Age"), "place": _("Place"), "at": pgettext_lazy("pass", "Passed"),
    "temperature": _("Temperature"), "outcome": pgettext_lazy("pass", "What became of it"),
}  # fmt: skip


def _asked(asked: Asked) -> tuple[Checkpoint, date]:
    try:
        which, day = UUID(asked.get("post")), date.fromisoformat(asked.get("day"))
    except ValueError as error:
        raise Refusal("list-unknown") from error
    post = queries.posts(asked.by).filter(pk=which).first()
    if post is None:
        raise Refusal("list-unknown")
    return post, day


def _found(asked: Asked) -> QuerySet[Any]:
    post, day = _asked(asked)
    start = clock.at(day, time())
    span = {"post": post.id.hex, "at__gte": start, "at__lt": start + timedelta(days=1)}
    counting = Pass.objects.filter(post=post.id.hex, day=day, replaced_by=None).values("id")
    return Traveller.objects.filter(**span, record__in=counting).order_by("at", "id")


def _lines(asked: Asked, rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    people = lists.shown({row.person for row in rows}, asked.place)
    for row in rows:
        one = people.get(row.person)
        who = (one.name, one.sex, one.age, one.place_name) if one else ("", "", None, "")
        heat = degrees.number(row.tenths) if row.tenths is not None else None
        yield [*who, timezone.localtime(row.at), heat, str(forms.OUTCOMES.get(row.outcome, row.outcome))]


def _person(row: Any) -> UUID:
    found: UUID = row.person
    return found


def _said(asked: Asked) -> str:
    post, day = _asked(asked)
    return f"{post.name} {day.isoformat()}"


_POSTS = {
    "post": pgettext_lazy("post", "Post"), "kind": _("Kind"), "place": _("Place"), "hours": _("Hours"),
    "people": _("People today"), "vehicles": _("Vehicles today"), "back": pgettext_lazy("pass", "Sent back"),
}  # fmt: skip


def _posts(asked: Asked) -> QuerySet[Any]:
    show, kind = asked.choice(queries.SHOWN, "standing"), asked.choice(("", *rules.KINDS), "", "kind")
    found = queries.sorts(asked.by, asked.place, show, kind, asked.get("q")[:40])
    return found.order_by("place", "name", "id")


def _post_lines(asked: Asked, rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    today = queries.day_of(asked.place, clock.today())
    names = lists.place_names({post.place for post in rows}, asked.place)
    for post in rows:
        counts = today.get(post.id.hex, queries.NOTHING)
        passed = [counts[word] for word in ("people", "vehicles", "back")]
        yield [post.name, str(forms.KINDS[post.kind]), names[post.place], str(hours(post)), *passed]


_PERMITS = {
    "name": _("Name"), "sex": _("Sex"), "age": _("Age"), "home": _("Home place"), "kind": _("Kind"),
    "place": _("Place"), "from": _("From"), "to": _("Until"), "days": _("Weekdays"),
}  # fmt: skip


def _permits(asked: Asked) -> QuerySet[Any]:
    show = asked.choice(forms.PERMITS_SHOWN, "valid")
    found = lists.matching(queries.sorted_permits(asked.by, asked.place, show), asked.get("q")[:40])
    return found.order_by("place", "id")


def _permit_lines(asked: Asked, rows: Sequence[Permit]) -> Iterator[Sequence[Any]]:
    people = lists.shown({row.person for row in rows}, asked.place)
    where = lists.place_names({row.place for row in rows}, asked.place)
    for row in rows:
        one, kind = people.get(row.person), str(forms.PERMITS.get(row.kind, row.kind))
        who = (one.name, one.sex, one.age, one.place_name) if one else ("", "", None, "")
        yield [*who, kind, where[row.place], row.from_day, row.to_day, forms.weekdays(row.weekdays)]


EXPORTS = (
    OutList(
        "permits", _("Permits for closed posts"), queries.READERS, _PERMITS, _permits, _permit_lines, _person
    ),
    OutList("checkpoints", _("Checkpoints"), queries.READERS, _POSTS, _posts, _post_lines),
    OutList("checkpoint-people", _("Who passed a post"), OFFICE, _COLUMNS, _found, _lines, _person, _said),
)
