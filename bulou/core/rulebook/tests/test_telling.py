"""Rules as people read them: whatever the house brings is in words, in both languages."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override

from bulou.core.rulebook import queries, store, telling

pytestmark = pytest.mark.django_db
RAW = re.compile(r"[{}\[\]|]|[A-Za-z]_|[a-z]\.[a-z_]{2,}|\bTrue\b|\bFalse\b")
ENGLISH = re.compile(r"[A-Za-z]{3,}")


def told() -> dict[tuple[str, str], str]:
    """Each value, and each cell of each table, as a page says it."""
    found = {}
    for entry in store.book().entries:
        at = (entry.key, f"{entry.profile} {entry.place}")
        if entry.table is None:
            found[at] = telling.value(entry.value, entry.unit, entry.key)
            continue
        words = [*entry.table.facts, *entry.table.outcomes]
        for row in queries.table_rows(entry.table):
            for cell in (*row["when"], *row["then"]):
                words += cell if isinstance(cell, list) else [cell]
        # An outcome that names a value is told by that value.
        said = (
            w for w in words if isinstance(w, str) and not store.book().history(w, entry.place, entry.profile)
        )
        found[at] = " · ".join(telling.word(one, entry.key) for one in said)
    return found


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_rule_shows_what_only_the_machine_reads(language: str) -> None:
    with override(language):
        shown = {at: text.replace("a.m.", "").replace("p.m.", "") for at, text in told().items()}
    assert len(shown) > 100
    assert {at: text for at, text in shown.items() if RAW.search(text)} == {}


def test_in_chinese_no_rule_is_told_in_english() -> None:
    with override("zh-hans"):
        assert {at: text for at, text in told().items() if ENGLISH.search(text)} == {}
        assert {e.source for e in store.book().entries if "House" in telling.source(e.source)} == set()


def test_a_list_of_hours_is_no_list_of_places() -> None:
    with override("en"):
        assert telling.value([1, 4, 12], "hours") == "1, 4, 12 hours"
        assert telling.value(["12"]) != "12"


def test_a_clause_is_told_with_what_its_braces_stand_for() -> None:
    clause = {
        "at": 10,
        "zh": "{whole}共{arrivals.other_provinces}人",
        "en": "{arrivals.other_provinces} [person|people] returned to {whole}",
    }
    with override("en"):
        assert re.fullmatch(r"‹[^‹›.]+› people returned to ‹the place›", telling.value([clause]))
    with override("zh-hans"):
        assert re.fullmatch(r"‹本地›共‹[^‹›.]+›人", telling.value([clause]))
