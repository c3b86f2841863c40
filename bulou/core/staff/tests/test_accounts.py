"""Accounts and posts: who may give what to whom, and what ends with them."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

import pytest
from django.utils.translation import override

from bulou.core.audit.models import AuditEntry
from bulou.core.places.models import Place
from bulou.core.staff import access, actions, opening, queries, responsibility
from bulou.core.staff.actor import SYSTEM, Actor, of_token, within
from bulou.core.staff.models import Account, Post
from bulou.core.staff.roles import ABOUT, NOBODY_SEES, Role
from bulou.core.staff.testing import actor
from bulou.core.staff.tests.conftest import COUNTY, SIBLING, TOWNSHIP, VILLAGE
from bulou.lib import clock, ids
from bulou.lib.refusals import Refusal


def test_a_clerk_adds_a_village_doctor_with_a_password_to_be_changed(clerk: Actor) -> None:
    opened = actions.open_account("chen.yi", "陈测试", "village-doctor", VILLAGE, clerk)
    assert opened.account.temporary
    assert opened.account.check_password(opened.password)
    assert queries.current_posts(opened.account.pk).get().place == VILLAGE
    assert AuditEntry.objects.filter(act="staff.open-account", place=VILLAGE, account=clerk.account).exists()


@pytest.mark.parametrize("name", ["=1+1", "＝卫", "110", "@王"])
def test_what_is_no_name_is_nobodys(clerk: Actor, name: str) -> None:
    answers = responsibility.Named("family", "person", ids.new(), VILLAGE, name=name)
    for typed in (
        lambda: actions.open_account("chen.yi", name, "village-doctor", VILLAGE, clerk),
        lambda: access.invite(name, "15400000001", VILLAGE, clerk),
        lambda: responsibility.entrust([answers], clerk),
    ):
        with pytest.raises(Refusal, match="person-name-form"):
            typed()


@pytest.mark.parametrize(
    "role", ["county-office", "township-clerk", "administrator", "fever-clinic", "auditor"]
)
def test_a_clerk_gives_no_post_of_their_own_level_or_above(clerk: Actor, role: str) -> None:
    with pytest.raises(Refusal, match="staff-role"):
        actions.open_account("chen.yi", "陈测试", role, TOWNSHIP, clerk)
    assert not Account.objects.filter(username="chen.yi").exists()


def test_the_county_office_names_no_administrator_and_no_auditor(office: Actor) -> None:
    for role in ("administrator", "auditor"):
        with pytest.raises(Refusal, match="staff-role"):
            actions.open_account("chen.yi", "陈测试", role, COUNTY, office)


@pytest.mark.parametrize("place", [SIBLING, COUNTY, "610628", "141031999", ""])
def test_a_place_outside_the_territory_is_answered_like_one_that_is_not_there(
    clerk: Actor, place: str
) -> None:
    with pytest.raises(Refusal, match="staff-place"):
        actions.open_account("chen.yi", "陈测试", "village-doctor", place, clerk)


def test_a_name_to_sign_in_with_belongs_to_one(office: Actor) -> None:
    actions.open_account("Chen.Yi", "陈测试", "department", COUNTY, office)
    with pytest.raises(Refusal, match="username-taken"):
        actions.open_account("chen.yi", "陈测试", "department", COUNTY, office)


@pytest.mark.parametrize("username", ["", "a", "1ab", "陈一", "a b", "x" * 40])
def test_a_name_to_sign_in_with_has_a_form(office: Actor, username: str) -> None:
    with pytest.raises(Refusal, match="username-form"):
        actions.open_account(username, "陈测试", "department", COUNTY, office)


def test_a_village_doctor_adds_nobody(tree: None) -> None:
    with pytest.raises(Refusal, match="not-allowed"):
        actions.open_account("chen.yi", "陈测试", "volunteer", VILLAGE, actor(Role.VILLAGE_DOCTOR, VILLAGE))


def test_a_keeper_touches_no_account_that_also_stands_elsewhere(clerk: Actor, office: Actor) -> None:
    doctor = actor(Role.VILLAGE_DOCTOR, VILLAGE)
    actions.give_post(doctor.account, "village-doctor", SIBLING, office)
    with pytest.raises(Refusal, match="staff-unknown"):
        actions.give_password(doctor.account, clerk)


def test_a_keeper_touches_no_account_above_their_own(clerk: Actor, office: Actor) -> None:
    for act in (actions.give_password, actions.close_account):
        with pytest.raises(Refusal, match="staff-unknown"):
            act(office.account, clerk)


def test_an_unknown_account_is_answered_like_one_of_elsewhere(clerk: Actor) -> None:
    with pytest.raises(Refusal, match="staff-unknown"):
        actions.give_password(999_999, clerk)


def test_a_post_that_ends_ends_its_tokens(clerk: Actor) -> None:
    doctor = actor(Role.VILLAGE_DOCTOR, VILLAGE)
    raw = access.make_token(Account.objects.get(pk=doctor.account), SYSTEM)
    assert of_token(raw) == doctor
    actions.end_post(doctor.post, clerk)
    assert of_token(raw) is None
    assert not queries.current_posts(doctor.account).exists()
    ended = Post.objects.get(pk=doctor.post).to_at
    actions.end_post(doctor.post, clerk)
    assert Post.objects.get(pk=doctor.post).to_at == ended


def test_nobody_ends_the_post_they_act_in(office: Actor) -> None:
    with pytest.raises(Refusal, match="post-own"):
        actions.end_post(office.post, office)


def test_a_closed_account_has_no_posts_and_no_tokens_until_it_is_opened_again(office: Actor) -> None:
    doctor = actor(Role.VILLAGE_DOCTOR, VILLAGE)
    raw = access.make_token(Account.objects.get(pk=doctor.account), SYSTEM)
    actions.close_account(doctor.account, office)
    assert of_token(raw) is None
    assert not queries.current_posts(doctor.account).exists()
    actions.reopen_account(doctor.account, office)
    assert queries.current_posts(doctor.account).exists()
    assert of_token(raw) is None


def test_a_token_costs_no_query_while_it_is_fresh(office: Actor, django_assert_num_queries: object) -> None:
    raw = access.make_token(Account.objects.get(pk=office.account), SYSTEM)
    assert of_token(raw) == office
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert of_token(raw) == office
    assert of_token(raw + "x") is None


def test_the_list_of_staff_shows_posts_of_the_territory_only(clerk: Actor, office: Actor) -> None:
    doctor = actor(Role.VILLAGE_DOCTOR, VILLAGE)
    actions.give_post(doctor.account, "village-doctor", SIBLING + "200", office)
    actor(Role.VILLAGE_DOCTOR, SIBLING)
    found = list(queries.staff(clerk))
    assert {a.pk for a in found} == {clerk.account, doctor.account}
    shown = next(a for a in found if a.pk == doctor.account)
    assert [post.place for post in shown.held] == [VILLAGE]  # type: ignore[attr-defined]


def test_the_list_of_staff_stands_in_the_order_of_pinyin(clerk: Actor, office: Actor) -> None:
    told = {"郑安": "zheng an", "单立": "shan li", "白一": "bai yi", "Adil": "adil", "欧阳宁": "ouyang ning"}
    for n, name in enumerate(told):
        actions.open_account(f"doctor.{'abcde'[n]}", name, "village-doctor", VILLAGE, office)
    names = [a.name for a in queries.staff(office, role="village-doctor")]
    assert names == sorted(told, key=lambda name: told[name])


def test_an_actor_without_a_place_reaches_nothing(tree: None) -> None:
    nobody = Actor(account=1, post=1, role=Role.COUNTY_OFFICE, place="", name="")
    assert not nobody.reaches(COUNTY)
    assert not within(nobody, Place.objects.all(), "code").exists()
    assert SYSTEM.reaches(COUNTY)
    assert within(SYSTEM, Place.objects.all(), "code").exists()


def test_reach_goes_down_and_neither_up_nor_sideways(clerk: Actor) -> None:
    assert clerk.reaches(TOWNSHIP)
    assert clerk.reaches(VILLAGE)
    assert not clerk.reaches(COUNTY)
    assert not clerk.reaches(SIBLING)
    assert not clerk.reaches("")


def test_the_administrator_and_the_auditor_see_no_person() -> None:
    assert {Role.ADMINISTRATOR, Role.AUDITOR} == NOBODY_SEES
    assert set(ABOUT) == set(Role)


def test_a_post_holds_for_a_clock_that_stands_a_little_before_its_giving(office: Actor) -> None:
    """Two processes that start their clocks at the same moment: the second knows what the first did."""
    start = clock.at(date(2020, 3, 1), time(8))
    with clock.standing(start + timedelta(seconds=40)):
        opened = actions.open_account("wang.san", "王三", Role.ADMINISTRATOR, COUNTY, SYSTEM)
    with clock.standing(start):
        assert list(queries.current_posts(opened.account.pk)) == [opened.post]
        assert opened.post.is_current(clock.now()) and queries.has_administrator()
    with clock.standing(start - timedelta(days=1)):
        assert not queries.current_posts(opened.account.pk).exists()
        assert not opened.post.is_current(clock.now())
        assert queries.has_administrator(), "a clock set back opens the house to nobody"


def test_a_post_that_was_ended_has_ended_for_a_clock_a_little_before(office: Actor) -> None:
    start = clock.at(date(2020, 3, 1), time(8))
    with clock.standing(start):
        opened = actions.open_account("wang.san", "王三", Role.VILLAGE_DOCTOR, VILLAGE, SYSTEM)
    with clock.standing(start + timedelta(days=1, seconds=40)):
        actions.end_post(opened.post.pk, SYSTEM)
    with clock.standing(start + timedelta(days=1, seconds=5)):
        assert not queries.current_posts(opened.account.pk).exists()


@pytest.mark.parametrize("password", ["", "short", "password", "12345678"])
def test_no_house_is_opened_with_a_password_that_will_not_do(tree: None, password: str) -> None:
    with pytest.raises(Refusal) as refused:
        opening.first(COUNTY, "root1", "管理员", password)
    assert refused.value.code == "password-weak"
    assert not Account.objects.exists()
    with override("zh-hans"):
        assert not re.search("[a-z]{4}", refused.value.message)
