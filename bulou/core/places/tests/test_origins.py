"""Where somebody came from, as clerks write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulou.core.places.files import counties
from bulou.core.places.origins import Origin, origin_name, parse_origin


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("湖北省武汉市", "4201"), ("武汉", "4201"), ("武汉市", "4201"),
        ("湖北", "42"), ("鄂", "42"), ("湖北籍", "42"),
        ("广东深圳市宝安区", "440306"), ("山西省太原市", "1401"), ("湖北武汉市江岸区", "420102"),
        ("浙江温州市瑞安市", "330381"), ("湖北孝感市汉川市", "420984"),
        ("汉川", "420984"), ("洪山区", "420111"),
        ("武汉洪山", "420111"), ("湖北 武汉 武昌", "420106"), ("湖北-武汉", "4201"), ("湖北（武汉）", "4201"),
        ("从湖北武汉返回", "4201"), ("外省湖北", "42"), ("昨日到过武汉市", "4201"), ("鄂武汉", "4201"),
        ("吉林", "22"), ("吉林市", "2202"), ("吉林省吉林市", "2202"), ("海南", "46"), ("青海海南州", "6325"),
        ("西安", "6101"), ("湖南长沙县", "430121"), ("湖南长沙市", "4301"), ("北京朝阳区", "110105"),
        ("辽宁朝阳", "2113"), ("上海浦东", "310115"), ("重庆云阳", "500235"), ("天津河北区", "120105"),
        ("湖北恩施市", "422801"), ("湖北恩施", "4228"), ("恩施州", "4228"), ("湖北仙桃", "429004"),
        ("内蒙", "15"), ("内蒙古呼和浩特", "1501"), ("山东省青岛市市南区", "370202"), ("山西隰县", "141031"),
        ("香港", "81"), ("台湾", "71"), ("南京鼓楼区", "320106"), ("武汉市汉川市", "4201"),
    ],
)  # fmt: skip
def test_an_origin_is_read_as_deep_as_it_is_certain(text, code):
    assert parse_origin(text).code == code


@pytest.mark.parametrize(
    "text",
    ["", "  ", "鼓楼区", "朝阳", "桥西区", "日本", "本地", "外省", "非湖北", "湖北省外", "除武汉外", "城区"],
)
def test_what_is_not_certain_stays_unknown(text):
    assert parse_origin(text) == Origin()


def test_a_county_brings_its_city_and_province():
    assert parse_origin("汉川市") == Origin("42", "4209", "420984")
    assert parse_origin("湖北武汉") == Origin("42", "4201", None)


def test_every_county_of_the_country_is_read_from_its_full_name():
    unsaid = {"省直辖县级行政区划", "自治区直辖县级行政区划", "市辖区", "县"}
    wrong = []
    for row in counties().values():
        city = "" if row.city in unsaid else row.city
        found = parse_origin(row.province + city + row.name).county_code
        # A city without counties is its own county: 东莞市 says no more than the city.
        if found != row.code and row.name != row.city and not (found is None and row.city == row.name):
            wrong.append((row, found))
    assert wrong == []


@given(st.text(max_size=30))
def test_any_text_has_an_answer_whose_codes_lie_in_each_other(text):
    origin = parse_origin(text)
    assert (origin.county_code or "").startswith(origin.city_code or "")
    assert (origin.city_code or "").startswith(origin.province_code or "")


def test_codes_have_names():
    assert origin_name("4201") == "湖北省武汉市"
    assert origin_name("110105") == "北京市朝阳区"
    assert origin_name("") == origin_name("99") == ""
