"""Lines within a table that speak of nobody though something stands where a name would: counts, signs, remarks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from .files import Cell

# One of these alone where the name stands, and it is no name.
_NO_NAME: Final = re.compile(
    r"人员|办公室|政府|指挥部|委员会|防控|名[单册]|[上下续]页|正文|空白|内容|类推|新增|登记|隔离|解除|返乡|返回"
    r"|年\s*月\s*日|^此[组村]|^[本该]表"
)
# What may repeat within what repeats gives nothing back (`++`): a cell of forty digits would be tried for ever.
_REMARK = re.compile(
    r"^(?!姓名|户主|本人|同行|家属|[长次]?[妻夫子女父母儿孙媳])[^:：]{1,12}[:：]|^第?\s*\d+\s*页|^\d+\s*/\s*\d+$"
    r"|^[※*＊—–…·.。/／-]+|^[(（][^)）]*[)）]$|^\d+\s*[.．、]\D{6,}"
    r"|^((其中)?(外出|返[乡回]|总人数|返乡总人数|[今本]日|新增|累计|[应已未男女]|湖北|武汉|外省|省内|在外|在家)?[:：]?\s*+\d++\s*+[人户名个]?[，,、;；\s]*+)++$"
)
_BRACKETS = re.compile(r"[(（][^)）]*[)）]")
_NAME = re.compile(r"[\u3400-\u9fff·]{2,12}")
_NAME_FIRST = re.compile(r"[\u3400-\u9fff]{2,4}\s*[(（]")
_SIGNS = re.compile(r"[/／\\|—–…·.。_-]+|无|空|没有")
_COUNT = re.compile(r"\d+\s*[人户名个]")
_COUNTED = re.compile(r"(户|人|男|女|总人|总户)数?")
_ASKED = re.compile(r"[(（]?(必填|选填|可不填|格式[:：]|如[:：]|示例[:：])")
_SIGNS_HERE = re.compile(r"(填表|填报|制表|统计|审核|复核|经办|负责)人")
_BEGINS = re.compile(r"备\s*注|注|说\s*明|填[表写]说明|注意事项?")
_ROWS_OF_SIGNS: Final = ("一二三四五六七八九十", "甲乙丙丁戊己庚辛壬癸", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_UNITS: Final = frozenset(
    {"℃", "°C", "度", "摄氏度", "岁", "周岁", "人", "年月日", "月/日", "是/否", "有/无"}
)
_LABELLED = re.compile(r"\s*([^:：]{1,12}?)\s*[:：]\s*\S")
_WEEKDAY = re.compile(r"(?:星期|周|礼拜)?[一二三四五六日天]")
_AROUND = re.compile(r"[()（）\s]")
_FEW, _SEVERAL = 2, 3


def aside(filled: list[tuple[int, Cell]], name: int, number: int) -> str:
    """The ROW_ code of a line without a person's number in it, "" where it may speak of somebody.

    `filled`: its cells with their columns; `name` and `number`: the columns of names and of running numbers.
    """
    texts = [str(cell).strip() for i, cell in filled if i != number]
    if not texts:
        return ""
    if all(_SIGNS.fullmatch(text) for text in texts):
        return "ROW_ZERO" if texts[0] in ("无", "没有") else "ROW_ONLY_NUMBER"
    every = "".join(str(cell).strip() for _, cell in filled)
    if len(filled) > _SEVERAL and any(signs.startswith(every) for signs in _ROWS_OF_SIGNS):
        return "ROW_NUMBERS"
    if sum(1 for text in texts if _ASKED.match(text)) >= _SEVERAL:
        return "ROW_INSTRUCTION"
    if _BEGINS.fullmatch(str(filled[0][1]).strip()) and len(filled) <= _FEW:
        return "ROW_NOTE"
    named = next((str(cell).strip() for i, cell in filled if i == name), "")
    if (not _NAME.fullmatch(named) or _COUNTED.fullmatch(named)) and _counts(filled):
        return "ROW_SUBTOTAL"
    alone = len(filled) == 1 and filled[0][0] == name and isinstance(filled[0][1], str)
    return "ROW_NOTE" if alone and _nobody(texts[0]) else ""


def _nobody(text: str) -> bool:
    """康骞（返乡人员） is somebody, 湖北（非武汉）返乡人员 is not."""
    if _NO_NAME.search(_BRACKETS.sub("", text)):
        return True
    return not _NAME_FIRST.match(text) and _REMARK.search(text) is not None


def signed(cells: list[Cell]) -> bool:
    """填表人 and 审核人 beside each other, their names between them: no line of titles."""
    return sum(1 for cell in cells if isinstance(cell, str) and _SIGNS_HERE.fullmatch(cell.strip())) >= _FEW


def of_units(cells: Iterable[Cell]) -> bool:
    """What columns are measured in, in a row below their titles."""
    return all(_AROUND.sub("", str(cell)) in _UNITS for cell in cells)


def of_weekdays(cells: Iterable[Cell]) -> bool:
    """一 二 三 below the days of a week."""
    said = [_WEEKDAY.fullmatch(str(cell).strip()) for cell in cells if cell != ""]
    return len(said) >= _SEVERAL and all(said)


def labels_of(cells: Iterable[Cell]) -> tuple[str, ...]:
    """户主：赵岐, 电话：154… as 户主, 电话; () where anything else stands in the row."""
    found = [_LABELLED.match(cell) if isinstance(cell, str) else None for cell in cells if cell != ""]
    labels = tuple(match[1] for match in found if match)
    return labels if len(labels) == len(found) else ()


def _counts(filled: list[tuple[int, Cell]]) -> bool:
    """户数 2 人数 5, or 湖北 2人 外省 0人: words and how many, by turns."""
    words = [str(cell).strip() for _, cell in filled]
    counts = [word for word in words if _COUNT.fullmatch(word)]
    if len(counts) >= _FEW and len(counts) >= len(words) // 2:
        return True
    heads, numbers = words[::2], words[1::2]
    return len(heads) == len(numbers) and all(
        _COUNTED.fullmatch(head) and re.fullmatch(r"\d+(\.0)?", number)
        for head, number in zip(heads, numbers, strict=True)
    )
