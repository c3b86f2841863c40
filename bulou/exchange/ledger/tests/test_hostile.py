"""Files made to hurt are refused within two seconds and fifty megabytes, with a sentence."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from bulou.lib.refusals import sentence

from .sheets import take, write_xlsx

MB = 1 << 20
_HEAD = "姓名,身份证号,电话\n".encode()


def rewritten(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """The same workbook with one part changed."""
    plain = write_xlsx(path.with_name("plain.xlsx"), [["姓名", "身份证号"], ["某人", "无"]])
    with (
        zipfile.ZipFile(plain) as old,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name.endswith(part) else content)
    return path


def bomb(path: Path) -> Path:
    return rewritten(
        path, "sheet1.xml", lambda xml: xml.replace(b"<sheetData>", b"<sheetData>" + b" " * (64 * MB))
    )


def strings_bomb(path: Path) -> Path:
    many = b"<si><t>" + b"a" * (64 * MB) + b"</t></si></sst>"
    return rewritten(path, "sharedStrings.xml", lambda xml: xml.replace(b"</sst>", many))


def entities(path: Path) -> Path:
    names = "abcdefghij"
    inner = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise(names))
    head = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{inner}]>'.encode()
    return rewritten(path, "sharedStrings.xml", lambda xml: head + xml.split(b"?>", 1)[1])


def far_corner(path: Path) -> Path:
    cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return rewritten(path, "sheet1.xml", lambda xml: xml.replace(b"</sheetData>", cell))


def locked(path: Path) -> Path:
    names = "EncryptionInfo\0EncryptedPackage".encode("utf-16-le")
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + names + bytes(4000))
    return path


def web_page(path: Path) -> Path:
    path.write_bytes("<html><table><tr><td>姓名</td></tr></table></html>".encode("gb18030"))
    return path


def nested(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.zip", bytes(64 * MB))
    return path


def _text(content: bytes) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize(
    ("make", "name", "code"),
    [
        (bomb, "a.xlsx", "FILE_TOO_LARGE"),
        (strings_bomb, "a.xlsx", "FILE_TOO_LARGE"),
        (nested, "a.xlsx", "FILE_TOO_LARGE"),
        (far_corner, "a.xlsx", "FILE_TOO_LARGE"),
        (entities, "a.xlsx", "FILE_UNSAFE"),
        (locked, "a.xlsx", "FILE_ENCRYPTED"),
        (web_page, "a.xlsx", "FILE_TYPE_MISMATCH"),
        (web_page, "a.xls", "FILE_TYPE_MISMATCH"),
        (web_page, "a.csv", "FILE_TYPE_MISMATCH"),
        (_text(_HEAD + b"," * (8 * MB)), "a.csv", "FILE_TOO_LARGE"),
        (_text(_HEAD + b"a" * (40 * MB)), "a.csv", "FILE_TOO_LARGE"),
        (_text(bytes(4096)), "a.csv", "FILE_EMPTY"),
        (_text(b"PK\x03\x04" + bytes(400)), "a.xlsx", "FILE_UNREADABLE"),
    ],
)
def test_what_is_made_to_hurt_is_refused_at_once(
    tmp_path: Path, make: Callable[[Path], Path], name: str, code: str
) -> None:
    from django.utils import translation

    path = make(tmp_path / name)
    tracemalloc.start()
    start = time.process_time()
    try:
        reading = take(path)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (reading.verdict, reading.code, reading.rows) == ("refused", code, [])
    assert time.process_time() - start < 2
    assert most < 50 * MB
    sentences = set()
    for language in ("zh-hans", "en"):
        with translation.override(language):
            sentences.add(sentence(code))
    assert len(sentences) == 2


_CHILD = """
import resource, sys
from datetime import date
import django; django.setup()
from pathlib import Path
from bulou.exchange.ledger.read import read
def look(path): return read(Path(path), today=date(2020, 2, 12), fever_tenths=373, kind="auto")
look(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
codes = [look(path).code for path in sys.argv[2:]]
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, *codes)
"""


def test_the_whole_process_grows_by_less_than_fifty_megabytes_over_all_of_them(tmp_path: Path) -> None:
    """Also what a reader takes that is not written in Python: measured at a process of its own."""
    plain = write_xlsx(tmp_path / "sound.xlsx", [["姓名", "身份证号"], ["某人", "无"]])
    made = {
        one.__name__: one(tmp_path / f"{one.__name__}.xlsx")
        for one in (bomb, strings_bomb, nested, far_corner, entities, locked, web_page)
    }
    command = [sys.executable, "-c", _CHILD, str(plain), *map(str, made.values())]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    kilobytes, *codes = done.stdout.split()
    assert all(code.startswith("FILE_") for code in codes)
    assert len(codes) == len(made)
    assert int(kilobytes) * 1024 < 50 * MB


_COMMAND = """
import sys, time
from bulou import cli
code = cli.main(["import", sys.argv[1], "--place", "141031"])
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(code, status["VmHWM"].split()[0], time.process_time())
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only where the system tells it")
@pytest.mark.parametrize(
    ("make", "code"),
    [
        (bomb, "FILE_TOO_LARGE"), (entities, "FILE_UNSAFE"), (web_page, "FILE_TYPE_MISMATCH"),
        (locked, "FILE_ENCRYPTED"),
    ],
)  # fmt: skip
def test_the_whole_command_refuses_it_in_two_seconds_and_fifty_megabytes(
    tmp_path: Path, make: Callable[[Path], Path], code: str
) -> None:
    from django.utils import translation

    path = make(tmp_path / "a.xlsx")
    for language, spoken in (("zh", "zh-hans"), ("en", "en")):
        env = os.environ | {"BULOU_HOME": str(tmp_path), "BULOU_LANG": language}
        command = [sys.executable, "-c", _COMMAND, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=env)
        said, told = done.stdout.splitlines()
        with translation.override(spoken):
            assert said == f"a.xlsx: {sentence(code)}"
        exit_code, kilobytes, seconds = told.split()
        assert int(exit_code) == 1
        assert int(kilobytes) * 1024 < 50 * MB
        assert float(seconds) < 2
