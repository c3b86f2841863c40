"""The one way in: a path and a few facts of the day give a `Reading`. No database, no clock."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bulou.lib.refusals import Refusal

from . import faulty, formdate, heads, layout, refused
from .blocks import readers_of
from .cells import THERMOMETER_TENTHS, Context
from .cells_dates import LONG_AGO, bygone, whole_day
from .columns import SAMPLE
from .doubles import Doubles
from .files import Cell, Sheet, open_ahead
from .formplace import ANOTHER, alone, town_of, village_of
from .grids import TEMPERATURES
from .kind import kind_of
from .layout import Layout, Table
from .reading import KINDS, Reading, Row, TableSeen
from .rows import section_of, text_of
from .single import by_person, is_form, said_of_person
from .slips import doubt, year_slipped

_VILLAGE = re.compile(r"(村|社区|居委会|村委会)$")
_TOWN = re.compile(r"[\u4e00-\u9fff]{1,8}(镇|乡|街道|办事处)")  # a sheet called so


def read(
    path: Path,
    *,
    today: dt.date,
    fever_tenths: int,
    kind: str = "auto",
    form_day: dt.date | None = None,
    thermometer: tuple[int, int] = THERMOMETER_TENTHS,
    late_days: int = LONG_AGO.days,
    said: layout.Said | None = None,
) -> Reading:
    """Read and understand a clerk's file: what is told of it is in its `Reading`. See `opened`."""
    reading, rows = opened(
        path,
        today=today,
        fever_tenths=fever_tenths,
        kind=kind,
        form_day=form_day,
        thermometer=thermometer,
        late_days=late_days,
        said=said,
    )
    reading.rows.extend(rows)
    return reading


def opened(
    path: Path,
    *,
    today: dt.date,
    fever_tenths: int,
    kind: str = "auto",
    form_day: dt.date | None = None,
    thermometer: tuple[int, int] = THERMOMETER_TENTHS,
    late_days: int = LONG_AGO.days,
    said: layout.Said | None = None,
    file: list[Sheet] | Refusal | None = None,
) -> tuple[Reading, Iterator[Row]]:
    """A clerk's file, its tables found, and its rows, each understood when it is asked for.

    `today` bounds what may have happened; `form_day` stands in where the file bears no date of its own;
    `fever_tenths` is the rule of the day in tenths of a degree; `said` what a person said of the columns of
    known layouts (signature → column from 0 → field); `late_days` as in `slips`; `file` its sheets where
    `open_ahead` opened them. A file that cannot be taken comes back with verdict `refused`, a FILE_ code and no
    rows; nothing is raised for what is in a file.
    """
    if kind != "auto" and kind not in KINDS:
        raise ValueError(f"no such kind of ledger: {kind}")
    result = Reading(path.name)
    sheets = file if file is not None else open_ahead(path)
    if isinstance(sheets, Refusal):
        return _refused(result, sheets.code), iter(())
    result.sheets = [sheet.name for sheet in sheets]
    found = [layout.find(sheet, said) for sheet in sheets]
    for sheet, one in zip(sheets, found, strict=True):
        _only_people(sheet, one)
        if is_form(sheet) and not any(table.person for table in one.tables):
            _of_nobody(one)
        if sheet.errors:
            faulty.unhide(sheet, one)
    if not any(one.tables for one in found):
        forms = any(is_form(sheet) for sheet in sheets)
        return _refused(result, refused.FILE_ONE_PERSON if forms else refused.FILE_NO_TABLE), iter(())
    result.form_date = _form_date(sheets, found, today)
    result.kind = kind_of(sheets, found) if kind == "auto" else kind
    result.size = sum(len(sheet.rows) for sheet in sheets)
    result.tables = [
        TableSeen(sheet.name, [n + 1 for n in table.header], table.columns, table.signature)
        for sheet, one in zip(sheets, found, strict=True)
        for table in one.tables
    ]

    plain = Context(form_day, today, today, fever_tenths, thermometer)
    return result, _rows(result, list(zip(sheets, found, strict=True)), plain, late_days)


def _rows(
    result: Reading, sheets: list[tuple[Sheet, Layout]], plain: Context, late_days: int
) -> Iterator[Row]:
    """The rows of all sheets. `plain`: what is known of a sheet that bears no date."""
    doubles, number, today = Doubles(result.kind), 0, plain.today
    if result.kind != "passes":  # a post's village is not that of who passes
        for sheet, one in sheets:
            _name_villages(sheet, one)
    lone = heads.unlisted(sheets) if result.kind == "roster" else ()
    of_all = _bygone(sheets, today)
    for sheet, one in sheets:
        own = result.form_date
        if len(sheets) > 1:
            own = _form_date([sheet], [one], today) or own
        day = own or plain.form_day
        month = formdate.form_month(_about(sheet, one), sheet.name, today)
        since = formdate.day_since(_about(sheet, one), today)
        anchor = day or _bygone([(sheet, one)], today) or of_all or since or today
        start = formdate.start_day(_about(sheet, one, ("ROW_META", "ROW_TITLE")), anchor)
        context = replace(plain, form_day=day, anchor=anchor, month=month, start=start)
        told = _days(sheet, one, today, "return_date", "left_date", "day")
        slipped = own and result.kind != "roster" and year_slipped(own, told, today, late_days)
        for row in _read_sheet(sheet, one, context, doubles, number):
            if own and slipped:
                doubt(row, own)
            if (row.sheet, row.row) in lone:
                row.codes.append(heads.UNLISTED)
            yield row
        number += len(one.tables)


def _refused(result: Reading, code: str) -> Reading:
    result.verdict, result.code = "refused", code
    result.sheets = []
    return result


def _only_people(sheet: Sheet, found: Layout) -> None:
    """A table without a name or a number of people (a list of villages, of choices) speaks of nobody.

    Measurements below a form for one person are that person's.
    """
    above = 0
    for table in list(found.tables):
        fields = {column.field for column in table.columns}
        rows = range(above, max([above, *table.header, *table.data]) + 1)
        above = rows.stop
        if fields & {"name", "id_number", "doc_number"}:
            continue
        at = found.tables.index(table)
        found.tables[at : at + 1] = by_person(sheet, table, rows) if fields & TEMPERATURES else []
        told = {index for one in found.tables for index in one.data}
        for index in table.data:
            if index not in told:
                found.kinds[index] = "ROW_META" if said_of_person(sheet.rows[index]) else "ROW_INSTRUCTION"


def _of_nobody(found: Layout) -> None:
    """A form for one person beside tables: its titles are not taken for people."""
    found.kinds = [kind if kind == "ROW_BLANK" else "ROW_ONE_PERSON" for kind in found.kinds]
    found.tables.clear()


def _form_date(sheets: list[Sheet], found: list[Layout], today: dt.date) -> dt.date | None:
    """The first that a sheet bears. 2月10日 over journeys of a winter long gone is of that winter."""
    pairs = list(zip(sheets, found, strict=True))
    gone = [day for each in pairs if (day := _bygone([each], today))]
    gone += [day for day in (_bygone(pairs, today),) if day]
    by = min(today, max(gone) + LONG_AGO) if gone else today
    for sheet, one in pairs:
        about = _about(sheet, one)
        about.sort(
            key=lambda row: not any("日期" in text_of(c) or "时间" in text_of(c) for c in row if c != "")
        )
        if one.tables and (day := formdate.form_date(about, sheet.name, today, by)):
            return day
    return None


_OF_THE_FORM = ("ROW_META", "ROW_TITLE", "ROW_SIGNATURE", "ROW_NOTE")


def _about(sheet: Sheet, found: Layout, kinds: tuple[str, ...] = _OF_THE_FORM) -> list[list[Cell]]:
    """The rows that speak of the form itself."""
    return [row for row, kind in zip(sheet.rows, found.kinds, strict=True) if kind in kinds]


def _name_villages(sheet: Sheet, found: Layout) -> None:
    """Each table's village and township, where what stands above it or the sheet's name says it, and no column does."""
    above = 0
    for table in found.tables:
        top = table.header[0] if table.header else 0
        about = [sheet.rows[i] for i in range(above, top) if found.kinds[i] in ("ROW_TITLE", "ROW_META")]
        table.village, table.town = village_of(about, sheet.name), town_of(about)
        above = max([top, *table.data, *table.header])


def _bygone(sheets: list[tuple[Sheet, Layout]], today: dt.date) -> dt.date | None:
    """The last day told in old sheets that bear no date: missing years are those of their journeys and passes."""
    told = (day for each in sheets for day in _days(*each, today, "return_date", "left_date", "day"))
    return bygone(list(told), today)


def _days(sheet: Sheet, found: Layout, today: dt.date, *fields: str) -> list[dt.date]:
    """Days in these columns that say their year, of each table's first lines."""
    cells = (
        sheet.rows[index][column.index]
        for table in found.tables
        for column in table.columns
        if column.field in fields
        for index in table.data[:SAMPLE]
        if column.index < len(sheet.rows[index])
    )
    return [day for cell in cells if cell != "" and (day := whole_day(cell, today))]


def _in_village(row: Row, table: Table, section: str) -> None:
    """Who names no village lives in that of the heading above, else in that of the form, if no address denies it."""
    if "village" in row.values:
        return
    address = row.values.get("address", "")
    if section and (village := alone(section) or (section if _VILLAGE.search(section) else "")):
        row.values["village"] = village
    elif table.village and (table.village in address or not ANOTHER.search(address)):
        row.values["village"] = table.village


def _read_sheet(
    sheet: Sheet, found: Layout, context: Context, doubles: Doubles, tables: int
) -> Iterator[Row]:
    """Every row in order: people are understood and compared with earlier ones, the rest is named.

    `tables`: how many there are in the sheets before this one.
    """
    readers = readers_of(sheet, found, context, doubles.kind, tables)
    name, heading = sheet.name, ""
    town = name.strip() if _TOWN.fullmatch(name.strip()) else ""
    for index, cells in enumerate(sheet.rows):
        kind, errors = found.kinds[index], sheet.errors.get(index)
        if kind:
            row = Row(name, index + 1, [kind], cells)
            if kind == "ROW_SECTION" and _TOWN.fullmatch(section_of(cells)):
                heading = section_of(cells)
            if index in found.stated:
                row.codes.append("TOTAL_MISMATCH")
                row.words = dict(zip(("stated", "counted"), found.stated[index], strict=True))
            if errors:
                faulty.shown(row, errors)
        else:
            number, reader, table = readers[index]
            row = Row(name, index + 1, [], cells, number)
            reader.read(row)
            if town:
                row.also.setdefault("township", town)
            if above := heading or table.town:
                row.also["above"] = above
            _in_village(row, table, table.sections.get(index, ""))
            if errors:
                faulty.note(row, table.columns, errors)
            of = reader.context.form_day
            row.day = row.day or (of.isoformat() if of else None)
            doubles.meet(row)
        yield row
