"""The printed pages of docs say what the code says."""

from __future__ import annotations

import subprocess
import sys

from tests.house.tree import ROOT


def test_the_printed_docs_are_those_of_the_code() -> None:
    found = subprocess.run(
        [sys.executable, ROOT / "script" / "docs", "--check"], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, f"{found.stderr}\nrun script/docs and look at what changed"
