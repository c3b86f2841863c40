"""Addresses of the phone app, and of the desk's pages about phones."""

from __future__ import annotations

from django.urls import path

from bulou.field import app, pages

app_name = "field"
urlpatterns = [
    path("field/", app.index, name="app"),
    path("field/sw.js", app.worker, name="worker"),
    path("field/manifest.webmanifest", app.manifest, name="manifest"),
    path("phones/<int:pk>/", pages.phones, name="phones"),
    path("phones/<int:pk>/<uuid:device>/<slug:what>/", pages.act, name="act"),
]
