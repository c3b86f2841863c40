"""Papers for a person's hand: the notice of observation, and the numbered notice of its end."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache

from bulou.core import audit
from bulou.core.people import queries as people
from bulou.core.places import queries as places
from bulou.core.places.codes import COUNTY
from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.lib import clock
from bulou.work.observation import due, queries, shown
from bulou.work.observation.models import Observation


def address(number: str) -> str:
    """Where the code on a paper leads; phones read the number from it (`phone/decide.ts`)."""
    return f"/observation/paper/?{urlencode({'number': number})}"


def code(request: HttpRequest, number: str) -> SafeString:
    """A QR code that leads to the paper of a number. Nothing about the person is in it."""
    drawn = request.build_absolute_uri(address(number))
    return mark_safe(segno.make(drawn, error="m").svg_inline(omitsize=True, border=1))  # noqa: S308 - our own drawing


@never_cache
@acting(queries.READERS)
def find(request: HttpRequest, by: Actor) -> HttpResponse:
    """The paper that a code on it leads to: of a release's number, or of an observation."""
    number = request.GET.get("number", "")
    found = queries.observations(by).filter(notice_number=number).first() if number else None
    if found is not None:
        return redirect("observation:release", pk=found.pk)
    try:
        return redirect("observation:notice", pk=UUID(number))
    except ValueError as error:
        raise Http404 from error


@never_cache
@acting(queries.READERS)
def notice(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """What is asked of somebody under observation, until when, and whom they can call."""
    plan = get_object_or_404(queries.observations(by), pk=pk)
    words = _words(request, by, plan, str(plan.id))
    return render(request, "observation/notice.html", words)


@never_cache
@acting(queries.READERS)
def release(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """The numbered notice that an observation is over; there is none before it was approved."""
    plan = get_object_or_404(queries.observations(by).exclude(notice_number=""), pk=pk)
    return render(request, "observation/release.html", _words(request, by, plan, plan.notice_number))


def _words(request: HttpRequest, by: Actor, plan: Observation, number: str) -> dict[str, Any]:
    audit.look(by, "person", plan.person, plan.place)
    county = places.ancestor(plan.place, COUNTY)
    return {
        **shown.described([plan], below=county)[0],
        "masked": people.masked([plan.person]).get(plan.person),
        "county": places.names([county]).get(county, ""),
        "number": number,
        "qr": code(request, number),
        "calls": due.called({plan.place})[plan.place],
        "issued": clock.day_of(plan.closed_at) if plan.closed_at and plan.notice_number else clock.today(),
    }
