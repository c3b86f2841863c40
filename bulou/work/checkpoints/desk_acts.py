"""What the office does about posts: set one up, change it, enter a pass, hand somebody over, follow somebody up."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST
from pydantic import Field

from bulou.core.people.names import LONGEST
from bulou.core.places.codes import COUNTY_DIGITS
from bulou.core.records.single import tell_one
from bulou.core.staff.actor import Actor, within
from bulou.core.staff.gate import acting
from bulou.core.tasks.models import Task
from bulou.desk import common, lists
from bulou.desk.common import Act, Cell, Listing, Row
from bulou.desk.names import dues
from bulou.lib import clock
from bulou.work.checkpoints import actions, forms, queries
from bulou.work.checkpoints.duties import OWN
from bulou.work.checkpoints.forms import CheckpointIn
from bulou.work.checkpoints.models import Checkpoint

LEVELS = (4, 5, 6)


class PassTyped(forms.Shape):
    """A pass as it is typed at a desk."""

    name: str = Field("", max_length=LONGEST)
    doc_number: str = Field("", max_length=40)
    phone: str = Field("", max_length=20)
    degrees: str = Field("", max_length=8)
    plate: str = Field("", max_length=12)
    people: int = Field(1, ge=1, le=forms.MOST)
    direction: Literal["in", "out"] = "in"
    origin: str = Field("", max_length=20)
    from_place: str = Field("", max_length=100)
    to_place: str = Field("", max_length=20)
    purpose: str = Field("", max_length=10)


class DegreesTyped(forms.Shape):
    degrees: str = Field(max_length=8)


def _labels() -> dict[str, Any]:
    return {
        "name": pgettext("post", "Name"), "place": _("Place"), "kind": _("Kind"), "opens": _("Opens at"),
        "closes": _("Closes at"), "people": _("People on duty at once"), "room": _("Has an isolation room"),
        "closed": _("May be passed with a permit only"), "kit": _("Kit"),
    }  # fmt: skip


def _hints() -> dict[str, Any]:
    round_the_clock = _("Round the clock where no hour is given.")
    return {"closes": round_the_clock, "kit": _("A line for each thing, its number after it.")}


@acting(actions.KEEPERS)
def new(request: HttpRequest, by: Actor) -> HttpResponse:
    """A new post."""
    return common.form_page(
        request, _("New post"), CheckpointIn, lambda said: f"/checkpoints/{actions.open_post(by, said).id}/",
        labels=_labels(), hints=_hints(), submit=_("Set up"), cancel="/checkpoints/", initial={"place": by.place},
        choices={"place": lists.place_choices(by, LEVELS), "kind": forms.KINDS.items()},
    )  # fmt: skip


def _post(by: Actor, which: UUID) -> Checkpoint:
    return get_object_or_404(queries.posts(by), pk=which)


@acting(actions.KEEPERS)
def change(request: HttpRequest, by: Actor, which: UUID) -> HttpResponse:
    """A post's hours, kit, room and whether it is closed."""
    post = _post(by, which)
    labels = {name: label for name, label in _labels().items() if name not in ("place", "kind")}
    kit = "\n".join(f"{one['name']} {one['count']}" for one in post.kit)
    initial = {name: getattr(post, name) for name in labels if name != "kit"} | {"kit": kit}
    version = common.version_asked(request, post.version)

    def save(said: CheckpointIn) -> str:
        actions.change(by, post.id, version, said)
        return f"/checkpoints/{post.id}/"

    return common.form_page(
        request, post.name, CheckpointIn, save, labels=labels, hints=_hints(), initial=initial, submit=_("Save"),
        cancel=f"/checkpoints/{post.id}/", fixed={"place": post.place, "kind": post.kind}, place=post.place,
    )  # fmt: skip


@require_POST
@acting(actions.KEEPERS)
def turn(request: HttpRequest, by: Actor, which: UUID) -> HttpResponse:
    """Take a post down, or let it stand again."""
    post = _post(by, which)
    ended = post.ended_at is not None
    act, done = (
        (actions.reopen, _("The post stands again."))
        if ended
        else (actions.close, _("The post was taken down."))
    )
    return common.acted(request, lambda: act(by, post.id), done, f"/checkpoints/{post.id}/")


@acting(queries.WRITERS)
def add(request: HttpRequest, by: Actor, which: UUID) -> HttpResponse:
    """A pass, typed in where there is no phone."""
    post = _post(by, which)
    labels = {
        "plate": _("Plate"), "people": pgettext("pass", "People"), "degrees": _("Temperature, °C"),
        "name": _("Full name"),
        "doc_number": _("Number of the document"), "phone": _("Telephone"), "direction": _("Direction"),
        "origin": _("Comes from"), "from_place": _("Place they come from"), "to_place": _("Village they go to"),
        "purpose": pgettext("pass", "What for"),
    }  # fmt: skip
    villages = lists.choices_within(post.place[:COUNTY_DIGITS], (5,))
    none: list[tuple[Any, Any]] = [("", "—")]

    def save(said: PassTyped) -> str:
        told = tell_one("checkpoints.pass", post.place, _typed(post, said), by)
        (messages.warning if told else messages.success)(request, told or _("Entered."))
        return f"/checkpoints/{post.id}/"

    return common.form_page(
        request, _("Pass"), PassTyped, save, labels=labels, submit=_("Enter"), cancel=f"/checkpoints/{post.id}/",
        place=post.place, choices={
            "direction": forms.DIRECTIONS.items(), "origin": [*none, *forms.ORIGINS.items()],
            "purpose": [*none, *forms.PURPOSES.items()], "to_place": [*none, *villages],
        },
    )  # fmt: skip


def _typed(post: Checkpoint, said: PassTyped) -> dict[str, Any]:
    data = said.model_dump(
        include={"plate", "people", "direction", "origin", "from_place", "to_place", "purpose"}
    )
    data |= {"checkpoint": str(post.id), "tenths": common.tenths_typed(said.degrees)}
    if said.name.strip():
        data["who"] = {"name": said.name, "doc_number": said.doc_number, "phone": said.phone}
    return data


@require_POST
@acting(queries.WRITERS)
def handed(request: HttpRequest, by: Actor, which: UUID) -> HttpResponse:
    """Somebody was taken over from the isolation room."""
    post = _post(by, which)
    words = {name: request.POST.get(name, "") for name in ("person", "taker", "to_place")}
    data = {name: text for name, text in words.items() if text}
    return common.acted(
        request,
        lambda: tell_one("checkpoints.handed", post.place, data, by),
        _("Handed over."),
        f"/checkpoints/{post.id}/",
    )


@acting(queries.READERS)
def strayed(request: HttpRequest, by: Actor) -> HttpResponse:
    """Who is under observation and was seen at a post: what has been found out about it?"""
    place = common.place_asked(request, by)
    if request.method == "POST":
        data = {name: request.POST.get(name, "") for name in ("person", "what")}
        here = f"/checkpoints/strayed/?place={place}"
        return common.acted(
            request, lambda: tell_one("checkpoints.followed", place, data, by), _("Noted."), here
        )
    tasks, now = list(queries.strayed(by, place)[:200]), clock.now()
    rows = []
    for due in dues(tasks, by, place, now):
        name = due.person.name if due.person else ""
        acts = [
            Act(
                "",
                label,
                values={"person": str(due.task.subject_id), "what": what},
                tone="" if n else "primary",
            )
            for n, (what, label) in enumerate(forms.FOLLOWED.items())
        ]
        cells = [
            Cell(name, f"/people/{due.task.subject_id}/", due.where), Cell(at=due.task.opens_at),
            Cell(state=due.state, sub=common.short(due.task.due_at)),
        ]  # fmt: skip
        rows.append(Row(cells, acts if by.role in queries.WRITERS else ()))
    return common.list_page(request, Listing(
        _("Under observation and seen at a post"), [_("Name"), pgettext("pass", "Passed"), _("By when")], rows,
        place=place,
        empty=_("Nobody under observation was seen at a post."), links=[(_("Checkpoints"), "/checkpoints/")],
        leading=False,
    ))  # fmt: skip


@acting(queries.READERS)
def own(request: HttpRequest, by: Actor) -> HttpResponse:
    """Whose temperature is owed of those on duty."""
    place = common.place_asked(request, by)
    rows = []
    for due in dues(list(queries.unmeasured(by, place)[:200]), by, place, clock.now()):
        url = f"/checkpoints/own/{due.task.id}/"
        cells = [Cell(due.name, url), Cell(due.where), Cell(state=due.state), Cell(at=due.task.due_at)]
        rows.append(Row(cells, href=url))
    return common.list_page(request, Listing(
        OWN.title, [_("Name"), _("Place"), _("State"), _("By when")], rows, place=place,
        empty=_("Everybody on duty has been measured.")
        if queries.standing(by, place).exists()
        else _("No checkpoint stands here: nobody is called to one, and nobody owes a temperature."),
        links=[(_("Checkpoints"), "/checkpoints/")], leading=False,
    ))  # fmt: skip


@acting(queries.WRITERS)
def measure(request: HttpRequest, by: Actor, which: UUID) -> HttpResponse:
    """The temperature of somebody on duty."""
    task = get_object_or_404(within(by, Task.objects.filter(kind=OWN.kind)), pk=which)
    back = f"/checkpoints/own/?place={task.place}"

    def save(said: DegreesTyped) -> str:
        data = {"staff": str(task.subject_id), "tenths": common.tenths_typed(said.degrees)}
        told = tell_one("checkpoints.own_temperature", task.place, data, by)
        (messages.warning if told else messages.success)(request, told or _("Entered."))
        return back

    name = queries.subject_names([("post", task.subject_id)]).get(task.subject_id, "")
    labels = {"degrees": _("Temperature, °C")}
    return common.form_page(request, name, DegreesTyped, save, labels=labels, submit=_("Enter"), cancel=back)
