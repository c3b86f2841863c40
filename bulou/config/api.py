"""The API: one OpenAPI document; each noun of the core brings its own paths."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.security import HttpBearer, SessionAuth

from bulou.core.figures.api import router as figures
from bulou.core.places.api import router as places
from bulou.core.staff.actor import Actor, of_request, of_token
from bulou.core.sync.api import router as sync
from bulou.core.tasks.api import router as tasks
from bulou.lib.refusals import Refusal, declare

declare("not-found", _("There is nothing here that you can see."))


class Bearer(HttpBearer):
    """A token of a post (`bulou token USER`)."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        return of_token(token)


class SignedIn(SessionAuth):
    """The desk's own session, with its form token."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        return of_request(request)


api = NinjaAPI(
    title="bulou", version="1", description="Enter once, count from the records, show the gap by name.",
    auth=[Bearer(), SignedIn()], docs_url=None,
)  # fmt: skip
api.add_router("", sync)
api.add_router("", tasks)
api.add_router("", places)
api.add_router("", figures)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Every refusal: its code and its sentence."""
    status = {"not-allowed": 403, "batch-too-long": 413}.get(refusal.code)
    if status is None:
        status = 404 if refusal.code in _NOT_THERE else 400
    said: dict[str, Any] = {"code": refusal.code, "message": refusal.message}
    return api.create_response(request, said, status=status)


# "Not yours" and "not there" are the same answer.
_NOT_THERE = {"not-found", "place-unknown", "person-unknown", "figure-unknown"}
