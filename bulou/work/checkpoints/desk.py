"""The office's pages of posts: which there are and who waits at them; one post with what passed it on a day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext, pgettext_lazy

from bulou.core import exports
from bulou.core.figures.queries import sums
from bulou.core.places.codes import COUNTY_DIGITS
from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.core.tasks.models import Task
from bulou.core.tasks.state import state
from bulou.desk import common, lists
from bulou.lib import clock, degrees
from bulou.work.checkpoints import actions, desk_acts, desk_permits, following, forms, queries, rules
from bulou.work.checkpoints.models import Checkpoint, Pass
from bulou.work.checkpoints.today import hours

SHOWS = {
    "standing": pgettext_lazy("post", "Standing"),
    "ended": pgettext_lazy("post", "Taken down"),
    "all": lazy("All"),
}
_NUMBERS = (
    ("checkpoints.people", lazy("People checked")), ("checkpoints.vehicles", lazy("Vehicles checked")),
    ("checkpoints.sent_back", lazy("People sent back")), ("checkpoints.to_clinic", lazy("To the fever clinic")),
    ("checkpoints.unmeasured", lazy("Not measured")),
)  # fmt: skip
_BACK = timedelta(days=14)  # so long a post sees what became of those it let in


@acting(queries.READERS)
def index(request: HttpRequest, by: Actor) -> HttpResponse:
    """The posts of a place: where somebody waits in the isolation room first, then where most passed today."""
    place, show, kind = (
        common.place_asked(request, by),
        request.GET.get("show", "standing"),
        request.GET.get("kind", ""),
    )
    if show not in SHOWS or (kind and kind not in rules.KINDS):
        raise Http404
    if request.GET.get("export"):
        return exports.ask_for(request, "checkpoints", place=place)
    found = queries.sorts(by, place, show, kind, request.GET.get("q", "").strip()[:40])
    now, today = clock.now(), queries.day_of(place, clock.today())
    held = list(queries.held(by, place)[:100])
    waiting = {post for task in held if (post := following.post_of(task.slot))}
    found = queries.urgent(found, waiting, clock.today())
    page = common.paged(request, found, queries.URGENT)
    names = lists.place_names({p.place for p in page.rows}, place)
    rows = [
        {
            "post": one, "place": names[one.place], "kind": forms.KINDS[one.kind], "hours": hours(one),
            "held": one.id in waiting, **today.get(one.id.hex, queries.NOTHING),
        }
        for one in page.rows
    ]  # fmt: skip
    kinds = {"": _("Every kind"), **forms.KINDS}
    words = {
        "rows": rows, "next": page.next, "place": place, "may": by.role in actions.KEEPERS,
        "filters": [*common.words(request, "show", SHOWS, show), *common.words(request, "kind", kinds, kind)],
        "numbers": _numbers(place), "held": _held(held, by, place, now), "strayed": queries.strayed(by, place).count(),
        "columns": [
            pgettext("post", "Post"), _("Kind"), _("Place"), _("Hours"),
            *({"title": title, "class": "right"} for title in (_("People today"), _("Vehicles today"))),
            {"title": pgettext("pass", "Sent back"), "class": "right"},
        ],
        "empty": _("No post stands here."),
    }  # fmt: skip
    return render(request, "checkpoints/index.html", words)


def _numbers(place: str) -> list[tuple[Any, int, str]]:
    """What passed the posts of a place today, and where each number leads: one query."""
    found = sums([name for name, _title in _NUMBERS], place, day=clock.today())
    asked = urlencode({"place": place, "day": clock.today().isoformat()})
    return [
        (
            title,
            sum(n for (_c, figure, _d), n in found.items() if figure == name),
            f"/figures/{name}/rows/?{asked}",
        )
        for name, title in _NUMBERS
    ]


def _held(tasks: list[Task], by: Actor, below: str, now: datetime) -> list[dict[str, Any]]:
    """Who waits in isolation rooms, since when and until when they are to be handed over."""
    people = lists.shown({task.subject_id for task in tasks}, below)
    posts = {task.id: following.post_of(task.slot) for task in tasks}
    known = Checkpoint.objects.filter(id__in={post for post in posts.values() if post})
    names: dict[UUID | None, str] = dict(known.values_list("id", "name"))
    return [
        {
            "task": task, "person": people.get(task.subject_id), "post": posts[task.id],
            "name": names.get(posts[task.id], ""), "late": task.due_at < now, "may": by.role in queries.WRITERS,
            "url": _page(people.get(task.subject_id), by),
        }
        for task in tasks
    ]  # fmt: skip


@acting(queries.READERS)
def one(request: HttpRequest, by: Actor, which: UUID) -> HttpResponse:
    """One post: who is held there, what became of those who were let in, and the passes of a day."""
    post, day, now = get_object_or_404(queries.posts(by), pk=which), _day(request), clock.now()
    if request.GET.get("export"):
        return exports.ask_for(
            request, "checkpoint-people", post=post.id, day=day.isoformat(), place=post.place
        )
    page = common.paged(request, queries.passes(post, day), ("-happened_at", "-id"))
    held = list(queries.held(by, post.place).filter(slot__startswith=post.id.hex))
    words = {
        "post": post, "kind": forms.KINDS[post.kind], "hours": hours(post), "day": day, "next": page.next,
        "today": day == clock.today(), "before": day - timedelta(days=1), "after": day + timedelta(days=1),
        "passes": _passes(page.rows, by, post.place), "may": by.role in actions.KEEPERS,
        "numbers": _of_post(post, day), "held": _held(held, by, post.place, now),
        "may_write": by.role in queries.WRITERS,
        "over": _over(post, by, now), "told": _told(post, by, now), "takers": forms.TAKERS.items(),
        "villages": lists.choices_within(post.place[: COUNTY_DIGITS], (5,)) if held else [],
        "over_columns": [
            _("Name"), pgettext("isolation room", "Since"), _("Until"), _("Taken over by"),
        ],
        "told_columns": [_("Name"), pgettext("pass", "Passed"), _("On the way to"), _("Seen at home")],
        "columns": [
            _("Time"), pgettext("pass", "Who"), {"title": pgettext("pass", "People"), "class": "right"}, _("Vehicle"),
            _("Temperature"), pgettext("pass", "From"), pgettext("pass", "What became of it"),
        ],
    }  # fmt: skip
    return render(request, "checkpoints/post.html", words)


def _day(request: HttpRequest) -> date:
    text = request.GET.get("day", "")
    try:
        return date.fromisoformat(text) if text else clock.today()
    except ValueError as error:
        raise Http404 from error


def _of_post(post: Checkpoint, day: date) -> list[tuple[Any, int]]:
    titles = {"people": _("People checked"), "vehicles": _("Vehicles checked"), "back": _("People sent back")}
    found = queries.day_of(post.place, day).get(post.id.hex, queries.NOTHING)
    return [(title, found[key]) for key, title in titles.items()]


def _passes(rows: list[Pass], by: Actor, below: str) -> list[dict[str, Any]]:
    """The lines of passes: names where there are some, the plate masked; a constant number of queries."""
    named = queries.travellers([row.id for row in rows])
    people = lists.shown({one.person for some in named.values() for one in some}, below)
    sealed = queries.opened([row.id for row in rows])
    found = []
    for row in rows:
        who = [people[one.person].name for one in named.get(row.id, ()) if one.person in people]
        said = sealed.get(row.id, {})
        counts = [
            (name, getattr(row, name), forms.OUTCOMES[name]) for name in rules.OUTCOMES if getattr(row, name)
        ]
        found.append({
            "row": row, "who": who, "counts": counts, "way": forms.DIRECTIONS.get(row.direction, ""),
            "more": row.people - len(who), "plate": queries.masked(said.get("plate", "")),
            "from": said.get("from_place") or forms.ORIGINS.get(row.origin, ""),
            "degrees": degrees.celsius(row.tenths) if row.tenths is not None else "",
        })  # fmt: skip
    return found


def _page(person: Any, by: Actor) -> str:
    """The page of somebody, for whoever reaches it."""
    return f"/people/{person.id}/" if person and by.reaches(person.place) else ""


def _over(post: Checkpoint, by: Actor, now: datetime) -> list[dict[str, Any]]:
    """Who was held in the isolation room: since when, until when, and who took them over."""
    rows = queries.taken_over(post, clock.at(clock.day_of(now) - _BACK, time()))
    people = lists.shown({task.subject_id for task, _record in rows}, post.place[:COUNTY_DIGITS])
    return [
        {
            "person": people.get(task.subject_id), "since": task.opens_at, "until": record.happened_at,
            "taker": forms.TAKERS.get(record.taker, record.taker), "late": record.happened_at > task.due_at,
            "url": _page(people.get(task.subject_id), by),
        }
        for task, record in rows
    ]  # fmt: skip


def _told(post: Checkpoint, by: Actor, now: datetime) -> list[dict[str, Any]]:
    """What became of those of whom a village was told: seen at home, or not yet."""
    rows = queries.told_on([post], clock.at(clock.day_of(now) - _BACK, time()))
    people = lists.shown({row.person for row in rows}, post.place[:COUNTY_DIGITS])
    owed = queries.awaited({row.person for row in rows})
    lines = []
    for row in rows:
        task, person = owed.get(row.person), people.get(row.person)
        lines.append({
            "row": row, "person": person, "task": task, "state": state(task, now) if task else "",
            "url": _page(person, by),
        })  # fmt: skip
    return lines


app_name = "checkpoints"
urlpatterns = [
    path("checkpoints/", index, name="index"),
    path("checkpoints/new/", desk_acts.new, name="new"),
    path("checkpoints/own/", desk_acts.own, name="own"),
    path("checkpoints/own/<uuid:which>/", desk_acts.measure, name="measure"),
    path("checkpoints/strayed/", desk_acts.strayed, name="strayed"),
    path("checkpoints/permits/", desk_permits.permits, name="permits"),
    path("checkpoints/permits/new/", desk_permits.new, name="new-permit"),
    path("checkpoints/permits/<uuid:which>/end/", desk_permits.end, name="end-permit"),
    path("checkpoints/<uuid:which>/", one, name="post"),
    path("checkpoints/<uuid:which>/change/", desk_acts.change, name="change"),
    path("checkpoints/<uuid:which>/turn/", desk_acts.turn, name="turn"),
    path("checkpoints/<uuid:which>/pass/", desk_acts.add, name="pass"),
    path("checkpoints/<uuid:which>/handed/", desk_acts.handed, name="handed"),
]
