"""Under /api/ every answer is JSON: also that nothing is there, or not in this way; and the short way in."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import get_resolver
from django.utils.translation import gettext_lazy as _

from bulou.lib.refusals import declare, sentence

API = "/api/v1/"
declare("method-not-allowed", _("This address does not answer to %(method)s. It answers to: %(allowed)s."))


def in_json(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, within the one that chooses the language."""

    def answer(request: HttpRequest) -> HttpResponse:
        given = get_response(request)
        if not request.path.startswith("/api/") or given.headers.get("Content-Type", "").startswith(
            "application/json"
        ):
            return given
        if given.status_code == 404:
            return JsonResponse({"code": "not-found", "message": sentence("not-found")}, status=404)
        if given.status_code == 405:
            allowed = given.headers.get("Allow", "")
            words = {"method": request.method, "allowed": allowed}
            said = {"code": "method-not-allowed", "message": sentence("method-not-allowed", words)}
            return JsonResponse(said, status=405, headers={"Allow": allowed})
        return given

    return answer


def straight(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a program with a token goes past what only browsers need (session, forms, second factor).

    Phones hand in their records here, one by one and many at once; that rest costs as much as a record.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if (
            not request.path_info.startswith(API)
            or "HTTP_AUTHORIZATION" not in request.META
            or settings.SESSION_COOKIE_NAME in request.COOKIES
        ):
            return get_response(request)
        request.get_host()  # refuses names that are not ours, as CommonMiddleware does
        request.resolver_match = found = get_resolver().resolve(request.path_info)
        response: HttpResponse = found.func(request, *found.args, **found.kwargs)
        response.headers["Content-Length"] = str(len(response.content))
        return response

    return answer
