"""A walk through a filled demonstration: every page that each role may open fits, in Chinese and in English."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser

from bulou.core.staff.models import Post
from bulou.core.staff.roles import EVERYONE
from bulou.lib import clock
from tests.journeys import small
from tests.journeys.conftest import PATIENCE, WIDE, in_sizes
from tests.journeys.test_frame import too_wide
from tests.scope.asking import Address, addresses, models_for, rows_at

# What is called so in Chinese too: files, signs of their own, keys.
CALLED = re.compile(
    "|".join(sorted(EVERYONE, key=len, reverse=True))
    + "|"  # what the accounts of a demonstration are called
    + r"\b(?:bulou|excel|word|csv|xlsx|xls|docx|toml|utf|api|json|qr|pdf|demonstration|english|ctrl|enter|esc)\b",
    re.IGNORECASE,
)
WORDS = re.compile(r"[A-Za-z][a-z]{2,}(?: [A-Za-z]+)*")
# What is a code, or another language's on purpose.
APART = re.compile(
    r"<(script|style|code|pre|kbd|textarea|dialog|option)\b.*?</\1>|<(\w+)[^>]* lang=\"en\".*?</\2>",
    re.DOTALL,
)


@pytest.fixture
def laid(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    rows_at.cache_clear()
    moment = small.lay()
    monkeypatch.setenv("BULOU_CLOCK_SHIFT", repr((moment - datetime.now(moment.tzinfo)).total_seconds()))
    marked = clock.home() / "demo.json"
    marked.write_text("{}")
    yield
    marked.unlink()
    rows_at.cache_clear()


def pages(role: str) -> Iterator[tuple[str, str, str]]:
    """(pattern, path, page) of each page that a role may open: one thing of each kind at its place."""
    client, post = Client(), Post.objects.get(account__username=role)
    client.post("/sign-in/demo/", {"username": role})
    for address in addresses():
        if address.pattern.startswith(("api/", "field/")):
            continue
        for path in _paths(address, post.place):
            answer = client.get(path)
            if answer.status_code == 200 and not answer.streaming and b"<html" in answer.content:
                yield address.pattern, path, answer.content.decode()
                break


def _paths(address: Address, place: str) -> list[str]:
    if not address.parameters:
        return [address.at()]
    kind, name = address.parameters[0]
    if len(address.parameters) > 1:
        return []
    if kind not in ("uuid", "int"):
        return [address.at(place if name == "code" else "observation.days")]
    near = [
        row.pk
        for model in models_for(address, (kind, name))
        for at, rows in rows_at(model).items()
        if at is None or at.startswith(place)
        for row in rows[:1]
    ]
    return [address.at(key) for key in near[:12]]


def english(page: str) -> list[str]:
    """What stands in English words on a Chinese page."""
    seen = re.sub(r"<[^>]*>", "\n", APART.sub("", page))
    return sorted({one for one in WORDS.findall(CALLED.sub("", seen)) if not one.isupper()})[:5]


def looks(pattern: str, page: str) -> tuple[str, frozenset[str]]:
    """What a page is drawn of: two with the same look alike, whosever they are."""
    return pattern, frozenset(re.findall(r'class="([^"]*)"', page.partition("<main")[2]))


class Walker:
    """Somebody of a role, who opens pages and notes what is wrong with them."""

    def __init__(self, browser: Browser, url: str, role: str) -> None:
        self.url, self.role, self.at, self.wrong = url, role, "", dict[str, Any]()
        self.context = browser.new_context(viewport=WIDE, base_url=url)  # type: ignore[arg-type]
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", lambda said: said.type == "error" and self.note("console", said.text))
        self.page.on("pageerror", lambda error: self.note("script", str(error)))
        self.page.goto("/sign-in/")
        self.page.click(f"button[value='{role}']")
        self.page.wait_for_selector(".topbar")

    def note(self, what: str, said: Any) -> None:
        self.wrong[f"{self.role} {self.at} {what}"] = said

    def open(self, path: str, language: str) -> None:
        self.at = f"{language} {path}"
        self.context.add_cookies([{"name": "django_language", "value": language, "url": self.url}])
        answer = self.page.goto(path)
        if answer is None or answer.status != 200:
            self.note("status", answer and answer.status)
        if "演示数据" not in self.page.inner_text(".demo-strip"):
            self.note("does not say that it is a demonstration", "")
        for size in in_sizes(self.page):
            if wide := too_wide(self.page):
                self.note(f"at {size['width']}", wide)


def test_every_page_of_every_role_fits_and_is_said_in_its_language(
    laid: None, browser: Browser, live_server: Any
) -> None:
    """Each in Chinese, and in English the first time. Those drawn of the same parts are looked at once."""
    wrong: dict[str, Any] = {}
    opened: Counter[str] = Counter()
    seen: set[Any] = set()
    for role in sorted(EVERYONE):
        walker = Walker(browser, live_server.url, role)
        for pattern, path, page in pages(role):
            opened[role] += 1
            if words := english(page):
                walker.note(f"words on {path}", words)
            if (look := looks(pattern, page)) not in seen:
                walker.open(path, "zh-hans")
                if pattern not in seen:
                    walker.open(path, "en")
                seen |= {look, pattern}
        wrong |= walker.wrong
        walker.context.close()
    assert wrong == {}
    assert len(opened) == len(EVERYONE) and opened["county-office"] > 60, opened
