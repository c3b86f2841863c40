"""A list without any titles: what the columns say together that no single one says."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from .columns import Column, holds
from .files import Cell

_PROVINCES: Final = (
    "北京|天津|河北|山西|内蒙古|辽宁|吉林|黑龙江|上海|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|广西|海南|重庆|四川"
    "|贵州|云南|西藏|陕西|甘肃|青海|宁夏|新疆|香港|澳门|台湾|武汉"
)
_TOWN = re.compile(rf"\s*({_PROVINCES}).*")
_DOOR = re.compile(
    r"(村|组|号|户|室|屯|社区|小区)\s*$|\d"
)  # an address at home begins with the province, too
_LONG_AGO = re.compile(r"\s*19\d\d")
_MOST: Final = 0.8


def name_journey(columns: list[Column], samples: list[list[Cell]]) -> None:
    """One column of days beside one of towns: when somebody came, and whence. Either alone says neither."""
    free = [c for c in columns if c.field is None and c.slot is None]
    days = [
        c for c in free if holds(samples[c.index]) == "date" and not any(map(_of_birth, samples[c.index]))
    ]
    towns = [c for c in free if _are_towns(samples[c.index])]
    if len(days) == len(towns) == 1:
        for column, field in ((days[0], "return_date"), (towns[0], "from_place")):
            column.field, column.sure = field, 1


def _of_birth(cell: Cell) -> bool:
    return cell.year < 2000 if isinstance(cell, dt.date) else _LONG_AGO.match(str(cell)) is not None


def _are_towns(cells: list[Cell]) -> bool:
    towns = [c for c in cells if isinstance(c, str) and _TOWN.fullmatch(c) and not _DOOR.search(c)]
    return bool(cells) and len(towns) >= _MOST * len(cells)
