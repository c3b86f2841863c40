"""A county's list of townships and villages is pasted and set up at once, whatever its columns."""

from __future__ import annotations

import pytest

from bulou.core.places import actions, queries
from bulou.core.places.listed import SetUp, set_up
from bulou.core.places.models import Place
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.roles import Role
from bulou.lib.refusals import Refusal

pytestmark = pytest.mark.django_db

COUNTY = "141028"  # comes with its name alone


@pytest.fixture(autouse=True)
def _county() -> None:
    actions.take_county(SYSTEM, COUNTY)


def _list(text: str, code: str = COUNTY, kind: str = "township") -> SetUp:
    place = queries.get(code)
    assert place
    return set_up(SYSTEM, place, text, kind)


def _tree() -> dict[str, list[str]]:
    return {
        one.name: [f"{below.name} {below.kind}" for below in queries.children(one.pk)]
        for one in queries.children(COUNTY)
    }


def test_townships_and_their_villages_are_pasted_with_headings_numbers_and_merged_cells() -> None:
    made, known = _list(
        "序号\t乡镇\t村（社区）\n1\t吉昌镇\t城关村委会\n2\t\t西关社区\n\n3\t屯里镇\t太度村\n4\t 新华街道 \t 站前社区\n"
    )
    assert (len(made), known) == (7, 0)
    assert _tree() == {
        "吉昌镇": ["城关村 village", "西关社区 community"],
        "屯里镇": ["太度村 village"],
        "新华街道": ["站前社区 community"],
    }
    assert [one.kind for one in queries.children(COUNTY)] == ["township", "township", "street"]


def test_a_list_pasted_again_with_one_more_sets_up_that_one() -> None:
    _list("吉昌镇,城关村\n吉昌镇,祖师庙村")
    made, known = _list("吉昌镇，城关村\n吉昌镇，祖师庙村\n吉昌镇，谢悉村")
    assert ([one.name for one in made], known) == (["谢悉村"], 3)


def test_official_codes_are_kept_and_the_order_of_lines_does_not_matter() -> None:
    made, _known = _list(
        "代码\t名称\n14\t山西省\n1410\t临汾市\n141028100200\t城关村民委员会\n141028100\t吉昌镇\n141028\t吉县"
    )
    assert {one.code: one.name for one in made} == {"141028100": "吉昌镇", "141028100200": "城关村"}


def test_names_alone_are_of_the_kind_that_was_chosen() -> None:
    _list("吉昌镇\n屯里镇")
    town = queries.children(COUNTY)[0]
    _list("城关村\n西关村", town.code, "village")
    village = queries.children(town.code)[0]
    made, _known = _list("第一网格\n第二网格", village.code, "grid")
    assert [(one.name, one.kind) for one in made] == [("第一网格", "grid"), ("第二网格", "grid")]


def test_a_name_that_stands_twice_in_a_list_is_refused_by_name_and_nothing_is_set_up() -> None:
    with pytest.raises(Refusal) as refusal:
        _list("吉昌镇\n屯里镇\n吉昌镇")
    assert refusal.value.code == "place-name-taken"
    assert "吉昌镇" in refusal.value.message
    assert not queries.children(COUNTY)


def test_one_name_that_is_there_already_is_refused() -> None:
    _list("吉昌镇")
    with pytest.raises(Refusal) as refusal:
        _list("吉昌镇")
    assert refusal.value.code == "place-name-taken"


@pytest.mark.parametrize("text", ["吉昌镇\t城关村\t张三", "\t城关村", "吉昌镇\n屯里镇\t太度村\t15"])
def test_a_line_that_says_something_else_is_refused_with_its_number(text: str) -> None:
    with pytest.raises(Refusal) as refusal:
        _list(text)
    assert refusal.value.code == "place-line"
    assert not Place.objects.filter(parent=COUNTY).exists()


@pytest.mark.parametrize("text", ["", " \n\t\n", "乡镇\t村"])
def test_a_list_of_nothing_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refusal:
        _list(text)
    assert refusal.value.code == "place-name"


def test_a_code_of_another_county_is_refused() -> None:
    place = queries.get(COUNTY)
    office = Actor(account=1, post=1, role=Role.COUNTY_OFFICE, place=COUNTY, name="invented")
    assert place
    with pytest.raises(Refusal) as refusal:
        set_up(office, place, "141031100\t龙泉镇\n141031100999\t别县村", "township")
    assert refusal.value.code == "place-unknown"
