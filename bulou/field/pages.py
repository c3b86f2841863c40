"""The desk's pages about somebody's phones: a sheet for a new one, a lost one cut off."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import segno
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bulou.core.places.codes import COUNTY_DIGITS
from bulou.core.places.queries import describe
from bulou.core.staff import queries
from bulou.core.staff.gate import acting
from bulou.core.staff.grants import may_keep
from bulou.core.staff.limits import number
from bulou.core.staff.models import Account
from bulou.core.staff.roles import FIELD, STAFF_KEEPERS
from bulou.core.sync import devices
from bulou.lib import clock
from bulou.lib.refusals import Refusal

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from bulou.core.staff.actor import Actor
    from bulou.core.sync.models import Device

_ACTS = {"lost": devices.lose, "end": devices.end}


@never_cache
@acting(STAFF_KEEPERS)
def phones(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    """The phones of somebody; POST makes a sheet for one more. The code on it is shown this once."""
    found = get_object_or_404(queries.staff(by), pk=pk)
    posts = list(queries.current_posts(pk))
    if not may_keep(by, [(post.role, post.place) for post in posts]):
        raise Http404
    mine = [post for post in posts if post.role in FIELD]
    error = ""
    if request.method == "POST":
        try:
            given = request.POST
            device, code = devices.give(
                pk, int(given.get("post") or 0), date.fromisoformat(given["until"]), by
            )
        except (ValueError, KeyError):
            error = _("Enter the last day as year-month-day, and choose a post.")
        except Refusal as refusal:
            error = str(refusal.message)
        else:
            return _sheet(request, found, device, code)
    first = min(clock.today() + timedelta(days=number("invitation", "days")), devices.latest_end())
    words = {
        "account": found,
        "posts": [(post, describe(post.place, by.place[:COUNTY_DIGITS])) for post in mine],
        "phones": [(device, _state(device)) for device in devices.of_account(pk)],
        "first": first.isoformat(), "today": clock.today().isoformat(), "latest": devices.latest_end().isoformat(),
        "error": error,
    }  # fmt: skip
    return render(request, "field/phones.html", words, status=422 if error else 200)


def _state(device: Device) -> str:
    now = clock.now()
    if device.lost:
        return _("lost, cut off")
    if device.ended_at or device.ends_at <= now:
        return _("ended")
    if device.bound_at:
        return _("in use")
    return _("sheet handed out") if device.code_until > now else _("sheet too old")


def _sheet(request: HttpRequest, account: Account, device: Device, code: str) -> HttpResponse:
    address = request.build_absolute_uri(reverse("field:app"))
    post = queries.current_posts(account.pk).get(pk=device.post)
    last = clock.day_of(device.ends_at - timedelta(seconds=1))
    words = {
        "account": account, "device": device, "code": code, "address": address, "post": post, "last": last,
        "place": describe(device.place), "qr": drawn(f"{address}#code={code}"), "secure": request.is_secure(),
    }  # fmt: skip
    return render(request, "field/sheet.html", words)


def drawn(text: str) -> SafeString:
    """A text as a QR code, an SVG image for paper."""
    # segno draws it from our own words: nothing that somebody typed is in there as markup.
    return mark_safe(segno.make(text, error="m").svg_inline(scale=6, border=3))  # noqa: S308


@never_cache
@require_POST
@acting(STAFF_KEEPERS)
def act(request: HttpRequest, by: Actor, pk: int, device: UUID, what: str) -> HttpResponse:
    """A phone is lost, or its time ends."""
    if what not in _ACTS or not devices.of_account(pk).filter(pk=device).exists():
        raise Http404
    try:
        _ACTS[what](device, by)
    except Refusal as refusal:
        raise Http404 from refusal
    messages.success(request, _("The phone is cut off."))
    return redirect("field:phones", pk=pk)
