"""The WSGI application that `bulou serve` runs."""

from __future__ import annotations

import os
from wsgiref.types import WSGIApplication

from django.core.wsgi import get_wsgi_application

from bulou.config.bodies import watched

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bulou.config.settings")


def _application() -> WSGIApplication:
    long_way = get_wsgi_application()
    from bulou.config.letterbox import with_letterbox  # asks the house, which is up now

    return watched(with_letterbox(long_way))


application = _application()
