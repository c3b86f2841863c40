"""Every room has the same furniture, and what is in the tree is fit to be there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.tree import files, is_test, named, rooms, text

FURNITURE = (
    "README.md", "room.py", "models.py", "rules.py", "duties.py", "actions.py", "queries.py", "figures.py",
)  # fmt: skip
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-node.lock", "package-lock.json")
LONGEST = 300


@pytest.mark.parametrize("room", [room.name for room in rooms()])
@pytest.mark.parametrize("piece", FURNITURE)
def test_a_room_has_its_furniture(room: str, piece: str) -> None:
    (folder,) = (r for r in rooms() if r.name == room)
    assert (folder / piece).is_file(), f"{room} has no {piece}"
    assert (folder / piece).read_text().strip(), f"{room}/{piece} says nothing"


def test_the_rules_of_a_room_know_no_database_and_no_clock() -> None:
    wrong = re.compile(
        r"^\s*(?:from|import) (?:django\.db|bulou\.lib\.(?:clock|sql)|bulou\.\S+\.models)", re.M
    )
    found = [named(p) for r in rooms() for p in r.glob("rules.py") if wrong.search(text(p))]
    assert found == []


def test_no_file_holds_a_path_of_a_machine() -> None:
    own = re.compile(r"(?<![\w.])/(?:work/(?:main|shared)|home/\w+|root|Users/\w+)(?:/|\b)")
    found = [named(p) for p in files() if p.suffix != ".csv" and own.search(text(p)) and p != Path(__file__)]
    assert found == []


def test_no_file_names_a_registry() -> None:
    hosts = (
        "pypi." + "org",
        "pythonhosted." + "org",
        "npmjs." + "org",
        "npmjs." + "com",
        "npmmirror." + "com",
    )
    assert [named(p) for p in files() if any(host in text(p) for host in hosts)] == []


def test_the_locks_hold_no_addresses() -> None:
    for path in files():
        if path.name in LOCKS:
            assert '"resolved"' not in text(path), path.name
            assert not re.search(r"^--(?:extra-)?index-url|^\s*https?:", text(path), re.M), path.name
    assert not [p for p in files() if p.name == "uv.lock"]


def test_every_package_of_the_python_locks_is_hashed() -> None:
    for path in files():
        if path.name in LOCKS and path.suffix == ".lock":
            packages = re.findall(r"^[a-z0-9][\w.\[\]-]*==", text(path), re.M)
            assert packages
            entries = re.split(r"\n(?=[a-z0-9])", text(path).strip())
            assert [e.split("=")[0] for e in entries if "--hash=sha256:" not in e] == []


def test_files_stay_short_enough_to_read() -> None:
    long = {
        named(path): lines
        for path in files()
        if path.suffix in (".py", ".js", ".ts")
        and not is_test(path)
        and "migrations" not in path.parts
        and (lines := text(path).count("\n")) > LONGEST
    }
    assert long == {}


def test_pages_hold_no_scripts_of_their_own() -> None:
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)[^>]*>|\son(?:click|change|submit|input|load)=|javascript:", re.I
    )
    data = re.compile(r'<script[^>]*type="application/json"')
    found = [named(p) for p in files() if p.suffix == ".html" and inline.search(data.sub("", text(p)))]
    assert found == []


def test_every_icon_that_a_page_names_is_in_the_sprite() -> None:
    listed = next(text(p) for p in files() if p.name == "icons.txt").split()
    used = {
        name
        for p in files()
        if p.suffix == ".html"
        for name in re.findall(r'<c-icon name="([a-z0-9-]+)"', text(p))
    }
    # How a state looks is (sign, tone) in the desk's table, (word, sign, tone) where a list has states of its own.
    tones = r'"([a-z0-9-]+)", "(?:done|none|now|wait|calm|miss|fever)"\)'
    own = re.compile(r'"\), ' + tones)
    states = {sign for p in files() if p.suffix == ".py" for sign in own.findall(text(p))}
    table = next(text(p) for p in files() if named(p) == "bulou/desk/states.py")
    states |= set(re.findall(r'": \(' + tones, table))
    assert {"hourglass", "circle-dashed"} <= states
    used |= states
    assert used - set(listed) == set()


def test_a_room_of_the_common_parts_alone_is_under_200_lines() -> None:
    (room,) = (one for one in rooms() if one.name == "directives")
    own = [p for p in room.rglob("*.py") if not {"tests", "migrations"} & set(p.parts)]
    assert len(own) > 7
    assert sum(text(p).count("\n") for p in own) < 200
