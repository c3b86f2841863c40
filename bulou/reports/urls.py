"""Addresses of reports and the bulletin."""

from __future__ import annotations

from django.urls import path

from bulou.reports import desk, pages

app_name = "reports"
urlpatterns = [
    path("reports/", desk.index, name="index"),
    path("reports/send/", desk.send, name="send"),
    path("reports/<uuid:pk>/", desk.report, name="report"),
    path("reports/<uuid:pk>/revise/", desk.revise, name="revise"),
    path("reports/received/", pages.received, name="received"),
    path("reports/turnout/", pages.turnout, name="turnout"),
    path("bulletin/", pages.bulletin, name="bulletin"),
]
