"""What is sent to the pages of the rooms, but for posts and shifts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bulou.core.people.models import Person, Unit
from bulou.core.tasks.models import Task
from bulou.lib import clock, ids
from bulou.work.arrivals.models import Arrival
from bulou.work.cases.models import Case
from bulou.work.directives.models import Order
from bulou.work.observation.models import Bed, Observation, Site
from bulou.work.screening.models import Round
from tests.scope.sending import NOBODY, OF, B, Body, hour, says

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
