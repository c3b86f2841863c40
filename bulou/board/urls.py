"""The board's one address."""

from __future__ import annotations

from django.urls import path

from bulou.board.pages import board, curves_page

app_name = "board"
urlpatterns = [path("board/", board, name="board"), path("board/curves/", curves_page, name="curves")]
