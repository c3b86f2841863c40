"""Addresses of the audit log."""

from __future__ import annotations

from django.urls import path

from bulou.core.audit import pages

app_name = "audit"
urlpatterns = [
    path("audit/", pages.log, name="log"),
    path("audit/<int:pk>/", pages.entry, name="entry"),
]
