"""What is sent to the pages of the rooms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bulou.core.people.models import Person, Unit
from bulou.core.tasks.models import Task
from bulou.lib import clock, ids, invented
from bulou.work.arrivals.models import Arrival
from bulou.work.cases.models import Case
from bulou.work.checkpoints.models import Checkpoint, Permit
from bulou.work.directives.models import Order
from bulou.work.observation.models import Bed, Observation, Site
from bulou.work.roster.models import Applied, Member, Pairing, Team
from bulou.work.screening.models import Round
from tests.scope.sending import NOBODY, OF, B, Body, day, hour, says

# The rooms


@says("arrivals/new/")
def _arrival(at: str) -> Body:
    return {
        "record": ids.new(), "person": B.person(at, 20), "doc_kind": "resident-id", "place": at, "arrived": hour(-1),
        "from_place": "湖北武汉",
    }  # fmt: skip


@says("arrivals/<uuid:pk>/correct/")
def _arrival_put_right(at: str) -> Body:
    return {
        "<0>": B.at(Arrival, at, replaced_by=None, again=False), "record": ids.new(), "place": at, "arrived": hour(-1),
        "from_place": "湖北武汉", "why": "核实",
    }  # fmt: skip


@says("arrivals/known/")
def _known(at: str) -> Body:
    name = Person.objects.filter(pk=B.person(at)).values_list("name", flat=True).first()
    return {"who": name or "没有的人"}


@says("arrivals/seen/")
def _seen(at: str) -> Body:
    return {"visit": B.at(Task, at, kind="arrivals.visit", done_at=None)}


@says("observation/many/")
def _released(at: str) -> Body:
    return {"act": "propose", "observation": B.at(Observation, at), "sure": "1"}


@says("observation/readings/")
def _readings(at: str) -> Body:
    owed = Task.objects.filter(place=at, kind="observation.reading", done_at=None, due_at__gt=clock.now())
    who = owed.order_by("pk").values_list("subject_id", flat=True).first() or NOBODY
    return {"?place": at, "only": who, f"{who}-degrees": "36.5"}


@says("observation/sites/")
def _site(at: str) -> Body:
    return {"name": "新点", "place": at, "rooms": "201", "beds": 1}


@says("observation/sites/<uuid:pk>/")
def _medic(at: str) -> Body:
    return {"<0>": B.at(Site, at), "medic": B.account(at)}


def _observed(what: str, **said: Callable[[str], Any]) -> Callable[[str], Body]:
    def body(at: str) -> Body:
        pk = B.at(Observation, at, closed_at=None, state="open")
        version = Observation.objects.filter(pk=pk).values_list("version", flat=True).first() or 1
        return {"<0>": pk, "<1>": what, "version": version} | {k: of(at) for k, of in said.items()}

    return body


OF["observation/<uuid:pk>/<slug:what>/"] = _observed("move", place=lambda at: at)
# Further acts at the same address.
OF["observation/<uuid:pk>/<slug:what>/#check-in"] = _observed(
    "check-in", bed=lambda at: B.at(Bed, at, by_place="site__place")
)


@says("cases/report/<uuid:person>/")
def _suspected(at: str) -> Body:
    return {"<0>": B.person(at, 4), "reason": "symptoms", "degrees": "", "note": ""}


@says("cases/<uuid:case>/receive/", "cases/<uuid:case>/back/")
def _case(at: str) -> Body:
    return {"<0>": B.at(Case, at)}


@says("cases/<uuid:case>/outcome/")
def _outcome(at: str) -> Body:
    return {"<0>": B.at(Case, at), "outcome": "excluded", "seen": ""}


@says("cases/<uuid:case>/withdraw/")
def _withdrawn(at: str) -> Body:
    return {"<0>": B.at(Case, at), "why": "误报"}


_NEW_ORDER = {"title": "通知", "text": "内容", "number": ""}


@says("orders/new/")
def _listed(at: str) -> Body:
    return _NEW_ORDER | {"to": "listed", "under": "", "places": at, "due_at": hour(9)}


@says("orders/new/#under")
def _under(at: str) -> Body:
    return _NEW_ORDER | {"to": "village", "under": at[:9], "places": "", "due_at": hour(9)}


@says("orders/<uuid:which>/")
def _acknowledge(at: str) -> Body:
    return {"<0>": B.at(Order, at[:6])}


@says("orders/<uuid:which>/answer/")
def _answer(at: str) -> Body:
    return {"<0>": B.at(Order, at[:6]), "text": "已办"}


@says("screening/new/")
def _round(at: str) -> Body:
    unit = B.at(Unit, at)
    return {
        "name": "新轮", "place": at, "subjects": "unit-people", "unit": unit, "opens_at": hour(), "due_at": hour(5),
        "teams": "", "act": "begin",
    }  # fmt: skip


@says("screening/new/#teams")
def _teams(at: str) -> Body:
    return {
        "name": "新轮", "place": at, "subjects": "people", "opens_at": hour(), "due_at": hour(5),
        "teams": f"一队 | {at} | 甲 | ", "act": "begin",
    }  # fmt: skip


@says("screening/<uuid:which>/add/")
def _door_added(at: str) -> Body:
    return {"<0>": B.at(Round, at, subjects="households"), "name": "99号", "address": "", "place": at}


@says("screening/<uuid:which>/lay/", "screening/<uuid:which>/call-off/")
def _lay(at: str) -> Body:
    return {"<0>": B.at(Round, at)}


@says("screening/doors/<uuid:which>/")
def _door(at: str) -> Body:
    task = B.at(Task, at, kind="screening.person", done_at=None, withdrawn_at=None)
    who = Task.objects.filter(pk=task).values_list("subject_id", flat=True).first() or NOBODY
    return {"<0>": task, "record": ids.new(), "outcome": "nobody-home", f"{who.hex}-found": "away"}


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
