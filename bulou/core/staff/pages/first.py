"""The first page of a new house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from bulou.core.staff import forms, lockout, opening, signin
from bulou.core.staff.demo import is_demo
from bulou.core.staff.queries import has_administrator
from bulou.lib.refusals import Refusal

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_FIELDS = {
    "first-code": "code", "first-county": "county", "username-form": "username",
    "username-taken": "username", "password-weak": "password", "name-missing": "name",
    "person-name-form": "name",
}  # fmt: skip


@never_cache
@sensitive_post_parameters()
def first(request: HttpRequest) -> HttpResponse:
    """Name the first administrator and the county; afterwards this page leads to the door."""
    if is_demo() or has_administrator():
        return redirect("staff:sign-in")
    asks = not opening.is_local(request)
    if asks:
        opening.code()
    form = forms.First(request.POST or None, counties=opening.counties(), code=asks)
    if request.method == "POST" and form.is_valid():
        if not lockout.allowed(request, "first"):
            return lockout.locked_page(request)
        given = form.cleaned_data
        try:
            if asks:
                opening.check_code(given["code"])
            account = opening.first(given["county"], given["username"], given["name"], given["password"])
        except Refusal as refusal:
            if refusal.code == "first-code":
                lockout.failed(request, "first")
            form.add_error(_FIELDS.get(refusal.code), refusal.message)
        else:
            return signin.finish(request, account, "password", "/staff/")
    return render(request, "staff/first.html", {"form": form, "asks": asks, "file": opening.FILE})
