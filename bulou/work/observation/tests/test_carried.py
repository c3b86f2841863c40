"""A phone knows whose a notice is: in its own place, for as long as the observation runs, and not by any card."""

from __future__ import annotations

import pytest

from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.lib import clock
from bulou.work.observation.carried import DIGITS, phone
from bulou.work.observation.tests.conftest import COUNTY, OTHER_VILLAGE, VILLAGE, observed

pytestmark = pytest.mark.django_db


def test_a_notice_is_known_in_its_own_village_by_those_who_go_to_the_doors() -> None:
    plans = observed(3)
    part = phone(actor(Role.VILLAGE_DOCTOR, VILLAGE), clock.now())
    assert part is not None and not part.people
    assert part.data == {"papers": {plan.id.hex[-DIGITS:]: plan.person.hex for plan in plans}}
    assert phone(actor(Role.VILLAGE_DOCTOR, OTHER_VILLAGE), clock.now()) is None
    assert phone(actor(Role.AUDITOR, COUNTY), clock.now()) is None


def test_the_notice_of_an_observation_that_is_over_opens_nobody() -> None:
    first, second = observed(2)
    first.closed_at = clock.now()
    first.save()
    part = phone(actor(Role.VILLAGE_CADRE, VILLAGE), clock.now())
    assert part is not None and list(part.data["papers"].values()) == [second.person.hex]
