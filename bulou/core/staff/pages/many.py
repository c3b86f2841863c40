"""Adding staff by a list: pasted rows or a file, each row with its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.views.decorators.cache import never_cache

from bulou.core.staff import forms, many
from bulou.core.staff.gate import acting
from bulou.core.staff.grants import grantable
from bulou.core.staff.roles import STAFF_KEEPERS
from bulou.lib.refusals import Refusal

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from bulou.core.staff.actor import Actor


@never_cache
@acting(STAFF_KEEPERS)
def page(request: HttpRequest, by: Actor) -> HttpResponse:
    """Hand rows in; those that are sound are opened at once, their passwords shown once to be handed over."""
    form = forms.Many(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            rows = many.rows(form.cleaned_data["file"] or form.cleaned_data["text"])
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            answers = many.open_many(rows, by)
            refused = [answer for answer in answers if answer.refused]
            opened = [answer for answer in answers if answer.opened]
            words: dict[str, Any] = {"opened": opened, "refused": refused}
            if refused:
                words["form"] = forms.Many(initial={"text": many.again(refused)})
            return render(request, "staff/many_done.html", words)
    return render(request, "staff/many.html", {"form": form, "roles": grantable(by)})
