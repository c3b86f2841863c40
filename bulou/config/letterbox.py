"""The letterbox: records that come with a token go in here, past the ways that Django has for pages.

Most of what comes to a county's house all day is one record a request, and Django's way to the view costs as much
as the record. This has no refusal of its own: whatever is unusual goes the long way, which knows what to say.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from io import BytesIO
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import orjson
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.signals import request_finished
from django.http import HttpRequest
from django.utils import translation

from bulou.core.staff.actor import of_token
from bulou.core.sync.api import MOST, answer
from bulou.desk.middleware import POLICY, language
from bulou.lib import faults

log = logging.getLogger(__name__)
RECORDS = "/api/v1/records"
_HEADERS = [
    ("Content-Type", "application/json"),
    ("Content-Security-Policy", POLICY),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", settings.SECURE_REFERRER_POLICY),
    ("Cross-Origin-Opener-Policy", "same-origin"),
]


def with_letterbox(long_way: WSGIApplication) -> WSGIApplication:
    """The application, with the letterbox before it."""

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if _usual(environ):
            try:
                taken = _taken(environ)
            except Exception as error:
                # The long way tries again: when it succeeds, only the log knows of this.
                taken = None
                log.error("%s before the long way\n%s", type(error).__name__, faults.where(error))
            finally:
                request_finished.send(sender=with_letterbox)  # connections that are old are closed
            if taken is not None:
                tongue, said = taken
                told = [("Content-Language", tongue), ("Content-Length", str(len(said)))]
                start_response("200 OK", [*_HEADERS, *told])
                return [said]
        return long_way(environ, start_response)

    return application


def _usual(environ: WSGIEnvironment) -> bool:
    return (
        environ["PATH_INFO"] == RECORDS
        and environ["REQUEST_METHOD"] == "POST"
        and environ.get("HTTP_AUTHORIZATION", "").startswith("Bearer ")
        and "HTTP_COOKIE" not in environ
        and environ.get("CONTENT_LENGTH", "").isdecimal()
        and int(environ["CONTENT_LENGTH"]) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    )


def _taken(environ: WSGIEnvironment) -> tuple[str, bytes] | None:
    """The language and the answer; None, with the body still to be read, when the long way is to look at it."""
    request = HttpRequest()
    request.META, request.path = environ, RECORDS
    try:
        request.get_host()
    except DisallowedHost:
        return None
    actor = of_token(environ["HTTP_AUTHORIZATION"].removeprefix("Bearer "))
    if actor is None:
        return None
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    environ["wsgi.input"] = BytesIO(body)
    if len(body) < int(environ["CONTENT_LENGTH"]):
        return None
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    handed = told.get("records") if isinstance(told, dict) else None
    if not isinstance(handed, list) or len(handed) > MOST:
        return None
    tongue = language(request)
    with translation.override(tongue):
        return translation.get_language() or tongue, orjson.dumps({"results": answer(handed, actor)})
