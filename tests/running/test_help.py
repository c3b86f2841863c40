"""What `--help` says: in the reader's language, and no line of it wider than the terminal."""

from __future__ import annotations

import argparse
import re
import unicodedata
from collections.abc import Iterator

import pytest
from django.utils import translation

from bulou.cli import parser
from bulou.lib import usage

CHINESE = re.compile(r"[\u4e00-\u9fff]+")
# Words of a sentence; what is typed, and lists of what may be, stay as they are.
ENGLISH = re.compile(r"\b(?:[A-Za-z]+ ){2}[a-z]+")
TYPED = re.compile(r"\{.*?\}|'.*?'|[a-z-]+(?:, [a-z-]+)+", re.S)


def below(one: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """A parser and those of all its commands."""
    yield one
    for action in one._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from below(command)


def help_in(language: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The help of every command, without the line that says how it is called."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(argparse, "_", vars(argparse)["_"])  # and back afterwards
    monkeypatch.setattr(argparse, "ngettext", vars(argparse)["ngettext"])
    usage.speak()
    with translation.override(language):
        return [one.format_help().partition("\n\n")[2] for one in below(parser())]


def test_in_chinese_no_sentence_of_it_is_english(monkeypatch: pytest.MonkeyPatch) -> None:
    told = help_in("zh-hans", monkeypatch)
    assert len(told) > 20 and all(CHINESE.search(one) for one in told)
    assert [found for one in told for found in ENGLISH.findall(TYPED.sub("", one))] == []


def test_in_english_none_of_it_is_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    told = help_in("en", monkeypatch)
    assert all(ENGLISH.search(one) for one in told)
    assert [found for one in told for found in CHINESE.findall(TYPED.sub("", one))] == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_line_is_wider_than_the_terminal(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [line for one in help_in(language, monkeypatch) for line in one.splitlines() if "{" not in line]
    wide = {line: sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in line) for line in lines}
    assert {line: width for line, width in wide.items() if width > 80} == {}
