"""A benchmark whose extra is not installed is left out with a sentence; the others go on."""

from __future__ import annotations

import importlib.util
import tomllib
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from bulou.config import bench


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which benches are begun where Splink is not installed."""
    find, begun = importlib.util.find_spec, list[str]()
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "splink" else find(name, *rest)
    )
    monkeypatch.delenv("BULOU_BENCH_CHILD", raising=False)

    def begin(name: str, _url: str, _json: bool) -> int:
        begun.append(name)
        return 0

    monkeypatch.setattr(bench, "_apart", begin)
    return begun


def _run(name: str | None) -> int:
    return bench.run(Namespace(name=name, json=True, database="sqlite"))


def test_without_splink_the_bench_of_doubles_says_how_to_install_it(
    ran: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("match") == 2
    out, err = capsys.readouterr()
    assert not out
    assert len(err.splitlines()) == 1
    assert "Splink is not installed" in err
    extras = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    for package in extras["optional-dependencies"]["match"]:
        assert f"'{package}'" in err
    assert not ran


def test_without_splink_the_other_benches_run(ran: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(None) == 0
    assert ran == [name for name in bench.BENCHES if name != "match"]
    assert "bench match is left out" in capsys.readouterr().err


def test_with_splink_it_runs(ran: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    here: Any = object()
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: here)
    assert _run("match") == 0
    assert ran == ["match"]
