"""Addresses of ledgers."""

from __future__ import annotations

from django.urls import path

from bulou.exchange import desk, desk_assign

app_name = "exchange"
urlpatterns = [
    path("import/", desk.index, name="index"),
    path("import/assign/", desk_assign.assign, name="assign"),
    path("import/look/", desk.look, name="look"),
    path("import/<uuid:pk>/", desk.run, name="run"),
    path("import/<uuid:pk>/take/", desk.take, name="take"),
    path("import/<uuid:pk>/leave/", desk.leave, name="leave"),
    path("import/<uuid:pk>/annotated/", desk.annotated, name="annotated"),
]
