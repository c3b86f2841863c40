"""Everything a person reads is there in Chinese, and what is counted or refused is written down."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from django.utils.translation import gettext, override, pgettext

from bulou.core.audit import acts
from tests.house.tree import ROOT, files, is_test, named, text

KEYWORDS = {
    "_": None, "lazy": None, "gettext_noop": None, "gettext": None, "gettext_lazy": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
}  # fmt: skip
CONTEXT = r"""(?:[^%]*?\bcontext\s+"(?P<context>[^"]*)")?"""
TAG = re.compile(
    r"""\{%-?\s*(?:translate|trans)\s+(?:"(?P<one>[^"]*)"|'(?P<other>[^']*)')""" + CONTEXT + r"[^%]*%\}"
)
BLOCK = re.compile(
    r"\{%\s*blocktrans(?:late)?\b([^%]*)%\}(.*?)(?:\{%\s*plural\s*%\}.*?)?\{%\s*endblocktrans(?:late)?\s*%\}",
    re.S,
)
Said = tuple[str, str]  # the context ("" for none) and the English


def said_in_python(path: Path) -> set[Said]:
    found = extract_from_file("python", str(path), keywords=KEYWORDS)
    # A file whose `_` is its own function says its words in a context that stands there once.
    own = re.search(r'^def _\(.*\n(?:.*\n)*?.*pgettext(?:_lazy)?\("(\w+)"', text(path), re.M)
    return {
        (context or (own[1] if own else ""), m[0] if isinstance(m, tuple) else m)
        for _n, m, _c, context in found
    }


def said_in_page(path: Path) -> set[Said]:
    page = text(path)
    found = {(m["context"] or "", m["one"] or m["other"]) for m in TAG.finditer(page)}
    for options, body in BLOCK.findall(page):
        words = re.sub(r"\{\{\s*(\w+)\s*\}\}", r"%(\1)s", body)
        if "trimmed" in options:
            words = " ".join(line.strip() for line in words.strip().splitlines())
        context = re.search(r'\bcontext\s+"([^"]*)"', options)
        found.add((context[1] if context else "", words))
    return found


@cache
def every() -> dict[Said, set[str]]:
    """Every English sentence in its context, with its Chinese in each app that says it."""
    found: dict[Said, set[str]] = {}
    for po in ROOT.glob("bulou/**/locale/zh_Hans/LC_MESSAGES/django.po"):
        with po.open("rb") as file:
            for message in read_po(file):
                english = message.id[0] if isinstance(message.id, tuple) else message.id
                chinese = message.string[0] if isinstance(message.string, tuple) else message.string
                if english:
                    found.setdefault((message.context or "", str(english)), set()).add(str(chinese))
    return found


def known() -> dict[str, str]:
    """Every English sentence with its Chinese, whatever its context."""
    return {english: min(chinese) for (_context, english), chinese in every().items()}


SOURCES = [
    path
    for path in files()
    if path.suffix in (".py", ".html") and named(path).startswith("bulou/") and not is_test(path)
]


def test_every_sentence_has_its_chinese() -> None:
    missing = {
        f"{named(path)}: {context} {words}"
        for path in SOURCES
        for context, words in (said_in_python(path) if path.suffix == ".py" else said_in_page(path))
        if words and not all(every().get((context, words), [""]))
    }
    assert sorted(missing) == []


def test_the_chinese_that_is_shown_is_the_one_that_stands_beside_the_english() -> None:
    """Two apps, or a package beside the house, may know the same English: one of them is shown to all."""
    assert {said: chinese for said, chinese in every().items() if len(chinese) > 1} == {}
    with override("zh-hans"):
        shown = {said: pgettext(*said) if said[0] else gettext(said[1]) for said in every()}
    assert {said: word for said, word in shown.items() if word not in every()[said]} == {}


@pytest.mark.parametrize("english", sorted(w for w in known() if "%(" in w))
def test_the_chinese_of_a_sentence_has_the_same_places(english: str) -> None:
    places = re.compile(r"%\(\w+\)[sd]")
    chinese = known()[english]
    assert set(places.findall(chinese)) <= set(places.findall(english)), chinese


CHINESE = re.compile(r"[\u4e00-\u9fff]")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]|[\u4e00-\u9fff]\(|\)[\u4e00-\u9fff]")


def test_chinese_is_set_with_chinese_marks() -> None:
    # The marks of a format place, %(name)s, are not punctuation.
    said = {chinese: re.sub(r"%\(\w+\)[sd]", "一", chinese) for chinese in known().values()}
    assert sorted(chinese for chinese, plain in said.items() if HALF_WIDTH.search(plain)) == []


def test_every_act_has_its_words_in_the_log() -> None:
    """What a verb is called in the audit log, in both languages: its code is no word."""
    named_acts = re.compile(r'(?:verb|enter|enter_all)\(\s*"([a-z]+[.-][^"]+)"')
    names = {name for path in SOURCES if path.suffix == ".py" for name in named_acts.findall(text(path))}
    assert len(names) > 100
    with override("zh-hans"):
        assert sorted(name for name in names if not CHINESE.search(acts.title(name))) == []
    with override("en"):
        assert sorted(name for name in names if re.search(r"[_:]|^\S+$", acts.title(name))) == []


def test_where_the_house_s_own_rules_come_from_is_said_in_chinese() -> None:
    rules = [p for p in files() if p.suffix == ".toml" and named(p).startswith("bulou/") and not is_test(p)]
    ours = re.compile(r'^source = "(House default.*)"', re.M)
    # The limits of audit and staff stand on no page.
    said = {source for path in rules if path.name != "limits.toml" for source in ours.findall(text(path))}
    assert len(said) > 20
    assert sorted(source for source in said if not known().get(source)) == []
