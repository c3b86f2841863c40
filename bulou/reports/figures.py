"""What is counted of reports. A revised report counts once, as what it is now."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bulou.core.figures.figure import Figure, Formula
from bulou.reports.models import Sent
from bulou.reports.turns import LEVELS


def _reports(sign: str, *counted: str) -> str:
    return f" {sign} ".join(f"tasks.{one}[reports.{level}]" for one in counted for level in LEVELS.values())


_DUE, _IN = _reports("+", "expected"), _reports("+", "done", "late")
_NOT_IN = f"{_DUE} - {_reports('-', 'done', 'late', 'excused')}"

FIGURES = (
    Figure("reports.sent", _("Reports sent"), Sent, by=("level",)),
    Figure("reports.late", _("Reports sent late"), Sent, where="late", by=("level",)),
    Figure("reports.revisions", _("Revisions of reports"), Sent, measure="sum(revision)", by=("level",)),
    Formula("reports.due", _("Reports due"), _DUE, also=("应报:day",), so_far=True),
    Formula("reports.in_hand", _("Reports in"), _IN, also=("实报:day", "已报:day"), so_far=True),
    Formula(
        "reports.wanting", _("Reports not in"),  _NOT_IN,
        also=("未报:day", "缺报:day"), so_far=True,
    ),
)  # fmt: skip
