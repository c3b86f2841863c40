"""The first command on a machine, and what is said when it cannot be done: a code and a sentence, nothing written."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from bulou.cli import parser
from bulou.lib import clock
from tests.conftest import Bulou

INIT = ("init", "--county", "141031", "--username", "root1", "--name", "管理员")
PASSWORD = "gu yu 4 han lu 7"


def given(home: dict[str, str], *words: object, stdin: str = "", **changes: str) -> Any:
    command = [sys.executable, "-m", "bulou.cli", *map(str, words)]
    return subprocess.run(
        command, env=home | changes, capture_output=True, text=True, check=False, input=stdin
    )


def written(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*")) if folder.exists() else []


@pytest.mark.sqlite
@pytest.mark.empty
@pytest.mark.parametrize("stdin", ["", "\n", "short\n", "password\n"])
def test_a_house_is_not_begun_without_a_password_that_will_do(
    home: dict[str, str], tmp_path: Path, stdin: str
) -> None:
    refused = given(home, *INIT, stdin=stdin)
    assert refused.returncode == 2
    assert "password-weak" in refused.stderr
    assert not written(tmp_path / "home")
    assert not (tmp_path / "bulou.sqlite3").exists()
    assert given(home, *INIT, stdin=PASSWORD + "\n").returncode == 0


@pytest.mark.sqlite
@pytest.mark.empty
def test_nobody_at_the_terminal_begins_no_house(home: dict[str, str], tmp_path: Path) -> None:
    for stdin in ("", "\n"):
        refused = given(home, "init", stdin=stdin)
        assert refused.returncode == 2 and "first-county-missing: No county was given" in refused.stderr
    assert not written(tmp_path / "home")


@pytest.mark.sqlite
@pytest.mark.empty
def test_a_county_that_there_is_not_is_refused_before_anything_else_is_asked(
    home: dict[str, str], tmp_path: Path
) -> None:
    for code in ("999999", "1410", "141031100202"):
        refused = given(home, "init", stdin=f"{code}\n")
        assert refused.returncode == 2 and "first-county" in refused.stderr
        assert "Name to sign in" not in refused.stderr and "assword" not in refused.stderr
    assert not written(tmp_path / "home")


@pytest.mark.sqlite
@pytest.mark.empty
def test_a_weak_password_is_refused_in_chinese_throughout(home: dict[str, str]) -> None:
    for stdin, words in (("1\n", "长度至少 8 位"), ("password\n", "过于常见")):
        said = given(home, *INIT, stdin=stdin, BULOU_LANG="zh").stderr
        assert words in said
        assert "password is" not in said and "This" not in said


def test_commands_that_start_at_the_same_moment_know_what_the_one_before_did(home: dict[str, str]) -> None:
    """BULOU_NOW is where each command's clock starts, so the second's stands before the end of the first."""
    at = {"BULOU_NOW": "2020-03-01T08:00"}
    assert given(home, *INIT, stdin=PASSWORD + "\n", **at).returncode == 0
    token = given(home, "token", "root1", **at)
    assert token.returncode == 0 and token.stdout.startswith("bulou_"), token.stderr
    for again in (at, {"BULOU_NOW": "2020-02-01T08:00"}, {}):
        refused = given(home, *INIT[:-4], "--username", "root2", "--name", "他人", stdin=PASSWORD, **again)
        assert refused.returncode == 2 and "first-done" in refused.stderr


@pytest.mark.sqlite
@pytest.mark.empty
def test_a_demonstration_that_there_is_not_leaves_nothing_behind(
    home: dict[str, str], tmp_path: Path
) -> None:
    own = {name: value for name, value in home.items() if name != "BULOU_KEY"}
    refused = given(own, "demo", "nowhere")
    assert refused.returncode == 2 and "demo-unknown" in refused.stderr
    assert not written(tmp_path / "home")


@pytest.mark.sqlite
@pytest.mark.parametrize("name, value, code", [
    ("BULOU_KEY", "zz", "env-key"), ("BULOU_KEY", "ab", "env-key"), ("BULOU_NOW", "soon", "env-now"),
    ("BULOU_TZ", "Asia/Nowhere", "env-zone"), ("DATABASE_URL", "x", "env-database"),
    ("DATABASE_URL", "what://ever", "env-database"),
    ("BULOU_HOME", "/dev/null", "env-home"), ("BULOU_HOME", "/dev/null/deeper", "env-home"),
])  # fmt: skip
def test_a_slip_in_the_environment_is_said_in_both_languages(
    home: dict[str, str], tmp_path: Path, name: str, value: str, code: str
) -> None:
    said = [
        given(home, "missed", "--place", "141031", BULOU_LANG=one, **{name: value}) for one in ("zh", "en")
    ]
    assert [one.returncode for one in said] == [2, 2]
    for one in said:
        assert f"bulou: {code}: " in one.stderr and "Error" not in one.stderr
    assert said[0].stderr != said[1].stderr
    assert "master.key" not in written(tmp_path / "home")


@pytest.mark.sqlite
@pytest.mark.parametrize("words, code", [
    (("places", "import", "--file", "none.csv"), "file-missing"),
    (("places", "import", "--file", "/"), "file-folder"),
    (("restore", "/nonexistent/x"), "backup-missing"),
    (("backup", "/nonexistent/x"), "backup-folder"), (("backup", "."), "backup-into"),
    (("policy", "check", "none.toml"), "file-missing"),
    (("missed", "--place", "141031", "--kind", "foo"), "task-kind-unknown"),
    (("missed", "--place", "141031", "--at", "soon"), "moment-form"),
    (("bulletin", "--place", "141031", "--as-of", "2999-01-01"), "as-of-future"),
])  # fmt: skip
def test_what_cannot_be_done_has_a_code_and_a_sentence(
    bulou: Bulou, words: tuple[str, ...], code: str
) -> None:
    said = [bulou(*words, BULOU_LANG=language) for language in ("zh", "en")]
    for one in said:
        assert one.returncode == 2
        assert code in one.stderr and not one.stdout
        assert "Error:" not in one.stderr and "Traceback" not in one.stderr
    assert said[0].stderr != said[1].stderr


@pytest.mark.empty
def test_a_database_without_tables_is_said_in_words(bulou: Bulou) -> None:
    said = bulou("missed", "--place", "141031")
    assert said.returncode == 2 and "database-away" in said.stderr and "no such" not in said.stderr


@pytest.mark.empty
def test_a_backup_of_nothing_is_none(bulou: Bulou, tmp_path: Path) -> None:
    file = tmp_path / "county.bulou"
    (tmp_path / "bulou.sqlite3").touch()
    said = bulou("backup", file)
    assert said.returncode == 2 and "backup-nothing" in said.stderr and not file.exists()


@pytest.mark.sqlite
@pytest.mark.empty
@pytest.mark.parametrize("words", [
    "bulletin --place 141031 --as-of 2020-02-12", "figures --place 141031", "missed --place 141031", "recount",
    "token root1", "backup {0}/county.bulou", "import {0}/some.csv --place 141031",
])  # fmt: skip
def test_what_reads_begins_no_database_where_there_is_none(
    home: dict[str, str], tmp_path: Path, words: str
) -> None:
    (tmp_path / "some.csv").write_text("姓名,体温\n")
    said = given(home, *words.format(tmp_path).split())
    assert said.returncode == 2 and "bulou: database-" in said.stderr
    assert not written(tmp_path / "home")
    assert not {"bulou.sqlite3", "county.bulou"} & set(written(tmp_path))


@pytest.mark.parametrize("words", [
    "demo xixian --as-of", "bulletin --place 141031 --as-of", "missed --place 141031 --at",
])  # fmt: skip
def test_a_bare_date_is_to_the_end_of_that_day_whatever_the_command(words: str) -> None:
    asked = vars(parser().parse_args([*words.split(), "2020-02-12"]))
    assert asked.get("as_of", asked.get("at")) == clock.at(date(2020, 2, 12), time.max)


@pytest.mark.parametrize("port", ["99999", "-1", "http"])
def test_a_port_that_there_cannot_be_is_said_at_once(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(["serve", f"--port={port}"])
    assert ended.value.code == 2 and "--port" in capsys.readouterr().err


RULE = """
[[value]]
key = "observation.days"
from = 2020-02-13
value = 15
source = "县令"
"""


def test_a_rule_is_checked_and_tried_for_a_place(bulou: Bulou, tmp_path: Path) -> None:
    file = tmp_path / "rule.toml"
    file.write_text(RULE)
    assert bulou("policy", "check", file, "--place", "141031").returncode == 0
    assert bulou("policy", "check", file).returncode == 0
    for does in ("check", "try"):
        refused = bulou("policy", does, file, "--place", "999999")
        assert refused.returncode == 2 and "place-unknown" in refused.stderr


@pytest.mark.empty
def test_a_rule_is_checked_also_where_there_is_no_house_yet(bulou: Bulou, tmp_path: Path) -> None:
    file = tmp_path / "rule.toml"
    file.write_text('[order]\nplace = "141031"\n' + RULE)
    assert bulou("policy", "check", file).returncode == 0


def test_the_zone_is_read_from_one_variable(home: dict[str, str]) -> None:
    program = "from bulou.lib import clock; print(clock.zone())"
    for own, zone in (({"BULOU_TZ": "Asia/Urumqi"}, "Asia/Urumqi"), ({"TZ": "UTC"}, "Asia/Shanghai")):
        env = {k: v for k, v in os.environ.items() if k not in ("TZ", "BULOU_TZ")} | own
        found = subprocess.run(
            [sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True
        )
        assert found.stdout.strip() == zone


@pytest.mark.sqlite
@pytest.mark.empty
@pytest.mark.parametrize(
    "words",
    [
        "missed --place 141031", "recount", "token nobody", "demo nosuch", "demo xixian --scale x", "mark {file}",
        "restore nosuch", "policy check nosuch", "import {file} --place 141031", "serve --port x", "",
    ],
)  # fmt: skip
def test_a_slip_in_the_name_of_the_folder_leaves_none_behind(
    home: dict[str, str], tmp_path: Path, words: str
) -> None:
    file = tmp_path / "file.txt"
    file.write_text("x")
    environ = {key: value for key, value in home.items() if key != "DATABASE_URL"}
    said = given(environ, *words.format(file=file).split(), BULOU_HOME=str(tmp_path / "no" / "such"))
    assert said.returncode in (1, 2) and "Traceback" not in said.stderr
    assert not (tmp_path / "no").exists()


@pytest.mark.sqlite
@pytest.mark.empty
@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("missed", "缺少参数 --place"), ("demo", "缺少参数 NAME"), ("demo xixian --scale x", "'x' 写法不对"),
        ("recount --nosuch", "不认识的参数 --nosuch"), ("places show", "没有 'show'，可选：'import'"),
        ("policy check {folder}", "file-folder"), ("policy check nosuch", "file-missing"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_command_line_is_said_in_the_readers_language(
    home: dict[str, str], tmp_path: Path, words: str, told: str
) -> None:
    said = given(home, *words.format(folder=tmp_path).split(), BULOU_LANG="zh")
    assert said.returncode == 2 and told in said.stderr
    english = given(home, *words.format(folder=tmp_path).split(), BULOU_LANG="en")
    assert english.returncode == 2 and "缺少" not in english.stderr


@pytest.mark.sqlite
@pytest.mark.empty
def test_a_terminal_without_chinese_gets_every_line(home: dict[str, str], tmp_path: Path) -> None:
    empty = tmp_path / "empty.toml"
    empty.touch()
    said = given(home, "policy", "check", empty, BULOU_LANG="zh", PYTHONIOENCODING="ascii")
    assert said.returncode == 1 and "\\u6587\\u4ef6" in said.stdout and "Error" not in said.stderr


@pytest.mark.sqlite
@pytest.mark.empty
def test_a_full_disk_is_called_so(home: dict[str, str], tmp_path: Path) -> None:
    empty = tmp_path / "empty.toml"
    empty.touch()
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "bulou.cli", "policy", "check", str(empty)]
        said = subprocess.run(command, env=home, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert said.returncode == 2 and said.stderr.startswith("bulou: disk-full: ")
