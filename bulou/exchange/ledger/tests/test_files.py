"""Files that are not what they seem, and files that would hurt."""

from __future__ import annotations

import codecs
import os
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from .sheets import by_row, people, take, write_xlsx

_TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def workbook(path: Path, sheet: bytes, packing: int = zipfile.ZIP_DEFLATED) -> Path:
    """The least that a workbook must have, with this sheet in it."""
    with zipfile.ZipFile(path, "w", packing) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    return path


def code(path: Path) -> str | None:
    reading = take(path)
    assert reading.verdict == "refused"
    assert reading.rows == []
    assert reading.message
    return reading.code


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b" \r\n \r\n"])
@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_an_empty_file_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert code(path) in ("FILE_EMPTY", "FILE_TYPE_MISMATCH")


def test_a_workbook_without_a_cell_is_empty(tmp_path: Path) -> None:
    assert code(write_xlsx(tmp_path / "a.xlsx", [])) == "FILE_EMPTY"


@pytest.mark.parametrize(
    "name, content",
    [
        ("a.xlsx", b"<html><table><tr><td>\xd0\xd5\xc3\xfb</td></tr></table></html>"),
        ("a.xls", "姓名\t电话\n".encode("gb18030")),
        ("a.csv", b"<html></html>"),
        ("a.csv", b"%PDF-1.7 ..."),
        ("a.csv", b"\x89PNG\r\n\x1a\n\x00\x00"),
        ("a.csv", b"\x00\x01\x02\x03 binary"),
    ],
)
def test_a_file_that_is_something_else_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert code(path) == "FILE_TYPE_MISMATCH"


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    assert code(tmp_path / "a.xlsx") == "FILE_TYPE_MISMATCH"


def test_a_workbook_named_csv_is_refused(tmp_path: Path) -> None:
    assert code(write_xlsx(tmp_path / "a.csv", [["姓名"]])) == "FILE_TYPE_MISMATCH"


def test_an_encrypted_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(
        codecs.decode(b"d0cf11e0a1b11ae1", "hex") + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    )
    assert code(path) == "FILE_ENCRYPTED"


def test_a_cut_workbook_is_refused(tmp_path: Path) -> None:
    whole = write_xlsx(tmp_path / "whole.xlsx", [["姓名", "电话"], ["康蕾柔", "15400000001"]]).read_bytes()
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(whole[: len(whole) // 2])
    assert code(cut) == "FILE_UNREADABLE"


def test_a_workbook_that_was_damaged_on_its_way_is_refused(tmp_path: Path) -> None:
    sheet = b"<worksheet>" + random.Random(1).randbytes(4000).hex().encode() + b"</worksheet>"
    damaged = workbook(tmp_path / "a.xlsx", sheet)
    raw = bytearray(damaged.read_bytes())
    for at in range(raw.index(b"sheet1.xml") + 10, len(raw) // 2):
        raw[at] ^= 0x5A
    damaged.write_bytes(raw)
    assert code(damaged) == "FILE_UNREADABLE"


def test_definitions_in_a_sheet_are_refused(tmp_path: Path) -> None:
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;">]><worksheet>&b;</worksheet>'
    )
    assert code(workbook(tmp_path / "a.xlsx", bomb)) == "FILE_UNSAFE"
    assert code(workbook(tmp_path / "b.xlsx", bomb.decode().encode("utf-16"))) == "FILE_UNSAFE"
    late = b"<worksheet>" + b" " * 600_000 + b"<!ENTITY a 'b'></worksheet>"
    assert code(workbook(tmp_path / "c.xlsx", late)) == "FILE_UNSAFE"


@pytest.mark.parametrize(
    "corner", [b'r="XFD900000"', b"r='XFD900000'", b'r = "xfd900000"', b's="1" r="CZ900000"']
)
def test_two_cells_in_far_corners_do_not_fill_the_memory(tmp_path: Path, corner: bytes) -> None:
    far = (
        b'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        b"<row><c " + corner + b"><v>1</v></c></row></sheetData></worksheet>"
    )
    assert code(workbook(tmp_path / "a.xlsx", far)) == "FILE_TOO_LARGE"


_MEASURE = """
import resource, sys, time
from pathlib import Path
import django
django.setup()
from bulou.exchange.ledger.tests.sheets import take
before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
reading = take(Path(sys.argv[1]))
spent = time.process_time() - start
print(reading.code, spent, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


def test_a_bomb_is_refused_at_once_and_in_little_memory(tmp_path: Path) -> None:
    bomb = workbook(tmp_path / "bomb.xlsx", b"<worksheet>" + b" " * (64 << 20) + b"</worksheet>")
    assert bomb.stat().st_size < 200_000
    run = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(bomb)],
        capture_output=True, text=True, check=True, env={**os.environ, "BULOU_HOME": str(tmp_path)},
    )  # fmt: skip
    told, seconds, megabytes = run.stdout.split()[-3:]
    assert told == "FILE_TOO_LARGE"
    assert float(seconds) < 2
    assert float(megabytes) < 50


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_files_are_read_in_any_usual_encoding(tmp_path: Path, encoding: str, delimiter: str) -> None:
    one = people(1)[0]
    lines = [["姓名", "身份证号", "电话", "备注"], ["王㛃", one.number, one.phone, "李䶮的家"]]
    path = tmp_path / "a.csv"
    path.write_bytes("\r\n".join(delimiter.join(line) for line in lines).encode(encoding))
    reading = take(path)
    assert reading.counts["accepted"] == 1
    assert reading.rows[1].values["name"] == "王㛃"
    assert reading.rows[1].values["note"] == "李䶮的家"


def test_a_quote_that_is_never_closed_swallows_no_row(tmp_path: Path) -> None:
    a, b, c = people(3)
    lines = [
        "姓名,身份证号,备注",
        f'{a.name},{a.number},"家里',
        f"{b.name},{b.number},",
        f"{c.name},{c.number},",
    ]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert [row.verdict for row in take(path).rows] == ["skipped", "accepted", "accepted", "accepted"]


def test_cells_that_a_comma_moved_are_not_taken_for_what_they_are_not(tmp_path: Path) -> None:
    a, b = people(2)
    path = tmp_path / "a.csv"
    path.write_text(
        "姓名,身份证号,电话,返乡日期,来源地,体温\n"
        f"{a.name},{a.number},{a.phone},2020/1/20,湖北,武汉市,36.4\n"
        f"{b.name},{b.number},{b.phone}\n",
        encoding="utf-8",
    )
    moved, short = by_row(take(path))[2], by_row(take(path))[3]
    assert (moved.verdict, "CSV_COLUMN_COUNT" in moved.codes) == ("held", True)
    assert set(moved.values) == {"name", "id_number", "phone", "sex", "birth_date"}
    assert short.verdict == "accepted"
    assert {"CSV_COLUMN_COUNT", "DATE_MISSING"} <= set(short.codes)


@pytest.mark.parametrize("first", ["<", "<3岁", "<雷", "< 待填 >", "<a"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_first_cell_that_begins_like_a_web_page_makes_none_of_a_text_file(
    tmp_path: Path, first: str, encoding: str
) -> None:
    (one,) = people(1)
    path = tmp_path / "a.csv"
    path.write_text(f"{first},\n姓名,身份证号\n{one.name},{one.number}\n", encoding=encoding)
    assert [row.verdict for row in take(path).rows] == ["skipped", "skipped", "accepted"]


@pytest.mark.parametrize(
    "page", ["<!DOCTYPE html>\n<p>", "\n <?xml version='1.0'?>", "<!-- -->", '<table border="1">']
)
def test_a_web_page_called_text_is_one_still(tmp_path: Path, page: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{page}\n姓名,身份证号\n", encoding="utf-8")
    assert (take(path).verdict, take(path).code) == ("refused", "FILE_TYPE_MISMATCH")
