"""The words of states, said once for pages and files: of tasks, of records, of reports, of plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def _(word: str) -> _StrPromise:
    """A state's word: the same English word may be another one elsewhere."""
    return pgettext_lazy("state", word)


WORDS: dict[str, _StrPromise] = {
    # tasks
    "not-yet": _("not yet"),
    "open": _("open"),
    "done": _("done"),
    "done-late": _("done late"),
    "missed": _("missed"),
    "unheard": _("unheard"),
    "excused": _("excused"),
    "withdrawn": _("no longer owed"),
    # records handed in, rows of files
    "accepted": _("accepted"),
    "duplicate": _("known already"),
    "held": _("held for a person"),
    "refused": _("refused"),
    "conflict": _("conflict"),
    "skipped": _("skipped"),
    # measurements
    "fever": _("fever"),
    "normal": _("normal"),
    # drafts and papers
    "draft": _("draft"),
    "sent": _("sent"),
    "late": _("late"),
    "revised": _("revised"),
    # accounts, plans
    "active": _("active"),
    "ended": _("ended"),
}
