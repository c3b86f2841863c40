"""What posts bring to first pages, to persons' pages and to the board."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from bulou.core.cards import Card, Headline
from bulou.core.people.models import Person
from bulou.core.places.codes import COUNTY_DIGITS, VILLAGE
from bulou.core.staff.actor import Actor
from bulou.core.tasks.models import Task
from bulou.desk import lists
from bulou.lib import clock, degrees
from bulou.work.checkpoints import actions, forms, queries
from bulou.work.checkpoints.duties import HOLD, OWN, STRAY
from bulou.work.checkpoints.following import post_of
from bulou.work.checkpoints.models import Checkpoint, Followed, Handed, Own, Pass, Turn

HEADLINES = (Headline("checkpoints.people", lazy("Checked at posts today"), day=True),)
_TURNS = {"opened": lazy("Post opened"), "closed": lazy("Post closed")}


def headlines() -> list[Headline]:
    return list(HEADLINES)


def today(by: Actor, place: str) -> list[Card]:
    """Who waits in an isolation room, who strayed, who on duty was not measured. Three queries."""
    if by.role not in queries.READERS:
        return []
    now = clock.now()
    held = list(queries.held(by, place).values_list("due_at", flat=True))
    strayed = list(queries.strayed(by, place).values_list("due_at", flat=True))
    owed = list(queries.unmeasured(by, place).values_list("due_at", flat=True))
    late = any(due < now for due in held)
    url = f"/checkpoints/?place={place}"
    return [
        Card(
            _("In the isolation room, to be handed over"), len(held), url, "miss" if late else "now",
            rank=88 if late else 62,
        ),
        Card(
            _("Under observation and seen at a post"), len(strayed), f"/checkpoints/strayed/?place={place}", "miss",
            rank=89,
        ),
        Card(
            _("On duty at a post, not measured in time"), sum(due < now for due in owed),
            f"/checkpoints/own/?place={place}", "miss", rank=72,
        ),
        Card(
            _("On duty at a post, to be measured"), sum(due >= now for due in owed),
            f"/checkpoints/own/?place={place}", "now", rank=43,
        ),
    ]  # fmt: skip


def act(task: Task) -> str:
    if task.kind == HOLD.kind:
        return f"/checkpoints/{post}/" if (post := post_of(task.slot)) else ""
    if task.kind == STRAY.kind:
        return f"/checkpoints/strayed/?place={task.place}"
    return f"/checkpoints/own/?place={task.place}" if task.kind == OWN.kind else ""


def words(record: Any) -> str:
    """A pass: which way, what became of them; of one person's page, what is theirs in it."""
    if isinstance(record, Pass):
        mine = getattr(record, "traveller", None)
        tenths, outcome = (mine.tenths, mine.outcome) if mine else (record.tenths, record.outcome)
        said = [
            forms.DIRECTIONS.get(record.direction, ""), degrees.celsius(tenths) if tenths is not None else "",
            forms.OUTCOMES.get(outcome, outcome), _("was under observation") if mine and mine.observed else "",
        ]  # fmt: skip
        return " · ".join(str(part) for part in said if part)
    if isinstance(record, Handed):
        return str(forms.TAKERS.get(record.taker, record.taker))
    if isinstance(record, Own):
        return degrees.celsius(record.tenths)
    if isinstance(record, Followed):
        return str(forms.FOLLOWED.get(record.what, record.what))
    return str(_TURNS.get(record.what, "")) if isinstance(record, Turn) else ""


def choices(record: Any, by: Actor) -> dict[str, list[tuple[str, Any]]]:
    """What may be chosen where it is corrected who took somebody over. They may go to any village of the county."""
    if isinstance(record, Handed):
        villages = lists.choices_within(record.place[:COUNTY_DIGITS], (VILLAGE,))
        return {"taker": [*forms.TAKERS.items()], "to_place": [("", "—"), *villages]}
    return {}


def hours(post: Checkpoint) -> str:
    """When a post is open, in words."""
    if post.opens is None or post.closes is None or post.opens == post.closes:
        return _("Round the clock")
    return f"{post.opens:%H:%M}–{post.closes:%H:%M}"


def person_acts(by: Actor, person: Person) -> list[tuple[Any, str]]:
    keeps = by.role in actions.KEEPERS
    return [(_("Give a permit"), f"/checkpoints/permits/new/?person={person.id}")] if keeps else []


ANSWERS: dict[str, Callable[..., Any]] = {
    "today": today, "headlines": headlines, "act": act, "words": words, "timeline": queries.timeline,
    "subject_names": queries.subject_names, "person_acts": person_acts, "choices": choices,
}  # fmt: skip
