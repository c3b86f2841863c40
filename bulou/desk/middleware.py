"""What every answer carries: the language of the page, and what a page may load and run."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

Answer = Callable[[HttpRequest], HttpResponse]

# Scripts come from us and stand in files. Styles may stand in a page: charts draw with them.
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)


def language(request: HttpRequest) -> str:
    """Chinese, unless a person has chosen otherwise; programs may ask by Accept-Language."""
    if request.path.startswith("/api/"):
        return translation.get_language_from_request(request)
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def speak(answer: Answer) -> Answer:
    """Middleware: activate the language for the request."""

    def spoken(request: HttpRequest) -> HttpResponse:
        with translation.override(language(request)):
            request.LANGUAGE_CODE = translation.get_language()
            response = answer(request)
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response

    return spoken


def guard(answer: Answer) -> Answer:
    """Middleware: the content policy, and no copy of a page with people kept by anybody between."""

    def guarded(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return guarded
