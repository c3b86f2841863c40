"""Nobody above volunteer goes further than the door with one factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from bulou.core.staff import actor, second
from bulou.core.staff.demo import is_demo
from bulou.lib.refusals import declare, sentence

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

declare(
    "second-factor-missing", _("Set up your second factor first: sign in on the desk, it leads you there.")
)

# What may be done before the second factor is shown; the rest of the house is closed.
_OPEN = ("/sign-in/", "/sign-out/", "/second-factor/", "/static/", "/healthz", "/language/", "/i18n/")
_PASSWORD = "/password/"  # noqa: S105 - an address, not a password


class SecondFactor:
    """Sends a signed-in account without its second factor to set it up, and one with a password that
    somebody else gave it to change that. Costs no query beyond those that a page asks anyway."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(_OPEN) or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return self.get_response(request)
        user = request.user
        if not user.is_authenticated or is_demo():
            return self.get_response(request)
        return self._wanting(request) or self.get_response(request)

    def _wanting(self, request: HttpRequest) -> HttpResponse | None:
        if not request.session.get(second.SESSION_SECOND) and not self._exempt(request):
            if request.path.startswith("/api/"):
                code = "second-factor-missing"
                return JsonResponse({"code": code, "message": sentence(code)}, status=403)
            return redirect("staff:second")
        if getattr(request.user, "temporary", False) and not request.path.startswith((_PASSWORD, "/api/")):
            return redirect("staff:password")
        return None

    @staticmethod
    def _exempt(request: HttpRequest) -> bool:
        acting = actor.of_request(request)
        return acting is not None and not second.needed(acting.role)
