"""What cases tell of a demonstration's days: the clinic receives, excludes, sends home; now and then late."""

from __future__ import annotations

from datetime import datetime, timedelta

from bulou.core.staff.roles import Role
from bulou.demo.stage import Stage
from bulou.work.cases.models import Case, Outcome, Received, Returned


def demo(stage: Stage, since: datetime, until: datetime) -> None:
    """Hand in what the clinic did since the last moment. All fevers of these counties turned out well."""
    cases = Case.objects.filter(returned_at=None).exclude(outcome="withdrawn").order_by("opened_at", "place")
    observed = {one.person: one for one in stage.observed} if cases else {}
    for case in cases:
        one = observed.get(case.person)
        chance = stage.chance("case", one.n if one else 0, case.opened_at.date())
        late = chance.random() < 1 / 8
        received = case.opened_at + timedelta(
            minutes=chance.randint(130, 190) if late else chance.randint(35, 110)
        )
        known = received + timedelta(minutes=chance.randint(180, 540))
        back = known + timedelta(minutes=chance.randint(40, 150))
        steps: tuple[tuple[datetime | None, datetime, str, dict[str, str]], ...] = (
            (case.received_at, received, Received.kind, {}),
            (case.outcome_at, known, Outcome.kind, {"outcome": "excluded"}),
            (case.returned_at, back, Returned.kind, {}),
        )
        if one and case.received_at is None and received <= until:
            one.away.append((received, back))  # nobody takes the temperature at home meanwhile
        clinic = stage.crew.at(Role.FEVER_CLINIC, case.place)
        for done, at, kind, more in steps:
            if done is None and at <= until:
                stage.hand_in(clinic, kind, case.place, at, {"person": str(case.person), **more})
