"""A yard (see tests/faults/yard.py) with one village: its doctor, people under observation, a phone's sheet."""

from __future__ import annotations

import os
from datetime import date, timedelta
from typing import Any

from tests.faults import yard

VILLAGE = "141031100202"


def lay_village(count: int) -> dict[str, Any]:
    """So many people under observation, four to a household; the doctor's name, a code for a phone."""
    from bulou.config.serve import migrate
    from bulou.core.people import actions as people
    from bulou.core.places.actions import take_county
    from bulou.core.records.intake import take
    from bulou.core.records.kinds import Incoming
    from bulou.core.staff.actor import SYSTEM
    from bulou.core.staff.models import Account, Post
    from bulou.core.staff.roles import Role
    from bulou.core.staff.telephones import sealed
    from bulou.lib import clock, ids, invented

    migrate()
    take_county(SYSTEM, VILLAGE[:6])
    since = clock.now() - timedelta(days=2)
    for role in (Role.VILLAGE_DOCTOR, Role.VILLAGE_CADRE, Role.FEVER_CLINIC, Role.TOWNSHIP_CLERK):
        place = {Role.FEVER_CLINIC: VILLAGE[:6], Role.TOWNSHIP_CLERK: VILLAGE[:9]}.get(role, VILLAGE)
        account = Account.objects.create(
            username=role.value, name=f"测试{role.title}", made_at=since,
            sealed_phone=sealed("15400000001" if role is Role.VILLAGE_CADRE else "", role.value),
        )  # fmt: skip
        Post.objects.create(account=account, role=role, place=place, from_at=since)
    homes = people.add_households(
        [people.NewHousehold(VILLAGE, f"{n + 1}号", f"村东{n + 1}号院") for n in range((count + 3) // 4)],
        by=SYSTEM,
    )
    rows = [
        people.NewPerson(
            name=invented.make_name(n, "女"), sex="女", birth_date=date(1980, 1, 1) + timedelta(days=97 * n),
            place=VILLAGE, id=ids.new(), household=homes[n // 4],
        )
        for n in range(count)
    ]  # fmt: skip
    persons = [str(one.id) for one in people.enrol(rows, by=SYSTEM)]
    said = [
        {"person": person, "from_place": "湖北武汉", "entered_at": since.isoformat()} for person in persons
    ]
    results = take([Incoming("arrivals.arrival", ids.new(), VILLAGE, since, data) for data in said], SYSTEM)
    assert {result.status for result in results} == {"accepted"}, results[:2]
    return {"people": persons, "code": sheet(), "place": VILLAGE}


def sheet(role: str = "village-doctor") -> str:
    """The code of one more sheet for the phone of the doctor, or of another post of the village."""
    from bulou.core.staff.actor import SYSTEM
    from bulou.core.staff.models import Post
    from bulou.core.sync import devices
    from bulou.lib import clock

    post = Post.objects.get(account__username=role)
    _device, code = devices.give(post.account_id, post.pk, clock.today() + timedelta(days=7), SYSTEM)
    return code


POST = "141031101200"


def lay_post() -> dict[str, Any]:
    """A post on a road in another township, with whoever stands there and their sheet; somebody is observed."""
    from bulou.core.records.intake import take
    from bulou.core.records.kinds import Incoming
    from bulou.core.staff.actor import SYSTEM
    from bulou.core.staff.models import Account, Post
    from bulou.core.staff.roles import Role
    from bulou.core.sync import devices
    from bulou.core.tasks.lay import lay
    from bulou.lib import clock, ids, invented
    from bulou.work.checkpoints import actions
    from bulou.work.checkpoints.forms import CheckpointIn

    now = clock.now()
    account = Account.objects.create(username="checkpoint-staff", name="测试卡点值守", made_at=now)
    post = Post.objects.create(account=account, role=Role.CHECKPOINT_STAFF, place=POST, from_at=now)
    said = {"place": POST, "kind": "road", "name": "城川路口卡口", "room": True}
    made = actions.open_post(SYSTEM, CheckpointIn.model_validate(said))
    lay()  # its shifts, which otherwise come with the clock's next turn, after the phone has asked
    number = invented.make_id(VILLAGE[:6], date(1985, 5, 1), "女", 0)
    who = {"name": "辛观察", "doc_number": number}
    data = {"who": who, "from_place": "湖北武汉"}
    (result,) = take(
        [Incoming("arrivals.arrival", ids.new(), VILLAGE, now - timedelta(days=1), data)], SYSTEM
    )
    assert result.status == "accepted", result
    _device, code = devices.give(account.pk, post.pk, clock.today() + timedelta(days=7), SYSTEM)
    return {"code": code, "post": str(made.id), "number": number}


def notice(person: str) -> str:
    """The address in the square on somebody's notice."""
    from bulou.work.observation.models import Observation
    from bulou.work.observation.papers import address

    plan = Observation.objects.get(person=person, closed_at=None)
    return "http://bulou.example" + address(str(plan.id))


def lay_round() -> int:
    """A round over every household of the village that asks all there is: how many doors it expects."""
    from bulou.core.staff.actor import SYSTEM
    from bulou.core.tasks.models import Task
    from bulou.lib import clock
    from bulou.work.screening import actions
    from bulou.work.screening.forms import RoundIn
    from bulou.work.screening.rules import QUESTIONS

    now = clock.now()
    said = {"name": "入户排查", "place": VILLAGE, "subjects": "households", "opens_at": now,
            "due_at": now + timedelta(days=1), "questions": QUESTIONS}  # fmt: skip
    plan = actions.issue(SYSTEM, RoundIn.model_validate(said))
    return Task.objects.filter(source=plan.id).count()


def doors() -> dict[str, Any]:
    """[outcome, people, containers, cleared] of each visit; who was found that nobody knew, and what was said."""
    from bulou.core.people.keys import open_parts
    from bulou.core.people.models import Person
    from bulou.core.people.queries import identifiers
    from bulou.work.arrivals.models import Arrival
    from bulou.work.screening.models import Answer, Visit

    left = Answer.objects.filter(found="away").values_list("person", flat=True)
    new = Answer.objects.filter(known=False).values_list("person", flat=True)
    old = list(Answer.objects.filter(known=True, fever=True).values_list("person", flat=True))
    found = Person.objects.filter(pk__in=list(new)).order_by("name")
    told = open_parts(list(Answer.objects.filter(returned=True).values_list("pk", flat=True)))
    visits = Visit.objects.order_by("happened_at").values_list("outcome", "people", "containers", "cleared")
    came = Arrival.objects.filter(person__in=list(new))
    return {
        "told": sorted(said for parts in told.values() for said in parts.values()),
        "came": [[one.transport, one.happened_at.date().isoformat()] for one in came],
        "well": Answer.objects.filter(fever=False, symptoms=False, contact=False).count(),
        "visits": [list(row) for row in visits],
        "new": [[one.name, one.sex, one.household is not None] for one in found],
        "returned": Answer.objects.filter(returned=True).count(),
        "fevers": Answer.objects.filter(known=True, found="here", fever=True).count(),
        "phones": sorted(
            one["phone"] for one in identifiers(set(Person.objects.values_list("pk", flat=True))).values()
            if one.get("phone", "").endswith("077")
        ),
        "relations": list(Person.objects.filter(relation="子女", pk__in=old).values_list("relation", flat=True)),
        "left": [list(one) for one in Person.objects.filter(pk__in=left).values_list("household", "relation")],
        "addresses": [one["address"] for one in identifiers(set(old)).values() if "address" in one],
        "gone": Answer.objects.filter(known=True, found="gone").count(),
    }  # fmt: skip


def let_in() -> str:
    """Somebody from an affected area, held at the post and then let in to the village; their name."""
    from bulou.core.records.intake import take
    from bulou.core.records.kinds import Incoming
    from bulou.core.staff.actor import SYSTEM
    from bulou.lib import clock, ids, invented
    from bulou.work.checkpoints.models import Checkpoint, Traveller

    post, now = Checkpoint.objects.get(), clock.now()
    who = {"name": "辛放行", "doc_number": invented.make_id(VILLAGE[:6], date(1986, 6, 1), "男", 0)}
    came = {"checkpoint": str(post.id), "tenths": 365, "who": who, "origin": "affected-area"}
    record = ids.new()
    for kind, id_, data in (
        ("checkpoints.pass", record, lambda: came),
        ("checkpoints.handed", ids.new(), lambda: {
            "person": str(Traveller.objects.get(record=record).person), "taker": "village", "to_place": VILLAGE,
        }),
    ):  # fmt: skip
        (result,) = take([Incoming(kind, id_, post.place, now, data())], SYSTEM)
        assert result.status == "accepted", result
    return who["name"]


def passes() -> list[list[Any]]:
    """What came in from the post: [people, vehicles, outcome, ruled, observed, tenths], in order."""
    from bulou.work.checkpoints.models import Pass

    columns = ("people", "vehicles", "outcome", "ruled", "observed", "tenths")
    return [list(row) for row in Pass.objects.order_by("happened_at").values_list(*columns)]


def stood() -> list[list[Any]]:
    """Who signed on and off, in order: [name, whether they signed off, hand-overs that are still owed]."""
    from bulou.core.tasks.models import Task
    from bulou.work.roster.models import Member, Off, On

    names = dict(Member.objects.values_list("pk", "name"))
    left = set(Off.objects.values_list("member", "slot"))
    owed = Task.objects.filter(kind="roster.hand-over", done_at=None).count()
    return [
        [names[on.member], (on.member, on.slot) in left, owed] for on in On.objects.order_by("happened_at")
    ]


def lose() -> None:
    """Every phone is reported lost."""
    from bulou.core.staff.actor import SYSTEM
    from bulou.core.sync import devices
    from bulou.core.sync.models import Device

    for device in Device.objects.filter(lost=False):
        devices.lose(device.pk, SYSTEM)


def over() -> None:
    """The last day of every phone has passed."""
    from bulou.core.sync import devices
    from bulou.core.sync.models import Device
    from bulou.lib import clock

    Device.objects.update(ends_at=clock.now() - timedelta(days=3))
    devices.tick()


def stand(name: str) -> str:
    """Somebody signs on for each seat of the post's shift, as another phone would send it: what is answered."""
    from bulou.core.records.intake import take
    from bulou.core.records.kinds import Incoming
    from bulou.core.staff.roles import Role
    from bulou.core.staff.testing import actor
    from bulou.core.tasks.models import Task
    from bulou.lib import clock, ids

    now = clock.now() - timedelta(minutes=1)  # the phone's clock may be a second or two off the server's
    seats = Task.objects.filter(kind="roster.shift", place=POST, opens_at__lte=now, until_at__gt=now)
    said = [{"need": str(seat.subject_id), "slot": seat.slot, "name": name} for seat in seats]
    came = [Incoming("roster.on", ids.new(), POST, now, data) for data in said]
    return " ".join({result.status for result in take(came, actor(Role.CHECKPOINT_STAFF, POST))})


def clocks() -> list[list[Any]]:
    """What is kept of wrong clocks: [record, what the phone showed, what we count, seconds behind]."""
    from bulou.core.sync.models import ClockNote
    from bulou.work.observation.models import Reading

    at = dict(Reading.objects.values_list("id", "happened_at"))
    return [
        [str(one.record), one.phone_at.isoformat(), at[one.record].isoformat(), one.behind_seconds]
        for one in ClockNote.objects.all()
    ]


def statics() -> None:
    """The app's files, before the first server looks which there are."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bulou.config.settings")
    import django

    django.setup()
    from bulou.config import static

    static.collect()


if __name__ == "__main__":
    statics()
    yard.main(
        village=lambda count: yard.answer(lay_village, count), sheet=lambda *role: yard.answer(sheet, *role),
        lose=lambda: yard.answer(lose), clocks=lambda: yard.answer(clocks),
        post=lambda: yard.answer(lay_post), passes=lambda: yard.answer(passes),
        stood=lambda: yard.answer(stood), notice=lambda person: yard.answer(notice, person),
        over=lambda: yard.answer(over), stand=lambda name: yard.answer(stand, name),
        round=lambda: yard.answer(lay_round), doors=lambda: yard.answer(doors),
        let_in=lambda: yard.answer(let_in),
    )  # fmt: skip
