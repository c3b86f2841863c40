"""The chain: after any sequence of acts, one changed or missing row is found."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from bulou.core.audit.chain import ALERT_BROKEN, check, seal_blocks, verify
from bulou.core.audit.door import Note, enter
from bulou.core.audit.models import AuditBlock, AuditEntry
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role

BY = Actor(account=1, post=2, role=Role.COUNTY_OFFICE, place="141031", name="测试")
CHANGES: dict[str, Any] = {
    "act": "other",
    "account": 99,
    "post": 98,
    "place": "610628",
    "subject_type": "other",
    "subject_id": "other",
    "count": 12345,
    "digest": "f" * 64,
    "detail": {"x": 1},
    "mac": "0" * 64,
    "block": None,
}
acts = st.lists(st.sampled_from(["open", "close", "look", "seal"]), min_size=1, max_size=25)


def lay(sequence: list[str]) -> None:
    for count, act in enumerate(sequence):
        if act == "seal":
            seal_blocks()
        else:
            enter(act, BY, Note(count=count, subject_id=str(count)))
    enter("last", BY, Note())
    seal_blocks()


class AnySequence(TestCase):
    """Whatever was done, in whatever order it was sealed."""

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(sequence=acts, data=st.data())
    def test_is_whole_and_one_changed_row_is_found(self, sequence: list[str], data: st.DataObject) -> None:
        lay(sequence)
        assert verify() == []
        row = data.draw(st.sampled_from(list(AuditEntry.objects.order_by("id"))))
        field = data.draw(st.sampled_from(sorted(CHANGES)))
        AuditEntry.objects.filter(pk=row.pk).update(**{field: CHANGES[field]})
        assert verify()
        if field not in ("block", "mac"):
            assert row.pk in [b.entry for b in verify()]

    @settings(max_examples=25, deadline=None)
    @given(sequence=acts, data=st.data())
    def test_one_deleted_row_is_found(self, sequence: list[str], data: st.DataObject) -> None:
        lay(sequence)
        model = data.draw(st.sampled_from([AuditEntry, AuditBlock]))
        row = data.draw(st.sampled_from(list(model.objects.order_by("id"))))
        row.delete()
        assert verify()

    @settings(max_examples=25, deadline=None)
    @given(sequence=acts, data=st.data())
    def test_a_row_moved_to_another_block_is_found(self, sequence: list[str], data: st.DataObject) -> None:
        lay(sequence)
        row = data.draw(st.sampled_from(list(AuditEntry.objects.order_by("id"))))
        AuditEntry.objects.filter(pk=row.pk).update(block=None)
        seal_blocks()
        assert verify()


@pytest.mark.django_db
def test_a_changed_block_is_found() -> None:
    lay(["open", "seal", "close"])
    AuditBlock.objects.filter(pk=AuditBlock.objects.order_by("id")[0].pk).update(hash="0" * 64)
    assert verify()


@pytest.mark.django_db
def test_sealing_twice_seals_once() -> None:
    lay(["open", "close"])
    blocks = AuditBlock.objects.count()
    assert seal_blocks() == 0
    assert AuditBlock.objects.count() == blocks


@pytest.mark.django_db
def test_an_entry_changed_before_it_is_sealed_is_found() -> None:
    enter("open", BY, Note())
    AuditEntry.objects.update(account=5)
    assert [b.why for b in verify()] == ["changed"]


@pytest.mark.django_db
def test_the_daily_check_says_what_it_finds_to_its_readers() -> None:
    lay(["open"])
    assert check() == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_auditentry SET count = 77")
    assert check()
    assert AuditEntry.objects.filter(act=ALERT_BROKEN).exists()
