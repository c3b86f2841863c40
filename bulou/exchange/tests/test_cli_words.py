"""A command line that lacks something is answered once, under the command's own name; help is no error."""

from __future__ import annotations

import pytest

from bulou.exchange import cli


@pytest.mark.parametrize("argv", [[], ["--help"], ["sheet.csv"]])
def test_looking_ahead_says_nothing_about_the_command_line(
    argv: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    cli.early(argv)
    assert capfd.readouterr() == ("", "")
