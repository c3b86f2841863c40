"""Addresses of ledgers."""

from __future__ import annotations

from django.urls import path

from bulou.exchange import desk, desk_assign, desk_decide

app_name = "exchange"
urlpatterns = [
    path("import/", desk.index, name="index"),
    path("import/assign/", desk_assign.assign, name="assign"),
    path("import/look/", desk.look, name="look"),
    path("import/<uuid:pk>/", desk.run, name="run"),
    path("import/<uuid:pk>/again/", desk.again, name="again"),
    path("import/<uuid:pk>/take/", desk.take, name="take"),
    path("import/<uuid:pk>/leave/", desk.leave, name="leave"),
    path("import/<uuid:pk>/decide/", desk_decide.decide, name="decide"),
    path("import/<uuid:pk>/lines/<int:at>/", desk_decide.line, name="line"),
    path("import/<uuid:pk>/lines/<int:at>/retract/", desk_decide.retract, name="retract"),
    path("import/<uuid:pk>/columns/", desk_decide.columns, name="columns"),
    path("import/<uuid:pk>/undo/", desk_decide.undo, name="undo"),
    path("import/<uuid:pk>/annotated/", desk.annotated, name="annotated"),
]
