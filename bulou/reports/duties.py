"""What is owed: a report of each village, township and county in use, in the turns of the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db.models import Min
from django.db.models.functions import Length, Substr
from django.utils.translation import gettext_lazy as _

from bulou.core.places import queries as places
from bulou.core.places.codes import COUNTY, LENGTHS, TOWNSHIP, VILLAGE, subject
from bulou.core.staff.models import Post
from bulou.core.staff.queries import holding
from bulou.core.tasks.duties import Every, Subject
from bulou.reports import turns

_CODE = LENGTHS[COUNTY - 1]


def in_use() -> dict[str, datetime]:
    """The counties in which somebody holds a post, and since when: only these owe reports."""
    posts = holding(Post.objects.annotate(length=Length("place")).filter(length__gte=_CODE))
    found = (
        posts.annotate(county=Substr("place", 1, _CODE))
        .values_list("county")
        .annotate(Min("from_at"))
        .order_by()
    )
    return dict(found)


def _reporting(level: int) -> Callable[[datetime, datetime], Iterable[Subject]]:
    def subjects(start: datetime, end: datetime) -> Iterable[Subject]:
        for county, since in in_use().items():
            for code in places.subtree(county, level=level).values_list("code", flat=True):
                yield Subject(subject(code), code, since)

    return subjects


def _owed(level: int, title: object, role: str) -> Every:
    return Every(
        f"reports.{turns.LEVELS[level]}", title, role=role, done_by="reports.sent",  # type: ignore[arg-type]
        subject="subject", subject_type="place", when="t.slot = r.slot",
        subjects=_reporting(level), slots=turns.turns,
    )  # fmt: skip


DUTIES = (
    _owed(VILLAGE, _("Report of the village"), "village-cadre"),
    _owed(TOWNSHIP, _("Report of the township"), "township-clerk"),
    _owed(COUNTY, _("Report of the county"), "county-office"),
)
