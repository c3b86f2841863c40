"""The door: signing in by password and code, by invitation, by one click in a demonstration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from bulou.core.places import queries as places
from bulou.core.staff import access, forms, lockout, second, signin
from bulou.core.staff.demo import is_demo
from bulou.core.staff.models import Account, Post
from bulou.core.staff.queries import has_administrator, holding
from bulou.core.staff.roles import EVERYONE, Role
from bulou.lib.refusals import Refusal

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_DEVICE = "invited"  # the cookie of the one phone that an invitation is bound to
_WRONG = 401
_RECOVERED = lazy(
    "You came in with a recovery code; %(n)s are left. If your phone is lost, bind another one on the page of"
    " your account."
)


@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password. Anything wrong is answered in the same words."""
    if request.user.is_authenticated and request.method == "GET":
        return redirect(signin.safe_next(request) or "/")
    if not is_demo() and not has_administrator():
        return redirect("staff:first")
    form, status = forms.SignIn(request.POST or None), 200
    if is_demo():
        form.fields["username"].widget.attrs.pop("autofocus")  # the one-click accounts come first
    if request.method == "POST" and form.is_valid():
        account = signin.by_password(request, form.cleaned_data["username"], form.cleaned_data["password"])
        then = signin.safe_next(request)
        if account and second.has(account) and not is_demo():
            return signin.wait_for_code(request, account, then)
        if account:
            return signin.finish(request, account, "password", then)
        form.add_error(None, _("Name or password is not right. Check both and try again."))
        status = _WRONG
    words = {"form": form, "next": signin.safe_next(request), "groups": _demo_accounts() if is_demo() else []}
    return render(request, "staff/sign_in.html", words, status=status)


def _demo_accounts() -> list[tuple[Post, str]]:
    """The accounts of a demonstration, one for each role and named after it, with their places."""
    posts = holding(Post.objects.filter(account__username__in=[r.value for r in EVERYONE]))
    order = {role.value: index for index, role in enumerate(Role)}
    held = sorted(posts.select_related("account"), key=lambda post: order[post.account.username])
    names = places.described({post.place for post in held}, below="0000")
    return [(post, names[post.place]) for post in held]


@require_POST
def demo(request: HttpRequest) -> HttpResponse:
    """One click, in a demonstration only."""
    if not is_demo():
        raise Http404
    username = request.POST.get("username", "")
    account = Account.objects.filter(username=username, is_active=True).first()
    if account is None:
        raise Http404
    return signin.finish(request, account, "demo", signin.safe_next(request))


@never_cache
@sensitive_post_parameters("code")
def code(request: HttpRequest) -> HttpResponse:
    """The second factor of a sign-in that has begun: a code of the app, or a recovery code."""
    waiting = signin.pending(request)
    if waiting is None:
        return redirect("staff:sign-in")
    form, status = forms.Code(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        username = waiting.account.username
        if not lockout.allowed(request, username):
            return lockout.locked_page(request)
        factor = second.use(waiting.account, form.cleaned_data["code"])
        if factor:
            if factor == "recovery":
                left = second.recovery_left(waiting.account)
                messages.warning(request, _RECOVERED % {"n": left})
            return signin.finish(request, waiting.account, factor, waiting.next)
        lockout.failed(request, username)
        form.add_error("code", Refusal("code-wrong").message)
        status = _WRONG
    return render(request, "staff/code.html", {"form": form}, status=status)


@never_cache
def invitation(request: HttpRequest) -> HttpResponse:
    """The door of volunteers: the code on paper and their own number, on one phone only."""
    form, status = forms.UseInvitation(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["code"]
        mark = f"invitation:{access.code_index(typed)[:16]}"
        if not lockout.allowed(request, mark):
            return lockout.locked_page(request)
        try:
            account, device, ends_at = access.redeem(
                typed, form.cleaned_data["phone"], request.COOKIES.get(_DEVICE, "")
            )
        except Refusal as refusal:
            if refusal.code == "invitation-refused":
                lockout.failed(request, mark)
            form.add_error(None, refusal.message)
            status = _WRONG
        else:
            response = signin.finish(request, account, "invitation")
            response.set_cookie(
                _DEVICE, device, expires=ends_at, httponly=True, samesite="Lax", secure=request.is_secure()
            )
            return response
    return render(request, "staff/invitation.html", {"form": form}, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("staff:sign-in")
