"""The verbs of departments' tables: uploaded, told what goes where, put away."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bulou.core import exports
from bulou.core.audit import note, verb
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import OFFICE, Role
from bulou.exchange.out import form_fill, form_read
from bulou.exchange.out.models import Form
from bulou.exchange.out.names import every
from bulou.lib import clock, ids
from bulou.lib.refusals import Refusal, declare

declare("form-title", _("Give the table a title."))
MAKERS = OFFICE | {Role.DEPARTMENT}
MOST_READ = form_read.LARGEST + 1
_TITLE = 120


@verb("form.add", roles=MAKERS)
def add(content: bytes, title: str, listed: str, by: Actor) -> Form:
    """Keep a form; what its titles most likely mean is noted, to be put right on its page.

    Raises Refusal: `form-type`, `form-large`, `form-unsafe`, `form-title`, `list-unknown`.
    """
    kind = form_read.kind_of(content)
    if not title.strip():
        raise Refusal("form-title")
    if listed:
        exports.get(by, listed)
    spots = form_read.spots(content, kind, listed, {})
    marks = {spot.where: spot.name for spot in spots if spot.name and not (spot.written or spot.sums)}
    form = Form.objects.create(
        id=ids.new(), title=title.strip()[:_TITLE], file=kind, list=listed, place=by.place, account=by.account,
        at=clock.now(), content=content, marks=marks,
    )  # fmt: skip
    note(subject_type="form", subject_id=form.id, count=len(spots))
    return form


def may_change(form: Form, by: Actor) -> bool:
    """Whoever answers for the place of a form, not those below it who only print it."""
    return by.role in MAKERS and by.reaches(form.place)


def _own(pk: UUID, by: Actor) -> Form:
    form = form_fill.get(by, pk)
    if not may_change(form, by):
        raise Refusal("form-unknown")
    return form


@verb("form.mark", roles=MAKERS)
def mark(pk: UUID, chosen: Mapping[str, str], by: Actor) -> Form:
    """Say what goes where ("" for nothing). What is no place or no name is left out. Raises `form-unknown`."""
    form = _own(pk, by)
    known = every(form.list)
    there = {spot.where for spot in form_fill.spots(form) if not (spot.written or spot.sums)}
    form.marks = {at: name for at, name in chosen.items() if at in there and (name in known or name == "")}
    form.save(update_fields=["marks"])
    note(subject_type="form", subject_id=form.id, count=len(form.marks))
    return form


@verb("form.end", roles=MAKERS)
def end(pk: UUID, by: Actor) -> None:
    """Put a form away. Raises `form-unknown`."""
    form = _own(pk, by)
    form.ended_at = clock.now()
    form.save(update_fields=["ended_at"])
    note(subject_type="form", subject_id=form.id)
