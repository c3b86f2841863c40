"""What the world lacks of a village before everything can be sent about it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from bulou.core.people.models import Person
from bulou.core.places.codes import subject
from bulou.core.staff.actor import SYSTEM
from bulou.core.staff.models import Responsibility
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.core.tasks.models import Task
from bulou.lib import clock, ids, invented
from bulou.work.checkpoints.models import Permit
from bulou.work.roster.models import Member, Pairing, Team


def lay_more(place: str, n: int, people: list[UUID]) -> None:
    """What the world lacks of a village: posts, members, teams, units, pairs, permits, somebody in the field."""
    from bulou.core.people.actions import NewHousehold, add_household, add_unit, merge
    from bulou.core.people.queries import identifiers
    from bulou.core.places.actions import add
    from bulou.core.records.intake import take
    from bulou.core.records.kinds import Incoming
    from bulou.core.rulebook import actions
    from bulou.core.sync import devices
    from bulou.exchange import waiting
    from bulou.work.checkpoints.actions import open_post
    from bulou.work.checkpoints.forms import CheckpointIn
    from bulou.work.screening import actions as screening
    from bulou.work.screening.forms import RoundIn

    now, today = clock.now(), clock.today()
    post = open_post(SYSTEM, CheckpointIn(place=place, kind="road", name="路口", room=True))
    for who, tenths in ((people[0], 365), (people[12], 385)):  # one who should be at home, one who is held
        number = identifiers([who])[who]["doc_number"]
        name = Person.objects.get(pk=who).name
        passed = {"checkpoint": str(post.id), "tenths": tenths, "who": {"name": name, "doc_number": number}}
        (result,) = take([Incoming("checkpoints.pass", ids.new(), place, now, passed)], SYSTEM)
        assert result.status == "accepted", result
    Permit.objects.create(
        place=place,
        person=people[2],
        kind="resident",
        from_day=today,
        to_day=today,
        given_by="甲",
        given_at=now,
    )
    merge(people[8], people[9], SYSTEM, "同一人")
    Member.objects.create(place=place, name="甲", origin="party", from_at=now)
    Team.objects.create(place=place, name="队", colour="red", service="送", made_at=now)
    unit = add_unit(f"厂{n}", place, SYSTEM, kind="firm")
    home = add_household(NewHousehold(place, f"{n}号"), SYSTEM)
    Person.objects.filter(pk__in=people[10:12]).update(unit=unit, household=home)
    for name in ("北", "南"):
        compound = add(SYSTEM, place, f"{name}小区{n}", "compound")
    said = RoundIn(
        name="入户", place=place, subjects="households", opens_at=now, due_at=now + timedelta(hours=5)
    )
    screening.issue(actor(Role.VILLAGE_CADRE, place, f"排查{n}"), said)
    Pairing.objects.create(place=compound.code, unit=unit, unit_name="厂", from_day=today)
    who = actor(Role.VOLUNTEER, place, f"志愿{n}")
    devices.give(who.account, who.post, today + timedelta(days=3), SYSTEM)
    Responsibility.objects.create(
        role="doctor",
        holder_name="甲",
        subject_type="person",
        subject_id=people[2],
        place=place,
        from_day=today,
    )
    more = {
        "role": "medic",
        "subject_type": "place",
        "subject_id": subject(place),
        "place": place,
        "from_day": today,
    }
    now_with = Responsibility.objects.create(holder_name="乙", **more)
    for ended in ({"to_day": today, "handed_to": now_with}, {}):
        Responsibility.objects.create(holder=who.account, holder_name=f"志愿{n}", **more, **ended)
    came = {"name": "甲", "phone": invented.make_phone(80_000 + n)}
    (result,) = take([Incoming("roster.applied", ids.new(), place, now, came)], who)
    assert result.status == "accepted", result
    assert (
        Task.objects.filter(place=place, kind__in=("checkpoints.stray", "checkpoints.hold")).count() >= 2
    ), list(Task.objects.filter(place=place).values_list("kind", flat=True).distinct())
    lines = "姓名,从何地返回,返回日期\n崔竣崧,湖北武汉,2020-02-10\n".encode("utf-8-sig")
    waiting.look([lines], f"{n}.csv", place, actor(Role.VILLAGE_CADRE, place, f"村办{n}"))
    content = {
        "order": {"source": f"某令{n}", "place": place[:6], "from": today},
        "value": [{"key": "screening.questions", "value": ["count", "health"]}],
    }
    actions.put_in_force(actor(Role.COUNTY_OFFICE, place[:6], f"县办{n}"), content, "按令")
