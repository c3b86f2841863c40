"""The way of an export: asked for on the list's page, approved by somebody else, taken, gone after a day."""

from __future__ import annotations

import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bulou.core.audit.models import AuditEntry
from bulou.core.staff.roles import Role
from bulou.exchange.out import marks
from bulou.exchange.out.models import Export
from bulou.exchange.out.tests.conftest import (
    COUNTY,
    FAR,
    OTHER,
    TOWNSHIP,
    VILLAGE,
    Browser,
    body,
    name,
    number,
    people,
    sheet,
)
from bulou.lib import clock

pytestmark = pytest.mark.django_db


def ask(client: Client, **said: Any) -> Export:
    """Ask for the list of people through its pages."""
    there = client.get("/people/?export=1")
    assert there.status_code == 302
    assert client.get(there["Location"]).status_code == 200
    form = {"list": "people", "place": "", "purpose": "report", "why": "三防办例会", "file": "xlsx", **said}
    answer = client.post("/exports/new/", form)
    assert answer.status_code == 302, answer.content.decode()
    return Export.objects.latest("at")


def test_a_list_is_taken_out_with_a_purpose_and_says_who_when_and_why(browser: Browser) -> None:
    people(3)
    client, by = browser()
    one = ask(client)
    assert (one.people, one.second, one.taken) == (3, False, 0)
    answer = client.get(f"/exports/{one.id}/file/")
    rows = sheet(body(answer))
    assert "三防办例会" in rows[1][0] and by.name in rows[1][0] and one.number in rows[1][0]
    assert "2020-02-12" in rows[1][0]
    assert {row[0] for row in rows[3:]} == {name(n) for n in range(3)}
    assert {row[-1] for row in rows[3:]} == {one.number}
    assert "attachment" in answer["Content-Disposition"] and "no-store" in answer["Cache-Control"]
    entry = AuditEntry.objects.get(act="export.take")
    assert (entry.subject_id, entry.count, entry.detail["purpose"]) == (str(one.id), 3, "report")


def test_without_a_purpose_nothing_goes_out(browser: Browser) -> None:
    client, _by = browser()
    answer = client.post("/exports/new/", {"list": "people", "purpose": "", "file": "csv"})
    assert answer.status_code == 422
    answer = client.post("/exports/new/", {"list": "people", "purpose": "other", "why": " ", "file": "csv"})
    assert answer.status_code == 422
    assert not Export.objects.exists()


def test_csv_opens_in_excel_with_its_titles_first(browser: Browser) -> None:
    people(2)
    client, _by = browser()
    raw = body(client.get(f"/exports/{ask(client, file='csv').id}/file/"))
    assert raw.startswith(b"\xef\xbb\xbf")
    lines = raw.decode("utf-8-sig").split("\r\n")
    assert lines[0].startswith("姓名,") and len(lines) == 4


def test_a_second_person_lets_fifty_one_people_out(browser: Browser) -> None:
    people(51)
    client, by = browser()
    one = ask(client)
    assert one.second
    assert client.get(f"/exports/{one.id}/file/").status_code == 302
    client.post(f"/exports/{one.id}/decide/", {"act": "approve"})  # not oneself
    assert Export.objects.get().decided_by is None
    twin, _same = browser(Role.TOWNSHIP_CLERK, OTHER)
    assert twin.get(f"/exports/{one.id}/").status_code == 404  # not another township
    assert twin.post(f"/exports/{one.id}/decide/", {"act": "approve"}).status_code == 404
    leader, above = browser(Role.COUNTY_OFFICE, COUNTY, "秦若岚")
    assert "待审批导出" in leader.get("/").content.decode()
    page = leader.get(f"/exports/{one.id}/").content.decode()
    assert "三防办例会" in page and name(1) not in page
    assert leader.get(f"/exports/{one.id}/file/").status_code == 404  # who approves does not take
    leader.post(f"/exports/{one.id}/decide/", {"act": "approve"})
    rows = sheet(body(client.get(f"/exports/{one.id}/file/")))
    assert len(rows) == 3 + 51 and above.name in rows[1][0]
    assert AuditEntry.objects.filter(act="export.approve", account=above.account, count=51).exists()
    assert by.account != above.account


def test_the_same_account_in_another_post_is_no_second_person(browser: Browser) -> None:
    from bulou.core.staff.models import Post

    people(51)
    client, by = browser()
    one = ask(client)
    post = Post.objects.create(
        account_id=by.account, role=Role.COUNTY_OFFICE, place=COUNTY, from_at=clock.now()
    )
    session = client.session
    session["post"] = post.pk
    session.save()
    client.post(f"/exports/{one.id}/decide/", {"act": "approve"})
    assert Export.objects.get().decided_by is None


def test_what_is_declined_stays_in_and_says_why(browser: Browser) -> None:
    people(51)
    client, _by = browser()
    one = ask(client)
    leader, _above = browser(Role.TOWNSHIP_LEADER)
    leader.post(f"/exports/{one.id}/decide/", {"act": "decline", "answer": "只需本村名单"})
    assert client.get(f"/exports/{one.id}/file/").status_code == 302
    assert "只需本村名单" in client.get(f"/exports/{one.id}/").content.decode()
    leader.post(f"/exports/{one.id}/decide/", {"act": "approve"})
    assert Export.objects.get().declined


def test_who_asked_withdraws_what_still_waits_and_nobody_is_asked_any_more(browser: Browser) -> None:
    people(51)
    client, by = browser()
    one = ask(client)
    leader, above = browser(Role.TOWNSHIP_LEADER)
    assert leader.post(f"/exports/{one.id}/withdraw/").status_code == 404  # it is not theirs
    assert "撤回申请" not in leader.get(f"/exports/{one.id}/").content.decode()
    assert "撤回申请" in client.get(f"/exports/{one.id}/").content.decode()
    client.post(f"/exports/{one.id}/withdraw/")
    page = client.get(f"/exports/{one.id}/").content.decode()
    assert "已撤回" in page and "第二审批人" not in page and "链接有效至" not in page
    assert client.get(f"/exports/{one.id}/file/").status_code == 302
    assert leader.get(f"/exports/{one.id}/").status_code == 404
    assert leader.post(f"/exports/{one.id}/decide/", {"act": "approve"}).status_code == 404
    assert "待审批导出" not in leader.get("/").content.decode()
    assert AuditEntry.objects.filter(act="export.withdraw", account=by.account).exists()
    assert above.account != by.account


def test_what_is_decided_is_withdrawn_no_more(browser: Browser) -> None:
    people(51)
    client, _by = browser()
    one = ask(client)
    leader, _above = browser(Role.TOWNSHIP_LEADER)
    leader.post(f"/exports/{one.id}/decide/", {"act": "approve"})
    client.post(f"/exports/{one.id}/withdraw/")
    assert not Export.objects.get().declined
    assert client.get(f"/exports/{one.id}/file/").status_code == 200


def test_a_link_dies_after_twenty_four_hours(browser: Browser) -> None:
    people(2)
    with clock.standing(clock.parse("2020-02-12T09:00")):
        client, _by = browser()
        one = ask(client)
    with clock.standing(one.at + timedelta(hours=24, seconds=-1)):
        assert client.get(f"/exports/{one.id}/file/").status_code == 200
    with clock.standing(one.at + timedelta(hours=24)):
        assert client.get(f"/exports/{one.id}/file/").status_code == 302
        assert "链接已失效" in client.get("/exports/").content.decode()


def test_a_link_that_was_approved_late_lives_its_hours_from_then(browser: Browser) -> None:
    people(51)
    start = clock.parse("2020-02-12T09:00")
    with clock.standing(start):
        client, _by = browser()
        leader, _above = browser(Role.COUNTY_OFFICE, COUNTY)
        one = ask(client)
    with clock.standing(start + timedelta(hours=30)):
        leader.post(f"/exports/{one.id}/decide/", {"act": "approve"})
    with clock.standing(start + timedelta(hours=53)):
        assert client.get(f"/exports/{one.id}/file/").status_code == 200
    with clock.standing(start + timedelta(hours=54)):
        assert client.get(f"/exports/{one.id}/file/").status_code == 302


def test_a_link_is_nobody_elses(browser: Browser) -> None:
    people(2)
    client, _by = browser()
    one = ask(client)
    other, _them = browser()
    for address in (f"/exports/{one.id}/", f"/exports/{one.id}/file/"):
        assert other.get(address).status_code == 404
        assert Client().get(address).status_code == 302


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.CHECKPOINT_STAFF])
def test_volunteers_and_who_stands_at_a_post_take_nothing_out(role: Role, browser: Browser) -> None:
    client, _by = browser(role, VILLAGE)
    assert "?export=1" not in client.get("/people/").content.decode()
    for address in ("/exports/", "/exports/new/?list=people", "/exports/forms/"):
        assert client.get(address).status_code == 404
    assert (
        client.post("/exports/new/", {"list": "people", "purpose": "work", "file": "csv"}).status_code == 404
    )
    assert not Export.objects.exists()


def test_an_administrator_takes_no_people_out(browser: Browser) -> None:
    client, _by = browser(Role.ADMINISTRATOR, COUNTY)
    assert client.get("/exports/new/?list=people").status_code == 404
    assert client.get("/exports/new/?list=places").status_code == 200


def test_nobody_takes_out_what_lies_outside_of_their_place(browser: Browser) -> None:
    people(2)
    people(2, FAR, first=10)
    client, _by = browser()
    rows = sheet(body(client.get(f"/exports/{ask(client).id}/file/")))
    assert {row[0] for row in rows[3:]} == {name(0), name(1)}
    assert client.get(f"/exports/new/?list=people&place={OTHER}").status_code == 404
    assert client.get("/exports/new/?list=screening-doors&round=7").status_code == 404


def test_numbers_are_masked_unless_purpose_and_post_allow(browser: Browser) -> None:
    people(2)
    client, _by = browser()
    masked = body(client.get(f"/exports/{ask(client, identifiers='masked').id}/file/"))
    assert all(
        number(n) not in str(sheet(masked)) and f"154{n:08d}" not in str(sheet(masked)) for n in range(2)
    )
    form = {"list": "people", "purpose": "report", "file": "xlsx", "identifiers": "plain"}
    assert client.post("/exports/new/", form).status_code == 422
    one = ask(client, purpose="compare", identifiers="plain")
    assert one.second  # whole numbers always want a second person
    leader, _above = browser(Role.COUNTY_OFFICE, COUNTY)
    leader.post(f"/exports/{one.id}/decide/", {"act": "approve"})
    rows = sheet(body(client.get(f"/exports/{one.id}/file/")))
    assert {number(0), number(1)} <= {str(cell) for row in rows for cell in row}
    assert all(isinstance(cell, str) for row in rows[3:] for cell in row if str(cell).startswith("1410"))
    village, _cadre = browser(Role.VILLAGE_CADRE, VILLAGE)
    assert village.post("/exports/new/", form | {"purpose": "compare"}).status_code == 422


def test_a_list_that_has_grown_is_asked_for_anew(browser: Browser) -> None:
    people(50)
    client, _by = browser()
    one = ask(client)
    assert not one.second
    people(1, first=60)
    assert client.get(f"/exports/{one.id}/file/").status_code == 302


def test_many_small_exports_are_noticed(browser: Browser) -> None:
    people(40)
    client, by = browser()
    for _turn in range(4):
        assert client.get(f"/exports/{ask(client).id}/file/").status_code == 200
    alert = AuditEntry.objects.get(act="alert.bulk-export")
    assert (alert.subject_id, alert.count) == (str(by.account), 160)


def test_a_file_says_which_export_it_is_also_where_nobody_looks(browser: Browser, tmp_path: Any) -> None:
    people(2)
    client, _by = browser()
    for kind in ("xlsx", "csv"):
        one = ask(client, file=kind)
        path = tmp_path / f"renamed.{kind}"
        path.write_bytes(body(client.get(f"/exports/{one.id}/file/")))
        assert marks.numbers_in(path) == {one.number}
    with zipfile.ZipFile(tmp_path / "renamed.xlsx") as packed:
        said = packed.read("docProps/custom.xml").decode()
    assert re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", said)
    from bulou.cli import main

    assert main(["mark", str(tmp_path / "renamed.xlsx")]) == 0
    # Somebody takes the number out wherever they see it: the notice still hides it.
    raw = (tmp_path / "renamed.csv").read_bytes().decode("utf-8-sig")
    (tmp_path / "cut.csv").write_text(raw.replace(one.number, ""), encoding="utf-8")
    assert marks.numbers_in(tmp_path / "cut.csv") == {one.number}


def test_the_search_of_a_list_is_kept_sealed(browser: Browser) -> None:
    from django.db import connection

    people(3)
    client, _by = browser()
    one = ask(client, q=name(1))
    assert one.people == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM out_export")
        assert name(1) not in str(cursor.fetchall())
    assert one.place == TOWNSHIP
