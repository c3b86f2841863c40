"""Looks at people are kept, with their reasons sealed, and reading in bulk is noticed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bulou.core.audit import look, looks
from bulou.core.audit.models import AuditEntry, AuditReason
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.lib import clock, ids

pytestmark = pytest.mark.django_db

VOLUNTEER = Actor(account=1, post=2, role=Role.VOLUNTEER, place="141031100200", name="测试")
OTHER = Actor(account=5, post=6, role=Role.VOLUNTEER, place="141031100200", name="测试")


def opened(by: Actor, times: int) -> None:
    for _ in range(times):
        look(by, "person", ids.new(), "141031100200")


def alerts() -> int:
    return AuditEntry.objects.filter(act=looks.ALERT).count()


def test_a_look_is_kept_and_its_reason_is_sealed() -> None:
    subject = ids.new()
    look(VOLUNTEER, "person", subject, "141031100201", "测试甲来电核对")
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.subject_id, entry.place) == ("look", str(subject), "141031100201")
    assert "测试甲" not in str(entry.detail)
    assert "测试甲".encode() not in bytes(AuditReason.objects.get().cipher)
    assert looks.reason(entry.pk) == "测试甲来电核对"


def test_a_destroyed_reason_leaves_the_look() -> None:
    look(VOLUNTEER, "person", ids.new(), "141031100201", "核对")
    AuditReason.objects.all().delete()
    assert looks.reason(AuditEntry.objects.get().pk) == ""


def test_sixty_people_in_ten_minutes_raise_one_alert() -> None:
    opened(VOLUNTEER, 59)
    assert alerts() == 0
    opened(VOLUNTEER, 10)
    assert alerts() == 1
    alert = AuditEntry.objects.get(act=looks.ALERT)
    assert (alert.subject_type, alert.subject_id, alert.count) == ("account", "1", 60)


def test_one_person_opened_again_and_again_is_one_person() -> None:
    subject = ids.new()
    for _ in range(70):
        look(VOLUNTEER, "person", subject, "141031100200")
    assert alerts() == 0


def test_two_accounts_are_counted_apart() -> None:
    opened(VOLUNTEER, 40)
    opened(OTHER, 40)
    assert alerts() == 0


def test_looks_of_an_hour_ago_do_not_count() -> None:
    opened(VOLUNTEER, 59)
    AuditEntry.objects.update(at=clock.now() - timedelta(hours=1))
    opened(VOLUNTEER, 10)
    assert alerts() == 0
