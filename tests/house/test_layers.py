"""Imports go one way, and no room knows another."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.house.tree import ROOT, files, is_test, named, rooms, text

NAMES = [room.name for room in rooms()]
BENEATH = ("actions", "duties", "figures", "forms", "intake", "models", "out", "queries", "rules")
# Where rooms are listed, and where their work is told.
MAY_NAME = ("bulou/config/rooms.py", "bulou/bench/")


def test_the_layers_hold() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    found = subprocess.run([program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout[-3000:]


@cache
def modules_named(path: Path) -> set[str]:
    """Every dotted name that a Python file imports or holds as a string."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text(path))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
    return found


@pytest.mark.parametrize("room", NAMES)
def test_a_rooms_name_stands_only_in_its_folder_and_in_the_list(room: str) -> None:
    said = re.compile(rf"bulou\.work\.{room}\b|^{room}(\.[a-z_]+)+$|^{room}_[a-z]+$")
    found = [
        named(path)
        for path in files()
        if path.suffix == ".py"
        and named(path).startswith("bulou/")
        and not named(path).startswith((f"bulou/work/{room}/", *MAY_NAME))
        and not is_test(path)
        and any(said.search(name) for name in modules_named(path))
    ]
    # Another room may react to an event by its name, which is how rooms meet.
    assert [name for name in found if not name.startswith("bulou/work/")] == []
    for name in found:
        loose = [n for n in modules_named(ROOT / name) if re.search(rf"bulou\.work\.{room}\b", n)]
        assert loose == [], f"{name} imports the room {room}"


@pytest.mark.parametrize("room", rooms(), ids=NAMES)
def test_what_lies_beneath_the_pages_of_a_room_asks_none_of_them(room: Path) -> None:
    """Words that a page and a list that leaves the house share lie where both may ask."""
    page = re.compile(r"bulou\.work\.\w+\.desk_\w+")
    beneath = [path for path in room.glob("*.py") if path.stem in BENEATH]
    asked = {path.name: name for path in beneath for name in modules_named(path) if page.match(name)}
    assert asked == {}
