"""Ledgers as clerks send them, written by the tests themselves; everybody in them is invented."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Collection
from pathlib import Path
from typing import Any

import xlsxwriter
import xlwt

from bulou.exchange.ledger.cells import Context, Understood
from bulou.exchange.ledger.codes import CODES
from bulou.exchange.ledger.read import read
from bulou.exchange.ledger.reading import Reading, Row
from bulou.lib import invented

FORM_DAY = dt.date(2020, 2, 5)
FEVER = 373
CONTEXT = Context(FORM_DAY, FORM_DAY, dt.date(2020, 2, 12), FEVER)
_IDENTITIES = invented.Identities([f"4116{n}" for n in range(20, 29)])


class Someone:
    """An invented person: name, sex, number, birth and phone that fit each other."""

    def __init__(self, n: int, sex: str = "男", year: int = 1984) -> None:
        self.name = invented.make_name(n, sex)
        self.sex = sex
        self.number, self.birth = _IDENTITIES.give(year, sex)
        self.phone = invented.make_phone(n)


def people(count: int, start: int = 1) -> list[Someone]:
    return [Someone(n, "男女"[n % 2], 1950 + n % 50) for n in range(start, start + count)]


Sheet = tuple[str, list[list[Any]], list[tuple[int, int, int, int]]]


def write_xlsx(
    path: Path, rows: list[list[Any]], merged: Any = (), name: str = "Sheet1", more: Any = (),
    hidden: Collection[int] = (),
) -> Path:  # fmt: skip
    """A workbook of a sheet and `more` (name, rows, merges); dates stay dates, None leaves a gap.

    `hidden`: numbers from 0 of rows and of columns that do not show.
    """
    book = xlsxwriter.Workbook(str(path))
    day = book.add_format({"num_format": "yyyy/m/d"})
    for title, lines, spans in [(name, rows, merged), *more]:
        sheet = book.add_worksheet(title)
        for top, left, bottom, right in spans:
            sheet.merge_range(top, left, bottom, right, "")
        for at in hidden:
            sheet.set_row(at, None, None, {"hidden": True})
            sheet.set_column(at, at, None, None, {"hidden": True})
        for r, line in enumerate(lines):
            for c, value in enumerate(line):
                if value is None or value == "":
                    continue
                if isinstance(value, dt.date):
                    sheet.write_datetime(r, c, value, day)
                elif isinstance(value, str):
                    sheet.write_string(r, c, value)
                else:
                    sheet.write(r, c, value)
    book.close()
    return path


def write_xls(
    path: Path, rows: list[list[Any]], name: str = "Sheet1", more: Any = (), hidden: Collection[int] = ()
) -> Path:
    """The same as an old workbook."""
    book, day = xlwt.Workbook(), xlwt.easyxf(num_format_str="yyyy/m/d")
    for title, lines, _spans in [(name, rows, ()), *more]:
        sheet = book.add_sheet(title)
        for at in hidden:
            sheet.row(at).hidden, sheet.col(at).hidden = True, True
        for r, line in enumerate(lines):
            for c, value in enumerate(line):
                if value is not None and value != "":
                    sheet.write(r, c, value, *([day] if isinstance(value, dt.date) else []))
    book.save(str(path))
    return path


def write_csv(path: Path, rows: list[list[Any]], encoding: str = "utf-8") -> Path:
    """A text file, each cell as a spreadsheet writes it there."""
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file).writerows(rows)
    return path


def township_form(path: Path) -> list[Someone]:
    """The form that townships sent in February 2020: 40 rows, of which 33 are people. Those who stand in it.

    Two rows of titles above one another, homes merged over a household, a sum that is one too high, a signature.
    """
    crowd, homes = people(33, start=40), range(0, 33, 3)
    rows: list[list[Any]] = [
        ["青禾县石桥镇返乡人员排查登记表"],
        ["填报单位（盖章）：石桥镇人民政府", *[""] * 6, "填报时间：2020年2月5日"],
        ["序号", "基本信息", "", "", "", "家庭住址", "返乡情况", "", "", "", "健康状况（℃）", "", "", "备注"],
        ["", "姓  名", "性别", "身份证\n号码", "联系\n电话", "", "从何地返回", "返乡日期", "交通方式",
         "车次/航班/车牌", "上午体温", "下午体温", "有无症状", ""],
        *([n + 1, one.name, one.sex, one.number, one.phone, f"柳林村{n // 3 + 1}组" if n in homes else "", "湖北武汉市",
           dt.date(2020, 1, 11 + n % 20), ["自驾", "高铁", "大巴", "飞机"][n % 4], "", 36 + n % 10 / 10, 37, "无", ""]
          for n, one in enumerate(crowd)),
        ["合计", "34人"],
        [],
        ["填表人：某某        审核人：            联系电话：0700-1234567"],
    ]  # fmt: skip
    merged = [
        (0, 0, 0, 13), (1, 0, 1, 6), (1, 7, 1, 13), (2, 0, 3, 0), (2, 1, 2, 4), (2, 5, 3, 5), (2, 6, 2, 9),
        (2, 10, 2, 12), (2, 13, 3, 13), *((4 + n, 5, 6 + n, 5) for n in homes), (39, 0, 39, 13),
    ]  # fmt: skip
    write_xlsx(path, rows, merged, "返乡人员")
    return crowd


def take(path: Path, **more: Any) -> Reading:
    """Read as of 12 February 2020, on a form of 5 February unless the file says otherwise."""
    given: dict[str, Any] = {
        "today": dt.date(2020, 2, 12),
        "form_day": FORM_DAY,
        "fever_tenths": FEVER,
    } | more
    return read(path, **given)


def by_row(reading: Reading) -> dict[int, Row]:
    return {row.row: row for row in reading.rows}


def fields(reading: Reading, table: int = 0) -> dict[str, str | None]:
    """Column letter -> field."""
    return {column.letter: column.field for column in reading.tables[table].columns}


def kinds(reading: Reading, sheet: str | None = None) -> list[str]:
    """Verdict or ROW_ code of each row in order, `.` for a person who is taken."""
    return [
        "." if row.verdict == "accepted" else row.codes[0] if row.verdict == "skipped" else row.verdict
        for row in reading.rows
        if sheet is None or row.sheet == sheet
    ]


def check(found: Understood, value: Any, code: str | None) -> None:
    """The value, and a code that must be there (or none at all), all of them in the book."""
    assert found.value == value
    assert code in found.codes if code else not found.codes
    assert all(each in CODES for each in found.codes)
