"""What an endpoint answers when it refuses, for the API's own description."""

from __future__ import annotations

from typing import Any

from ninja import Schema


class Refused(Schema):
    """A stable code, and a sentence in the language asked for that says what is wrong and what to do."""

    code: str
    message: str


def also(answer: Any, *more: int) -> dict[int, Any]:
    """The answers of an endpoint: its own, and the refusals that every endpoint and this one may give."""
    return {200: answer} | dict.fromkeys((400, 401, 403, 503, *more), Refused)
