"""What is sent to the pages of posts, shifts and teams."""

from __future__ import annotations

from typing import Any

from bulou.core.people.models import Unit
from bulou.core.tasks.models import Task
from bulou.lib import clock, invented
from bulou.work.checkpoints.models import Checkpoint, Permit
from bulou.work.roster.models import Applied, Member, Pairing, Team
from tests.scope.sending import NOBODY, B, Body, day, hour, says


@says("checkpoints/new/")
def _checkpoint(at: str) -> Body:
    return {"place": at, "kind": "road", "name": "新卡点", "people": 1, "kit": ""}


@says("checkpoints/own/<uuid:which>/")
def _own(at: str) -> Body:
    return {"<0>": B.at(Task, at, kind="checkpoints.own"), "degrees": "36.5"}


@says("checkpoints/strayed/")
def _strayed(at: str) -> Body:
    return {"?place": at, "person": _about(at, "checkpoints.stray"), "what": "allowed"}


@says("checkpoints/permits/new/")
def _permit(at: str) -> Body:
    return {"?person": B.person(at, 3), "place": at, "kind": "resident", "from_day": day(), "to_day": day(3)}


@says("checkpoints/permits/<uuid:which>/end/")
def _end_permit(at: str) -> Body:
    return {"<0>": B.at(Permit, at)}


@says("checkpoints/<uuid:which>/change/")
def _change_post(at: str) -> Body:
    return {"<0>": B.at(Checkpoint, at), "name": "改名", "people": 1, "kit": "", "version": 1}


@says("checkpoints/<uuid:which>/turn/")
def _turn(at: str) -> Body:
    return {"<0>": B.at(Checkpoint, at)}


@says("checkpoints/<uuid:which>/pass/")
def _pass(at: str) -> Body:
    return {
        "<0>": B.at(Checkpoint, at), "plate": "", "people": 1, "degrees": "36.5", "name": "", "direction": "in",
        "origin": "", "to_place": at, "purpose": "",
    }  # fmt: skip


@says("checkpoints/<uuid:which>/handed/")
def _handed(at: str) -> Body:
    return {
        "<0>": B.at(Checkpoint, at),
        "person": _about(at, "checkpoints.hold"),
        "taker": "village",
        "to_place": at,
    }


def _about(at: str, kind: str) -> Any:
    """Whom a task at a place is about."""
    task = Task.objects.filter(pk=B.at(Task, at, kind=kind)).first()
    return task.subject_id if task else NOBODY


@says("roster/draw/")
def _draw(at: str) -> Body:
    return {"?place": at, "from_day": day(), "to_day": day(1)}


@says("roster/seats/<uuid:need>/put/")
def _put(at: str) -> Body:
    return {"<0>": B.at(Checkpoint, at), "slot": seat(at), "member": B.at(Member, at), "version": 0}


@says("roster/seats/<uuid:need>/sign/")
def _sign(at: str) -> Body:
    return {"<0>": B.at(Checkpoint, at), "slot": seat(at, now=True), "member": B.at(Member, at), "name": ""}


def seat(at: str, now: bool = False) -> str:
    """The name of a seat of a post's next shift, or of the one that runs."""
    key = (at, "seat", now)
    if key not in B.known:
        owed = Task.objects.filter(subject_id=B.at(Checkpoint, at), kind="roster.shift").order_by("opens_at")
        owed = owed.filter(opens_at__lte=clock.now()) if now else owed.filter(opens_at__gt=clock.now())
        found = owed.last() if now else owed.first()
        B.known[key] = found.slot if found else "2020-02-13/1"
    return str(B.known[key])


@says("roster/members/new/", "roster/members/<uuid:which>/change/")
def _member(at: str) -> Body:
    said = {"name": "新人", "place": at, "origin": "party", "team": B.at(Team, at), "unit": B.at(Unit, at)}
    return {"<0>": B.at(Member, at), "version": 1} | said


@says("roster/members/<uuid:which>/away/")
def _away(at: str) -> Body:
    return {"<0>": B.at(Member, at), "from_at": hour(1), "to_at": hour(9), "why": "ill"}


@says("roster/members/<uuid:which>/end/")
def _end_member(at: str) -> Body:
    return {"<0>": B.at(Member, at)}


@says("roster/apply/")
def _apply(at: str) -> Body:
    """Whoever offers stands where their post is; nothing in it names a place."""
    return {"name": "新人", "phone": invented.make_phone(70_002), "note": ""}


@says("roster/applications/<uuid:which>/<slug:outcome>/")
def _accept(at: str) -> Body:
    return {"<0>": B.at(Applied, at), "<1>": "accepted"}


@says("roster/teams/new/")
def _team(at: str) -> Body:
    return {"name": "新队", "colour": "red", "place": at, "service": ""}


@says("roster/teams/<uuid:which>/disband/")
def _disband(at: str) -> Body:
    return {"<0>": B.at(Team, at)}


@says("roster/pairs/new/")
def _pair(at: str) -> Body:
    return {"unit": B.at(Unit, at), "place": _compound(at), "from_day": day()}


@says("roster/pairs/<uuid:which>/end/")
def _unpair(at: str) -> Body:
    pair = Pairing.objects.filter(place__startswith=at).first() if len(at) == 12 else None
    return {"<0>": pair.pk if pair else NOBODY}


def _compound(at: str) -> str:
    """One of the two compounds of a village: no unit looks after it yet."""
    from bulou.core.places.models import Place

    found = (
        len(at) == 12 and Place.objects.filter(code__startswith=at, kind="compound").order_by("code").first()
    )
    return found.code if found else f"{at}099"
