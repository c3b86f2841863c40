"""Opening a file that somebody sent: what it really is, whether it can hurt, and its cells.

Told by content, not by name. Sizes are checked before anything is unpacked for reading; nothing is executed
or fetched. Row and column numbers here count from 0.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from bulou.lib.refusals import Refusal

from . import faulty, refused
from .texts import read_text

Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta

MB = 1 << 20
LARGEST_FILE = 64 * MB
LARGEST_TEXT = 32 * MB  # of which everything is in memory at once
LARGEST_UNPACKED = 256 * MB
# Sheets of a real clerk shrink 8 to 40 times; what shrinks 100 times and is large was made to hurt.
SUSPICIOUS_SIZE, SUSPICIOUS_RATIO = 16 * MB, 100
# The reader lays a sheet out as a full rectangle, so two cells in far corners can fill the memory.
LARGEST_AREA = 12_000_000
MOST_CELLS_OF_TEXT = 4_000_000
# Rows that are there but empty are listed too, up to this many after the last that holds something.
TRAILING_BLANKS = 500

# What opening and unpacking a damaged archive may raise.
DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_BOOKS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
WORKBOOK_NAMES = {".xlsx", ".xlsm", ".xls", ".xlsb", ".et", ".xlt", ".xltx"}
_TEXT_NAMES = {".csv", ".txt", ".tsv"}
# Fast looks for what an ordinary sheet never has; a find leads to counting the sheet's real extent.
_FAR_CELL = re.compile(rb'r="(?:[A-Za-z]{3}\d|[D-Zd-z][A-Za-z]\d|[A-Za-z]{0,2}\d{6})')
_ODD_CELL = (b"r='", b"r =", b"r\t=", b"r\n=", b"r= ", b"r=\t", b"r=\n")
_ODD_SIGNS = (b"'", b"\t", b"\n", b" =", b"= ")  # of one of these each has one: looked for many times as fast
_CELL_AT = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,3})(\d{1,7})["'](?:[^>]*[^/>])?>""")
_ROW_AT = re.compile(rb'<row\b[^>]*?\sr="(\d{1,7})"')
_HARM = re.compile(rb"<!(DOCTYPE|ENTITY)")
_CHUNK = 1 << 20
_MARKUP = 4  # so many times as long as in a file of text is a cell in a workbook


@dataclass(slots=True)
class Sheet:
    """One sheet; `merged` holds (first row, first column, last row, last column), both ends included.

    `errors`: row → column → the error of the spreadsheet that the cell shows; in `rows` such a cell is empty.
    """

    name: str
    rows: list[list[Cell]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: bool = False
    ragged: bool = False  # text files: a line has as many cells as it has delimiters
    errors: dict[int, dict[int, str]] = field(default_factory=dict)


def open_file(path: Path) -> tuple[str, list[Sheet]]:
    """(`xlsx`, `xls` or `csv`; the sheets). Raises Refusal with one of the FILE_ codes."""
    kind = glance(path)
    if kind == "xlsx":
        marked: set[str] = set()
        return kind, _workbook(path, kind, _look_into_zip(path, marked), marked)
    if kind == "xls":
        return kind, _workbook(path, kind, {}, set())
    data = path.read_bytes()
    sheet = Sheet(path.stem, read_text(data, MOST_CELLS_OF_TEXT), ragged=True)
    if b"#" in data:
        faulty.look_at_texts([sheet])
    return kind, _with_content([sheet])


def open_ahead(path: Path) -> list[Sheet] | Refusal:
    """The sheets of a file, or why it cannot be taken: what can be done before the facts of the day are known."""
    try:
        return open_file(path)[1]
    except Refusal as refusal:
        return refusal


def glance(path: Path) -> str:
    """The kind of a file, by what can be seen without unpacking anything. Raises Refusal, as `open_file` does."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise Refusal(refused.FILE_UNREADABLE) from error
    if not head.strip(b"\0 \r\n\t"):
        raise Refusal(refused.FILE_EMPTY)
    if size > LARGEST_FILE:
        raise Refusal(refused.FILE_TOO_LARGE)
    suffix = path.suffix.lower()
    zipped = head.startswith((b"PK\x03\x04", b"PK\x05\x06"))
    if zipped or head.startswith(_OLE):
        (_look_at_zip if zipped else _look_into_ole)(path)
        if suffix in _TEXT_NAMES:
            raise Refusal(refused.FILE_TYPE_MISMATCH)
        return "xlsx" if zipped else "xls"
    if suffix in WORKBOOK_NAMES:
        raise Refusal(refused.FILE_TYPE_MISMATCH)
    if size > LARGEST_TEXT:
        raise Refusal(refused.FILE_TOO_LARGE)
    return "csv"


def weight(path: Path) -> int:
    """How much there is to understand, told without unpacking anything: bytes, as they would be in a file of text."""
    try:
        with zipfile.ZipFile(path) as archive:
            sheets = (one for one in archive.infolist() if one.filename.startswith("xl/worksheets/"))
            return sum(one.file_size for one in sheets) // _MARKUP
    except DAMAGED:
        return path.stat().st_size


def _workbook(path: Path, kind: str, last_rows: dict[str, int], marked: set[str]) -> list[Sheet]:
    """`marked`: the parts in which cells may show errors."""
    try:
        with path.open("rb") as file, _opened(path, file, f".{kind}" == path.suffix.lower()) as book:
            sheets = [
                _sheet(book.get_sheet_by_index(index), meta.visible != SheetVisibleEnum.Visible)
                for index, meta in enumerate(book.sheets_metadata)
                if meta.typ == SheetTypeEnum.WorkSheet
            ]
    except PasswordError as error:
        raise Refusal(refused.FILE_ENCRYPTED) from error
    except (CalamineError, OSError, ValueError) as error:
        raise Refusal(refused.FILE_UNREADABLE) from error
    _count_trailing(sheets, last_rows)
    if marked:
        faulty.look_into(path, marked, sheets)
    elif kind == "xls":
        faulty.look_into_old(path, sheets)
    return _with_content(sheets)


def _opened(path: Path, file: BinaryIO, called_so: bool) -> CalamineWorkbook:
    """By its path the reader goes by the name, which clerks change between .xls and .xlsx; by its bytes it looks."""
    return CalamineWorkbook.from_path(path) if called_so else CalamineWorkbook.from_filelike(file)


def _sheet(sheet: CalamineSheet, hidden: bool) -> Sheet:
    rows = sheet.to_python(skip_empty_area=False)
    merged = [
        (top, left, bottom, right)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or []
        if top < len(rows)
    ]
    return Sheet(sheet.name, rows, sorted(merged), hidden)


def _with_content(sheets: list[Sheet]) -> list[Sheet]:
    if not any(cell != "" for sheet in sheets for row in sheet.rows for cell in row):
        raise Refusal(refused.FILE_EMPTY)
    return sheets


def _look_into_ole(path: Path) -> None:
    """Old Excel, or a modern workbook locked by a password; names in the directory are UTF-16."""
    found, tail = set(), b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            window = tail + chunk
            found |= {name for name in (_LOCKED, *_BOOKS) if name in window}
            tail = window[-64:]
    if _LOCKED in found:
        raise Refusal(refused.FILE_ENCRYPTED)
    if not found:
        raise Refusal(refused.FILE_TYPE_MISMATCH)


def _look_at_zip(path: Path) -> None:
    """Check kind and sizes by the directory."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            unpacked = sum(info.file_size for info in infos)
            packed = sum(info.compress_size for info in infos) or 1
            if unpacked > LARGEST_UNPACKED or (
                unpacked > SUSPICIOUS_SIZE and unpacked / packed > SUSPICIOUS_RATIO
            ):
                raise Refusal(refused.FILE_TOO_LARGE)
            if any(info.flag_bits & 1 for info in infos):
                raise Refusal(refused.FILE_ENCRYPTED)
            names = {info.filename.lower() for info in infos}
            if not names & {"xl/workbook.xml", "xl/workbook.bin"}:
                raise Refusal(refused.FILE_TYPE_MISMATCH)
    except DAMAGED as error:
        raise Refusal(refused.FILE_UNREADABLE) from error


def _look_into_zip(path: Path, marked: set[str]) -> dict[str, int]:
    """Check each part in pieces. Gives the last row of each sheet part.

    `marked` is filled with the parts in which cells may show errors.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return {i.filename: _scan(archive, i, marked) for i in archive.infolist() if _is_text_part(i)}
    except DAMAGED as error:
        raise Refusal(refused.FILE_UNREADABLE) from error


def _is_text_part(info: zipfile.ZipInfo) -> bool:
    return info.filename.lower().endswith((".xml", ".rels", ".vml"))


def _scan(archive: zipfile.ZipFile, info: zipfile.ZipInfo, marked: set[str]) -> int:
    """No definitions, no more bytes than declared, no far corners. Gives the part's last row, from 1."""
    sheet = info.filename.startswith("xl/worksheets/")
    tail, seen, far = b"", 0, False
    with archive.open(info) as part:
        while chunk := part.read(_CHUNK):
            seen += len(chunk)
            window = tail + chunk
            # No spreadsheet writes its parts in UTF-16; whoever does may hide a definition in it.
            if (seen == len(chunk) and b"\0" in chunk[:64]) or (b"!" in window and _HARM.search(window)):
                raise Refusal(refused.FILE_UNSAFE)
            far = far or (sheet and _far(window))
            if faulty.any_in(window):
                marked.add(info.filename)
            # Once a sheet is through, its last rows stand before whatever follows the rows.
            tail = window[-65536:] if sheet else window[-64:]
    if seen > info.file_size:
        raise Refusal(refused.FILE_TOO_LARGE)
    if far:
        _check_area(archive, info)
    rows = _ROW_AT.findall(tail) if sheet else []
    return int(rows[-1]) if rows else 0


def _far(window: bytes) -> bool:
    odd = any(sign in window for sign in _ODD_SIGNS) and any(cell in window for cell in _ODD_CELL)
    return odd or _FAR_CELL.search(window) is not None


def _check_area(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    columns = rows = 0
    tail = b""
    with archive.open(info) as part:
        while chunk := part.read(_CHUNK):
            window = tail + chunk
            for match in _CELL_AT.finditer(window):
                number = 0
                for letter in match[1].upper():
                    number = number * 26 + letter - 64
                columns, rows = max(columns, number), max(rows, int(match[2]))
            tail = window[-256:]
    if columns * rows > LARGEST_AREA:
        raise Refusal(refused.FILE_TOO_LARGE)


def _count_trailing(sheets: list[Sheet], last_rows: dict[str, int]) -> None:
    """Add the rows that stand in the file after the last one with content."""
    if sum(name.startswith("xl/worksheets/sheet") for name in last_rows) != len(sheets):
        return
    for index, sheet in enumerate(sheets, 1):
        missing = last_rows.get(f"xl/worksheets/sheet{index}.xml", 0) - len(sheet.rows)
        if 0 < missing <= TRAILING_BLANKS:
            sheet.rows.extend([[] for _ in range(missing)])
