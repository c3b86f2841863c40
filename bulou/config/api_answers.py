"""Under /api/ every answer is JSON: also that nothing is there, or not in this way."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _

from bulou.lib.refusals import declare, sentence

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
