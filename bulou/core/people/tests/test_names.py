"""Names: normal form, reading, sameness."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulou.core.people import names


@pytest.mark.parametrize(
    "written, kept",
    [
        ("张 三", "张三"),
        ("　张\u3000三 ", "张三"),
        ("艾力.买买提", "艾力·买买提"),
        ("古丽・阿不都", "古丽·阿不都"),
        ("古丽 • 阿不都", "古丽·阿不都"),
        ("古丽‧阿不都·", "古丽·阿不都"),
        ("Ｍaria   López", "Maria López"),
        ("J. Smith", "J. Smith"),
        ("  ", ""),
    ],
)
def test_a_name_has_one_normal_form(written: str, kept: str) -> None:
    assert names.normal(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "阿依古丽·买买提", "古丽 • 阿不都", "Maria López", "J. Smith", "O'Neil", "’t Hooft", "Anne-Marie", "ئايگۈل",
        "བསོད་ནམས།", "Нургуль", "王㛃", "\ue000三", "李〇", "〇三", "de la Cruz",
    ],
)  # fmt: skip
def test_a_name_of_any_people_is_one(written: str) -> None:
    assert names.is_name(names.normal(written))


@pytest.mark.parametrize(
    "sign", [*"=+-@＝＋－＠﹢﹣﹦﹫−", "\u200b＠", " =", "\t-", "'=", "（", "·＠", "1", "🙂"]
)
@pytest.mark.parametrize("rest", ["x", "张三", "SUM(A1)"])
def test_what_begins_with_a_sign_is_no_name(sign: str, rest: str) -> None:
    assert not names.is_name(names.normal(sign + rest))


@pytest.mark.parametrize("written", ["", "·", "、", "张三+李四", "x@y", "张三2", "沈" * (names.LONGEST + 1)])
def test_what_has_no_letters_or_what_no_name_has_is_no_name(written: str) -> None:
    assert not names.is_name(names.normal(written))


@pytest.mark.parametrize(
    "name, pinyin, initials",
    [
        ("张伟国", "zhang weiguo", "zwg"),
        ("单小明", "shan xiaoming", "sxm"),
        ("單小明", "shan xiaoming", "sxm"),
        ("仇英", "qiu ying", "qy"),
        ("解放", "xie fang", "xf"),
        ("曾国", "zeng guo", "zg"),
        ("孟曾", "meng zeng", "mz"),
        ("区静", "ou jing", "oj"),
        ("查良", "zha liang", "zl"),
        ("朴槿", "piao jin", "pj"),
        ("盖文", "ge wen", "gw"),
        ("任华", "ren hua", "rh"),
        ("员半千", "yun banqian", "ybq"),
        ("尉迟恭", "yuchi gong", "ycg"),
        ("万俟卨", "moqi xie", "mqx"),
        ("单于飞", "chanyu fei", "cyf"),
        ("欧阳锋", "ouyang feng", "oyf"),
        ("东方", "dong fang", "df"),
        ("吕青", "lv qing", "lq"),
        ("艾力·买买提", "aili maimaiti", "almmt"),
        ("Maria López Ruiz", "maria lopezruiz", "mlr"),
        ("J. Smith", "j smith", "js"),
        ("7", "7", "7"),
    ],
)
def test_a_surname_is_read_as_a_surname(name: str, pinyin: str, initials: str) -> None:
    assert names.reading(name) == (pinyin, initials)


def test_traditional_and_dotted_writings_are_the_same_name() -> None:
    assert names.same("張偉", "张伟")
    assert names.same("艾力·买买提", "艾力买买提")
    assert not names.same("张志强", "张志刚")


@given(st.text(max_size=12) | st.text(alphabet="A \u0301\u3000.·•。𠀀张 -", max_size=8))
def test_any_text_has_a_normal_form_that_stays_and_a_reading(text: str) -> None:
    kept = names.normal(text)
    assert names.normal(kept) == kept
    read = names.reading(kept) if kept else names.Reading("", "")
    assert len(read.pinyin) <= 200 and len(read.initials) <= 40


@given(st.text(alphabet="张单尉迟万俟于长孙乐曾伟·𤭢a", min_size=1, max_size=5))
def test_every_beginning_of_a_name_leads_to_its_reading(text: str) -> None:
    name = names.normal(text)
    for end in range(1, len(name) + 1):
        typed = names.normal(name[:end])
        if names.is_han(typed):
            assert any(names.reading(name).pinyin.startswith(head) for head in names.beginnings(typed))


@given(
    st.lists(
        st.sampled_from([n for n in names._alone() if names.is_han(chr(int(n)))]), min_size=20, max_size=20
    )
)
def test_a_character_alone_is_read_as_pypinyin_reads_it(numbers: list[str]) -> None:
    from pypinyin import lazy_pinyin

    for character in (chr(int(number)) for number in numbers):
        read = lazy_pinyin(character)[0]
        given_ = names._GIVEN.get(names.simplified(character))
        assert names._syllable(character) == (given_ or (read if read.isascii() else ""))
