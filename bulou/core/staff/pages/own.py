"""One's own account: posts, password, second factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from bulou.core.places import queries as places
from bulou.core.staff import access, actions, forms, lockout, second, signin, telephones
from bulou.core.staff.actor import SESSION_POST, Actor
from bulou.core.staff.demo import is_demo
from bulou.core.staff.gate import acting
from bulou.core.staff.models import Account, Token
from bulou.core.staff.queries import current_posts, with_units
from bulou.core.staff.telephone_form import Telephone
from bulou.lib.refusals import Refusal

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_SECRET = "new-factor"  # noqa: S105 - the name of a place in the session
_WRONG = 401


@acting()
def account(request: HttpRequest, by: Actor) -> HttpResponse:
    """Who I am here: my posts, my password, my second factor, my tokens."""
    me = Account.objects.get(pk=by.account)
    held = list(current_posts(me.pk))
    with_units(held)
    names = places.described({post.place for post in held})
    words = {
        "me": me,
        "posts": [(post, names[post.place]) for post in held],
        "by": by,
        "second": second.has(me),
        "second_needed": second.needed(by.role) and not is_demo(),
        "recovery": second.recovery_left(me),
        "tokens": Token.objects.filter(account=me, ended_at=None).count(),
        "usable": me.has_usable_password(),
        "phone_form": Telephone(initial={"phone": telephones.number(me)}),
    }
    return render(request, "staff/account.html", words)


@require_POST
@acting()
def phone(request: HttpRequest, by: Actor) -> HttpResponse:
    """On which number I can be called."""
    try:
        telephones.set_phone(by.account, request.POST.get("phone", ""), by)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Saved."))
    return redirect("staff:account")


@require_POST
@acting()
def choose_post(request: HttpRequest, by: Actor) -> HttpResponse:
    """Act in another of one's posts from now on."""
    chosen = request.POST.get("post", "")
    if not chosen.isdigit() or not current_posts(by.account).filter(pk=int(chosen)).exists():
        raise Http404
    request.session[SESSION_POST] = int(chosen)
    return redirect(signin.safe_next(request) or "/")


@require_POST
@acting()
def end_tokens(request: HttpRequest, by: Actor) -> HttpResponse:
    access.end_tokens(by.account, by)
    messages.success(request, _("All tokens of the interface have ended."))
    return redirect("staff:account")


@never_cache
@sensitive_post_parameters()
@acting()
def password(request: HttpRequest, by: Actor) -> HttpResponse:
    """Change one's password; whoever was given one comes here first."""
    form = forms.ChangePassword(request.POST or None)
    if request.method == "POST" and form.is_valid():
        username = request.user.get_username()
        if not lockout.allowed(request, username):
            return lockout.locked_page(request)
        try:
            changed = actions.change_password(form.cleaned_data["old"], form.cleaned_data["new"], by)
        except Refusal as refusal:
            if refusal.code == "password-wrong":
                lockout.failed(request, username)
            form.add_error("old" if refusal.code == "password-wrong" else "new", refusal.message)
        else:
            update_session_auth_hash(request, changed)
            messages.success(request, _("Your password is changed."))
            return redirect("/")
    return render(request, "staff/password.html", {"form": form})


@never_cache
@sensitive_post_parameters()
@acting()
def second_factor(request: HttpRequest, by: Actor) -> HttpResponse:
    """Show the second factor, or set it up (again, with the password, for who has shown the old one)."""
    me = Account.objects.get(pk=by.account)
    replacing = second.has(me)
    if replacing and not request.session.get(second.SESSION_SECOND):
        # A session from before it was set up elsewhere: a password alone replaces nothing.
        request.session.flush()
        return redirect("staff:sign-in")
    if _SECRET not in request.session:  # kept until it is bound: a reload must not spoil what was scanned
        request.session[_SECRET] = second.Adapter().encrypt(second.new_secret())
    totp_secret = second.Adapter().decrypt(request.session[_SECRET])
    form, status = forms.SecondFactor(request.POST or None, replacing=replacing), 200
    if request.method == "POST" and form.is_valid():
        answer = _set_up(request, by, me, form, totp_secret)
        if answer:
            return answer
        status = _WRONG
    words = {
        "form": form,
        "qr": second.qr(me, totp_secret),
        "secret": _spaced(totp_secret),
        "replacing": replacing,
    }
    return render(request, "staff/second_factor.html", words, status=status)


def _set_up(
    request: HttpRequest, by: Actor, me: Account, form: forms.SecondFactor, totp_secret: str
) -> HttpResponse | None:
    if not lockout.allowed(request, me.username):
        return lockout.locked_page(request)
    if "password" in form.cleaned_data and not me.check_password(form.cleaned_data["password"]):
        lockout.failed(request, me.username)
        form.add_error("password", Refusal("password-wrong").message)
        return None
    try:
        codes = second.set_up(totp_secret, form.cleaned_data["code"], by)
    except Refusal as refusal:
        form.add_error("code", refusal.message)
        return None
    request.session.pop(_SECRET, None)
    request.session[second.SESSION_SECOND] = True
    return render(request, "staff/recovery_codes.html", {"codes": [f"{c[:4]} {c[4:]}" for c in codes]})


def _spaced(text: str) -> str:
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))
