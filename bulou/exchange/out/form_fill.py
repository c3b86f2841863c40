"""A department's form, printed: its own file with the numbers in it."""

from __future__ import annotations

from tempfile import TemporaryFile
from typing import IO, Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpResponseBase
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bulou.core.places import queries as places
from bulou.core.places.codes import path_codes
from bulou.core.staff.actor import Actor, within
from bulou.exchange.out import form_read, handing
from bulou.exchange.out.form_docx import fill_docx
from bulou.exchange.out.form_spots import Spot
from bulou.exchange.out.form_values import values
from bulou.exchange.out.form_xlsx import fill_xlsx
from bulou.exchange.out.models import Export, Form
from bulou.lib.refusals import Refusal, declare

declare("form-unknown", _("There is no such form here. Choose one from the list of departments' tables."))


def forms(by: Actor) -> QuerySet[Form]:
    """The forms that a post may print: those made for its place, above it, or below it."""
    living = Form.objects.filter(ended_at=None)
    return within(by, living) | living.filter(Q(place__in=path_codes(by.place)))


def get(by: Actor, pk: UUID) -> Form:
    """Raises Refusal `form-unknown`."""
    found = forms(by).filter(pk=pk).first()
    if found is None:
        raise Refusal("form-unknown")
    return found


def spots(form: Form) -> list[Spot]:
    return form_read.spots(bytes(form.content), form.file, form.list, form.marks)


def _form(one: Export) -> Form | None:
    return Form.objects.filter(pk=one.form).first() if one.form else None


def unfilled(one: Export, by: Actor) -> list[Spot]:
    """What of a form the system cannot fill."""
    form = _form(one)
    return [spot for spot in spots(form) if not spot.name] if form else []


def where(spot: Spot) -> str:
    """Where a spot is, as a clerk says it: a cell, a paragraph, or the place in a table of Word."""
    if spot.where.startswith("¶"):
        return gettext("paragraph %(n)s") % {"n": spot.where[1:]}
    if "!" not in spot.where:
        table, row, column = spot.where.split(":")
        return gettext("table %(table)s, row %(row)s, column %(column)s") % {
            "table": table,
            "row": row,
            "column": column,
        }
    return str(spot.where.rpartition("!")[2])


def answer(one: Export, by: Actor) -> HttpResponseBase:
    """The file of a form. Raises Refusal `form-unknown`, `form-long`."""
    form = _form(one)
    if form is None:
        raise Refusal("form-unknown")
    file: IO[Any] = TemporaryFile()  # noqa: SIM115 - the answer closes it
    write(form, one, by, file)
    file.seek(0)
    title = f"{form.title} {places.describe(one.place, one.place[:4])}"
    return handing.dressed(FileResponse(file, content_type=handing.TYPES[form.file]), title, one)


def write(form: Form, one: Export, by: Actor, file: IO[bytes]) -> None:
    """The form filled in."""
    found = [spot for spot in spots(form) if spot.name]
    told = values(form, one, by, {spot.name for spot in found})
    notice = handing.notice(one, by, form.title)
    (fill_xlsx if form.file == "xlsx" else fill_docx)(
        bytes(form.content), found, told, form.list, notice, file
    )
