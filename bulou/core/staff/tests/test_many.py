"""Staff by a list: every row has its answer, and none stops its neighbours."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bulou.core.places.queries import get
from bulou.core.staff import many
from bulou.core.staff.actor import Actor
from bulou.core.staff.models import Account, Post
from bulou.core.staff.testing import signed_in
from bulou.core.staff.tests.conftest import SIBLING, VILLAGE
from bulou.lib.refusals import Refusal


def test_each_row_has_its_answer(clerk: Actor) -> None:
    village = get(VILLAGE)
    assert village is not None
    text = "\n".join(
        [
            "姓名\t岗位\t地点",
            f"测试一\t村医\t{village.name}",
            f"测试一\tvillage-cadre\t{VILLAGE}",
            "",
            f"测试三\t皇帝\t{VILLAGE}",
            f"测试四\t村医\t{SIBLING}",
            "测试五\t村医\t无此村",
            f"测试六\t乡镇专干\t{VILLAGE}",
            f"\t村医\t{VILLAGE}",
            f"测试七\tVillage doctor\t{VILLAGE}\tdoctor.seven",
        ]
    )
    answers = many.open_many(many.rows(text), clerk)
    assert [a.row.number for a in answers] == [2, 3, 5, 6, 7, 8, 9, 10]
    assert [bool(a.opened) for a in answers] == [True, True, False, False, False, False, False, True]
    assert all(bool(a.opened) != bool(a.refused) for a in answers)
    assert set(Account.objects.filter(posts__place=VILLAGE).values_list("username", flat=True)) == {
        "ceshiyi", "ceshiyi2", "doctor.seven",
    }  # fmt: skip


def test_headings_say_which_column_is_which(clerk: Actor) -> None:
    text = f"序号,登录名,姓名,联系电话,地点,岗位\n1,ceshi.yi,测试一,15400000001,{VILLAGE},村医"
    (row,) = many.rows(text)
    assert row == many.Row(2, "测试一", "村医", VILLAGE, "ceshi.yi")
    (answer,) = many.open_many([row], clerk)
    assert answer.opened
    assert answer.opened.account.username == "ceshi.yi"


def test_what_was_refused_stands_in_the_form_to_be_put_right_and_handed_in_again(
    client: Client, clerk: Actor
) -> None:
    signed_in(client, clerk)
    first = client.post("/staff/many/", {"text": f"测试一,村医,{VILLAGE}\n测试二,村大夫,{VILLAGE},ceshi.er"})
    text = first.context["form"].initial["text"]
    assert text == f"测试二\t村大夫\t{VILLAGE}\tceshi.er"
    client.post("/staff/many/", {"text": text.replace("村大夫", "村医")})
    assert set(Account.objects.filter(posts__place=VILLAGE).values_list("username", flat=True)) == {
        "ceshiyi", "ceshi.er",
    }  # fmt: skip


def test_a_file_of_an_older_spreadsheet_is_read(client: Client, clerk: Actor) -> None:
    signed_in(client, clerk)
    raw = f"姓名,岗位,地点\r\n测试一,网格员,{VILLAGE}\r\n".encode("gb18030")
    page = client.post("/staff/many/", {"file": SimpleUploadedFile("a.csv", raw)}).content.decode()
    assert "测试一" in page
    assert Post.objects.get(place=VILLAGE).role == "grid-worker"


def test_a_workbook_is_read_and_its_numbers_are_codes(client: Client, clerk: Actor) -> None:
    import xlsxwriter

    signed_in(client, clerk)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "岗位", "地点"])
        sheet.write_row(2, 0, ["测试一", "网格员", int(VILLAGE)])
    client.post("/staff/many/", {"file": SimpleUploadedFile("a.xlsx", out.getvalue())})
    assert Post.objects.get(place=VILLAGE).role == "grid-worker"


@pytest.mark.parametrize("text", ["", "\n\n", "姓名,岗位,地点"])
def test_nothing_handed_in_is_said(text: str) -> None:
    with pytest.raises(Refusal, match="many-empty"):
        many.rows(text)


def test_too_many_rows_are_handed_in_by_parts() -> None:
    with pytest.raises(Refusal, match="many-rows"):
        many.rows("甲,村医,141031\n" * 301)


def test_a_file_that_is_no_text_is_refused(client: Client, clerk: Actor) -> None:
    signed_in(client, clerk)
    answer = client.post(
        "/staff/many/", {"file": SimpleUploadedFile("a.csv", b"PK\x03\x04\xff\xff\x00\x81\xff")}
    )
    assert answer.status_code == 200
    assert not Post.objects.filter(place=VILLAGE).exists()
