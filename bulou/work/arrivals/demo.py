"""What arrivals tell of a demonstration's days: who came, and that they were seen at home."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bulou.core.staff.roles import Role
from bulou.demo.cast import Returnee
from bulou.demo.stage import Stage
from bulou.lib import sql
from bulou.work.arrivals.models import Arrival, Seen

_WITHIN = "arrivals.visits"


def demo(stage: Stage, since: datetime, until: datetime) -> None:
    """Hand in the arrivals since the last moment, and the visits to those who came before."""
    came = stage.arriving(until)
    by_record = {_arrive(stage, one): one for one in came}
    stage.flush()
    clause, params = sql.among("id", by_record)
    for record, person in sql.rows(f"SELECT id, person FROM {Arrival._meta.db_table} WHERE {clause}", params):
        one = by_record[sql.as_uuid(record)]
        one.person, one.state = sql.as_uuid(person), "open"
    waiting: list[tuple[datetime, Returnee, str]] = stage.memory.setdefault(_WITHIN, [])
    waiting += [visit for one in came for visit in _visits(stage, one)]
    for at, one, outcome in waiting:
        if at <= until:
            doctor = stage.crew.at(Role.VILLAGE_DOCTOR, one.place)
            stage.hand_in(doctor, Seen.kind, one.place, at, {"person": str(one.person), "outcome": outcome})
    stage.memory[_WITHIN] = [visit for visit in waiting if visit[0] > until]


def _arrive(stage: Stage, one: Returnee) -> Any:
    data: dict[str, Any] = {
        "from_place": one.from_place, "transport": one.transport, "transport_no": one.transport_no, "fever": False,
        "symptoms": False, "contact": False, "own_home": "central" not in one.quirks,
        "affected": True if one.affected else None,
        "left_day": one.left_day.isoformat() if one.left_day else None,
        "entered_at": _entered(stage, one).isoformat(),
    }  # fmt: skip
    if one.resident is not None:
        data["person"] = str(one.resident)
    else:
        data["who"] = {
            "name": one.name, "sex": one.sex, "doc_number": one.number, "phone": one.phone, "address": one.address,
        }  # fmt: skip
    # In the village of the accounts the cadre enters them; of the others the township keeps the list.
    own = one.place.startswith(stage.county.posts.get(Role.VILLAGE_CADRE, "-"))
    by = stage.crew.at(Role.VILLAGE_CADRE if own else Role.TOWNSHIP_CLERK, one.place)
    return stage.hand_in(by, Arrival.kind, one.place, one.at, data)


def _entered(stage: Stage, one: Returnee) -> datetime:
    """Registered within the hour, or some hours late; on the phone at once, whenever it comes in."""
    chance = stage.chance("registered", one.n)
    late = chance.random() < 1 / 50
    return one.at + timedelta(minutes=chance.randint(150, 400) if late else chance.randint(5, 55))


def _visits(stage: Stage, one: Returnee) -> list[tuple[datetime, Returnee, str]]:
    """Seen within two hours; a few only in the evening or on the second try, a few of the last day not yet."""
    chance = stage.chance("visit", one.n)
    at = one.at + timedelta(minutes=chance.randint(20, 115))
    if "visit-late" in one.quirks:
        at = one.at + timedelta(hours=chance.randint(3, 30))
    if "not-found" in one.quirks:
        return [(at, one, "not-found"), (at + timedelta(hours=chance.randint(2, 5)), one, "at-home")]
    return [(at, one, "at-home")]
