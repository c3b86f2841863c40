"""Which column holds which field: by its title, then by a title nearly right, then by what stands in it."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from .cells_times import has_time, is_clock, is_half
from .columns import Column, holds
from .files import Cell
from .grids import TEMPERATURES
from .over import measured_over
from .ticks import name_options
from .titles import CANONICAL, WORDS, joined_meaning, plain
from .untitled import name_journey

KNOWN = 3  # how sure a title is that is a word of the list
_TITLE_NEARLY = 85  # a slip of the pen in a long title
_TITLE_PERHAPS = 60  # believed only where the content agrees

# At a post whoever drives is who passes; in other ledgers a driver is somebody else.
# A list of contacts is about them; beside somebody's name they are others, too.
_DRIVER = re.compile(r"司机|驾驶员|驾驶人|驾车人|密切接触者|密接者|密接人员|接触者")
# In a list of households each line is of its head.
_HEAD = re.compile(r"户主|户长")
# 来源 may be whence a person came or whence the line did: 村表, 公安推送.
_LISTED = re.compile(r".{0,8}(表|册|推送|上报|自报|摸排|排查|数据|系统|村|社区|公安|派出所|铁路|民航|卡口)")
# 进门时间 and 出门时间 beside each other, with hours in them, are those of a gate.
_IN = re.compile(r"(进|入|进入|返|回|回来|返回|来访|到访)(门|村|小区|社区|院|卡口?|家)?的?(时间|时刻)")
_OUT = re.compile(r"(出|外出|出去|离|离开)(门|村|小区|社区|院|卡口?|家)?的?(时间|时刻)")
_INWARD, _OUTWARD = re.compile(r"[进入返回]"), re.compile(r"[出离]")
_COUNTED = re.compile(r"\d+|[一二三四五六七八九十]")
_FEW = 3  # names under a title that is no word for them: fewer may be anything

_DATES = frozenset({"birth_date", "left_date", "return_date", "day"})
_PARTS = {("月", "日"), ("月份", "日"), ("月", "号")}
_OF_HOME = frozenset({"address", "village", "township", "group", "note"})
_HOLDS = {
    "id_number": "id", "phone": "phone", "phone2": "phone", "sex": "sex", "name": "name",
    **dict.fromkeys(_DATES, "date"), **dict.fromkeys(TEMPERATURES, "temperature"),
}  # fmt: skip


def assign(titles: list[tuple[str, ...]], samples: list[list[Cell]]) -> list[Column]:
    """One Column per title; `titles` from the top row down, `samples` the cells below each."""
    columns = _titled(titles, samples)
    if not any(column.field == "name" for column in columns):
        columns = _titled([_without(_DRIVER, parts) for parts in titles], samples)
    if not any(column.field == "name" for column in columns):
        columns = _of_heads(titles, samples) or columns
    _settle_sources(columns, titles, samples)
    _settle_hours(columns, titles, samples)
    _settle_moments(columns, samples)
    _settle_parts(columns, titles)
    name_options(columns, titles)
    _side_by_side(columns, titles, samples)
    _settle_gate(columns)
    _settle_doubles(columns)
    _guess_titles(columns, titles, samples)
    _guess_content(columns, samples)
    if not any(titles):
        name_journey(columns, samples)
    _numbered(columns, samples)
    _settle_days(columns, titles, samples)
    return columns


def _titled(titles: list[tuple[str, ...]], samples: list[list[Cell]]) -> list[Column]:
    columns = []
    for index, parts in enumerate(titles):
        known = joined_meaning(parts) if parts else None
        column = Column(index, " ".join(parts), known and known.field, known.sure if known else 0)
        over = measured_over(parts[-1], samples[index]) if parts and not known else None
        if over:
            column.field, column.sure = over, 2
        columns.append(column)
    return columns


def _without(role: re.Pattern[str], parts: tuple[str, ...]) -> tuple[str, ...]:
    """司机 / 电话 as 电话; 司机 alone is who drives."""
    rest = tuple(bare for part in parts if (bare := role.sub("", plain(part))))
    return rest if rest or not parts else ("姓名",)


def _of_heads(titles: list[tuple[str, ...]], samples: list[list[Cell]]) -> list[Column] | None:
    """The columns of a list of households, a line each, where the only people are their heads; no list of journeys."""
    columns = _titled([_without(_HEAD, parts) for parts in titles], samples)
    fields = {column.field for column in columns}
    if "name" not in fields or fields & {"from_place", "left_date", "return_date"}:
        return None
    for column, parts in zip(columns, titles, strict=True):
        column.title = " ".join(parts)
    return columns


def _settle_sources(columns: list[Column], titles: list[tuple[str, ...]], samples: list[list[Cell]]) -> None:
    """来源 is where the line comes from, where another column says whence a person came or lists stand in it."""
    origins = [c for c in columns if c.field == "from_place"]
    for column in origins:
        cells = samples[column.index]
        listed = bool(cells) and all(isinstance(c, str) and _LISTED.fullmatch(c.strip()) for c in cells)
        if plain(titles[column.index][-1]) == "来源" and (len(origins) > 1 or listed):
            column.field = "source"


def _settle_hours(columns: list[Column], titles: list[tuple[str, ...]], samples: list[list[Cell]]) -> None:
    """出村时间 and 返村时间 at a gate hold hours: that of the pass, beside its day where a column says it.

    Coming in is the pass; going out where nobody came in again.
    """
    whence = any(c.field in ("from_place", "affected_area_history") for c in columns)

    def way(word: re.Pattern[str]) -> Column | None:
        for column in columns:
            title, cells = plain("".join(titles[column.index][-1:])), samples[column.index]
            if word.fullmatch(title) and cells and all(map(is_clock if whence else has_time, cells)):
                return column
        return None

    inward, outward = way(_IN), way(_OUT)
    if inward and outward:
        inward.field, outward.field = "day", "out"
        outward.sure = max(outward.sure, 2)
    dates = [c for c in columns if c.field in ("return_date", "left_date")]
    hours = [c for c in dates if samples[c.index] and all(map(is_clock, samples[c.index]))]
    for column in hours:
        column.field = "other" if len(hours) < len(dates) else "day"


def _settle_moments(columns: list[Column], samples: list[list[Cell]]) -> None:
    """日期 and 时间 beside each other: the day, and its hour or half."""
    days = [c for c in columns if c.field == "day"]
    for column in days:
        if samples[column.index] and all(map(is_half, samples[column.index])):
            column.field = "half"
    days = [c for c in days if c.field == "day"]
    clocks = [c for c in days if samples[c.index] and all(map(is_clock, samples[c.index]))]
    for column in clocks[1:] if len(clocks) == len(days) else clocks:
        column.field = "other" if column in clocks[1:] else "clock"


def _settle_parts(columns: list[Column], titles: list[tuple[str, ...]]) -> None:
    """返乡时间 over 月 and 日: one date in two columns."""
    for one, other in pairwise(columns):
        above, below = titles[one.index], titles[other.index]
        same = len(above) > 1 and above[:-1] == below[:-1] and one.field == other.field
        if same and one.field in _DATES and (plain(above[-1]), plain(below[-1])) in _PARTS:
            one.days, other.field, other.sure = other.index, "other", KNOWN


def _settle_gate(columns: list[Column]) -> None:
    """Of 出门体温 and 进门体温 that of the line is the one measured when they came back."""
    measured = [c for c in columns if c.field == "temperature"]
    ways = [c for c in measured if _INWARD.search(c.title)]
    if len(ways) == 1 and any(_OUTWARD.search(c.title) for c in measured):
        ways[0].sure = KNOWN + 1


def _settle_doubles(columns: list[Column]) -> None:
    """A field has one column: the surest, then the leftmost. A second phone is the second phone."""
    for field in CANONICAL:
        same = [c for c in columns if c.field == field and not c.option]
        same.sort(key=lambda c: (-c.sure, c.index))
        for extra in same[1:]:
            extra.field = None
            extra.slot = field if field in TEMPERATURES else None
        if field == "phone" and len(same) > 1 and not any(c.field == "phone2" for c in columns):
            same[1].field = "phone2"


def _side_by_side(columns: list[Column], titles: list[tuple[str, ...]], samples: list[list[Cell]]) -> None:
    """Two tables beside each other: from the second 姓名 on it is another person, with a number of their own
    or under the same titles once more. What is said once, of a home, is the first one's."""
    names = [c.index for c in columns if c.field == "name" and c.sure == KNOWN]
    if len(names) < 2 or not (_two_numbers(columns, names[1]) or _once_more(names, titles, samples)):
        return
    before = {column.field for column in columns[: names[1]]}
    for column in columns[names[1] :]:
        column.beside = column.field == "name" or column.field in TEMPERATURES
        if column.field and (column.beside or column.field in before or column.field not in _OF_HOME):
            column.field = "other"


def _two_numbers(columns: list[Column], second: int) -> bool:
    numbers = [c.index for c in columns if c.field == "id_number" or (c.field == "phone" and c.sure == KNOWN)]
    return any(i < second for i in numbers) and any(i > second for i in numbers)


def _once_more(names: list[int], titles: list[tuple[str, ...]], samples: list[list[Cell]]) -> bool:
    """Whether titles are repeated from the second name on, over people who are not those of the first."""
    first, second = names[:2]
    again = {titles[i] for i in range(first + 1, second) if titles[i]} & set(titles[second + 1 :])
    return titles[first] == titles[second] and bool(again) and samples[first] != samples[second]


def _numbered(columns: list[Column], samples: list[list[Cell]]) -> None:
    """成员1姓名 beside 成员2姓名, or beside the head's own: several people in one line."""
    bare = [_COUNTED.sub("", column.title) for column in columns]
    alike, named = Counter(bare), {column.index for column in columns if column.field == "name"}
    for column, title in zip(columns, bare, strict=True):
        numbered = column.sure <= 1 and column.field in (None, "name") and title != column.title
        others = alike[title] > 1 or named - {column.index}
        if numbered and others and holds(samples[column.index]) == "name":
            column.field, column.beside = "other", True
            named.discard(column.index)


def _guess_titles(columns: list[Column], titles: list[tuple[str, ...]], samples: list[list[Cell]]) -> None:
    from rapidfuzz import fuzz, process  # for whoever reads a ledger; a Column is known to others too

    taken = {column.field for column in columns}
    for column in columns:
        text = plain(titles[column.index][-1]) if titles[column.index] else ""
        if column.sure or len(text) < 2:
            continue
        best = process.extractOne(text, WORDS.keys(), scorer=fuzz.ratio, score_cutoff=_TITLE_PERHAPS)
        if not best:
            continue
        field = WORDS[best[0]]
        agrees = _HOLDS.get(field) is not None and _HOLDS[field] == holds(samples[column.index])
        if field not in taken and (best[1] >= _TITLE_NEARLY or agrees):
            column.field, column.sure = field, 1
            taken.add(field)


def _guess_content(columns: list[Column], samples: list[list[Cell]]) -> None:
    """Identity numbers, phones and the like speak for themselves where no title claims them."""
    taken = {column.field for column in columns}
    for field in ("id_number", "phone", "sex", "name", "temperature"):
        if field == "temperature" and taken & TEMPERATURES:
            _measured_besides(columns, samples)
            continue
        if field in taken:
            continue
        for column in columns:
            if column.sure == 0 and column.field is None and holds(samples[column.index]) == _HOLDS[field]:
                if field not in taken:
                    if field == "name" and column.title and not _vary(samples[column.index]):
                        continue
                    column.field, column.sure = field, 1
                    taken.add(field)
                elif field == "temperature":
                    column.slot = field


def _measured_besides(columns: list[Column], samples: list[list[Cell]]) -> None:
    """中12:00 between morning and evening: whatever title it has, a fever in it is not passed over."""
    for column in columns:
        cells = samples[column.index]
        if (
            column.sure == 0
            and column.field is None
            and column.slot is None
            and holds(cells) == "temperature"
        ):
            tenths = (str(cell).strip("℃度 ").replace("。", ".") for cell in cells)
            if any("." in cell and not cell.endswith(".0") for cell in tenths):
                column.slot = "temperature"


def _vary(cells: list[Cell]) -> bool:
    """Names differ from line to line; 放行 or 务农 under a title of their own do not."""
    return len(cells) >= _FEW and len(set(cells)) > 0.8 * len(cells)


def _settle_days(columns: list[Column], titles: list[tuple[str, ...]], samples: list[list[Cell]]) -> None:
    """A bare 日期 in a list of people who came from somewhere is the day they came."""
    fields = {column.field for column in columns}
    bare = [c for c in columns if c.field == "day" and plain(titles[c.index][-1]) in ("日期", "时间")]
    came = fields & {"from_place", "transport", "affected_area_history"}
    if fields & {"whither", "together", "besides", "out"}:
        return  # whoever goes on from here, or with so many, passes a post
    if came and "return_date" not in fields and len(bare) == 1 and holds(samples[bare[0].index]) == "date":
        bare[0].field = "return_date"
