"""What is decided about whoever stands at a post: plain values in and out. The phone's `decide.ts` says the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bulou.core.places.classes import AFFECTED, UNKNOWN

TABLE = "checkpoints.pass"
LET_IN, SENT_BACK, HELD, TO_CLINIC = "let_in", "sent_back", "held", "to_clinic"
OUTCOMES = (LET_IN, SENT_BACK, HELD, TO_CLINIC)
ROAD, VILLAGE, COMPOUND = "road", "village", "compound"
KINDS = ("motorway", ROAD, "station", VILLAGE, COMPOUND, "office")
# Posts at whose place people live: who goes in there without saying where to, goes there.
OF_A_PLACE = (VILLAGE, COMPOUND)
IN, OUT = "in", "out"
PURPOSES = ("home", "work", "goods", "medical", "visit", "transit", "other")


@dataclass(frozen=True, slots=True)
class Before:
    """Who stands there: their temperature in tenths (None: not measured), what is said, what is known."""

    tenths: int | None = None
    origin: str = ""
    purpose: str = ""
    direction: str = IN
    permit: bool = False
    observed: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """The post: whether it may be passed with a permit only, and whether there is an isolation room."""

    closed: bool = False
    room: bool = False


def is_fever(tenths: int | None, line: int) -> bool | None:
    """Whether a temperature reaches the line; None where there is none."""
    return None if tenths is None else tenths >= line


def facts(before: Before, post: Post, line: int) -> dict[str, Any]:
    """The scalars that the table asks for; None is unknown, never false. Who leaves comes from here."""
    inward = before.direction == IN
    return {
        "fever": is_fever(before.tenths, line),
        "origin": before.origin if inward and before.origin not in ("", UNKNOWN) else None,
        "purpose": before.purpose or None,
        "direction": before.direction,
        "observed": before.observed,
        "permit": before.permit,
        "closed": post.closed,
        "room": post.room,
    }


def tells(tell: str, done: str, origin: str, direction: str) -> bool:
    """Whether the village is told of who was let in: by the rules, or because they came from an affected area."""
    return direction == IN and done == LET_IN and (tell == "village" or origin == AFFECTED)
