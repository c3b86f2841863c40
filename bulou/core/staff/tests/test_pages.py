"""The pages of staff: whose they are, what they show, and the first start."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from bulou.core.audit.models import AuditEntry
from bulou.core.places.actions import take_county
from bulou.core.staff import opening
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.models import Account, Invitation, Post
from bulou.core.staff.queries import has_administrator
from bulou.core.staff.roles import EVERYONE, STAFF_KEEPERS, STAFF_READERS, Role
from bulou.core.staff.testing import actor, signed_in
from bulou.core.staff.tests.conftest import COUNTY, SIBLING, TOWNSHIP, VILLAGE

OPENING = {"county": COUNTY, "name": "测试管理员", "username": "admin.one", "password": "yi ge hen chang de"}


def opened(**changes: str) -> dict[str, str]:
    given = OPENING | changes
    return given | {"again": changes.get("again", given["password"])}


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_each_page_is_there_for_its_roles_only(client: Client, tree: None, role: Role) -> None:
    signed_in(client, actor(role, COUNTY))
    for url, roles in {
        "/staff/": STAFF_READERS, "/staff/new/": STAFF_KEEPERS, "/staff/invitations/": STAFF_KEEPERS,
        "/staff/places/?place=x": STAFF_KEEPERS, "/account/": EVERYONE, "/password/": EVERYONE,
    }.items():  # fmt: skip
        assert client.get(url).status_code == (200 if role in roles else 404), url


@pytest.mark.parametrize(
    "url", ["/staff/", "/account/", "/staff/new/", "/password/", "/second-factor/", "/audit/"]
)
def test_who_is_not_signed_in_goes_to_the_door(client: Client, administrator: Actor, url: str) -> None:
    assert client.get(url).url == f"/sign-in/?next={url.replace('/', '%2F')}"


def test_an_account_of_elsewhere_is_not_there(client: Client, clerk: Actor) -> None:
    stranger = actor(Role.VILLAGE_DOCTOR, SIBLING)
    signed_in(client, clerk)
    for pk in (stranger.account, 999_999):
        assert client.get(f"/staff/{pk}/").status_code == 404
        for what in ("password", "reset", "close", "reopen", "nothing"):
            assert client.post(f"/staff/{pk}/{what}/").status_code == 404
    assert client.post(f"/staff/{stranger.account}/end-post/", {"post": stranger.post}).status_code == 404


def test_somebody_is_added_and_the_password_is_shown_once(client: Client, clerk: Actor) -> None:
    signed_in(client, clerk)
    given = {"name": "陈测试", "username": "chen.yi", "role": "village-doctor", "place": VILLAGE}
    page = client.post("/staff/new/", given).content.decode()
    made = Account.objects.get(username="chen.yi")
    password = next(part for part in page.split("<code") if "chen.yi" not in part and "</code>" in part)
    assert made.check_password(password.split(">")[1].split("<")[0])
    assert "陈测试" in client.get("/staff/").content.decode()
    again = client.post("/staff/new/", given)
    assert again.status_code == 200
    assert Account.objects.filter(username="chen.yi").count() == 1


def test_a_place_is_found_by_its_name(client: Client, clerk: Actor) -> None:
    from bulou.core.places.queries import get

    village = get(VILLAGE)
    assert village is not None
    signed_in(client, clerk)
    assert VILLAGE in client.get("/staff/places/", {"place": village.name[:2]}).content.decode()
    client.post(
        "/staff/new/", {"name": "陈测试", "username": "chen.yi", "role": "volunteer", "place": village.name}
    )
    assert Post.objects.get(account__username="chen.yi").place == VILLAGE


def test_a_place_stands_in_the_form_by_its_name_and_is_understood_so(client: Client, office: Actor) -> None:
    signed_in(client, office)
    for place in (VILLAGE, VILLAGE[:9], COUNTY):
        form = client.get("/staff/new/", {"place": place}).context["form"]
        name = form["place"].value()
        assert not name.isdecimal()
        assert form.fields["place"].clean(name) == place
        if place == VILLAGE:
            assert name in client.get("/staff/places/", {"place": name[-3:]}).content.decode()
    assert 'value="999999999999"' in client.get("/staff/new/?place=999999999999").content.decode()


def test_closing_an_account_and_a_lost_factor_are_asked_for_a_second_time(
    client: Client, office: Actor
) -> None:
    doctor = actor(Role.VILLAGE_DOCTOR, VILLAGE)
    signed_in(client, office)
    said = client.get(f"/staff/{doctor.account}/").content.decode()
    for what in ("close", "password"):
        before, _form, _after = said.partition(f'action="/staff/{doctor.account}/{what}/"')
        assert before.rpartition("<details")[2].count("</details>") == 0, (
            what
        )  # a first click opens, a second acts


def test_a_post_is_given_and_ended_on_the_page(client: Client, office: Actor) -> None:
    doctor = actor(Role.VILLAGE_DOCTOR, VILLAGE)
    signed_in(client, office)
    url = f"/staff/{doctor.account}/"
    assert client.post(url, {"role": "village-cadre", "place": SIBLING}).status_code == 302
    given = Post.objects.get(account=doctor.account, role="village-cadre")
    client.post(f"{url}end-post/", {"post": given.pk})
    given.refresh_from_db()
    assert given.to_at is not None


def test_one_acts_in_one_of_ones_own_posts(client: Client, tree: None) -> None:
    me, other = actor(Role.VILLAGE_DOCTOR, VILLAGE), actor(Role.VILLAGE_CADRE, VILLAGE)
    second_post = Post.objects.create(
        account_id=me.account,
        role="checkpoint-staff",
        place=SIBLING,
        from_at=Post.objects.get(pk=me.post).from_at,
    )
    signed_in(client, me)
    client.post("/staff/post/", {"post": second_post.pk})
    assert client.session["post"] == second_post.pk
    for foreign in (other.post, "x", ""):
        assert client.post("/staff/post/", {"post": foreign}).status_code == 404


def test_a_post_that_has_ended_is_not_acted_in(client: Client, tree: None) -> None:
    me = actor(Role.VILLAGE_DOCTOR, VILLAGE)
    signed_in(client, me)
    Post.objects.filter(pk=me.post).update(to_at=Post.objects.get(pk=me.post).from_at)
    assert client.get("/account/").status_code == 403


def test_a_volunteer_is_invited_on_the_page(client: Client, clerk: Actor) -> None:
    signed_in(client, clerk)
    given = {"name": "测试志愿者", "phone": "15400000002", "place": VILLAGE}
    page = client.post("/staff/invitations/", given).content.decode()
    assert Invitation.objects.count() == 1
    assert "15400000002" not in page
    assert "测试志愿者" in client.get("/staff/invitations/").content.decode()
    assert client.post("/staff/invitations/", given | {"phone": "12"}).status_code == 200


def test_the_list_costs_the_same_for_one_and_for_many(client: Client, office: Actor) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/staff/")
        return len(captured)

    signed_in(client, office)
    actor(Role.VILLAGE_DOCTOR, VILLAGE)
    client.get("/staff/")
    few = cost()
    for _ in range(30):
        actor(Role.VILLAGE_DOCTOR, VILLAGE)
    assert cost() == few


# The demonstration


def test_in_a_demonstration_one_click_signs_in(client: Client, office: Actor, home: Path) -> None:
    Account.objects.filter(pk=office.account).update(username="county-office")
    assert client.post("/sign-in/demo/", {"username": "county-office"}).status_code == 404
    (home / "demo.json").write_text("{}")
    assert "county-office" in client.get("/sign-in/").content.decode()
    assert client.post("/sign-in/demo/", {"username": "county-office"}).url == "/"
    assert client.get("/staff/").status_code == 200
    assert client.post("/sign-in/demo/", {"username": "nobody"}).status_code == 404


# The first start


def test_the_door_of_a_new_house_leads_to_its_opening(client: Client, db: None, home: Path) -> None:
    take_county(SYSTEM, COUNTY)
    assert client.get("/sign-in/").url == "/first/"
    shown = client.get("/first/").content.decode()
    assert re.search(r'<select name="county"[^>]*required[^>]*>\s*<option value="" selected>', shown)
    assert "隰县" in shown
    assert ">东城区<" in shown  # of Beijing, which is no city of a province
    assert client.post("/first/", opened()).url == "/staff/"
    assert has_administrator()
    assert client.get("/staff/").url == "/second-factor/"


def test_a_house_is_opened_once(client: Client, administrator: Actor, home: Path) -> None:
    assert client.get("/first/").url == "/sign-in/"
    assert client.post("/first/", opened()).url == "/sign-in/"
    assert not Account.objects.filter(username="admin.one").exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"password": "short"},
        {"again": "other"},
        {"username": "1"},
        {"name": ""},
        {"county": "141031100"},
        {"county": ""},
    ],
)
def test_an_opening_that_is_not_sound_opens_nothing(
    client: Client, tree: None, home: Path, changes: dict[str, str]
) -> None:
    assert client.post("/first/", opened(**changes)).status_code == 200
    assert not has_administrator()


def test_from_another_machine_the_opening_code_is_asked_for(client: Client, tree: None, home: Path) -> None:
    elsewhere: Any = {"REMOTE_ADDR": "192.0.2.7"}
    client.get("/first/", **elsewhere)
    assert client.post("/first/", opened(code="guess"), **elsewhere).status_code == 200
    assert client.post("/first/", opened(code="guess"), HTTP_X_FORWARDED_FOR="192.0.2.7").status_code == 200
    assert not has_administrator()
    assert client.post("/first/", opened(code=opening.code()), **elsewhere).status_code == 302
    assert has_administrator()
    assert not (home / opening.FILE).exists()


# The commands


def test_init_and_token_at_the_terminal(
    db: None, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from bulou.cli import parser
    from bulou.core.staff.actor import of_token

    monkeypatch.setattr("sys.stdin", io.StringIO("测试管理员\nyi ge hen chang de\n"))
    args = parser().parse_args(["init", "--county", COUNTY, "--username", "admin.one"])
    assert args.run(args) == 0
    assert Account.objects.get(username="admin.one").check_password("yi ge hen chang de")
    capsys.readouterr()
    args = parser().parse_args(["token", "admin.one"])
    assert args.run(args) == 0
    found = of_token(capsys.readouterr().out.strip())
    assert found is not None
    assert (found.role, found.place) == (Role.ADMINISTRATOR, COUNTY)
    assert TOWNSHIP.startswith(found.place)


def test_any_county_of_the_country_can_open_its_house(client: Client, db: None, home: Path) -> None:
    assert "610628" in client.get("/first/").content.decode()
    assert client.post("/first/", opened(county="610629")).url == "/staff/"
    assert Post.objects.get(role="administrator").place == "610629"


def test_an_entry_of_the_log_says_by_name_what_it_is_about(client: Client, clerk: Actor) -> None:
    signed_in(client, clerk)
    client.post(
        "/staff/new/", {"name": "陈测试", "username": "chen.yi", "role": "village-doctor", "place": VILLAGE}
    )
    made = AuditEntry.objects.filter(subject_type="account").latest("pk")
    client.cookies["django_language"] = "zh-hans"
    shown = client.get(f"/audit/{made.pk}/").content.decode()
    assert "账号 陈测试" in shown, shown[shown.find("<dl") :][:900]


def test_what_an_old_page_sends_after_signing_out_is_not_lost_without_a_word(
    client: Client, administrator: Actor
) -> None:
    signed_in(client, administrator)
    client.post("/sign-out/")
    assert "没有保存" not in client.get("/sign-in/").content.decode()
    shown = client.post("/staff/new/", {"name": "甲"}, follow=True)
    assert shown.redirect_chain == [("/sign-in/", 302)]
    assert "刚才提交的内容没有保存" in shown.content.decode()
