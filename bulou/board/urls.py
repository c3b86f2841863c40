"""The board's one address."""

from __future__ import annotations

from django.urls import path

from bulou.board.pages import board

app_name = "board"
urlpatterns = [path("board/", board, name="board")]
