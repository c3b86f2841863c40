"""`import`: a county's ledger of 50,000 rows and 15 columns from file to verdict, stored line and person.

`import-with-duties`: until the last record, figure and task that follows is there too; `import-duties-behind`:
these alone; `import-cpu`: the processor time of the whole, which other work beside it bends less. Beside it: the same
file read bare with calamine (the limit) and with openpyxl (the peer), and how long a single reading takes at worst
while the file is taken in, beside the worst of those just before (its limit).
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

from bulou.bench import village
from bulou.config.bench import result
from bulou.core.figures.recount import recount
from bulou.core.places.queries import subtree
from bulou.exchange.models import ImportRun
from bulou.lib import clock, invented

ROWS = 50_000
GOAL, GOAL_MS = 10_000, 100
ALONE = 40  # single readings before the file comes
TITLES = [
    "序号", "姓名", "性别", "身份证号", "联系电话", "所在村", "家庭住址", "从何地返回", "是否去过武汉", "离开时间",
    "返乡日期", "交通工具", "车次/航班/车牌", "体温", "有无症状",
]  # fmt: skip


def bench() -> Iterator[dict[str, Any]]:
    """One file in, and single readings meanwhile."""
    now = clock.now()
    who = village.observed(200, now - timedelta(days=2))
    token = village.token()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "county.xlsx"
        write(path, ROWS, now.date())
        bare, peer = _calamine(path), _openpyxl(path)
        with village.server() as port:
            singles = _Singles(port, token, who)
            singles.start()
            alone = singles.some()
            began = clock.now()
            before = _children()
            said = _import(path)
            cpu = _children() - before
            whole = (clock.now() - began).total_seconds()
            waits = singles.stop()
            counts: dict[str, int] = json.loads(said.read_bytes())["counts"]
    if counts["rows"] != ROWS + 1 or counts["accepted"] < ROWS * 0.9:
        raise RuntimeError(f"not all rows were taken in: {counts}")
    differences = recount()
    if differences:
        raise RuntimeError(f"{len(differences)} cells differ from their records: {differences[0]}")
    run = ImportRun.objects.get()
    assert run.settled_at is not None
    assert run.ended_at is not None
    rate = ROWS / (run.settled_at - began).total_seconds()
    behind = ROWS / (run.ended_at - run.settled_at).total_seconds()
    yield result("import", rate, "rows/s", bare, GOAL, rate >= GOAL)
    yield result("import-with-duties", ROWS / whole, "rows/s", bare, None, True)
    yield result("import-duties-behind", behind, "rows/s", bare, None, True)
    yield result("import-cpu", cpu / ROWS * 1e6, "µs/row", 1e6 / bare, None, True)
    yield result("import-beside-openpyxl", rate, "rows/s", peer, None, True)
    # The first one finds a house that has loaded nothing yet.
    before, worst = (max(some) * 1000 for some in (waits[1:alone], waits[alone:]))
    yield result("import-single-meanwhile", worst, "ms worst", before, GOAL_MS, worst <= GOAL_MS)
    usual = statistics.median(waits[alone:]) * 1000
    yield result(
        "import-single-usual", usual, "ms median", statistics.median(waits[:alone]) * 1000, None, True
    )


def write(path: Path, count: int, today: date) -> None:
    """A county's ledger: invented people in all its villages, a fever in a hundred, a slip in a thousand."""
    villages = subtree(village.COUNTY, level=5)
    giver = invented.Identities([f"{village.COUNTY}"])
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        day = book.add_format({"num_format": "yyyy/m/d"})
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, TITLES)
        for n in range(1, count + 1):
            for column, cell in enumerate(_line(n, villages[n % len(villages)].name, giver, today)):
                if isinstance(cell, date):
                    sheet.write_datetime(n, column, cell, day)  # type: ignore[arg-type]
                else:
                    sheet.write(n, column, cell)


def _line(n: int, home: str, giver: invented.Identities, today: date) -> list[Any]:
    sex = "男女"[n % 2]
    number, _birth = giver.give(1940 + n % 70, sex)
    if n % 1000 == 0:
        number = number[:-1] + ("1" if number[-1] != "1" else "2")
    came = today - timedelta(days=1 + n % 6)
    return [
        n, invented.make_name(n, sex), sex, number, f"154{n:08d}", home, f"{home}{n % 9 + 1}组{n % 60 + 1}号",
        "湖北武汉市洪山区" if n % 3 else "广东深圳市宝安区", "是" if n % 3 else "否", came - timedelta(days=1), came,
        "火车", f"K{n % 900 + 100}", 37.8 if n % 100 == 0 else 36 + n % 10 / 10, "无",
    ]  # fmt: skip


def _calamine(path: Path) -> float:
    from python_calamine import CalamineWorkbook

    start = time.perf_counter()
    with CalamineWorkbook.from_path(path) as book:
        book.get_sheet_by_index(0).to_python()
    return ROWS / (time.perf_counter() - start)


def _openpyxl(path: Path) -> float:
    from openpyxl import load_workbook

    start = time.perf_counter()
    for _row in load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True):
        pass
    return ROWS / (time.perf_counter() - start)


def _children() -> float:
    """Seconds of processor time of the processes that this one started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _import(path: Path) -> Path:
    """Through the command, in a process of its own beside the server; the file with its answer.

    To read the answer takes half a second, in which the sender of single readings would stand still.
    """
    command = [sys.executable, "-m", "bulou.cli", "import", str(path), "--place", village.COUNTY, "--json"]
    answer = path.with_suffix(".json")
    with answer.open("wb") as out:
        done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, check=False, text=True)
    if done.returncode > 1:
        raise RuntimeError(done.stderr[-500:])
    return answer


class _Singles(threading.Thread):
    """Sends one reading after another, some each second, and notes how long each took."""

    def __init__(self, port: int, token: str, who: list[Any]) -> None:
        super().__init__(daemon=True)
        self.address = f"http://127.0.0.1:{port}/api/v1/records"
        self.token, self.who = token, who
        self.waits: list[float] = []
        self.over = threading.Event()

    def run(self) -> None:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        for row in village.readings(self.who, 100_000, clock.now()):
            if self.over.wait(0.2):
                return
            body = json.dumps({"records": [row]}).encode()
            start = time.perf_counter()
            request = urllib.request.Request(self.address, body, headers)  # noqa: S310 - our own server
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                said = answer.read()
            self.waits.append(time.perf_counter() - start)
            if b'"accepted"' not in said:
                raise RuntimeError(said[:300])

    def some(self) -> int:
        """Wait for the first of them; how many there are by now."""
        while len(self.waits) < ALONE:
            if not self.is_alive():
                raise RuntimeError("single readings are not taken")
            time.sleep(0.1)
        return len(self.waits)

    def stop(self) -> list[float]:
        self.over.set()
        self.join()
        return self.waits
