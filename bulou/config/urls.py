"""Which address belongs to whom: each app brings its own `urls`, rooms bring theirs in `desk`."""

from __future__ import annotations

import importlib
import importlib.util

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from bulou.config.api import api
from bulou.config.api_answers import API
from bulou.config.health import healthz
from bulou.config.rooms import ROOMS
from bulou.core.staff.demo import is_demo

_APPS = (
    "bulou.core.staff",
    "bulou.core.audit",
    "bulou.desk",
    "bulou.board",
    "bulou.reports",
    "bulou.exchange",
    "bulou.exchange.out",
    "bulou.field",
)


def _there(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def _patterns() -> list[URLPattern | URLResolver]:
    """The API, which most requests are for; then every app's pages at the root (each names its own paths)."""
    modules = [f"{app}.urls" for app in _APPS]
    # A room's pages are the `urlpatterns` of its desk module.
    modules += [f"{room}.desk" for room in ROOMS]
    found: list[URLPattern | URLResolver] = [
        path(API[1:], api.urls),
        path("healthz", healthz, name="healthz"),
        path("language/", set_language, name="set_language"),
    ]
    for name in modules:
        if _there(name) and hasattr(importlib.import_module(name), "urlpatterns"):
            found.append(path("", include(name)))
    return found


urlpatterns = _patterns()


def handler500(request: HttpRequest) -> HttpResponse:
    """Our own mistake: a page that asks no database, since that may be what is broken."""
    return HttpResponse(loader.get_template("500.html").render({"demo": is_demo()}), status=500)
