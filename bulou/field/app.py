"""The built app, as the phone loads it: one page, its worker, its manifest. Everything else is static."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bulou.core.staff.demo import is_demo

_INDEX, _WORKER = "field/index.html", "field/sw.js"


def built(name: str) -> str | None:
    """A file of the built app, None when this server has none."""
    found = finders.find(name) or Path(settings.STATIC_ROOT) / name
    path = Path(str(found))
    return path.read_text(encoding="utf-8") if path.is_file() else None


def index(request: HttpRequest) -> HttpResponse:
    """The app's page. It holds nothing of anybody, so a phone may open it before it is known."""
    page = built(_INDEX)
    if page is None:
        return render(request, "field/missing.html", status=503)
    # Before a phone is known nobody else tells it; afterwards it goes by what its post says.
    return _plain(
        page.replace("<html ", "<html data-demo ", 1) if is_demo() else page, "text/html; charset=utf-8"
    )


def worker(request: HttpRequest) -> HttpResponse:
    """The worker that keeps the app on the phone. It is asked for again at each start."""
    script = built(_WORKER)
    if script is None:
        return HttpResponse(status=404)
    return _plain(script, "text/javascript; charset=utf-8")


def _plain(text: str, content_type: str) -> HttpResponse:
    return HttpResponse(text, content_type=content_type, headers={"Cache-Control": "no-cache"})


def manifest(request: HttpRequest) -> HttpResponse:
    """What the phone calls the app, and how it opens it."""
    icon = {"src": static("field/icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    said = {
        "name": _("bulou in the field"), "short_name": _("bulou"), "lang": get_language(), "start_url": "/field/",
        "scope": "/field/", "display": "standalone", "orientation": "portrait", "background_color": "#ffffff",
        "theme_color": "#0b3d6b", "icons": [icon],
    }  # fmt: skip
    return JsonResponse(said, content_type="application/manifest+json", headers={"Cache-Control": "no-cache"})
