"""Addresses of exports and of departments' tables."""

from __future__ import annotations

from django.urls import path

from bulou.exchange.out import desk, desk_forms

app_name = "out"
urlpatterns = [
    path("exports/", desk.index, name="index"),
    path("exports/new/", desk.new, name="new"),
    path("exports/forms/", desk_forms.index, name="forms"),
    path("exports/forms/names/", desk_forms.names, name="names"),
    path("exports/forms/<uuid:pk>/", desk_forms.one, name="form"),
    path("exports/forms/<uuid:pk>/end/", desk_forms.end, name="form-end"),
    path("exports/forms/<uuid:pk>/print/", desk_forms.fill, name="form-fill"),
    path("exports/<uuid:pk>/", desk.one, name="one"),
    path("exports/<uuid:pk>/decide/", desk.decide, name="decide"),
    path("exports/<uuid:pk>/withdraw/", desk.withdraw, name="withdraw"),
    path("exports/<uuid:pk>/file/", desk.file, name="file"),
]
