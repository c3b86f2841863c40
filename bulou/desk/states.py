"""States as people see them: a word, a sign and a tone, so that colour never stands alone.

Tones: `miss` and `fever` are the only red ones; `wait` amber, `done` green, `now` blue, `calm` grey.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bulou.core.states import WORDS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Look(NamedTuple):
    word: _StrPromise | str
    sign: str
    tone: str


_SIGNS: dict[str, tuple[str, str]] = {
    # tasks
    "not-yet": ("clock", "calm"),
    "open": ("circle", "now"),
    "done": ("check", "done"),
    "done-late": ("clock-exclamation", "wait"),
    "missed": ("circle-dashed", "miss"),
    "unheard": ("wifi-off", "wait"),
    "excused": ("minus", "calm"),
    "withdrawn": ("x", "calm"),
    # records handed in, rows of files
    "accepted": ("check", "done"),
    "duplicate": ("circle-check", "calm"),
    "held": ("question-mark", "wait"),
    "refused": ("circle-x", "wait"),
    "conflict": ("alert-triangle", "wait"),
    "skipped": ("minus", "calm"),
    # measurements
    "fever": ("temperature-plus", "fever"),
    "normal": ("check", "done"),
    # drafts and papers
    "draft": ("edit", "now"),
    "sent": ("send", "done"),
    "late": ("clock-exclamation", "wait"),
    "revised": ("history", "wait"),
    # accounts, plans
    "active": ("circle-check", "done"),
    "ended": ("minus", "calm"),
}
STATES: dict[str, Look] = {state: Look(word, *_SIGNS[state]) for state, word in WORDS.items()}


def look(state: str, word: str = "", sign: str = "", tone: str = "") -> Look:
    """How a state is shown; what is given wins over what is known, an unknown state says its name."""
    known = STATES.get(str(state), Look(str(state), "circle", "calm"))
    return Look(word or known.word, sign or known.sign, tone or known.tone)
