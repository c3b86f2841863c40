"""Finding a place: by code, by the beginning of a name, by what people call it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from bulou.core.places import actions, queries, words
from bulou.core.places.book import NameBook
from bulou.core.places.codes import LENGTHS, covering, path_codes
from bulou.core.staff.actor import SYSTEM
from bulou.lib import sql

XIXIAN, VILLAGE = "141031", "141031100200"
codes = st.sampled_from(LENGTHS).flatmap(lambda n: st.text("0123456789", min_size=n, max_size=n))
# Near each other, with many nines: where ranges of codes go wrong.
crowded = st.sampled_from(LENGTHS).flatmap(lambda n: st.text("089", min_size=n, max_size=n))


@given(codes)
def test_every_ancestor_is_a_beginning_of_the_code(code):
    level = queries.level_of(code)
    assert [queries.ancestor(code, n) for n in range(1, level + 1)] == path_codes(code)
    assert queries.ancestor(code, level) == code
    assert level == 1 or queries.parent_of(code) == queries.ancestor(code, level - 1)


@given(codes)
def test_a_level_below_its_own_is_no_ancestor(code):
    level = queries.level_of(code)
    if level < len(LENGTHS):
        with pytest.raises(ValueError):
            queries.ancestor(code, level + 1)


@given(codes | crowded, codes | crowded)
def test_a_subtree_is_a_range_of_codes(top, code):
    assert (top <= code < sql.after_code(top)) == code.startswith(top)


@pytest.mark.parametrize("text", ["1", "141", "14103", "1410311002000011", "", "隰县", "１４"])
def test_what_has_no_level_is_no_code(text):
    assert not queries.is_code(text)


@pytest.mark.parametrize(
    ("official", "name", "stem"),
    [
        ("城关村委会", "城关村", "城关"),
        ("城关村民委员会", "城关村", "城关"),
        ("李村村委会", "李村", "李村"),
        ("孔村委员会", "孔村", "孔村"),
        ("五井东村村民委员会", "五井东村", "五井东"),
        ("羌村行政村", "羌村", "羌村"),
        ("北区居委会", "北区社区", "北区"),
        ("西关居民委员会", "西关社区", "西关"),
        ("大东社区委员会", "大东社区", "大东"),
        ("茶坊社区居民委员会", "茶坊社区", "茶坊"),
        ("茶坊街道办事处", "茶坊街道", "茶坊"),
        ("龙泉镇人民政府", "龙泉镇", "龙泉"),
        ("临朐县", "临朐县", "临朐"),
        ("隰县", "隰县", "隰县"),
        ("第一网格", "第一网格", "第一网格"),
    ],
)
def test_committees_have_the_name_of_their_place(official, name, stem):
    assert words.everyday(official) == name
    assert words.everyday(name) == name
    assert words.stem(official) == stem == words.stem(name)


@pytest.mark.django_db
class TestInTheCounty:
    @pytest.mark.parametrize(
        "text", ["城关村", "城关村委会", "城关村民委员会", "城关", " 城 关 村 ", "城关行政村"]
    )
    def test_a_village_is_found_by_each_of_its_names(self, text):
        assert [p.code for p in queries.named(text, XIXIAN)] == [VILLAGE]

    def test_a_shared_name_gives_all_who_share_it(self):
        actions.add(SYSTEM, "141031101", "城关村", "village", "141031101299")
        assert len(queries.named("城关村", XIXIAN)) == 2
        assert len(queries.named("城关村", "141031101")) == 1

    def test_a_name_outside_the_territory_is_not_found(self):
        assert queries.named("茶坊街道", XIXIAN) == []

    @pytest.mark.parametrize("text", ["", " ", "不存在村", "村", "%", "'"])
    def test_what_is_no_name_finds_nothing(self, text):
        assert queries.named(text, XIXIAN) == []

    def test_another_name_finds_the_place_too(self):
        actions.alias(SYSTEM, VILLAGE, "老城里")
        assert [p.code for p in queries.named("老城里", XIXIAN)] == [VILLAGE]

    @pytest.mark.parametrize("text", ["龙泉", "longq", "lqz", "LQZ"])
    def test_search_takes_characters_pinyin_and_initials(self, text):
        assert queries.search(text, XIXIAN)[0].code == "141031100"

    def test_search_stays_in_the_territory_and_within_its_limit(self):
        assert all(p.code.startswith("411621") for p in queries.search("c", "411621", limit=7))
        assert len(queries.search("c", "411621", limit=7)) == 7
        assert queries.search("", XIXIAN) == []

    def test_the_path_leads_from_the_province_down(self):
        assert [p.name for p in queries.path(VILLAGE)] == ["山西省", "临汾市", "隰县", "龙泉镇", "城关村"]
        assert queries.describe(VILLAGE, below=XIXIAN) == "龙泉镇城关村"
        assert queries.describe("999999") == "999999"

    def test_describing_many_costs_one_query(self):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            queries.described([VILLAGE, "141031101200", "610628001"])
        assert len(asked) == 1

    @pytest.mark.parametrize(
        "address",
        [
            "城关村3组44号", "龙泉镇城关村", "隰县龙泉镇城关村三组", "山西省临汾市隰县龙泉镇城关村委会",
            "山西临汾隰县龙泉镇城关3组", "山西省 临汾市 隰县 龙泉镇 城关村", "龙泉城关村", "隰县城关",
        ],
    )  # fmt: skip
    def test_an_address_leads_to_its_village(self, address):
        assert [p.code for p in NameBook.of(XIXIAN).in_address(address)] == [VILLAGE]

    def test_an_address_is_followed_as_far_as_it_is_known(self):
        book = NameBook.of(XIXIAN)
        assert [p.name for p in book.in_address("隰县午城镇某某村2组")] == ["午城镇"]
        assert book.in_address("扶沟县崔桥镇") == []
        assert book.in_address("") == []

    def test_a_township_narrows_a_shared_name(self):
        actions.add(SYSTEM, "141031101", "城关村", "village", "141031101299")
        book = NameBook.of(XIXIAN)
        assert len(book.in_address("城关村5号")) == 2
        assert [p.code for p in book.in_address("午城镇城关村5号")] == ["141031101299"]

    def test_a_book_of_a_township_knows_addresses_that_begin_above_it(self):
        book = NameBook.of("141031100")
        assert [p.code for p in book.in_address("隰县龙泉镇城关村")] == [VILLAGE]

    def test_a_book_is_loaded_with_two_queries_and_then_asks_no_more(self):
        with CaptureQueriesContext(connection) as asked:
            book = NameBook.of("411621")
            for place in queries.Place.objects.none():
                book.named(place.name)
            book.named("崔桥镇")
        assert len(asked) == 2

    def test_every_village_of_the_five_counties_is_found_by_its_own_name(self):
        for county in ("141031", "610628", "370724", "411621", "450422"):
            book = NameBook.of(county)
            for place in queries.subtree(county, level=5):
                assert place in book.named(place.name)
                whole = queries.names([place.parent])[place.parent] + place.name
                assert place in book.in_address(whole + "2组")


def test_what_covers_two_places_is_the_lowest_that_both_lie_in() -> None:
    assert covering("141031100200", "141031100202") == "141031100"
    assert covering("141031100", "141031101201") == "141031"
    assert covering("141031100200", "141031100200") == "141031100200"
    assert covering("14", "41") == covering("", "14") == ""
