"""The project's files as house tests see them: what is tracked, or would be."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ROOT / "bulou" / "work"


@cache
def files() -> tuple[Path, ...]:
    """Every file that git tracks or would add, that is there."""
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    return tuple(ROOT / name for name in listed if name and (ROOT / name).is_file())


@cache
def text(path: Path) -> str:
    """A file's text; "" for what is no text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def rooms() -> list[Path]:
    return sorted(p for p in ROOMS.iterdir() if (p / "__init__.py").is_file())


def is_test(path: Path) -> bool:
    return "tests" in path.parts or path.name.startswith(("test_", "conftest"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))
