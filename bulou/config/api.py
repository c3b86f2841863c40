"""The API: one OpenAPI document; each noun of the core brings its own paths."""

from __future__ import annotations

import logging
from difflib import get_close_matches
from functools import cache
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer, SessionAuth

from bulou.core.figures.api import router as figures
from bulou.core.places.api import router as places
from bulou.core.staff.actor import Actor, of_request, of_token
from bulou.core.sync import described, devices
from bulou.core.sync.api import router as sync
from bulou.core.sync.phone import bearer
from bulou.core.sync.phone import router as phone
from bulou.core.tasks.api import router as tasks
from bulou.lib import faults
from bulou.lib.refusals import Refusal, declare, sentence

log = logging.getLogger(__name__)
declare("not-found", _("There is nothing here that you can see."))
declare("not-signed-in", _("Sign in, or send the token of a post. A token ends with its post."))
declare("form-token", _("This page is too old to send from. Load it again, then send once more."))
declare(
    "parameter-malformed", _("The parameter %(field)s is not what it should be. Correct it and ask again.")
)
declare(
    "parameter-unknown",
    _("There is no parameter %(field)s here: is %(meant)s meant? /api/v1/openapi.json has them all."),
)
declare(
    "not-kept",
    _("This could not be kept or read just now: the disk is full or read-only, or the database is away. "
      "Keep what you have and send it again later; nothing is counted twice."),
)  # fmt: skip
declare(
    "fault", _("Something went wrong here, and it was noted. Keep what you have and send it again later.")
)


_SLIP = 0.75  # how alike two names are of which one is a slip: of "place" are "plcae" and "palce"


class Bearer(HttpBearer):
    """A token of a post (`bulou token USER`)."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        return _asking(request, of_token(token))


class SignedIn(SessionAuth):
    """The desk's own session, with its form token."""

    def __call__(self, request: HttpRequest) -> Actor | None:
        # Who brings no session is nobody that we know, whatever they send: no page of theirs is too old.
        return super().__call__(request) if settings.SESSION_COOKIE_NAME in request.COOKIES else None

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        return _asking(request, of_request(request))


def _asking(request: HttpRequest, actor: Actor | None) -> Actor | None:
    """The actor. Raises Refusal for a slip in a parameter's name: passed over, it would ask for everything."""
    if actor is not None and request.method == "GET":
        known = _parameters().get(request.path, set())
        for name in request.GET.keys() - known:
            if meant := get_close_matches(name, known, 1, _SLIP):
                raise Refusal("parameter-unknown", field=name[:40], meant=meant[0])
    return actor


@cache
def _parameters() -> dict[str, set[str]]:
    """{path: the names of what may be asked there}, as the description has them."""
    read = {path: of["get"] for path, of in api.get_openapi_schema()["paths"].items() if "get" in of}
    return {path: {one["name"] for one in get.get("parameters", ())} for path, get in read.items()}


class Api(NinjaAPI):
    """Its description says of each kind of record what it holds, as the rooms declare it."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> Any:
        document = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        described.add(document, f"{path_prefix or self.get_root_path(path_params or {})}records")
        return document


api = Api(
    title="bulou", version="1", description="Enter once, count from the records, show the gap by name.",
    auth=[Bearer(), SignedIn()], docs_url=None,
)  # fmt: skip
api.add_router("", sync)
api.add_router("", phone)
api.add_router("", tasks)
api.add_router("", places)
api.add_router("", figures)


# "Not yours" and "not there" are the same answer.
_NOT_THERE = {"not-found", "place-unknown", "person-unknown", "figure-unknown"}
_STATUS = {
    "not-allowed": 403,
    "batch-too-long": 413,
    "batch-too-large": 413,
    "batch-packed": 415,
} | dict.fromkeys(_NOT_THERE, 404)


def _say(request: HttpRequest, code: str, status: int, **words: Any) -> HttpResponse:
    return api.create_response(request, {"code": code, "message": sentence(code, words)}, status=status)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Every refusal: its code and its sentence."""
    return _say(request, refusal.code, _STATUS.get(refusal.code, 400), **refusal.words)


@api.exception_handler(ValidationError)
def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A parameter that is not what it should be."""
    field = str(error.errors[0]["loc"][-1]) if error.errors else "?"
    return _say(request, "parameter-malformed", 400, field=field)


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """Nobody that we know; or a phone that was cut off, which is told so."""
    return _say(request, devices.why_not(bearer(request)), 401)


@api.exception_handler(HttpError)
def form_token(request: HttpRequest, error: HttpError) -> HttpResponse:
    """A browser's session without the token of its page."""
    return _say(request, "form-token" if error.status_code == 403 else "batch-malformed", error.status_code)


@api.exception_handler(Http404)
def not_there(request: HttpRequest, error: Http404) -> HttpResponse:
    return _say(request, "not-found", 404)


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def not_kept(request: HttpRequest, error: DatabaseError) -> HttpResponse:
    """A full or read-only disk, a database that has gone: nothing was acknowledged, so nothing is lost."""
    log.error("the database could not keep or read: %s", type(error.__cause__ or error).__name__)
    connection.close()
    return _say(request, "not-kept", 503)


@api.exception_handler(Exception)
def fault(request: HttpRequest, error: Exception) -> HttpResponse:
    """Our own mistake. Where it happened is logged, but not the words of the error: they may quote a record."""
    log.error("%s in %s %s\n%s", type(error).__name__, request.method, request.path, faults.where(error))
    return _say(request, "fault", 500)
