"""The door: what goes through it, and what it writes down."""

from __future__ import annotations

import pytest

from bulou.core.audit import note, verb
from bulou.core.audit.models import AuditEntry
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.roles import OFFICE, Role
from bulou.lib.refusals import Refusal

pytestmark = pytest.mark.django_db

OFFICER = Actor(account=1, post=2, role=Role.COUNTY_OFFICE, place="141031", name="测试")
GUEST = Actor(account=3, post=4, role=Role.AUDITOR, place="141031", name="测试")


@verb("test.write", roles=OFFICE)
def write(subject: str, by: Actor, *, fail: bool = False) -> str:
    note(subject_type="person", subject_id=subject, place="141031100", count=2, measure="home")
    if fail:
        raise Refusal("not-allowed")
    return subject.upper()


@verb("test.outer")
def outer(by: Actor) -> None:
    write("inner", by)
    note(count=7)


def test_an_act_is_written_with_who_where_and_how_many() -> None:
    assert write("a", OFFICER) == "A"
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.account, entry.post) == ("test.write", 1, 2)
    assert (entry.place, entry.subject_id, entry.count) == ("141031100", "a", 2)
    assert entry.detail == {"measure": "home"}


def test_a_role_that_may_not_is_refused_and_nothing_is_written() -> None:
    with pytest.raises(Refusal, match="not-allowed"):
        write("a", by=GUEST)
    assert not AuditEntry.objects.exists()


def test_the_system_may_always() -> None:
    assert write("a", by=SYSTEM) == "A"


def test_an_act_that_fails_leaves_no_entry() -> None:
    with pytest.raises(Refusal):
        write("a", OFFICER, fail=True)
    assert not AuditEntry.objects.exists()


def test_what_the_act_wrote_and_its_entry_fall_together() -> None:
    @verb("test.fails-late")
    def fails_late(by: Actor) -> None:
        outer(by)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        fails_late(OFFICER)
    assert not AuditEntry.objects.exists()


def test_verbs_within_verbs_each_write_their_own_entry() -> None:
    outer(OFFICER)
    inner, around = AuditEntry.objects.order_by("id")
    assert (inner.act, inner.count, around.act, around.count) == ("test.write", 2, "test.outer", 7)
    assert around.subject_id == ""


def test_a_note_outside_of_a_verb_says_nothing() -> None:
    note(count=1)
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("said", ["张三", "15412345678", "14103120190101997X", 15412345678])
def test_the_audit_takes_no_names_and_no_identifiers(said: str | int) -> None:
    @verb("test.speaks")
    def speaks(by: Actor) -> None:
        note(word=said)

    with pytest.raises(ValueError, match="numbers and codes"):
        speaks(OFFICER)


def test_places_codes_and_ids_are_no_identifiers_of_people() -> None:
    @verb("test.codes")
    def codes(by: Actor) -> None:
        note(
            village="141031100200",
            grid="141031100200001",
            record="0190f3b2-1111-7222-8333-a15412345678",
            rows=4,
        )

    codes(OFFICER)
    assert AuditEntry.objects.get().detail["grid"] == "141031100200001"


def test_the_log_shows_only_entries_of_the_readers_territory() -> None:
    from bulou.core.audit import queries

    write("a", OFFICER)
    reader = Actor(account=9, post=9, role=Role.AUDITOR, place="141031", name="测试")
    elsewhere = Actor(account=9, post=9, role=Role.AUDITOR, place="610628", name="测试")
    doctor = Actor(account=9, post=9, role=Role.VILLAGE_DOCTOR, place="141031", name="测试")
    assert queries.entries(reader).count() == 1
    assert queries.entries(reader, act="test").count() == 1
    assert queries.entries(reader, place="141031101").count() == 0
    assert not queries.entries(elsewhere).exists()
    assert not queries.entries(doctor).exists()
