"""The app, and that the divisions of the five counties are always there."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.apps import apps as registry
from django.db.models.signals import post_migrate


def _divisions(using: str, apps: Any = None, **kwargs: Any) -> None:
    from bulou.core.places import load

    try:
        # A flush sends no apps: then they are those of now.
        model = (apps or registry).get_model("places", "Place")
    except LookupError:  # migrated back to nothing
        return
    load.five_counties(model, using)


class PlacesConfig(AppConfig):
    name = "bulou.core.places"

    def ready(self) -> None:
        # After every migration and flush, not in a migration: a flushed database has its divisions too.
        post_migrate.connect(_divisions, sender=self, dispatch_uid="places.divisions")
