"""The printed pages of docs say what the code says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT

PICTURE = re.compile(r"!\[[^\]]+\]\(([^)]+)\)")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")
# The pages for a clerk, which stand in Chinese and in English.
CLERKS = sorted((ROOT / "docs" / "zh").glob("*.md"))


def heads(page: Path) -> list[int]:
    """The headings of a page by their level, but what only who runs the house reads."""
    found = re.findall(r"^(#+) (.*)", page.read_text(encoding="utf-8"), re.M)
    return [len(signs) for signs, title in found if title != "How fast"]


def steps(page: Path) -> int:
    return len(re.findall(r"^\d+\. ", page.read_text(encoding="utf-8"), re.M))


def test_the_printed_docs_are_those_of_the_code() -> None:
    found = subprocess.run(
        [sys.executable, ROOT / "script" / "docs", "--check"], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, f"{found.stderr}\nrun script/docs and look at what changed"


@pytest.mark.parametrize("page", CLERKS, ids=lambda page: page.stem)
def test_a_clerks_page_says_in_chinese_what_it_says_in_english(page: Path) -> None:
    """The same steps, headings and pictures; each points to the other's language or stands in the README."""
    english = ROOT / "docs" / page.name
    said, other = page.read_text(encoding="utf-8"), english.read_text(encoding="utf-8")
    assert steps(page) == steps(english) > 2
    assert heads(page) == heads(english)
    pictures = [Path(one).name for one in PICTURE.findall(said)]
    assert pictures == [Path(one).name for one in PICTURE.findall(other)] and pictures
    assert f"(../{page.name})" in said and f"(zh/{page.name})" in other


def test_what_the_chinese_pages_quote_stands_on_the_screen() -> None:
    """A word in 【】 is that of a button, a link or a heading, letter for letter."""
    there = set()
    for path in (ROOT / "bulou").rglob("django.po"):
        there |= set(re.findall(r'^msgstr "(.*)"$', path.read_text(encoding="utf-8"), re.M))
    wrong = [
        f"{page.name}: {word}"
        for page in CLERKS
        for word in re.findall("【(.+?)】", page.read_text(encoding="utf-8"))
        if word not in there
    ]
    assert wrong == []


def test_both_readmes_lead_a_clerk_to_the_pages_and_no_link_leads_nowhere() -> None:
    assert {page.name for page in CLERKS} == {"doubles.md", "exports.md", "ledgers.md", "screening.md"}
    for name, folder in (("README.md", "docs"), ("README.zh-CN.md", "docs/zh")):
        said = (ROOT / name).read_text(encoding="utf-8")
        assert [page.name for page in CLERKS if f"({folder}/{page.name})" not in said] == []
    pages = [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")]
    broken = [
        f"{page.name}: {link}"
        for page in pages
        for link in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists()
    ]
    assert broken == []
