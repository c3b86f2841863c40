"""Ledgers as bad as clerks' own, made from a seed: what stands in the cells, and what it truly means.

Everything that can be understood has one right answer; everything else must be left without a value.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter

from .sheets import FORM_DAY, Someone

DAY = dt.date(2020, 1, 25)
# field: (title, sub-title) pairs that clerks write over it.
TITLES = {
    "name": ["姓名", "姓 名", "返乡人员姓名", "人员姓名"],
    "sex": ["性别", "性 别"],
    "id_number": ["身份证号", "身份证号码", "公民身份号码", "身份证\n号码"],
    "phone": ["联系电话", "手机号码", "电话", "联系方式"],
    "address": ["家庭住址", "现住址", "详细地址"],
    "from_place": ["从何地返回", "来源地", "返回地"],
    "return_date": ["返乡日期", "返乡时间", "抵达日期", "回村时间"],
    "affected_area_history": ["是否去过武汉", "有无疫区旅居史"],
    "temperature": ["体温", "体温（℃）", "当日体温"],
    "symptoms": ["有无症状", "症状"],
    "note": ["备注", "说明"],
}
GROUPS = (
    ("基本信息", ("name", "sex", "id_number", "phone")),
    ("返乡情况", ("from_place", "return_date", "affected_area_history")),
)
OTHERS = ["代理人电话", "包保人电话", "户主姓名", "同行人员", "登记人"]


@dataclass
class Line:
    """The cells of one person by field, what they mean, and what must not be there."""

    cells: dict[str, Any]
    right: dict[str, Any]
    sure: bool = True  # accepted
    never: set[str] = field(default_factory=set)


def person(rng: random.Random, one: Someone) -> Line:
    """A line with what clerks do to cells."""
    line = Line({}, {})
    for make in (_name, _number, _phone, _date, _temperature, _choice):
        make(rng, one, line)
    line.cells |= {
        "sex": one.sex,
        "from_place": "湖北武汉市洪山区",
        "note": "",
        "symptoms": rng.choice(["无", ""]),
    }
    line.right |= {"from_place": "湖北武汉市洪山区"}
    if "id_number" in line.right:
        line.right |= {"sex": one.sex, "birth_date": one.birth.isoformat()}
    return line


def _put(line: Line, name: str, cell: Any, right: Any, sure: bool = True) -> None:
    line.cells[name] = cell
    if right is None:
        line.never.add(name)
    else:
        line.right[name] = right
    line.sure = line.sure and sure


Told = list[tuple[Any, Any, bool]]


def _means(right: Any, *cells: Any) -> Told:
    """Cells that all mean this."""
    return [(cell, right, True) for cell in cells]


def _held(*cells: Any) -> Told:
    """Cells over which a person has to decide."""
    return [(cell, None, False) for cell in cells]


def _unsaid(*cells: Any) -> Told:
    """Cells that say nothing, and need no decision."""
    return [(cell, None, True) for cell in cells]


def _wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) for c in text)


def _name(rng: random.Random, one: Someone, line: Line) -> None:
    n = one.name
    told = _means(n, n, f" {n} ", f"{n[0]} {n[1:]}", f"{n}（女）")
    told += _means("阿依古丽·买买提", "阿依古丽.买买提", "阿依古丽•买买提")
    told += _held(f"{n[0]}*", f"{n}、{n[0]}试用", f"{n[0]}?")
    _put(line, "name", *rng.choice(told))


def _number(rng: random.Random, one: Someone, line: Line) -> None:
    n = one.number
    told = _means(n, n, n.lower(), f"'{n}", _wide(n), f"{n[:6]} {n[6:14]} {n[14:]}", f"\t{n}")
    told += _held(int(n[:17] + "0"), float(n[:15] + "000"), f"{n[0]}.{n[1:12]}E+17", n[:6] + n[8:17], n[:-1])
    told += _held(
        n[:6] + "********" + n[14:], n[:-1] + ("0" if n[-1] != "0" else "1"), f"{n}/{n[:16]}3{n[17]}"
    )
    _put(line, "id_number", *rng.choice(told + _unsaid("", "E12345678")))


def _phone(rng: random.Random, one: Someone, line: Line) -> None:
    p = one.phone
    told = _means(p, p, int(p), f"{p[:3]} {p[3:7]} {p[7:]}", f"+86{p}", f"{p}（家）", _wide(p))
    _put(line, "phone", *rng.choice(told + _unsaid(p[:-1], f"{p[:3]}****{p[7:]}", "1.54E+10", "无")))


def _date(rng: random.Random, _one: Someone, line: Line) -> None:
    told = _means(
        DAY.isoformat(), "1月25日", "2020.1.25", 43855, 20200125, "20200125", "正月初一", "2020年1月25日", DAY,
        "2020/1/25 13:20", "1-25", "1.25", "二〇二〇年一月二十五日", "民国109年1月25日", "1月25号", "20.1.25",
        "２０２０年１月２５日",
    )  # fmt: skip
    told += _means("2020-01-24", "除夕", "腊月三十") + _means("2020-02-04", "昨天") + _unsaid("", "不详")
    told += _held("1月20日-25日", "1月20日、1月25日", "1月底", "2月30日", "2021-01-25", "1月", "还没回来")
    _put(line, "return_date", *rng.choice(told))


def _temperature(rng: random.Random, _one: Someone, line: Line) -> None:
    told = _means(36.5, 36.5, "36.5", "36。5", "36.5℃", "３６．５", "36.5度", "三十六度五", "36,5", "36度5")
    told += _means(38.0, 38) + _means(38.1, "38.1℃") + _unsaid("正常", "<37.3", "", "/")
    _put(line, "temperature", *rng.choice(told + _held(365, "63.5", "36.5/36.8", "发热", 37.29)))


def _choice(rng: random.Random, _one: Someone, line: Line) -> None:
    told = _means(True, "是", "√", "有", "Y") + _means(False, "否", "无", "没去过", "×", "N")
    _put(line, "affected_area_history", *rng.choice(told + _unsaid("不清楚", "", "？")))


@dataclass
class Made:
    """What was written: by sheet the number of physical rows, and by (sheet, row from 1) a person's line."""

    rows: dict[str, int] = field(default_factory=dict)
    people: dict[tuple[str, int], Line] = field(default_factory=dict)


def workbook(path: Path, seed: int) -> Made:
    """A workbook of one to three sheets, some of them instructions."""
    rng = random.Random(seed)
    made, first = Made(), seed * 60 % 8000
    with xlsxwriter.Workbook(str(path)) as book:
        day = book.add_format({"num_format": "yyyy/m/d"})
        if rng.random() < 0.3:
            _instructions(book, made)
        for n in range(rng.choice([1, 1, 2])):
            crowd = [
                Someone(first + 1 + n * 30 + k, "男女"[k % 2], 1950 + (n * 7 + k) % 50)
                for k in range(rng.randint(3, 14))
            ]
            _sheet(book, f"表{n + 1}", crowd, rng, day, made)
    return made


def _instructions(book: xlsxwriter.Workbook, made: Made) -> None:
    sheet = book.add_worksheet("填表说明")
    for n, text in enumerate(["填表说明", "1. 身份证号请填18位。", "2. 日期请填年月日。"]):
        sheet.write_string(n, 0, text)
    made.rows["填表说明"] = 3


def _sheet(
    book: xlsxwriter.Workbook, name: str, crowd: list[Someone], rng: random.Random, day: Any, made: Made
) -> None:
    sheet, row = book.add_worksheet(name), 0
    fields = ["seq", *rng.sample(list(TITLES), len(TITLES)), rng.choice(OTHERS)]
    # The group titles need their columns side by side.
    if grouped := rng.random() < 0.5:
        inside = {f for _title, group in GROUPS for f in group}
        fields = [
            "seq",
            *(f for _t, group in GROUPS for f in group),
            *(f for f in fields if f not in inside and f != "seq"),
        ]
    if rng.random() < 0.8:
        sheet.merge_range(row, 0, row, len(fields) - 1, "某镇返乡人员排查登记表")
        row += 1
    sheet.write_string(row, 0, "填报单位：某镇人民政府")
    sheet.write_string(row, 6, f"填报日期：{FORM_DAY.year}年{FORM_DAY.month}月{FORM_DAY.day}日")
    row += 1
    words = {f: rng.choice(TITLES[f]) if f in TITLES else {"seq": "序号"}.get(f, f) for f in fields}
    if grouped:
        at = 1
        for title, group in GROUPS:
            sheet.merge_range(row, at, row, at + len(group) - 1, title)
            at += len(group)
        for column, f in enumerate(fields):
            if column == 0 or column >= at:
                sheet.merge_range(row, column, row + 1, column, words[f])
            else:
                sheet.write_string(row + 1, column, words[f])
        row += 2
    else:
        for column, f in enumerate(fields):
            sheet.write_string(row, column, words[f])
        row += 1
    row = _people(sheet, name, row, fields, words, crowd, rng, day, made)
    made.rows[name] = row


def _people(
    sheet: Any, name: str, row: int, fields: list[str], words: dict[str, str], crowd: list[Someone],
    rng: random.Random, day: Any, made: Made,
) -> int:  # fmt: skip
    at, count = 0, 0
    address = fields.index("address")
    while at < len(crowd):
        family = crowd[at : at + rng.randint(1, 3)]
        home = f"柳林村{rng.randint(1, 9)}组{rng.randint(1, 99)}号"
        if len(family) > 1:
            sheet.merge_range(row, address, row + len(family) - 1, address, home)
        for one in family:
            line, count = person(rng, one), count + 1
            line.right["address"] = home
            cells = line.cells | {
                "seq": count,
                "address": home if len(family) == 1 else None,
                fields[-1]: "15499999999",
            }
            for column, f in enumerate(fields):
                _write(sheet, row, column, cells.get(f), day)
            if rng.random() < 0.1:
                sheet.set_row(row, None, None, {"hidden": True})
            made.people[name, row + 1] = line
            row += 1
        at += len(family)
        what = rng.random()
        if what < 0.08:
            for column, f in enumerate(fields):
                sheet.write_string(row, column, words[f])
            row += 1
        elif what < 0.16:
            sheet.write_string(row, 0, "小计")
            sheet.write_number(row, 1, count)
            row += 1
        elif what < 0.22:
            row += 1  # an empty line
    sheet.write_string(row, 0, "合计")
    sheet.write_string(row, 1, f"{count}人")
    sheet.write_string(row + 1, 0, "填表人：某某      审核人：")
    return row + 2


def _write(sheet: Any, row: int, column: int, cell: Any, day: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, dt.date):
        sheet.write_datetime(row, column, cell, day)
    elif isinstance(cell, str):
        sheet.write_string(row, column, cell)
    else:
        sheet.write_number(row, column, cell)
