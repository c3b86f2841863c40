"""A rule that nobody reads is shown, tried and put in force, and changes nothing: there is none."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from bulou.core.rulebook.store import base, files
from tests.house import tree

_NAMING = frozenset({"Figure", "Formula", "verb"})  # what they name may be called as a rule is
_TYPED = re.compile(r"""["'`]([a-z0-9._-]+)["'`]""")


def _named_here(path: Path) -> tuple[set[str], set[str]]:
    """The strings that a file of code says as a whole, and as patterns those it puts together."""
    if path.suffix != ".py":
        return set(_TYPED.findall(tree.text(path))), set()
    whole, parts, names = set(), set(), set()
    for node in ast.walk(ast.parse(tree.text(path))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _NAMING:
            names |= {id(argument) for argument in node.args[:1]}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in names:
            whole.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            pieces = [re.escape(p.value) if isinstance(p, ast.Constant) else "(.+)" for p in node.values]  # type: ignore[arg-type]
            parts.add("".join(pieces))
    return whole, parts


@cache
def _said() -> tuple[set[str], set[str]]:
    code = [
        path
        for path in tree.files()
        if path.suffix in (".py", ".ts", ".tsx")
        and tree.named(path).startswith("bulou/")
        and not tree.is_test(path)
    ]
    found = [_named_here(path) for path in code]
    return set().union(*(whole for whole, _ in found)), set().union(*(parts for _, parts in found))


def _read(key: str) -> bool:
    """Code names the key; or puts it together from a part that names no rule by itself, and one that it says."""
    whole, parts = _said()
    filled = [re.fullmatch(part, key) for part in parts if re.search(r"[a-z_]{3}", part)]
    return key in whole or any(hit and set(hit.groups()) <= whole for hit in filled)


def test_every_rule_is_read_by_code_or_named_by_a_table() -> None:
    entries = base().entries
    tables = [entry.table for entry in entries if entry.table is not None]
    named = {
        str(row.then[outcome])
        for table in tables
        for row in table.rows
        for outcome, domain in table.outcomes.items()
        if domain.kind == "key"
    }
    assert len(files()) > 10
    unread = sorted({entry.key for entry in entries if entry.key not in named and not _read(entry.key)})
    assert not unread, f"nobody reads {', '.join(unread)}: let code read them, or take them out"


def test_what_a_rule_says_in_chinese_has_the_stops_of_chinese() -> None:
    narrow = re.compile(r"[\u4e00-\u9fff）”]\s*[;,:]|[;,:]\s*[\u4e00-\u9fff“]")
    said = {text for entry in base().entries for text in (entry.source, entry.zh)}
    prose = sorted(text for text in said if text and not text.startswith("House default"))
    wrong = [text for text in prose if narrow.search(text)]
    assert len(prose) > 30 and not wrong, f"full-width stops between Chinese words: {wrong}"


def test_where_a_rule_comes_from_is_a_notice_by_its_name_and_no_shorthand_of_ours() -> None:
    said = [one.source for one in base().entries]
    said += [row.source for one in base().entries for row in getattr(one.value, "rows", ())]
    assert len(said) > 100
    assert [one for one in said if re.search(r"(?<![A-Za-z0-9])S[0-9](?![A-Za-z0-9])", one)] == []
