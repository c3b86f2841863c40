"""An Excel form filled in: its looks stay; a row of a list or of places is repeated with all that it has."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from copy import copy
from datetime import datetime
from typing import IO, Any

from django.utils.translation import gettext as _

from bulou.exchange.out import marks
from bulou.exchange.out.cells import LONGEST, loaded, plain
from bulou.exchange.out.form_rows import adds_up, preprinted
from bulou.exchange.out.form_spots import LABELS, Spot
from bulou.exchange.out.form_values import Values, kinds, repeats
from bulou.exchange.out.names import FIGURE, PLACED, understood
from bulou.exchange.out.write import Notice
from bulou.lib import clock

_CELL = re.compile(r"(\$?[A-Z]{1,3}\$?)(\d+)(?![\d(])")
_UNHELD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def fill_xlsx(
    content: bytes, spots: Sequence[Spot], told: Values, listed: str, notice: Notice, file: IO[bytes]
) -> None:
    """Write the form's workbook with its values to `file`."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content))
    for sheet in book.worksheets:
        mine: dict[int, dict[str, str]] = defaultdict(dict)
        down: set[int] = set()
        for spot in spots:
            title, _bang, at = spot.where.rpartition("!")
            if title == sheet.title:
                cell = sheet[at]
                mine[cell.row][at] = "" if spot.written else spot.name
                down |= {cell.row} if spot.down else set()
        for row in sorted(mine, reverse=True):
            _fill_row(sheet, row, mine[row], told, listed, row in down)
    _mark(book, notice)
    book.save(file)


def _fill_row(sheet: Any, row: int, names: Mapping[str, str], told: Values, listed: str, down: bool) -> None:
    """One row of the form: once, for each line or place, or for the places that its rows name already."""
    wanted = [
        name or understood(said, listed) for at, name in names.items() for said in _written(sheet, at, name)
    ]
    columns = {sheet[at].column: name for at, name in names.items()}
    if repeats(wanted, listed):
        _repeat(sheet, row, max(1, len(told.rows)))
        for n, line in enumerate(told.rows):
            _put(sheet, row + n, columns, told, listed, line)
        if not told.rows:
            _put(sheet, row, columns, told, listed, dict.fromkeys(wanted))
        _add_up(sheet, row + max(1, len(told.rows)), columns, told, listed)
        return
    labels = [[cell.value for cell in line[:LABELS]] for line in sheet.iter_rows()]
    named = preprinted(labels, row - 1, told, down)
    for at, place in [(row - 1, None)] if named is None else named:
        _put(sheet, at + 1, columns, told, listed, place)


def _add_up(sheet: Any, row: int, columns: Mapping[int, str], told: Values, listed: str) -> None:
    """A row of sums under the repeated ones: what the form does not add up itself is the whole table's."""
    if row <= sheet.max_row and adds_up([cell.value for cell in sheet[row]]):
        kept = kinds(columns.values(), listed)
        figures = {at: name for at, name in columns.items() if kept.get(name) == FIGURE}
        _put(sheet, row, figures, told, listed, None)


def _written(sheet: Any, at: str, name: str) -> list[str]:
    return [name] if name else PLACED.findall(str(sheet[at].value or ""))


def _put(
    sheet: Any,
    row: int,
    columns: Mapping[int, str],
    told: Values,
    listed: str,
    line: Mapping[str, Any] | None,
) -> None:
    for column, name in columns.items():
        cell = sheet.cell(row, column)
        text = str(cell.value or "")
        if name:
            if cell.value is None and type(cell).__name__ != "MergedCell":
                put(cell, told.get(name, line))
            continue
        whole = PLACED.fullmatch(text.strip())
        if whole:
            put(cell, told.get(understood(whole[1], listed), line))
        else:
            put(cell, PLACED.sub(lambda said: shown(told.get(understood(said[1], listed), line)), text))


def put(cell: Any, value: Any) -> None:
    """A value into a cell: numbers as numbers, all else as text that nothing runs; nothing for the unknown."""
    held = plain(value)
    if held is None or held == "":
        cell.value = None
        return
    if not isinstance(held, str):
        cell.value = held
        return
    cell.value = _UNHELD.sub("", held)[:LONGEST]
    cell.data_type = "s"
    if loaded(held):
        cell.quotePrefix = True


def shown(value: Any) -> str:
    """A value within a sentence."""
    held = plain(value)
    if isinstance(held, datetime):
        return f"{held:%Y-%m-%d %H:%M}"
    return "" if held is None else str(held)


def _repeat(sheet: Any, row: int, times: int) -> None:
    """Make room for `times` rows like this one: what lies below moves down with its joins, heights and sums."""
    more = times - 1
    if more <= 0:
        return
    joined = [m for m in list(sheet.merged_cells.ranges) if m.min_row > row]
    same = [m for m in list(sheet.merged_cells.ranges) if m.min_row == m.max_row == row]
    for merged in joined:
        sheet.unmerge_cells(str(merged))
    heights = {at: d.height for at, d in sheet.row_dimensions.items() if at > row and d.height}
    if sheet.max_row > row:
        last = sheet.cell(sheet.max_row, sheet.max_column).coordinate
        sheet.move_range(f"A{row + 1}:{last}", rows=more)
    for at in heights:
        sheet.row_dimensions[at].height = None
    for at, height in heights.items():
        sheet.row_dimensions[at + more].height = height
    for merged in joined:
        merged.shift(row_shift=more)
        sheet.merge_cells(str(merged))
    _copy(sheet, row, times, same)
    for cells in sheet.iter_rows():
        for cell in cells:
            if isinstance(cell.value, str) and cell.value.startswith("=") and cell.data_type == "f":
                cell.value = _moved(cell.value, row, more)


def _copy(sheet: Any, row: int, times: int, joined: Sequence[Any]) -> None:
    height = sheet.row_dimensions[row].height
    for n in range(1, times):
        for column in range(1, sheet.max_column + 1):
            model, cell = sheet.cell(row, column), sheet.cell(row + n, column)
            if type(cell).__name__ != "MergedCell" and type(model).__name__ != "MergedCell":
                cell.value = model.value
            if model.has_style:
                cell._style = copy(model._style)
        if height:
            sheet.row_dimensions[row + n].height = height
        for merged in joined:
            sheet.merge_cells(
                start_row=row + n, end_row=row + n, start_column=merged.min_col, end_column=merged.max_col
            )


def _moved(formula: str, row: int, more: int) -> str:
    """A formula after rows were put in below `row`: what lay below moves, a range that ended there goes on."""

    def one(found: re.Match[str]) -> str:
        at = int(found[2])
        ends = formula[: found.start()].endswith(":") and at == row
        return f"{found[1]}{at + more if at > row or ends else at}"

    return _CELL.sub(one, formula)


def _mark(book: Any, notice: Notice) -> None:
    """Who took it out: at the foot of each page, on a sheet of its own, in the properties."""
    from openpyxl.packaging.custom import StringProperty

    for sheet in book.worksheets:
        sheet.oddFooter.left.text = notice.line[:200].replace("&", "&&")
    title = _("About this file")
    sheet = book.create_sheet(title if title not in book.sheetnames else f"{title} {notice.number}")
    put(sheet["A1"], notice.title)
    put(sheet["A2"], notice.marked)
    put(sheet["A3"], f"{clock.now():%Y-%m-%d %H:%M}")
    sheet.column_dimensions["A"].width = 100
    book.properties.description = notice.line[:200]
    for name in [p.name for p in book.custom_doc_props.props if p.name == marks.PROPERTY]:
        del book.custom_doc_props[name]
    book.custom_doc_props.append(StringProperty(name=marks.PROPERTY, value=notice.number))
