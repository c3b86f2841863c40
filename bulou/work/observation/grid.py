"""The observation grid: people down, turns across; what was missed and every fever in one look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from bulou.core.rulebook import book, value
from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.core.tasks.models import Task
from bulou.core.tasks.state import State, state
from bulou.desk import common, lists
from bulou.desk.states import STATES
from bulou.lib import clock, degrees, sql
from bulou.work.observation import queries, shown, symptoms
from bulou.work.observation.forms import REASONS
from bulou.work.observation.models import Observation, Reading
from bulou.work.observation.rounds import WRITERS


@dataclass(frozen=True)
class Square:
    """A cell as the page draws it: its class, what stands in it, where it leads, what it says in words."""

    kind: str
    text: str = ""
    sign: str = ""
    href: str = ""
    title: str = ""
    today: bool = False


@acting(queries.READERS)
def page(request: HttpRequest, by: Actor) -> HttpResponse:
    """`?place=`, `?day=` (the last day shown, else today): as many days as an observation has."""
    place = common.place_asked(request, by)
    last = _last_day(request)
    rule = book().find("observation.days", place, last)
    if rule is None:  # so long ago that nobody was observed
        raise Http404
    span = int(rule.value)
    days = [last - timedelta(days=back) for back in range(span - 1, -1, -1)]
    earlier = days[0] - timedelta(days=1)
    found = sql.subtree(queries.observations(by), place).filter(
        opened_at__lt=clock.at(last, datetime.max.time())
    )
    found = found.filter(closed_at=None) if last == clock.today() else found.filter(until_day__gte=days[0])
    page = common.paged(request, lists.matching(found, request.GET.get("q", "")), ("place", "id"))
    columns, rows = table(page.rows, days, place, by)
    heads: dict[date, int] = defaultdict(int)
    for day, _turn in columns:
        heads[day] += 1
    words = {
        "place": place, "next": page.next, "rows": rows, "today": clock.today(),
        "days": [(shown.day(day), size, day == clock.today()) for day, size in heads.items()],
        "turns": [(shown.TURNS.get(turn, turn), day == clock.today()) for day, turn in columns],
        "earlier": earlier.isoformat() if book().find("observation.days", place, earlier) else "",
        "later": min(last + timedelta(days=span), clock.today()).isoformat() if last < clock.today() else "",
        "legend": _legend(),
    }  # fmt: skip
    return render(request, "observation/grid.html", words)


def _last_day(request: HttpRequest) -> date:
    asked = request.GET.get("day")
    try:
        return min(date.fromisoformat(asked), clock.today()) if asked else clock.today()
    except ValueError as error:
        raise Http404 from error


def table(
    plans: Sequence[Observation], days: Sequence[date], below: str, by: Actor
) -> tuple[list[tuple[date, str]], list[dict[str, Any]]]:
    """The columns (day, turn) and a row of squares for each observation: six queries for any number."""
    people = [p.person for p in plans]
    tasks = list(
        Task.objects.filter(
            kind=queries.READING, subject_id__in=people, due_day__gte=days[0], due_day__lte=days[-1]
        )
    )
    columns = _columns(tasks, days, plans[0].place if plans else below)
    readings = _readings(people, days)
    by_turn = {(task.subject_id, task.slot): task for task in tasks}
    now = clock.now()
    rows = []
    for row in shown.described(plans, below):
        plan, taken = row["plan"], readings[row["plan"].person]
        squares = [
            _square(
                by_turn.get((plan.person, f"{day.isoformat()}/{turn}")),
                taken,
                plan,
                now,
                by,
                today=day == clock.day_of(now),
            )
            for day, turn in columns
        ]
        rows.append({**row, "squares": squares})
    return columns, rows


def _columns(tasks: Sequence[Task], days: Sequence[date], place: str) -> list[tuple[date, str]]:
    """Each day's turns: those of the rules, and any that people of another illness are owed beside them."""
    turns = list(dict.fromkeys(turn["slot"] for turn in value("observation.turns", place, days[-1])))
    turns += sorted({task.slot.partition("/")[2] for task in tasks} - set(turns))
    return [(day, turn) for day in days for turn in turns]


def _readings(people: Sequence[UUID], days: Sequence[date]) -> dict[UUID, list[Reading]]:
    found: dict[UUID, list[Reading]] = defaultdict(list)
    made = Reading.objects.filter(
        person__in=people, day__gte=days[0], day__lte=days[-1] + timedelta(days=1), replaced_by=None
    )
    for reading in made.order_by("happened_at", "id"):
        found[reading.person].append(reading)
    return found


def _square(
    task: Task | None, taken: Sequence[Reading], plan: Observation, now: datetime, by: Actor, *, today: bool
) -> Square:
    if task is None:
        return Square("none", today=today)
    mine = [
        r
        for r in taken
        if task.opens_at <= r.happened_at and (task.until_at is None or r.happened_at < task.until_at)
    ]
    as_of, turn, own = state(task, now), shown.turn(task.slot), f"/observation/{plan.id}/"
    # The earliest closes the turn; a fever after it must not hide behind it.
    reading = next((r for r in mine if r.fever), mine[0] if mine else None)
    if reading is not None and as_of is not State.WITHDRAWN:
        kind = "fever" if reading.fever else str(as_of) if as_of in (State.DONE, State.LATE) else "done"
        return Square(kind, _text(reading), "", f"{own}#r-{reading.id}", f"{turn}: {_said(reading)}", today)
    look = STATES[str(as_of)]
    still = as_of in (State.OPEN, State.MISSED) and (task.until_at is None or task.until_at > now)
    measures = by.role in WRITERS and by.reaches(task.place)  # who lies at a site is measured there
    href = f"/observation/readings/?place={task.place}#row-{plan.person}" if still else f"{own}#gaps"
    why = f" ({REASONS.get(task.reason, task.reason)})" if task.reason else ""
    leads = measures if still else as_of in (State.MISSED, State.EXCUSED)
    return Square(str(as_of), "", look.sign, href if leads else "", f"{turn}: {look.word}{why}", today)


def _text(reading: Reading) -> str:
    return degrees.shown(reading.tenths) if reading.tenths is not None else "✓"


def _said(reading: Reading) -> str:
    parts = [degrees.celsius(reading.tenths)] if reading.tenths is not None else []
    parts += symptoms.titles(reading.symptoms.split(","))
    return f"{_(', ').join(parts)} {timezone.localtime(reading.happened_at):%H:%M}"


def _legend() -> list[tuple[Square, Any]]:
    words = [
        ("done", "36.5", "", _("normal")), ("done-late", "36.5", "", _("taken late")),
        ("missed", "", STATES["missed"].sign, _("missed")), ("fever", "38.1", "", _("fever")),
        ("unheard", "", STATES["unheard"].sign, _("phone not heard")),
        ("excused", "", STATES["excused"].sign, _("explained")), ("open", "", STATES["open"].sign, _("owed now")),
    ]  # fmt: skip
    return [(Square(kind, text, sign), word) for kind, text, sign, word in words]
