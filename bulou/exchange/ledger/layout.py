"""Finding the table in a sheet: what each row is, before anything in it is understood. Rows count from 0."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from . import rows as look
from .asides import of_weekdays, signed
from .assign import assign
from .cells import DITTO
from .cells_times import is_half
from .columns import SAMPLE, Column, holds, looks
from .files import Cell, Sheet
from .formplace import village_of
from .over import dated
from .single import in_pairs, is_pair
from .titles import joined_meaning, meaning, plain

MOST_HEADER_ROWS = 3
_NOTHING = frozenset({"/", "／", "-", "--", "—", "——", "–", "－"})  # nothing was measured, or asked
SAID = 4  # surer than any guess: a person said it


Said = Mapping[str, Mapping[int, str]]


@dataclass(slots=True)
class Table:
    """One header and the rows under it; a sheet may hold several, one below the other."""

    header: tuple[int, ...]
    columns: list[Column]
    data: list[int] = field(default_factory=list)
    sections: dict[int, str] = field(default_factory=dict)  # data row -> the heading above it
    signature: str = ""  # names the layout by its titles
    village: str = ""  # which village the form is about, where it says so
    town: str = ""  # and which township
    person: dict[str, Cell] = field(default_factory=dict)  # of whom all its lines are, by `single`


@dataclass(slots=True)
class Layout:
    """`kinds[i]` is the ROW_ code of row i, "" for a person's row; `stated` are the totals that differ."""

    kinds: list[str]
    tables: list[Table]
    stated: dict[int, tuple[int, int]] = field(
        default_factory=dict
    )  # row -> (stated, counted) where they differ
    said: Said = field(default_factory=dict)


def find(sheet: Sheet, said: Said | None = None) -> Layout:
    """What every row of the sheet is. Fills cells merged downward into the rows they cover.

    `said`: what a person said the columns of a layout hold, by the layout's signature.
    """
    layout = Layout([""] * len(sheet.rows), [], said=said or {})
    blank = [look.is_blank(row) for row in sheet.rows]
    header = _next_header(sheet, 0, blank)
    if header is None:
        header = _headless(sheet, blank)
        if header is None:
            for index, empty in enumerate(blank):
                layout.kinds[index] = "ROW_BLANK" if empty else "ROW_INSTRUCTION"
            return layout
    _above(sheet, layout, 0, header[0] if header else 0, blank)
    start = header[-1] + 1 if header else 0
    table = _open_table(sheet, layout, header, start, blank)
    _fill_merged(sheet, start)
    _body(sheet, layout, table, start, blank)
    return layout


def _above(sheet: Sheet, layout: Layout, first: int, end: int, blank: list[bool]) -> None:
    titled = False
    for index in range(first, end):
        if blank[index]:
            layout.kinds[index] = "ROW_BLANK"
        elif not titled and not look.is_meta(sheet.rows[index]):
            layout.kinds[index], titled = "ROW_TITLE", True
        else:
            layout.kinds[index] = "ROW_META"


def _open_table(
    sheet: Sheet, layout: Layout, header: tuple[int, ...], start: int, blank: list[bool]
) -> Table:
    width = max((len(row) for row in sheet.rows), default=0)
    if sheet.ragged and header:
        width = len(sheet.rows[header[-1]])
    titles = _titles(sheet, header, width)
    samples = _samples(sheet, start, width, blank)
    table = Table(header, assign(titles, samples), signature=_signature(titles))
    for index, name in layout.said.get(table.signature, {}).items():
        _say(table.columns, index, name)
    for index in header:
        layout.kinds[index] = "ROW_HEADER"
    layout.tables.append(table)
    return table


def _signature(titles: list[tuple[str, ...]]) -> str:
    """The same for every file with these titles in this order."""
    written = "\x1f".join("\x1e".join(plain(part) for part in parts) for parts in titles).rstrip("\x1f")
    return hashlib.sha256(written.encode()).hexdigest()[:32]


def _say(columns: list[Column], index: int, name: str) -> None:
    """A person says what a column holds ("" for nothing that is asked for): no other column holds it then."""
    if not 0 <= index < len(columns):
        return
    for column in columns:
        if name and column.field == name:
            column.field = None
    said = columns[index]
    said.field, said.sure, said.slot, said.option, said.days = name or None, SAID, None, "", -1


def _samples(sheet: Sheet, start: int, width: int, blank: list[bool]) -> list[list[Cell]]:
    samples: list[list[Cell]] = [[] for _ in range(width)]
    seen = 0
    for index in range(start, len(sheet.rows)):
        if seen == SAMPLE:
            break
        if not blank[index]:
            seen += 1
            for column, cell in enumerate(sheet.rows[index][:width]):
                if cell != "" and cell not in DITTO and cell not in _NOTHING:
                    samples[column].append(cell)
    return samples


def _headless(sheet: Sheet, blank: list[bool]) -> tuple[int, ...] | None:
    """No titles at all: a table only where columns speak for themselves as names and numbers of people."""
    width = max((len(row) for row in sheet.rows), default=0)
    kinds = [holds(cells) for cells in _samples(sheet, 0, width, blank)]
    return () if ("id" in kinds or "phone" in kinds) and "name" in kinds else None


def _next_header(sheet: Sheet, start: int, blank: list[bool]) -> tuple[int, ...] | None:
    for index in range(start, len(sheet.rows)):
        if not blank[index] and header_like(sheet.rows[index]):
            return _header_block(sheet, index, start, blank)
    return None


def header_like(row: list[Cell]) -> bool:
    """At least two known titles, the name or most of the cells among them, and nothing that only data would hold."""
    filled = [cell for cell in row if cell != ""]
    numbers = [cell for cell in filled if isinstance(cell, float)]
    days = numbers if look.counts_days(list(numbers)) else []  # 1, 2, 3 over a month's measurements
    texts = [cell for cell in filled if not look.day_like(cell) and cell not in days]
    if len(texts) == 1 and isinstance(texts[0], str) and plain(texts[0]) == "姓名":
        return len(filled) > 2  # the name alone over days of measurements
    if not 2 <= len(texts) <= 200 or look.data_cells(texts):
        return False
    named = any(isinstance(text, str) and "姓名" in text for text in texts)
    titles = [text for text in texts if isinstance(text, str) and not look.LABELLED.search(text)]
    known = sum(1 for text in titles if meaning(text) or (named and is_half(text)))
    if (not named and (signed(texts) or dated(row))) or in_pairs(row):
        return False
    return known >= 2 and (named or known >= 0.4 * len(texts))


def _header_block(sheet: Sheet, found: int, first: int, blank: list[bool]) -> tuple[int, ...]:
    """The row found, the group row above it, and the rows of the same header below it."""
    block = [found]
    above = found - 1
    if above >= first and not blank[above] and _is_group_row(sheet, above):
        block.insert(0, above)
    below = found + 1
    while (
        below < len(sheet.rows) and len(block) < MOST_HEADER_ROWS and _continues(sheet, block, below, blank)
    ):
        block.append(below)
        below += 1
    return tuple(block)


def _is_group_row(sheet: Sheet, index: int) -> bool:
    row = sheet.rows[index]
    texts = [cell for cell in row if isinstance(cell, str) and cell.strip()]
    if len(texts) < 2 or look.data_cells(row) or look.is_meta(row):
        return False
    if len(texts) == 2 and is_pair(texts) and all(top != index for top, *_ in sheet.merged):
        return False  # of a form for one person
    labelled = sum(look.LABELLED.search(text) is not None for text in texts)
    if 2 * labelled >= len(texts) or in_pairs(row) or dated(row):
        return False  # 卡点名称：东口, 值班时间：8:00-20:00: of the form, not over columns
    return all(len(plain(text)) <= 12 and not look.TITLE_WORD.search(text) for text in texts)


def _continues(sheet: Sheet, block: list[int], index: int, blank: list[bool]) -> bool:
    """Still header: a merged title reaches into the row, or it titles what stands blank above."""
    row = sheet.rows[index]
    last = block[-1]
    reaches = any(top <= last and bottom >= index for top, _, bottom, _ in sheet.merged if top in block)
    if (reaches and look.counts_days(row)) or of_weekdays(row):
        return True
    if blank[index] or look.data_cells(row) or any(looks(cell) == "temperature" for cell in row):
        return False
    above = sheet.rows[last]
    texts = [(i, cell) for i, cell in enumerate(row) if isinstance(cell, str) and cell.strip()]
    known = 0
    for i, text in texts:
        group = look.group_of(above, i)
        if meaning(text) or (group and joined_meaning((group, text))) or (group and is_half(text)):
            known += 1
    fills = sum(1 for i, _ in texts if i >= len(above) or above[i] == "")
    if reaches:
        return known >= 1 or fills >= 1
    return known >= 2 and fills >= 1 and known >= 0.4 * len(texts)


def _titles(sheet: Sheet, header: tuple[int, ...], width: int) -> list[tuple[str, ...]]:
    """The titles over each column, top down; a merged or open group title stands over all it spans."""
    grid = []
    for depth, index in enumerate(header):
        row = [look.text_of(cell) for cell in sheet.rows[index][:width]]
        row += [""] * (width - len(row))
        if depth < len(header) - 1:
            look.spread(row, index, header, sheet)
        grid.append(row)
    titles = []
    for column in range(width):
        parts: list[str] = []
        for row in grid:
            if row[column] and (not parts or parts[-1] != row[column]):
                parts.append(row[column])
        titles.append(tuple(parts))
    return titles


def _fill_merged(sheet: Sheet, start: int) -> None:
    """A cell merged over several rows holds for each of them (addresses of a family)."""
    for top, left, bottom, _right in sheet.merged:
        if bottom == top or top < start or left >= len(sheet.rows[top]):
            continue
        value = sheet.rows[top][left]
        if value == "":
            continue
        for index in range(top + 1, min(bottom + 1, len(sheet.rows))):
            row = sheet.rows[index]
            if left < len(row) and row[left] == "":
                row[left] = value


def _retitle(sheet: Sheet, layout: Layout, table: Table, header: int, blank: list[bool]) -> None:
    """A lone text right above a further header was its title, not a person."""
    index = header - 1
    while index >= 0 and (blank[index] or _lone(layout, table, index, sheet, all(blank[index + 1 : header]))):
        if not blank[index]:
            layout.kinds[index] = "ROW_TITLE"
            if index in table.data:
                table.data.remove(index)
        index -= 1


def _lone(layout: Layout, table: Table, index: int, sheet: Sheet, right_above: bool) -> bool:
    loose = index in table.data[-2:] or (right_above and layout.kinds[index] == "ROW_NOTE")
    return loose and look.alone(sheet.rows[index])


def _body(sheet: Sheet, layout: Layout, table: Table, start: int, blank: list[bool]) -> None:
    """Classify the rows under a header, opening a new table where other titles come."""
    reader = look.RowReader(sheet, table.columns, table.header)
    section, since, total = "", 0, 0
    for index in range(start, len(sheet.rows)):
        if blank[index]:
            layout.kinds[index] = "ROW_BLANK"
            continue
        if layout.kinds[index]:
            continue  # the second row of a header found below
        row = sheet.rows[index]
        kind = reader.kind(row)
        if kind == "" and not reader.surely_data(row) and header_like(row):
            header = _header_block(sheet, index, index, blank)
            _retitle(sheet, layout, table, index, blank)
            table = _open_table(sheet, layout, header, header[-1] + 1, blank)
            reader = look.RowReader(sheet, table.columns, header)
            section = ""
            continue
        layout.kinds[index] = kind
        if kind == "":
            since, total = since + 1, total + 1
            table.data.append(index)
            if section:
                table.sections[index] = section
        elif kind == "ROW_SECTION":
            section = look.section_of(row)
        elif kind in ("ROW_TITLE", "ROW_META", "ROW_NOTE"):  # the next village's form under this one
            section = village_of([row], "") or section
        elif kind == "ROW_SUBTOTAL":
            stated = look.stated_total(row, reader.counts)
            if stated is not None and stated not in (since, total):
                layout.stated[index] = (stated, total if look.is_grand_total(row) else since)
            since, section = 0, ""
