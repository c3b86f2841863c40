"""The staff of a territory: who holds which post, and what their keepers do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bulou.core.people import units
from bulou.core.places import queries as places
from bulou.core.staff import access, actions, forms, queries, second, telephones
from bulou.core.staff.gate import acting
from bulou.core.staff.grants import grantable, may_grant, may_keep
from bulou.core.staff.models import Account
from bulou.core.staff.roles import OFFICE, SEES_PEOPLE, STAFF_KEEPERS, STAFF_READERS, Role
from bulou.core.staff.telephone_form import Telephone
from bulou.lib import clock, paging
from bulou.lib.refusals import Refusal

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from bulou.core.staff.actor import Actor

_SIZE = 50
_OFFERED = 12  # suggestions of units
_ACTS = {"close": actions.close_account, "reopen": actions.reopen_account, "reset": second.reset}


@acting(STAFF_READERS)
def staff_list(request: HttpRequest, by: Actor) -> HttpResponse:
    """Everybody who holds a post here, by name; filtered by role, searched by name."""
    role = request.GET.get("role", "")
    place = request.GET.get("place", "")
    if not by.reaches(place):
        place = by.place
    found = queries.staff(by, place=place, role=role, text=request.GET.get("q", "").strip())
    try:
        page = paging.page(found, ("pinyin", "name", "id"), _SIZE, request.GET.get("cursor"))
    except ValueError as error:
        raise Http404 from error
    _describe(page.rows, below=place)
    words = {
        "place": place or by.place,
        "rows": page.rows,
        "next": page.next,
        "total": found.count(),
        "filters": _role_filters(request, role, queries.role_counts(by, place)),
        "keeper": by.role in STAFF_KEEPERS,
        "columns": [_("Full name"), _("Signs in as"), _("Posts"), _("State")],
    }
    return render(request, "staff/staff_list.html", words)


def _describe(accounts: list[Any], below: str) -> None:
    """Give each account's posts the name of their place and whether they are held now: one query."""
    now = clock.now()
    posts = [post for account in accounts for post in account.held]
    names = forms.said({post.place for post in posts}, below)
    queries.with_units(posts)
    for post in posts:
        post.place_name, post.current = names[post.place], post.is_current(now)
    for account in accounts:
        account.current = account.is_active and any(post.current for post in account.held)


def _role_filters(request: HttpRequest, chosen: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    base = request.GET.copy()
    for key in ("cursor", "role"):
        base.pop(key, None)

    def url(role: str) -> str:
        query = base.copy()
        if role:
            query["role"] = role
        return f"?{query.urlencode()}"

    every = [{"label": _("All"), "url": url(""), "active": not chosen}]
    there = [role for role in Role if role in counts]
    return every + [
        {"label": r.title, "url": url(r.value), "active": chosen == r.value, "count": counts[r]}
        for r in there
    ]


@acting(STAFF_KEEPERS)
def place_options(request: HttpRequest, by: Actor) -> HttpResponse:
    """Places of the actor's territory that begin so, as options of a list of suggestions."""
    text = request.GET.get("place", "").strip()
    found = places.search(text, by.place) if text else []
    names = forms.said({place.code for place in found}, by.place)
    return render(request, "staff/place_options.html", {"options": names})


@acting(STAFF_KEEPERS | OFFICE)
def unit_options(request: HttpRequest, by: Actor) -> HttpResponse:
    """Units of the actor's territory whose names hold this (or its sound), as options of suggestions."""
    text = request.GET.get("unit", "").strip()
    found = list(units.listed(by, "", text=text).order_by("name", "place")[:_OFFERED]) if text else []
    names = forms.said({unit.place for unit in found}, by.place)
    return render(request, "staff/unit_options.html", {"options": [(u.name, names[u.place]) for u in found]})


@never_cache
@acting(STAFF_KEEPERS)
def new_account(request: HttpRequest, by: Actor) -> HttpResponse:
    """Add somebody with their first post; the password is shown once, to be handed over in person."""
    form = forms.AccountForm(request.POST or None, by=by, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            opened = actions.open_account(
                given["username"], given["name"], given["role"], given["place"], by, unit=given["unit"]
            )
        except Refusal as refusal:
            form.add_error(_field(refusal), refusal.message)
        else:
            if given["phone"]:
                telephones.set_phone(opened.account.pk, given["phone"], by)
            return _handed(request, opened.account, opened.password)
    return render(request, "staff/new_account.html", {"form": form})


def _field(refusal: Refusal) -> str | None:
    return {
        "username-form": "username", "username-taken": "username", "staff-place": "place",
        "staff-role": "role", "name-missing": "name", "person-name-form": "name", "phone-form": "phone",
        "staff-unit": "unit", "staff-unit-role": "unit", "staff-unit-missing": "unit",
    }.get(refusal.code)  # fmt: skip


def _handed(request: HttpRequest, account: Account, password: str) -> HttpResponse:
    return render(request, "staff/handed.html", {"account": account, "password": password})


@acting(STAFF_READERS)
def account_page(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    """One account as far as the actor's territory goes: its posts, and what may be done."""
    found: Any = get_object_or_404(queries.staff(by), pk=pk)
    _describe([found], below=by.place)
    held = [(post.role, post.place) for post in queries.current_posts(found.pk)]
    held = held or [(post.role, post.place) for post in found.held]
    form = forms.PostForm(request.POST or None, by=by) if grantable(by) else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            given = form.cleaned_data
            actions.give_post(pk, given["role"], given["place"], by, unit=given["unit"])
        except Refusal as refusal:
            form.add_error(_field(refusal), refusal.message)
        else:
            messages.success(request, _("The post is given."))
            return redirect("staff:person", pk=pk)
    for post in found.held:
        post.may_end = post.current and post.pk != by.post and may_grant(by, post.role, post.place)
    words: dict[str, Any] = {
        "account": found,
        "form": form,
        "may_keep": by.role in STAFF_KEEPERS and may_keep(by, held),
        "second": second.has(found),
        "myself": found.pk == by.account,
        "may_hand_over": by.role in OFFICE,
    }
    if words["may_keep"]:
        words["phone_form"] = Telephone(initial={"phone": telephones.number(found)})
    if by.role in SEES_PEOPLE:
        words["answers_now"], words["answered"] = queries.answers_for(by, pk)
    return render(request, "staff/person.html", words)


@never_cache
@require_POST
@acting(STAFF_KEEPERS)
def act(request: HttpRequest, by: Actor, pk: int, what: str) -> HttpResponse:
    """What a keeper does about an account: end a post, close, reopen, a new password, a lost factor."""
    try:
        if what == "password":
            password = actions.give_password(pk, by)
            return _handed(request, Account.objects.get(pk=pk), password)
        if what == "phone":
            telephones.set_phone(pk, request.POST.get("phone", ""), by)
        elif what == "end-post":
            actions.end_post(int(request.POST.get("post", "0")), by)
        else:
            _ACTS[what](pk, by)
        messages.success(request, _("Done."))
    except Refusal as refusal:
        if refusal.code == "staff-unknown":
            raise Http404 from refusal
        messages.error(request, refusal.message)
    except (ValueError, KeyError) as error:
        raise Http404 from error
    return redirect("staff:person", pk=pk)


@never_cache
@acting(STAFF_KEEPERS)
def invitations(request: HttpRequest, by: Actor) -> HttpResponse:
    """Volunteers invited here: invite one more; the code is shown once."""
    form = forms.Invite(request.POST or None, by=by)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made, code = access.invite(given["name"], given["phone"], given["place"], by)
        except Refusal as refusal:
            form.add_error(_field(refusal), refusal.message)
        else:
            return render(request, "staff/invited.html", {"invitation": made, "code": code})
    rows = list(queries.invitations(by)[:_SIZE])
    names = forms.said({row.place for row in rows}, by.place)
    words = {"form": form, "rows": [(row, names[row.place]) for row in rows]}
    return render(request, "staff/invitations.html", words)


@require_POST
@acting(STAFF_KEEPERS)
def end_invitation(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    try:
        access.end_invitation(pk, by)
    except Refusal as refusal:
        raise Http404 from refusal
    messages.success(request, _("The invitation has ended, and the post with it."))
    return redirect("staff:invitations")
