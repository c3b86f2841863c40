"""Guangdong 2025: an order puts the third profile in force, and a round clears standing water from door to door."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from bulou.core.figures.queries import Asked, read
from bulou.core.figures.recount import recount
from bulou.core.rulebook import queries as rules
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.core.tasks.models import Task
from bulou.lib import clock, ids
from bulou.work.screening.models import Round
from bulou.work.screening.tests.conftest import COUNTY, VILLAGE, settle

ORDER = """
[order]
source = "县指挥部令〔2025〕8号"
place = "610628"
from = 2025-08-04

[[value]]
key = "rulebook.profile"
value = "chikungunya"
"""


def counted(name: str) -> int:
    return read([name], Asked(COUNTY))[COUNTY].get(name, 0)


@pytest.fixture
def in_2025(at: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = clock.parse("2025-08-04T09:00")
    monkeypatch.setenv("BULOU_CLOCK_SHIFT", repr((moment - datetime.now(moment.tzinfo)).total_seconds()))


@pytest.mark.usefixtures("in_2025")
def test_an_order_brings_the_third_profile_and_a_round_clears_the_water_of_every_household(
    grids: list[str],
) -> None:
    homes = [home for home, _living in settle(grids[0], 3, size=0)]
    office, team = (signed_in(Client(), actor(role, COUNTY)) for role in (Role.COUNTY_OFFICE,) * 2)
    assert rules.profile(VILLAGE, clock.today()) != "chikungunya"
    placed = office.post("/rules/order/", {"text": ORDER, "why": "按令", "act": "force"})
    assert placed.status_code == 302, placed.content.decode()
    assert rules.profile(VILLAGE, clock.today()) == "chikungunya"
    asked = office.get("/screening/new/").content.decode()
    assert re.search(r'<input[^>]*value="water"[^>]* checked', asked)
    now = clock.now()
    said = {
        "name": "翻盆倒罐", "place": COUNTY, "subjects": "households", "questions": ["count", "water"], "act": "begin",
        "opens_at": f"{now:%Y-%m-%dT%H:%M}", "due_at": f"{now + timedelta(days=1):%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    assert office.post("/screening/new/", said).status_code == 302
    plan = Round.objects.get()
    owed = Task.objects.filter(source=plan.id, kind="screening.household", done_at=None)
    assert set(owed.values_list("subject_id", flat=True)) == set(homes)
    for home, found in zip(homes, ((3, 0, "true"), (4, 2, "true"), (2, 0, "false")), strict=True):
        containers, larvae, cleared = found
        task = owed.get(subject_id=home)
        typed = {
            "record": ids.new(), "outcome": "seen", "people": 2, "containers": containers, "larvae": larvae,
            "cleared": cleared, "new0-found": "here", "new1-found": "here",
        }  # fmt: skip
        answer = team.post(f"/screening/doors/{task.pk}/", typed)
        assert answer.status_code == 302, answer.content.decode()
    assert not owed.exists()
    assert (counted("screening.containers"), counted("screening.larvae")) == (9, 2)
    assert [counted(f"screening.results[{word}]") for word in ("clear", "again", "team")] == [1, 1, 1]
    seen_again = Task.objects.filter(kind="screening.again", done_at=None, withdrawn_at=None)
    assert set(seen_again.values_list("subject_id", flat=True)) == set(homes[1:])
    assert recount() == []
