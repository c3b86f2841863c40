"""`export-csv`: the people of a county, 1,000,000 of them, as the file that a clerk takes out; `export-xlsx` as Excel.

Each through the export's own lines and writer: names and ages, places by name, what is under way, cells made
inert, the number in each row. Beside it the limit: a bare cursor over the same rows of the same table into
csv.writer. Memory is that of a process of its own: its peak, and of that its own, without the pages of SQLite's
file that are mapped into it (256 MB at most, whatever the rows); its own must not grow with the rows.
"""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection

from bulou.bench import people
from bulou.config.bench import result
from bulou.core.exports import Asked, get
from bulou.core.places.models import Place
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.exchange.out.lines import lines, titles
from bulou.exchange.out.models import Export
from bulou.exchange.out.write import Notice, csv_pieces, write_xlsx
from bulou.lib import sql
from bulou.lib.terminal import say

ROWS, FEW = 1_000_000, 50_000
TURNS = 2
GOAL = 50_000  # rows a second as CSV
GROWS = 32  # MB: what twenty times the rows may cost more
_BY = Actor(account=0, post=0, role=Role.COUNTY_OFFICE, place=people.COUNTY, name="bench")
_NOTICE = Notice("bench", "bench", "7K3M-9QXA")


def bench() -> Iterator[dict[str, Any]]:
    """Lay the people, then each way of reading them in a process of its own."""
    people.lay(ROWS)
    _places()
    few = _apart("csv", FEW)
    # By turns, and the better of each: what else the machine does meets both alike.
    turns = [(_apart("csv", ROWS), _apart("bare", ROWS)) for _turn in range(TURNS)]
    many, bare = (min(some, key=lambda one: one["seconds"]) for some in zip(*turns, strict=True))
    if many["rows"] != ROWS or bare["rows"] != ROWS:
        raise RuntimeError(f"not all rows came out: {many['rows']}, {bare['rows']}")
    rate, limit = ROWS / many["seconds"], ROWS / bare["seconds"]
    say(
        f"bulou: {FEW:,} rows {few['own']:.0f} MB of its own (peak {few['peak']:.0f}),"
        f" {ROWS:,} rows {many['own']:.0f} MB (peak {many['peak']:.0f})"
    )
    yield result("export-csv", rate, "rows/s", limit, GOAL, rate >= GOAL)
    most = few["own"] + GROWS
    yield result("export-memory", many["own"], "MB", bare["own"], round(most), many["own"] <= most)
    yield result("export-peak-rss", many["peak"], "MB", bare["peak"], None, True)
    sheet = _apart("xlsx", ROWS)
    yield result("export-xlsx", ROWS / sheet["seconds"], "rows/s", limit, None, True)
    yield result("export-xlsx-memory", sheet["own"], "MB", bare["own"], round(most), sheet["own"] <= most)


def _places() -> None:
    """Names for the county that is nowhere."""
    found = {(people.COUNTY, 3, "无名县", "")}
    for town in range(101, 116):
        code = f"{people.COUNTY}{town}"
        found.add((code, 4, f"第{town}镇", people.COUNTY))
        for village in range(201, 213):
            found.add((f"{code}{village}", 5, f"第{village}村", code))
            grids = range(101, 118)
            found |= {(f"{code}{village}{grid}", 6, f"第{grid}网格", f"{code}{village}") for grid in grids}
    Place.objects.bulk_create(
        [
            Place(code=code, level=level, name=name, parent=above)
            for code, level, name, above in sorted(found)
        ],
        batch_size=1_000,
    )


def _apart(way: str, rows: int) -> dict[str, float]:
    """One file written by a process of its own: rows, seconds, peak memory in MB."""
    code = f"import django; django.setup(); from bulou.bench.export import told; told({way!r}, {rows})"
    call = [sys.executable, "-c", code]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "bulou.config.settings"}
    done = subprocess.run(call, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise RuntimeError(done.stderr[-800:])
    found: dict[str, float] = json.loads(done.stdout)
    return found


def told(way: str, rows: int) -> None:
    """Write one file and print how it went."""
    watch = _Watch(daemon=True)
    watch.start()
    with tempfile.TemporaryFile() as file:
        began = time.perf_counter()
        count = {"csv": _csv, "xlsx": _xlsx, "bare": _bare}[way](file, rows)
        seconds = time.perf_counter() - began
        watch.over.set()
    # Not that of getrusage, which is also the parent's.
    said = {"rows": count, "seconds": seconds, "peak": _held("VmHWM:"), "own": watch.most}
    print(json.dumps(said))


class _Watch(threading.Thread):
    """The most memory of its own that this process held, in MB, looked at ten times a second."""

    most = 0.0

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(0.1):
            self.most = max(self.most, _held("RssAnon:"))


def _held(what: str) -> float:
    """MB of memory of this process, as the kernel counts them."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(what):
            return int(line.split()[1]) / 1024
    return 0.0


def _rows(rows: int) -> tuple[list[str], Iterator[Any]]:
    listed = get(_BY, "people")
    asked = Asked(_BY, people.COUNTY)
    return titles(listed, asked, Export.NONE), lines(listed, asked, Export.NONE, rows)


def _csv(file: Any, rows: int) -> int:
    heads, told_ = _rows(rows)
    count = -1  # the titles
    for piece in csv_pieces(heads, told_, _NOTICE):
        file.write(piece)
        count += piece.count(b"\r\n")
    return count


def _xlsx(file: Any, rows: int) -> int:
    heads, told_ = _rows(rows)
    return write_xlsx(file, heads, told_, _NOTICE)


def _bare(file: Any, rows: int) -> int:
    """The limit: the same columns of the same rows, as the database gives them, into csv.writer."""
    where, params = sql.within("place", people.COUNTY)
    statement = (
        "SELECT id, name, sex, birth_date, place FROM people_person"
        f" WHERE merged_into IS NULL AND {where} ORDER BY place, pinyin, id LIMIT %s"
    )
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=False)
    writer, count = csv.writer(text), 0
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, [*params, rows])
        while some := cursor.fetchmany(2_000):
            writer.writerows(some)
            count += len(some)
    text.flush()
    text.detach()
    return count
