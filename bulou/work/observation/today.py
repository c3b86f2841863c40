"""What observation brings to first pages, to persons' pages and to the board."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from bulou.core.cards import Card, Headline
from bulou.core.records.models import Record
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import COUNTY, FIELD, OFFICE, TOWNSHIP, VILLAGE, Role
from bulou.core.tasks.models import Task
from bulou.lib import degrees
from bulou.work.observation import forms, queries, seeking, symptoms
from bulou.work.observation.models import (
    Breach,
    Closed,
    Contact,
    Handed,
    Lodged,
    Moved,
    Notice,
    Opened,
    Reading,
    Restarted,
    Step,
    Whereabouts,
)  # fmt: skip
from bulou.work.observation.opening import profiles_of

HEADLINES = (
    Headline("observation.fevers", lazy("Fevers today"), "fever", gap=True, day=True),
    Headline("observation.now", lazy("Under observation")),
)
STEPS = {
    "proposed": pgettext_lazy("observation", "release proposed"),
    "checked": pgettext_lazy("observation", "release checked"),
    "approved": lazy("release approved"), "sent-back": lazy("sent back"),
}  # fmt: skip
# Which line lists wait for whom, the most urgent first: question, tone, rank.
_OFFICE = (
    ("fever", "fever", 95), ("missed", "miss", 90), ("gaps", "wait", 70), ("lost", "miss", 75),
    ("unreached", "miss", 78), ("elsewhere", "wait", 77), ("reported", "wait", 76), ("notice", "wait", 65),
)  # fmt: skip
_RELEASE = (("propose", VILLAGE, 60), ("check", TOWNSHIP, 60), ("approve", {Role.COUNTY_OFFICE}, 60))


def headlines() -> list[Headline]:
    return list(HEADLINES)


def today(by: Actor, place: str) -> list[Card]:
    """The line lists that wait for this post."""
    if by.role not in (FIELD | OFFICE | COUNTY) or by.role not in queries.READERS:
        return []
    from bulou.work.observation.shown import QUESTIONS

    counts = queries.counts(by, place)
    wanted = [*_OFFICE, *((q, "now", rank) for q, roles, rank in _RELEASE if by.role in roles)]
    return [
        Card(
            QUESTIONS[question],
            counts[question],
            f"/observation/?show={question}&place={place}",
            tone,
            rank=rank,
        )
        for question, tone, rank in wanted
    ]


def act(task: Task) -> str:
    """A reading is typed in on the round's page, a notice and a proposal on the observation's own."""
    if task.kind == queries.READING:
        return f"/observation/readings/?place={task.place}#{task.subject_id}"
    own = task.kind.startswith("observation.") and task.source
    return f"/observation/{task.source}/" if own else ""


def words(record: Record) -> str:
    """What a record of an observation says."""
    if isinstance(record, Reading):
        said: list[Any] = [
            degrees.celsius(record.tenths) if record.tenths is not None else _("no number taken")
        ]
        said += symptoms.titles(record.symptoms.split(","))
        return " · ".join(str(part) for part in said)
    if isinstance(record, Opened | Restarted):
        term = {"first": record.clock_from.isoformat(), "last": record.until_day.isoformat()}
        return _("%(first)s to %(last)s") % term
    if isinstance(record, Closed):
        return str(forms.OUTCOMES.get(record.outcome, record.outcome))
    if isinstance(record, Moved | Lodged):
        from bulou.work.observation.shown import went

        return went(record)
    if isinstance(record, Handed):
        from bulou.work.observation.shown import HANDED

        return str(HANDED.get((record.reason, record.direction), record.reason))
    if isinstance(record, Notice):
        parts = [_("notice given") if record.notice else "", _("door sealed") if record.seal else ""]
        return " · ".join(part for part in parts if part)
    return _of_turns(record)


def choices(record: Any, by: Actor) -> dict[str, list[tuple[str, Any]]]:
    """What may be chosen where one of these records is corrected."""
    if isinstance(record, Breach):
        return {"what": [*forms.BREACHES.items()], "action": [*forms.ACTIONS.items()]}
    if isinstance(record, Reading):
        profile = profiles_of([record.person]).get(record.person) or None
        known = symptoms.offered(by.role, record.place, record.day, profile)
        stands = [word for word in record.symptoms.split(",") if word and word not in known]
        return {"symptoms": [(word, symptoms.title(word)) for word in [*known, *stands]]}
    return {}


def _of_turns(record: Record) -> str:
    if isinstance(record, Breach):
        what, done = (
            forms.BREACHES.get(record.what, record.what),
            forms.ACTIONS.get(record.action, record.action),
        )
        return f"{what} · {done}"
    if isinstance(record, Step):
        return str(STEPS.get(record.step, record.step))
    if isinstance(record, Whereabouts):
        return _("is here") if record.here else _("is not here")
    if isinstance(record, Contact):
        return _("found again") if record.found else _("lost to follow-up")
    return ""


ANSWERS: dict[str, Callable[..., Any]] = {
    "today": today, "headlines": headlines, "act": act, "words": words, "choices": choices, "tick": seeking.tick,
}  # fmt: skip
