"""The steps of signing in: a password, then a code, then a session."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import authenticate, login
from django.db import transaction
from django.shortcuts import redirect

from bulou.core.audit.door import Note, enter
from bulou.core.staff import lockout, second
from bulou.core.staff.actor import of_post
from bulou.core.staff.limits import minutes
from bulou.core.staff.models import Account
from bulou.core.staff.queries import current_posts
from bulou.lib import asked

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_PENDING = "pending"
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True)
class Pending:
    """A password that was right, waiting for its code."""

    account: Account
    next: str


def by_password(request: HttpRequest, username: str, password: str) -> Account | None:
    """The account of a name and password; None for anything else, after the same work and in the same words.

    A locked-out try comes back as None too, and the middleware answers it with the page of the lock.
    """
    lockout.prepare(request)
    found = authenticate(request, username=username.strip().lower(), password=password)
    return found if isinstance(found, Account) else None


def wait_for_code(request: HttpRequest, account: Account, then: str) -> HttpResponse:
    """Remember a right password for a few minutes; the code decides."""
    request.session.cycle_key()
    request.session[_PENDING] = {"account": account.pk, "at": time.time(), "next": then}
    return redirect("staff:code")


def pending(request: HttpRequest) -> Pending | None:
    """The sign-in that waits for its code in this browser; None when there is none or it waited too long."""
    held = request.session.get(_PENDING)
    if not held or time.time() - held["at"] > minutes("sign-in", "code-minutes").total_seconds():
        return None
    account = Account.objects.filter(pk=held["account"], is_active=True).first()
    return Pending(account, held["next"]) if account else None


def finish(request: HttpRequest, account: Account, factor: str, then: str = "") -> HttpResponse:
    """Open the session and go on. `factor`: password, totp, recovery, invitation or demo; it is audited."""
    post = current_posts(account.pk).first()
    with transaction.atomic():
        request.session.pop(_PENDING, None)
        login(request, account, backend=_BACKEND)
        if factor in ("totp", "recovery"):
            request.session[second.SESSION_SECOND] = True
        if post:
            what = Note(subject_type="account", subject_id=str(account.pk), detail={"factor": factor})
            enter("sign-in", of_post(post), what)
    response = redirect(then or "/")
    if factor in ("password", "totp", "recovery"):
        lockout.remember(request, response, account.username)
    # Who chose a language at the door keeps it; else it is the account's.
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if chosen not in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, account.language, samesite="Lax")
    return response


def safe_next(request: HttpRequest) -> str:
    """Where to go afterwards, when that is a page of this house; else empty."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return asked.page(wanted, request)
