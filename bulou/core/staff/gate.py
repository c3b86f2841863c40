"""In front of every page: who is acting, and whether this page is theirs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from bulou.core.staff.actor import of_request
from bulou.core.staff.roles import Role

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

View = Callable[..., "HttpResponse"]


def acting(roles: frozenset[Role] | None = None) -> Callable[[View], View]:
    """Give a view its actor: `def view(request, by, …)`.

    Nobody signed in goes to the door and comes back afterwards; an account without a post is told so;
    a page of other roles is not there (404).
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return to_door(request)
            by = of_request(request)
            if by is None:
                return render(request, "staff/no_post.html", status=403)
            if roles is not None and by.role not in roles:
                raise Http404
            return view(request, by, *args, **kwargs)

        return run

    return decorate


def to_door(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, and back to where somebody was going when they were only reading.

    Whoever sent something is told that it was not kept: the page they sent it from is older than their leaving.
    """
    if request.method == "POST" and not request.headers.get("HX-Request"):
        messages.warning(
            request, _("You are signed out: what you just sent was not saved. Sign in, and do it again.")
        )
    door = reverse("staff:sign-in")
    wanted = request.get_full_path() if request.method == "GET" and request.path != "/" else ""
    return redirect(f"{door}?{urlencode({'next': wanted})}" if wanted else door)
