"""The register of units: entered as lines, found again, with who filed nobody standing out."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from bulou.core import exports
from bulou.core.people import units
from bulou.core.people.actions import add_unit
from bulou.core.people.models import Person, Unit
from bulou.core.places import queries as places
from bulou.core.staff.actor import of_post
from bulou.core.staff.addressees import departments
from bulou.core.staff.models import Account, Post
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.desk.tests.conftest import COUNTY, TOWNSHIP, VILLAGE, arrived
from bulou.lib.refusals import Refusal

CODE = "91110000600037341L"


def test_units_are_entered_as_lines_or_columns_and_again_nothing_is_there_twice(db: None) -> None:
    client, village = signed_in(Client(), actor(Role.TOWNSHIP_CLERK, TOWNSHIP)), places.get(VILLAGE)
    assert village is not None
    text = (
        f"试用宾馆\t宾馆\t{village.name}\n某小学 ｜ 学校\n\n某厂 | 企业 | {VILLAGE} | {CODE.lower()}\n某单位"
    )
    for _again in range(2):
        assert client.post(f"/units/new/?place={TOWNSHIP}", {"units": text}).status_code == 302
    found = Unit.objects.order_by("pk").values_list("name", "kind", "place", "code")
    assert set(found) == {
        ("试用宾馆", "hotel", VILLAGE, ""), ("某小学", "school", TOWNSHIP, ""), ("某厂", "firm", VILLAGE, CODE),
        ("某单位", "unit", TOWNSHIP, ""),
    }  # fmt: skip
    assert client.post("/units/new/", {"units": f"某厂新名 | 企业 || {CODE}"}).status_code == 302
    assert Unit.objects.count() == 4


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("中学", ["隰县第一中学", "隰县第二中学"]), ("中學", ["隰县第一中学", "隰县第二中学"]),
        ("yizhongxue", ["隰县第一中学"]),
        ("ZhongXue", ["隰县第一中学", "隰县第二中学"]), ("dezx", ["隰县第二中学"]), ("yinhang", ["龙泉银行"]),
        ("ktv", ["金色KTV"]), ("KTV", ["金色KTV"]), ("jsk", ["金色KTV"]), (CODE.lower(), ["龙泉银行"]),
        ("3号", ["3号出租房"]), ("医院", []), ("%", []), ("·", []),
    ],
)  # fmt: skip
def test_a_unit_is_found_by_characters_pinyin_and_initials_from_anywhere_in_its_name(
    db: None, text: str, found: list[str]
) -> None:
    clerk = actor(Role.TOWNSHIP_CLERK, TOWNSHIP)
    said = f"隰县第一中学 | 学校\n隰县第二中学 | 学校\n龙泉银行 | 企业 | | {CODE}\n金色KTV | 商店\n3号出租房 | 出租房"
    units.add_units(units.lines(said, clerk, TOWNSHIP), by=clerk)
    office = actor(Role.COUNTY_OFFICE, COUNTY)
    units.add_units(units.lines("别乡中学 | 学校 | 141031101", office, COUNTY), by=office)
    client = signed_in(Client(), clerk)
    page = client.get("/units/", {"q": text}, follow=True)
    names = [row.cells[0].text for row in page.context["page"].rows]
    assert sorted(names) == sorted(found)
    add_unit("隰县第三中学", TOWNSHIP, clerk)
    assert [unit.name for unit in units.listed(clerk, TOWNSHIP, text="dszx")] == ["隰县第三中学"]


def test_many_lines_ask_no_more_of_the_database_than_one(db: None) -> None:
    clerk, village = actor(Role.TOWNSHIP_CLERK, TOWNSHIP), places.get(VILLAGE)
    assert village is not None
    for count in (1, 30):
        text = "\n".join(
            f"第{n}厂 | 企业 | {village.name if n % 2 else VILLAGE}" for n in range(1, count + 1)
        )
        with CaptureQueriesContext(connection) as asked:
            assert len(units.lines(text, clerk, TOWNSHIP)) == count
        assert len(asked) <= 3


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (" | 学校", "unit-line-name"), ("某厂 | 飞船", "unit-line-kind"), ("某厂 | 企业 | 无此村", "unit-line-place"),
        ("某厂 | 企业 | | 12345", "unit-line-code"), (f"某厂 | 企业 | {COUNTY}", "unit-line-place"),
    ],
)  # fmt: skip
def test_a_line_that_is_wrong_is_named_and_nothing_is_entered(db: None, line: str, code: str) -> None:
    clerk = actor(Role.TOWNSHIP_CLERK, TOWNSHIP)
    with pytest.raises(Refusal) as wrong:
        units.lines(f"某单位\n{line}", clerk, TOWNSHIP)
    assert wrong.value.code == code
    answer = signed_in(Client(), clerk).post("/units/new/", {"units": f"某单位\n{line}"})
    assert answer.status_code == 422 and str(wrong.value.message) in answer.content.decode()
    assert not Unit.objects.exists()


def test_who_has_filed_nobody_stands_out_and_a_unit_leads_to_its_people(db: None) -> None:
    clerk = actor(Role.TOWNSHIP_CLERK, TOWNSHIP)
    units.add_units(units.lines("某厂 | 企业\n某小学 | 学校\n试用宾馆 | 宾馆", clerk, VILLAGE), by=clerk)
    firm = Unit.objects.get(name="某厂")
    one, _other = (arrived(n) for n in (1, 2))
    Person.objects.filter(pk=one).update(unit=firm.pk)
    client = signed_in(Client(), clerk)
    with translation.override("en"):
        page = client.get("/units/?show=nobody").content.decode()
        assert "某小学" in page and "某厂" not in page and "试用宾馆" not in page
        assert f"/people/?unit={firm.pk}" in client.get("/units/").content.decode()
    assert [row["person"].pk for row in client.get(f"/people/?unit={firm.pk}").context["rows"]] == [one]
    listed = exports.get(clerk, "people")
    assert [row[0] for row in listed.found(exports.Asked(clerk, TOWNSHIP, {"unit": str(firm.pk)}))] == [one]
    wish = exports.Asked(clerk, TOWNSHIP, {})
    told = exports.get(clerk, "units")
    assert {line[0]: line[4] for line in told.lines(wish, list(told.found(wish)))} == {
        "某厂": 1, "某小学": 0, "试用宾馆": 0,
    }  # fmt: skip


def test_who_answers_for_a_unit_is_named_on_its_line_and_sees_its_people_alone(db: None) -> None:
    clerk = actor(Role.TOWNSHIP_CLERK, TOWNSHIP)
    units.add_units(units.lines("某厂 | 企业\n某小学 | 学校", clerk, TOWNSHIP), by=clerk)
    firm = Unit.objects.get(name="某厂")
    one, _other = (arrived(n) for n in (1, 2))
    Person.objects.filter(pk=one).update(unit=firm.pk)
    holder = actor(Role.VOLUNTEER, VILLAGE)
    client = signed_in(Client(), clerk)
    of_none = signed_in(Client(), actor(Role.UNIT_LIAISON, TOWNSHIP)).get("/people/")
    assert of_none.status_code == 200 and not of_none.context["rows"]
    assert client.post(f"/units/{firm.pk}/liaison/", {"account": holder.account}).status_code == 302
    liaison = of_post(Post.objects.select_related("account").get(account=holder.account, unit=firm.pk))
    theirs = signed_in(Client(), liaison)
    assert [row["person"].pk for row in theirs.get("/people/").context["rows"]] == [one]
    assert [unit.name for unit in units.listed(liaison, TOWNSHIP)] == ["某厂"]
    assert theirs.get("/units/new/").status_code == 404
    Unit.objects.filter(pk=firm.pk).update(place=COUNTY)
    assert [unit.name for unit in units.listed(liaison, TOWNSHIP)] == ["某厂"]
    neighbour = signed_in(Client(), actor(Role.TOWNSHIP_CLERK, "141031101"))
    assert neighbour.get(f"/units/{firm.pk}/liaison/").status_code == 404
    assert neighbour.get(f"/people/?unit={firm.pk}").status_code == 404


def test_whom_to_name_for_a_unit_is_said_by_name_post_and_place_those_around_it_first(db: None) -> None:
    clerk, beside = actor(Role.COUNTY_OFFICE, COUNTY), actor(Role.VILLAGE_CADRE, "141031101")
    units.add_units(units.lines(f"某厂 | 企业 | {VILLAGE}", clerk, COUNTY), by=clerk)
    holder, leader = actor(Role.VOLUNTEER, VILLAGE, "测试甲"), actor(Role.ADMINISTRATOR, COUNTY, "测试乙")
    client = signed_in(Client(), clerk)
    page = client.get(f"/units/{Unit.objects.get().pk}/liaison/")
    groups = dict(page.context["form"].fields["account"].choices[1:])
    village, near = places.get(VILLAGE), places.get(TOWNSHIP)
    assert village is not None and near is not None
    [own] = [said for account, said in groups[near.name] if account == str(holder.account)]
    assert own == f"测试甲 · {Role.VOLUNTEER.title} {near.name}{village.name}"
    assert next(iter(groups)) == near.name
    offered = {account for some in groups.values() for account, _said in some}
    assert str(beside.account) in offered and str(leader.account) not in offered
    usernames = Account.objects.values_list("username", flat=True)
    assert not [name for name in usernames if name and f"· {name}<" in page.content.decode()]


def test_whoever_is_named_for_a_department_is_one_to_whom_orders_go(db: None) -> None:
    office, holder = actor(Role.COUNTY_OFFICE, COUNTY), actor(Role.VOLUNTEER, VILLAGE, "测试局长")
    units.add_units(units.lines("某局 | 成员单位", office, COUNTY), by=office)
    client, bureau = signed_in(Client(), office), Unit.objects.get(name="某局")
    client.post(f"/units/{bureau.pk}/liaison/", {"account": holder.account})
    assert [one.unit for one in departments(office)] == [bureau.pk]
    assert "测试局长" in client.get("/units/").content.decode()
