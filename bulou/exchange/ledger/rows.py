"""Telling the kinds of rows apart: a person, a total, a signature, a repeated title, a heading, a remark."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from itertools import pairwise

from .asides import aside, labels_of, of_units
from .columns import Column
from .files import Cell, Sheet
from .titles import plain

LABELLED = re.compile(r"[:：]\s*\S")
TITLE_WORD = re.compile(r"(表|册|台账|名单|统计|汇总|情况)\s*$|附件\s*\d*|[年]")
_META = re.compile(
    r"(填报|填表|制表|统计|上报|编制|报送)(单位|日期|时间|人|部门)[^:：]{0,8}[:：]|盖章|密级[:：]"
    r"|^\s*(单位|日期|时间|联系电话|乡镇|街道|村|村名|社区|行政村|编号|审核|负责人)[^:：]{0,8}[:：]"
    r"|^\s*(截至|截止)|^\s*[\d〇零一二三四五六七八九十]{2,4}\s*年.{1,3}月.{1,3}日\s*$"
)
_SIGNATURE = re.compile(
    r"(填表人|填报人|制表人|制表|审核人|审核|审批|负责人|经办人|登记人|统计人|签字|签名|签章|盖章|录入人|复核|校对|主管领导|分管领导|联系人|包村干部|"
    r"(?:测温|测量|监测|检测|记录|采集|调查|值班|值守|随访|排查|汇总|报送|上报|核实|核对)(?:人员?|员)|"
    r"(?:书记|支书|主任|镇长|乡长|所长|院长|村医|医生|医师|护士|会计)(?=\s*[:：]))"
    r"[^:：]{0,8}[:：]|(签字|盖章|签名)\s*$|^(填表|填报|制表|统计|审核|复核|经办|登记|负责)人$"
)
_TOTAL = re.compile(r"^(合计|小计|总计|共计|累计|总人数|人数合计|汇总)|^(平均|最高|最低)(体温|温度|值)?$|"
                    r"^(本|全|以上|合).{0,4}(小计|合计|共计)|(小计|合计|总计)$|"
                    r"^(以上|本村|本页|本表|全村|全镇)?共计?\d+(人|名|户)|"
                    r"^[应实已未](测|检|查|到|报|排查|监测|登记)(人数)?[:：]?\d+(人|名|户)?$")  # fmt: skip
# 第3户 户主：易琮, 统计：3户6人: a label and a number name nobody.
_LABEL_NUMBER = re.compile(r"\d.*[:：]|[:：].*\d")
_GRAND = re.compile(r"^(合计|总计|共计|累计|总人数|全)")
_COUNT = re.compile(r"(\d+)\s*(人|名|位|个)?(?!\d*\s*户)")
_COUNTS = re.compile(r"[人口户车辆]数$|数量$")
_PEOPLE = re.compile(r"(\d+)\s*(人|名)")
_NOTE = re.compile(
    r"^\s*(注|备注|说明|填表说明|填报说明|注意|要求|附注|提示|填写说明|※|★|\*)\s*[\d一二三]?\s*[:：、.]"
)
_REMARK = re.compile(r"^(以上|上述|以下|本表|此表|该表|接上|续表|（?续|未完)")
_EXAMPLE = re.compile(r"^\s*[(（]?(例|示例|样例|范例|举例|填写示例|填表示例)[)）]?\s*([:：\d]|$)")
_ZERO = re.compile(
    r"^(本(村|社区|镇|单位|组).{0,6})?(?:[今当本][日天])?(无|没有|暂无|零报告|暂无.{0,8}人员|无.{0,10}(人员|返乡|情况|返回|此类).{0,6})$"
)
_SECTION = re.compile(
    r"^[\u4e00-\u9fff\d第()（）〇、.．]{1,20}?(村|社区|组|居委会|村委会|小区|网格|屯|街道|镇|乡|单元|楼)[:：]?$"
)
_NUMBERED = re.compile(r"^\s*[(（]?([一二三四五六七八九十]+|\d+)[)）]?\s*[、.．)）]\s*|[:：]\s*$")
_DIGITS = frozenset("0123456789Xx*'\"")
# Any phone or identity number that became a number is greater.
_LEAST_NUMBER = 1_000_000
_LONGEST_MONTH = 31
_DAY_NUMBER = re.compile(r"(?:[1-9]|1[0-2])\.(?:[1-9]|[12]\d|3[01])")
_DAY_TITLE = re.compile(
    r"\s*(?:(?:20\d\d[年./-])?\d{1,2}[月./-])?\s*\d{1,2}\s*[日号]?\s*(?:星期.|周.|[上下]午|[早中晚])?\s*"
)
# First characters of words that may stand where a person would: totals, examples, remarks.
_MAY_BE_WORDS = frozenset("例示样范举填合小总共累人本全以注备说要附提（([【※★*'\" \t\u3000")
_HAN_NAME = re.compile(r"[\u3400-\u9fff·]{2,12}")
_NAMELIKE = re.compile(r"[^\W\d_][^:：]{1,14}$")
_CARDLIKE = re.compile(r"\d{15}|\d{17}[\dXx]|1[3-9]\d{9}")


def text_of(cell: Cell) -> str:
    """A cell as a person would read it; whole numbers without their .0."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, (dt.date, dt.datetime)):
        return cell.isoformat()
    return str(cell)


def is_blank(row: list[Cell]) -> bool:
    return not any(cell != "" and not (isinstance(cell, str) and cell.isspace()) for cell in row)


def alone(row: list[Cell]) -> bool:
    """One text and nothing else."""
    texts = [cell for cell in row if cell != ""]
    return len(texts) == 1 and isinstance(texts[0], str)


def data_cells(row: list[Cell]) -> int:
    """How many cells hold what no title would: numbers, identity numbers, phones."""
    count = 0
    for cell in row:
        if isinstance(cell, str):
            count += len(cell) >= 11 and _CARDLIKE.search(cell) is not None
        else:
            count += isinstance(cell, (int, float)) and not isinstance(cell, bool)
    return count


def counts_days(row: list[Cell]) -> bool:
    """Days of a month and nothing else: 3, 4, 5 below 2月."""
    days = [text_of(cell) for cell in row if cell != ""]
    numbers = [int(day) for day in days if day.isdecimal()]
    return (
        len(days) == len(numbers) >= 2
        and max(numbers) <= _LONGEST_MONTH
        and all(one < other for one, other in pairwise(numbers))
    )


def day_like(cell: Cell) -> bool:
    """A day as a title over its measurements; a spreadsheet makes a number of 2.5, the fifth of February."""
    if isinstance(cell, float):
        return _DAY_NUMBER.fullmatch(repr(cell)) is not None
    return isinstance(cell, dt.date) or (isinstance(cell, str) and _DAY_TITLE.fullmatch(cell) is not None)


def is_meta(row: list[Cell]) -> bool:
    return any(isinstance(cell, str) and _META.search(cell) for cell in row)


def group_of(above: list[Cell], index: int) -> str:
    """The open group title over a column: the nearest to the left in the row above."""
    for i in range(min(index, len(above) - 1), -1, -1):
        if above[i] != "":
            return text_of(above[i])
    return ""


def spread(row: list[str], index: int, header: tuple[int, ...], sheet: Sheet) -> None:
    """Write a group's title over all columns it spans: by its merge, else over the blanks to its right."""
    spans = [(left, right) for top, left, bottom, right in sheet.merged if top == index and right > left]
    if spans:
        for left, right in spans:
            for column in range(left + 1, min(right + 1, len(row))):
                row[column] = row[column] or row[left]
        return
    if any(top in header for top, *_ in sheet.merged):
        return
    below = sheet.rows[header[header.index(index) + 1]]
    for column in range(1, len(row)):
        titled = column < len(below) and below[column] != "" and below[column - 1] != ""
        if titled and not row[column]:
            row[column] = row[column - 1]


def section_of(row: list[Cell]) -> str:
    """What a heading between the lines says, without its own number: 二、东红村."""
    return _NUMBERED.sub("", next((text_of(cell) for cell in row if cell != ""), ""))


def stated_total(row: list[Cell], counts: frozenset[int] = frozenset()) -> int | None:
    """The number of people that a total row states, where it states one; under `counts` others are counted."""
    cells = [cell for i, cell in enumerate(row) if cell != "" and i not in counts]
    for cell in cells[:4]:
        # 4户 12人: of several counts that of people.
        if isinstance(cell, str) and (match := _PEOPLE.search(unicodedata.normalize("NFKC", cell))):
            return int(match[1])
    for position, cell in enumerate(cells[:4]):
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            return int(cell) if position and float(cell).is_integer() else None
        match = _COUNT.search(unicodedata.normalize("NFKC", str(cell)))
        if match:
            return int(match[1])
    return None


def is_grand_total(row: list[Cell]) -> bool:
    return _GRAND.search(plain(section_of(row))) is not None


class RowReader:
    """Knows one table's columns and says what a row under its header is."""

    def __init__(self, sheet: Sheet, columns: list[Column], header: tuple[int, ...]) -> None:
        at = {column.field: column.index for column in columns if column.field}
        self.name = at.get("name", -1)
        self.strong = [at[field] for field in ("id_number", "phone", "doc_number") if field in at]
        self.number = at.get("seq", -1)
        # Cells that a clerk fills down a prepared form before there is anybody to write in.
        prepared = ["seq", "village", "township", "unit", "group"]
        prepared += ["day", "half"] if self.name < 0 and not self.strong else []  # days of one person
        self.prepared = {at[field] for field in prepared if field in at}
        # 人口数 of a household, 同行人数: their sum is no number of lines, and one below 户主 is of households.
        self.counts = frozenset(c.index for c in columns if _COUNTS.search(plain(c.title)))
        self.counts |= {at.get("household_head", -1)}
        self.headers = [
            {
                i: plain(cell)
                for i, cell in enumerate(sheet.rows[index])
                if isinstance(cell, str) and cell.strip()
            }
            for index in header
        ]
        above = sheet.rows[: header[0]] if header else []
        self.titles = {plain(text_of(cell)) for row in above for cell in row if cell != ""}
        self.labels = {labels_of(row) for row in above} - {()}

    def surely_data(self, row: list[Cell]) -> bool:
        """A name, and a number that only a person has: by far the most rows, told without a closer look."""
        size = len(row)
        if not 0 <= self.name < size or row[self.name] == "":
            return False
        for index in self.strong:
            if index < size and (cell := row[index]) != "":
                if not isinstance(cell, str):
                    return isinstance(cell, (int, float)) and cell > _LEAST_NUMBER
                if cell[-1] in _DIGITS and cell[-2:-1] in _DIGITS:
                    return True
        return False

    def kind(self, row: list[Cell]) -> str:
        """The ROW_ code, or "" for a row that speaks of a person."""
        sure = self.surely_data(row)
        if sure and (not isinstance(row[0], str) or row[0][:1] not in _MAY_BE_WORDS):
            name = row[self.name]
            if isinstance(name, str) and name[0] not in _MAY_BE_WORDS:
                return ""
        filled = [(i, cell) for i, cell in enumerate(row) if cell != "" and text_of(cell)]
        first = text_of(filled[0][1])
        squeezed = re.sub(r"\s+", "", first)
        if _EXAMPLE.search(first) or (self._name(row) and _EXAMPLE.search(self._name(row))):
            return "ROW_EXAMPLE"
        if sure and not _TOTAL.search(squeezed):
            return ""
        if self._repeats(filled) or of_units(cell for _, cell in filled):
            return "ROW_HEADER"
        if self._counts_columns(filled):
            return "ROW_NUMBERS"
        if any(_TOTAL.search(re.sub(r"\s+", "", text_of(cell))) for _, cell in filled[:2]):
            return "ROW_SUBTOTAL"
        if plain(first) in self.titles:
            return "ROW_META" if is_meta(row) else "ROW_TITLE"
        kind = self._loose(row, filled, first, squeezed)
        if kind := kind or ("" if self._numbered(row) else aside(filled, self.name, self.number)):
            return kind
        if all(i in self.prepared for i, _ in filled):
            return "ROW_ONLY_NUMBER"
        if self._name(row) and _ZERO.search(self._name(row)) and not self._anybody(row):
            return "ROW_ZERO"
        return ""

    def _name(self, row: list[Cell]) -> str:
        return text_of(row[self.name]) if 0 <= self.name < len(row) else ""

    def _anybody(self, row: list[Cell]) -> bool:
        return any(i < len(row) and row[i] != "" for i in self.strong)

    def _numbered(self, row: list[Cell]) -> bool:
        """A number of a person stands in its column, not a label such as 日期：2020年2月4日."""
        for index in self.strong:
            cell = row[index] if index < len(row) else ""
            if isinstance(cell, str):
                if sum(map(str.isdigit, cell)) >= 7 and ":" not in cell and "：" not in cell:
                    return True
            elif isinstance(cell, (int, float)) and cell > _LEAST_NUMBER:
                return True
        return False

    def _repeats(self, filled: list[tuple[int, Cell]]) -> bool:
        for words in self.headers:
            same = sum(1 for i, cell in filled if isinstance(cell, str) and words.get(i) == plain(cell))
            if same >= 2 and same >= 0.6 * len(filled):
                return True
        return False

    def _counts_columns(self, filled: list[tuple[int, Cell]]) -> bool:
        texts = [text_of(cell).strip("()（）") for _, cell in filled]
        texts = texts[next((n for n, text in enumerate(texts) if text.isdigit()), 0) :]
        return len(texts) >= 4 and texts == [str(n) for n in range(1, len(texts) + 1)]

    def _loose(self, row: list[Cell], filled: list[tuple[int, Cell]], first: str, squeezed: str) -> str:
        """Words about the form: told by the first cell, or by any where nobody is named."""
        name = self._name(row)
        person = _HAN_NAME.fullmatch(name) is not None or self._numbered(row)
        # Whatever is wrong with a name: where much else is filled in, a date of its own is no date of the form.
        person = person or (len(filled) >= 4 and _NAMELIKE.match(name) is not None)
        texts = [first] if person else [cell for _, cell in filled if isinstance(cell, str)]
        if any(_SIGNATURE.search(text) for text in texts):
            return "ROW_SIGNATURE"
        if _NOTE.search(first):
            return "ROW_NOTE"
        # The same labels as above the titles: the form of the next household.
        if any(_META.search(text) for text in texts) or labels_of(row) in self.labels:
            return "ROW_META"
        if len(filled) > 1 or self._anybody(row):
            return ""
        index = filled[0][0]
        if _ZERO.search(squeezed):
            return "ROW_ZERO"
        if _REMARK.search(squeezed):
            return "ROW_NOTE"
        if index not in self.prepared and day_like(filled[0][1]) and re.search("[月日号-]", first):
            return "ROW_META"  # over the lines of the next day
        named = index == self.name and len(squeezed) <= 8 and not _SECTION.search(squeezed)
        if named and not _LABEL_NUMBER.search(squeezed):
            return ""
        if _SECTION.search(squeezed) or re.search(r"^[（(]?[一二三四五六七八九十]+[)）、.]", first):
            return "ROW_SECTION"
        if _CARDLIKE.search(squeezed):
            return ""  # somebody with their phone in the cell of the name
        return "ROW_NOTE" if len(squeezed) > 12 or (index == 0 and not squeezed.isdigit()) else ""
