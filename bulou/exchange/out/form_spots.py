"""Where in a form something goes: under the titles of a table, in the rows that say what they are about, and
beside words that stand for themselves. Sheets and tables of Word are looked at alike, as grids of cells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bulou.exchange.ledger.titles import plain as bare
from bulou.exchange.out.form_sums import adds, is_part, is_total, parts
from bulou.exchange.out.meant import Meant, meant
from bulou.exchange.out.names import ONCE, PLACED, ROW_NAMES, every, understood

# 返乡 and 返村 are what people did, not where.
TAIL = re.compile(r"(街道办事处|街道|镇|(?<![返回归])乡|(?<!返)村|社区|居委会|村委会|办事处)$")
# What a sheet or a part of it is called; nothing goes beside it.
_HEADING = re.compile(r"^\s*[（(]?[一二三四五六七八九十]+[)）、.．]|(?:表|台账|日报)$")
# What of a person or in free words stands in a column: nothing that adds up.
_REMARK = re.compile(r"备注|说明|签|电话|负责|责任|联系")
_UNITS = ("单位", "计量单位")  # over what something is counted in: 人, 户
LABELS = 4  # so many columns at most say what a row is about


@dataclass(frozen=True)
class Spot:
    """Where something may go: `where` ("Sheet1!C5", or the place in a Word file), what stands over or before
    it, the name that goes there ("" when none is known) or may go there, and the words in braces when they stand
    in the file. `down`: it is a column's, and goes for the rows below that name their places as well. `sums`:
    the places that it adds up, where it is a total."""

    where: str
    title: str
    name: str = ""
    written: str = ""
    perhaps: tuple[str, ...] = ()
    down: bool = False
    sums: tuple[str, ...] = ()


# The columns of a table: what each is called, and what stands over it and others.
Columns = dict[int, tuple[str, str]]


@dataclass(frozen=True)
class Box:
    """A cell: its text, whether nothing is in it, whether it holds a number or a sum; its last row and column."""

    text: str = ""
    free: bool = True
    sums: bool = False
    bottom: int = 0
    right: int = 0

    @property
    def words(self) -> str:
        """What it says as a title; "" when it says nothing, or holds names in braces."""
        return "" if self.sums or PLACED.search(self.text) else " ".join(self.text.split())


@dataclass(frozen=True)
class Grid:
    """A sheet or a table: its rows of cells (all of one length), and how a cell is called by row and column."""

    rows: Sequence[Sequence[Box]]
    where: Callable[[int, int], str]
    listed: str

    def at(self, row: int, column: int) -> Box | None:
        inside = 0 <= row < len(self.rows) and 0 <= column < len(self.rows[row])
        return self.rows[row][column] if inside else None

    def titles(self, row: int) -> list[int]:
        """The columns of a row in which words stand."""
        return [column for column, box in enumerate(self.rows[row]) if box.words]

    def free(self, row: int, column: int) -> bool:
        box = self.at(row, column)
        return box is not None and box.free


def spots(grid: Grid) -> Iterator[Spot]:
    """Every place of a grid where something goes or may go."""
    yield from _written(grid)
    row = 0
    while row < len(grid.rows):
        if not _heads(grid, row):
            if not _over_titles(grid, row):
                yield from _beside(grid, row)
            row += 1
            continue
        heads = [row]
        while _parted(grid, at := heads[-1] + 1, heads) or (
            _heads(grid, at) and not _continues(grid, at, heads)
        ):
            heads.append(at)
        row = heads[-1] + 1
        while row < len(grid.rows) and not _ends(grid, row, heads):
            row += 1
        body = range(heads[-1] + 1, row)
        for at in body:
            yield from _in_body(grid, at, body, _columns(grid, heads))


def _ends(grid: Grid, row: int, heads: list[int]) -> bool:
    return _signed(grid, row) or (_heads(grid, row) and not _continues(grid, row, heads))


def _written(grid: Grid) -> Iterator[Spot]:
    for row, boxes in enumerate(grid.rows):
        for column, box in enumerate(boxes):
            for said in PLACED.findall(box.text):
                yield Spot(
                    grid.where(row, column), _over(grid, row, column), understood(said, grid.listed), said
                )


def _over(grid: Grid, row: int, column: int) -> str:
    """What stands over a cell, the nearest first; else what stands in it before the name."""
    above = (grid.rows[at][column].words for at in range(row - 1, -1, -1))
    return next(filter(None, above), "")


def _heads(grid: Grid, row: int) -> bool:
    """Whether a row is one of titles: its words stand side by side, and over cells that are to be filled."""
    if row >= len(grid.rows):
        return False
    columns = grid.titles(row)
    if len(columns) < 2 or any(said.text.rstrip().endswith((":", "：")) for said in grid.rows[row]):
        return False
    beside = sum(grid.free(row, grid.rows[row][column].right + 1) for column in columns[:-1])
    over = 0
    for column in columns:
        under = grid.at(grid.rows[row][column].bottom + 1, column)
        over += under is not None and (under.free or bool(PLACED.search(under.text)))
    return 2 * beside < len(columns) and over > 0


def _over_titles(grid: Grid, row: int) -> bool:
    """Whether a row only gathers the titles of the next: something in it stands over several of them."""
    wide = [grid.rows[row][column] for column in grid.titles(row)]
    return _heads(grid, row + 1) and any(
        1
        < sum(bool(box.words) for box in grid.rows[row + 1][column : one.right + 1])
        < len(grid.titles(row + 1))
        for column, one in zip(grid.titles(row), wide, strict=True)
    )


def _continues(grid: Grid, row: int, heads: list[int]) -> bool:
    """Whether a row that looks like titles is one of the rows under them: it leaves cells free for the titles."""
    return any(grid.free(row, column) or grid.rows[row][column].sums for column in _columns(grid, heads))


def _parted(grid: Grid, row: int, heads: list[int]) -> bool:
    """Whether a row below titles names parts of one of them, or gathers such: it begins right of the first title
    and has something where none stands. So also where others are not joined with the empty cells below."""
    columns = grid.titles(row) if row < len(grid.rows) else []
    if len(columns) < 2 or columns[0] <= grid.titles(heads[0])[0]:
        return False
    if all(any(grid.rows[head][at].words for head in heads) for at in columns):
        return False
    places = any(is_place(grid.rows[row][at].words) for at in columns)
    return not places and (_heads(grid, row) or _parted(grid, row + 1, [*heads, row]))


def _columns(grid: Grid, heads: list[int]) -> Columns:
    """The columns of a table: what each is called, and what stands over it and others."""
    return {
        column: (grid.rows[head][column].words, _group(grid, head, column, loose=head > heads[0]))
        for head in heads
        for column in grid.titles(head)
        if not any(grid.rows[below][column].words for below in heads if below > head)
    }


def _group(grid: Grid, head: int, column: int, loose: bool) -> str:
    """What stands over a title and others beside it, but not over the whole table.

    It is joined as far as it stands; or `loose`, in a row of the table's titles, before empty cells over others."""
    for at in range(column, -1, -1):
        box = grid.at(head - 1, at)
        if box is not None and box.words:
            right = box.right
            while loose and grid.free(head - 1, right + 1) and grid.rows[head][right + 1].words:
                right += 1
            return box.words if column <= right and 1 < right - at + 1 < len(grid.rows[head]) - 1 else ""
    return ""


def _signed(grid: Grid, row: int) -> bool:
    """Whether a row below a table no longer belongs to it: who filled it in, and what to mind."""
    known = every(grid.listed)
    for column in grid.titles(row):
        words = grid.rows[row][column].words
        key = understood(words, grid.listed)
        if words.endswith((":", "：")) or (key in known and known[key].kind == ONCE):
            return True
    return False


def is_place(text: str) -> bool:
    """Whether words name a place, or all of them together."""
    return bool(TAIL.search(text.strip())) or is_total(text)


def _in_body(grid: Grid, row: int, body: range, columns: Columns) -> Iterator[Spot]:
    """What goes into a row of a table. A row that names a place speaks for all that do: the first is enough."""
    labels = _labels(grid, row)
    if added := _added_rows(grid, row, body, columns):
        for column, (title, _group) in columns.items():
            if grid.free(row, column) and column > grid.titles(row)[-1]:
                said = f"{labels[-1]} · {title}"
                yield Spot(grid.where(row, column), said, sums=tuple(grid.where(at, column) for at in added))
        return
    named = any(is_place(label) for label in labels)
    if not labels or named:
        # Only the first row: those after it are filled like it, or are left to the form itself.
        # Below rows about figures there is room, and no row for each place.
        before, room = body[: row - body[0]], not (labels or grid.listed)
        if any(room or not grid.titles(at) or _names_place(grid, at) for at in before):
            return
        found = [_spot(grid, row, at, columns, down=True) for at in columns if grid.free(row, at)]
        # A row that says its place already is not one for each of them.
        yield from (spot for spot in found if not (named and spot.name in ROW_NAMES))
        return
    units = {at for at, said in columns.items() if bare(said[0]) in _UNITS}
    about = [grid.rows[row][at].words for at in grid.titles(row) if at < LABELS and at not in units] or labels
    if grid.rows[row][0].right >= max(columns):
        return  # words over the whole width: an instruction
    for column in columns:
        if grid.free(row, column) and column > grid.titles(row)[-1]:
            yield _spot(grid, row, column, columns, about[-1])


def _labels(grid: Grid, row: int) -> list[str]:
    return [grid.rows[row][at].words for at in grid.titles(row) if at < LABELS]


def _names_place(grid: Grid, row: int) -> bool:
    return any(is_place(label) for label in _labels(grid, row))


def _added_rows(grid: Grid, row: int, body: range, columns: Columns) -> list[int]:
    """The rows that a row of sums adds up, in a table whose rows are about other things than places."""
    labels = [_labels(grid, at) for at in body]
    if not labels[0] or any(TAIL.search(label.strip()) for said in labels for label in said):
        return []
    titles = [next(filter(adds, said), said[-1] if said else "") for said in labels]
    found = [body[n] for n in parts(titles, row - body[0])] if adds(titles[row - body[0]]) else []
    return [at for at in found if any(grid.free(at, one) or grid.rows[at][one].sums for one in columns)]


def _added_columns(grid: Grid, row: int, column: int, columns: Columns) -> list[int]:
    """The columns that one of sums adds up: those beside it under one title, or those called like it."""
    title, group = columns[column]
    like, called = (1, 0) if adds(title) else (0, 1)
    own = [
        at
        for at, said in sorted(columns.items())
        if (said[like] == columns[column][like] or (like and not group))
        and (grid.free(row, at) or grid.rows[row][at].sums)
        and not _REMARK.search(bare(said[0]))
        and meant(said[0], grid.listed).name not in ROW_NAMES
    ]
    return [own[n] for n in parts([columns[at][called] for at in own], own.index(column))]


def _beside(grid: Grid, row: int) -> Iterator[Spot]:
    """What goes to the right of words that stand for themselves."""
    boxes = grid.rows[row]
    for column in grid.titles(row):
        words, right = boxes[column].words, boxes[column].right + 1
        if not grid.free(row, right):
            continue
        found = Meant() if adds(words) else meant(words, grid.listed)
        known = bool(found.name or found.perhaps) and not (_HEADING.search(words) and not found.name)
        outside = right == len(boxes) - 1 and all(line[right].free for line in grid.rows)
        summed = is_total(words) and any(box.sums for box in boxes)
        if known or not (outside or summed or _HEADING.search(words)):
            yield _said(grid.where(row, right), words, found)


def _spot(grid: Grid, row: int, column: int, columns: Columns, about: str = "", down: bool = False) -> Spot:
    title, group = columns[column]
    over = f"{about} {group}".strip()
    said = f"{over} · {title}" if over else title
    if adds(title) or adds(group):
        added = _added_columns(grid, row, column, columns)
        if added or is_part(title) or is_part(group):
            sums = tuple(grid.where(row, at) for at in added)
            return Spot(grid.where(row, column), said, down=down, sums=sums)
    return _said(grid.where(row, column), said, meant(title, grid.listed, over), down)


def _said(where: str, title: str, found: Meant, down: bool = False) -> Spot:
    return Spot(where, title, found.name, perhaps=found.perhaps, down=down)
