"""Days, moments and pages as somebody asks for them at a terminal or in an address."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from bulou.lib import clock
from bulou.lib.refusals import Refusal, declare

declare("moment-form", _("“%(text)s” is no date and time. Write it like 2020-02-12T18:00, or 2020-02-12."))
declare("day-form", _("“%(text)s” is no date. Write it like 2020-02-12."))


def as_of(text: str) -> datetime:
    """A moment up to which is asked; a bare date means the whole day, or up to now when it is today.

    Refuses moment-form.
    """
    try:
        return clock.up_to(text)
    except (ValueError, OverflowError):
        raise Refusal("moment-form", text=text[:40]) from None


def day(text: str) -> date:
    """A date. Refuses day-form."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("day-form", text=text[:40]) from None


def page(text: str, request: HttpRequest) -> str:
    """The address of a page of this house; "" for any other, and for a word that is none."""
    ours = url_has_allowed_host_and_scheme(text, {request.get_host()}, require_https=request.is_secure())
    return text if ours and "/" in text else ""
