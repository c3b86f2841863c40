"""The divisions that come with the house, and those that are taken in."""

from __future__ import annotations

import argparse
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bulou.core.places import actions, cli, load, queries
from bulou.core.places.models import Place, PlaceAlias
from bulou.core.staff.actor import SYSTEM
from bulou.lib.refusals import Refusal

pytestmark = pytest.mark.django_db

COUNTIES = {
    "141031": ("隰县", 8, 94), "610628": ("富县", 8, 137), "370724": ("临朐县", 10, 350),
    "411621": ("扶沟县", 16, 411), "450422": ("藤县", 17, 298),
}  # fmt: skip


@pytest.mark.parametrize("code", COUNTIES)
def test_the_five_counties_are_there_whole(code):
    name, townships, villages = COUNTIES[code]
    found = queries.counts(code)
    assert queries.get(code).name == name
    assert found["township"] + found.get("street", 0) == townships
    assert found["village"] + found["community"] == villages


def test_every_place_has_its_parent_and_its_level_from_its_code():
    codes = set(Place.objects.values_list("code", flat=True))
    for place in Place.objects.all():
        assert place.level == queries.level_of(place.code)
        assert place.parent == queries.parent_of(place.code)
        assert not place.parent or place.parent in codes


def test_xixian_has_three_urban_communities_by_their_everyday_names():
    urban = Place.objects.filter(parent="141031100", kind="community")
    assert sorted(urban.values_list("name", flat=True)) == ["东区社区", "北区社区", "西区社区"]


def test_a_county_calls_its_levels_as_its_names_do():
    words = {place.name: place.word for place in queries.children("610628")}
    assert (words["茶坊街道"], words["羊泉镇"], words["北道德乡"]) == ("街道", "镇", "乡")


def test_a_residential_compound_is_called_one_and_no_district():
    assert actions.add(SYSTEM, "141031100002", "阳光小区", "compound").word == "小区"


def test_laying_the_divisions_down_takes_few_statements():
    Place.objects.all().delete()
    with CaptureQueriesContext(connection) as asked:
        load.five_counties(Place)
    assert Place.objects.count() == 1364
    assert len(asked) < 50  # the start can spare less than a second


def test_laying_them_down_again_changes_nothing_and_keeps_own_names():
    actions.rename(SYSTEM, "141031100200", "新城村")
    load.five_counties(Place)
    taken = actions.take_five(SYSTEM)
    assert (taken.added, taken.known, taken.clean) == (0, 1364, True)
    assert queries.get("141031100200").name == "新城村"


def test_a_county_that_is_not_one_of_the_five_comes_with_what_is_above_it():
    taken = actions.take_county(SYSTEM, "420984")
    assert taken.added == 3
    assert queries.describe("420984") == "湖北省孝感市汉川市"
    assert actions.take_county(SYSTEM, "420984").added == 0


@pytest.mark.parametrize("code", ["999999", "1410", "隰县", "", "141031100"])
def test_what_is_no_county_is_refused(code):
    with pytest.raises(Refusal) as refusal:
        actions.take_county(SYSTEM, code)
    assert refusal.value.code == "place-no-county"
    assert refusal.value.message


def test_a_tree_goes_in_with_the_counties_above_it_and_every_row_is_accounted_for(tmp_path):
    village = {"code": "141032100200", "name": "城关村委会"}
    township = {"code": "141032100", "name": "芝河镇", "children": [village]}
    tree = [
        {"code": "141032", "name": "永和县", "children": [township]},
        {"code": "141033999200", "name": "无上级村委会"},
        {"code": "14x", "name": "错码"},
        {"code": "141034", "name": ""},
    ]
    path = tmp_path / "tree.json"
    path.write_text(json.dumps(tree))
    taken = actions.take_file(SYSTEM, path)
    assert queries.describe("141032100200") == "山西省临汾市永和县芝河镇城关村"
    assert {(code, why) for code, _name, why in taken.refused} == {
        ("141033999200", "place-no-parent"), ("14x", "place-row"), ("141034", "place-row"),
    }  # fmt: skip
    again = actions.take_file(SYSTEM, path)
    assert again.added == 0


def test_a_csv_of_the_package_goes_in_for_one_county_only(tmp_path):
    path = tmp_path / "streets.csv"
    rows = "code,name,areaCode\n141032100,芝河镇,141032\n141030100,昕水镇,141030\n"
    path.write_text(rows, encoding="utf-8-sig")
    actions.take_file(SYSTEM, path, "141032")
    assert queries.get("141032100").name == "芝河镇"
    assert queries.get("141030100") is None


def test_a_file_keeps_the_name_that_the_county_has_given_and_says_so(tmp_path):
    actions.take_county(SYSTEM, "141031")
    path = tmp_path / "other.csv"
    path.write_text("code,name\n141031100,龙泉街道\n")
    taken = actions.take_file(SYSTEM, path)
    assert taken.differing == [("141031100", "龙泉镇", "龙泉街道")]
    assert queries.get("141031100").name == "龙泉镇"


@pytest.mark.parametrize("text", ["a,b\n1,2\n", ""])
def test_a_file_without_divisions_is_refused(tmp_path, text):
    path = tmp_path / "no.csv"
    path.write_text(text)
    with pytest.raises(Refusal) as refusal:
        actions.take_file(SYSTEM, path)
    assert refusal.value.code == "place-file"


@pytest.mark.parametrize("text", ["{", "{}", "[1]", '[{"code": 1}]'])
def test_a_json_file_without_divisions_is_refused(tmp_path, text):
    path = tmp_path / "no.json"
    path.write_text(text)
    with pytest.raises(Refusal) as refusal:
        actions.take_file(SYSTEM, path)
    assert refusal.value.code == "place-file"


def test_the_command_says_what_it_did_and_exits_by_it(tmp_path, capsys):
    parser = argparse.ArgumentParser()
    cli.register(parser.add_subparsers())

    def run(*words: str) -> int:
        args = parser.parse_args(["places", "import", *words])
        return args.run(args)

    assert run() == 0
    assert run("--county", "141031") == 0
    path = tmp_path / "f.csv"
    path.write_text("code,name\n14x,错码\n")
    capsys.readouterr()
    assert run("--file", str(path)) == 1
    assert "14x" in capsys.readouterr().err


def test_another_name_of_a_place_in_a_file_is_no_difference(tmp_path):
    actions.rename(SYSTEM, "141031100", "龙泉街道")
    assert PlaceAlias.objects.filter(place="141031100", name="龙泉镇").exists()
    path = tmp_path / "f.csv"
    path.write_text("code,name\n141031100,龙泉镇\n")
    assert actions.take_file(SYSTEM, path).clean
