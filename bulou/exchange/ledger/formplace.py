"""The village or township that a form is about: what is labelled so above the table, its title, the sheet's name."""

from __future__ import annotations

import re
import unicodedata

from .files import Cell
from .rows import text_of

_ENDS = "(?:村民委员会|居民委员会|村委会|居委会|社区|村)"
_LABELLED = re.compile(
    rf"(?:^|\s)(?:(?:所[在属])?(?:行政村|村名?|社区|村居|村\(社区\)|村\(居\)))(?:名称)?\s*:\s*([\u4e00-\u9fff]{{1,10}}+)(?!\s*:)"
    rf"|单位(?:\(盖章\)|\(公章\)|名称)?\s*:\s*(?:[\u4e00-\u9fff]+?[县区镇乡])*([\u4e00-\u9fff]{{1,10}}?{_ENDS})"
)
_TITLED = re.compile(
    rf"^(?:[\u4e00-\u9fff]+?(?:[省市县区镇乡]|街道|办事处))*([\u4e00-\u9fff]{{1,9}}?{_ENDS})(?!.?镇|乡|[^返回归]乡)"
)
_TOWN = re.compile(r"(?:^|[省市县区:\s])([\u4e00-\u9fff]{1,6}?(?:镇|乡|街道))")
# 柳林村, 柳林村二组: the village, and which of its groups.
_ALONE = re.compile(
    rf"([\u4e00-\u9fff]{{1,10}}?{_ENDS})(?:第?[一二三四五六七八九十\d]+(?:村民)?(?:小?组|队|网格))?"
)
# Words for villages in general: 各村, 农村返乡人员, 村（社区）.
_NO_NAME = re.compile(
    r"各|全|本|我|每|某|农村|驻村|包村|进村|入村|返村|回村|来村|出村|离村|行政村|自然村|乡村|社区村|人员|返|情况|关于|疫|登记"
)
# What only the address of a whole place has; a street, a group or a house number lies within one, and 村东3号
# and 2组村口 lie in the village itself.
ANOTHER = re.compile(r"(?<=[^本我该全\d组号])村|[镇乡县省]|市(?!场)|社区|街道|居委")
_ABOUT = re.compile("表|册|账|单|统计|汇总|情况|登记|记录|人员|日报|名录")


def village_of(rows: list[list[Cell]], sheet: str) -> str:
    """The name as it is written; "" where the form names no village, or more than one."""
    texts = [_plain(text_of(cell)) for row in rows for cell in row if cell != ""]
    labelled = [match[1] or match[2] for text in texts for match in _LABELLED.finditer(text)]
    titled = [
        match[1]
        for text in texts
        if _ABOUT.search(text) and ":" not in text and (match := _TITLED.match(text))
    ]
    titled += [name for text in texts if (name := alone(text))]
    called = [alone(sheet)]
    for found in (labelled, titled, called):
        names = {name.strip() for name in found if name and not _NO_NAME.search(name)}
        if names:
            return names.pop() if len(names) == 1 else ""
    return ""


def alone(text: str) -> str:
    """The village where a text names one, or a group of one, and nothing else; "" where it does not."""
    match = _ALONE.fullmatch(_plain(text))
    return match[1] if match else ""


def town_of(rows: list[list[Cell]]) -> str:
    """The township that stands above a table; "" for none, or more than one. It only tells villages of a name apart."""
    texts = [_plain(text_of(cell)) for row in rows for cell in row if cell != ""]
    names = {name for text in texts for name in _TOWN.findall(text) if not _NO_NAME.search(name)}
    return names.pop() if len(names) == 1 else ""


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
