"""A command line that lacks something is answered once, under the command's own name; help is no error."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import pytest

from bulou.exchange import cli
from bulou.exchange.ledger.tests.sheets import write_xlsx
from bulou.exchange.models import ImportRun


@pytest.mark.parametrize("argv", [[], ["--help"], ["sheet.csv"]])
def test_looking_ahead_says_nothing_about_the_command_line(
    argv: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    cli.early(argv)
    assert capfd.readouterr() == ("", "")


@pytest.mark.django_db
@pytest.mark.parametrize("out", ["nowhere/out.xlsx", "."])
def test_a_file_that_cannot_be_given_back_there_is_not_taken_in(tmp_path: Path, out: str) -> None:
    sheet = write_xlsx(tmp_path / "sheet.xlsx", [["姓名", "身份证号"]])
    asked = Namespace(
        file=sheet, place="141031", kind="auto", dry_run=False, json=True, annotated=tmp_path / out
    )
    with pytest.raises(OSError):
        cli.run(asked)
    assert not ImportRun.objects.exists()
