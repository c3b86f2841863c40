"""States as people see them: a word, a sign and a tone, so that colour never stands alone.

Tones: `miss` and `fever` are the only red ones; `wait` amber, `done` green, `now` blue, `calm` grey.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def _(word: str) -> _StrPromise:
    """A state's word: the same English word may be another one elsewhere."""
    return pgettext_lazy("state", word)


class Look(NamedTuple):
    word: _StrPromise | str
    sign: str
    tone: str


STATES: dict[str, Look] = {
    # tasks
    "not-yet": Look(_("not yet"), "clock", "calm"),
    "open": Look(_("open"), "circle", "now"),
    "done": Look(_("done"), "check", "done"),
    "done-late": Look(_("done late"), "clock-exclamation", "wait"),
    "missed": Look(_("missed"), "circle-dashed", "miss"),
    "unheard": Look(_("unheard"), "wifi-off", "wait"),
    "excused": Look(_("excused"), "minus", "calm"),
    "withdrawn": Look(_("no longer owed"), "x", "calm"),
    # records handed in, rows of files
    "accepted": Look(_("accepted"), "check", "done"),
    "duplicate": Look(_("known already"), "circle-check", "calm"),
    "held": Look(_("held for a person"), "question-mark", "wait"),
    "refused": Look(_("refused"), "circle-x", "wait"),
    "conflict": Look(_("conflict"), "alert-triangle", "wait"),
    "skipped": Look(_("skipped"), "minus", "calm"),
    # measurements
    "fever": Look(_("fever"), "temperature-plus", "fever"),
    "normal": Look(_("normal"), "check", "done"),
    # drafts and papers
    "draft": Look(_("draft"), "edit", "now"),
    "sent": Look(_("sent"), "send", "done"),
    "late": Look(_("late"), "clock-exclamation", "wait"),
    "revised": Look(_("revised"), "history", "wait"),
    # accounts, plans
    "active": Look(_("active"), "circle-check", "done"),
    "ended": Look(_("ended"), "minus", "calm"),
}


def look(state: str, word: str = "", sign: str = "", tone: str = "") -> Look:
    """How a state is shown; what is given wins over what is known, an unknown state says its name."""
    known = STATES.get(str(state), Look(str(state), "circle", "calm"))
    return Look(word or known.word, sign or known.sign, tone or known.tone)
