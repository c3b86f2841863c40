"""How guessing is stopped without locking a village out. Settings name what stands here.

Failures are counted by name, by address and by device, each against its own limit. A device that has
signed in as a name before carries a signed cookie: it is counted apart, so that neither a stranger who
guesses at that name nor a noisy neighbour behind the same address keeps its owner out. Everything
counts by the name as typed, so that known and unknown names are treated alike.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import os
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.signals import user_login_failed
from django.core import signing
from django.shortcuts import render

from bulou.core.staff.limits import days, minutes, number
from bulou.lib import secret

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

COOKIE = "device"
FULL = 100  # what counts as locked: failures are told to axes in per cent of their limit
_SALT = "bulou.staff.device"
_KNOWN = 12  # names that one shared computer remembers
_LIMITS = {"username": "by-name", "ip_address": "by-address", "user_agent": "by-device"}


class Handler(AxesDatabaseHandler):  # type: ignore[misc]
    """Axes' own, with a limit for each way of counting instead of one for all."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        kinds = parameters(request, credentials)
        counts = self.get_user_attempts(request, credentials)
        return max(
            int(sum(attempts.values_list("failures_since_start", flat=True))) * FULL // _limit(kind)
            for kind, attempts in zip(kinds, counts, strict=True)
        )


def _limit(kind: str | list[str]) -> int:
    return number("sign-in", _LIMITS[kind if isinstance(kind, str) else kind[-1]])


def parameters(request: HttpRequest, credentials: dict[str, Any] | None = None) -> list[str | list[str]]:
    """What a try is counted by: name and device where the device knows the name, else name and address."""
    name = str((credentials or {}).get("username") or "")
    return [["username", "user_agent"]] if knows(request, name) else ["username", "ip_address"]


def cool_off(request: HttpRequest | None = None) -> timedelta:
    return minutes("sign-in", "minutes")


def client_ip(request: HttpRequest) -> str:
    """The address a request came from. Behind a proxy (BULOU_PROXY=1) the one that the proxy saw."""
    seen = str(request.META.get("REMOTE_ADDR") or "")
    if os.environ.get("BULOU_PROXY") == "1":
        seen = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")[-1].strip() or seen
    try:
        return str(ipaddress.ip_address(seen))
    except ValueError:
        return "0.0.0.0"  # noqa: S104 - no address was told: nothing is bound to it


def locked_page(request: HttpRequest, credentials: dict[str, Any] | None = None, *_: Any) -> HttpResponse:
    """What is shown instead of an answer, to known and unknown names alike."""
    words = {"minutes": number("sign-in", "minutes")}
    return render(request, "staff/locked.html", words, status=429)


def prepare(request: HttpRequest) -> None:
    """Before a try is judged: count by our device and not by what a browser says of itself."""
    request.META["HTTP_USER_AGENT"] = _device(request).get("id", "-")


def allowed(request: HttpRequest, username: str) -> bool:
    """Whether another try for this name is let through now."""
    prepare(request)
    return bool(AxesProxyHandler.is_allowed(request, {"username": username}))


def failed(request: HttpRequest, username: str) -> None:
    """Count a try that failed elsewhere than at the password (a code, an invitation)."""
    prepare(request)
    user_login_failed.send(sender=__name__, credentials={"username": username}, request=request)


def _name_mark(username: str) -> str:
    return hmac.new(secret.key("device"), username.lower().encode(), hashlib.sha256).hexdigest()[:16]


def _device(request: HttpRequest) -> dict[str, Any]:
    try:
        held = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=days("sign-in", "device-days")
        )
    except signing.BadSignature:
        return {}
    return held if isinstance(held, dict) else {}


def knows(request: HttpRequest, username: str) -> bool:
    """Whether somebody has signed in with this name on this device before."""
    return _name_mark(username) in _device(request).get("known", [])


def remember(request: HttpRequest, response: HttpResponse, username: str) -> None:
    """After both factors were right: this device knows this name from now on."""
    held, mark = _device(request), _name_mark(username)
    known = [mark, *[other for other in held.get("known", []) if other != mark]][:_KNOWN]
    value = signing.dumps({"id": held.get("id") or secrets.token_hex(8), "known": known}, salt=_SALT)
    response.set_cookie(
        COOKIE,
        value,
        max_age=int(days("sign-in", "device-days").total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
