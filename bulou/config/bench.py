"""`bulou bench [NAME] [--json]`: each benchmark on SQLite, and on PostgreSQL where there is one.

Every database is a fresh one of its own in a folder that is removed afterwards; nothing that is in use
is touched. PostgreSQL: the server of BULOU_BENCH_POSTGRES (a URL), else a throwaway one is started
from Debian's programs.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from bulou.lib.terminal import say

# Name of a bench, and where its `bench()` is: it yields its results.
BENCHES = {
    "intake-batch": "bulou.bench.intake:batch",
    "intake-single": "bulou.bench.intake:single",
    "missed": "bulou.bench.county:missed",
    "board": "bulou.bench.county:board",
    "list": "bulou.bench.people:bench",
    "import": "bulou.bench.ledger:bench",
    "export": "bulou.bench.export:bench",
    "match": "bulou.bench.match:bench",
    "redecide": "bulou.bench.redecide:bench",
    "demo": "bulou.bench.demo:bench",
    "first-sync": "bulou.bench.field:first_sync",
    "pass": "bulou.bench.posts:singles",
    "sync": "bulou.bench.posts:sync",
    "signin": "bulou.bench.signin:bench",
}
# What a bench needs that a usual installation lacks: modules, what it is called, and the packages to install.
NEEDS = {"match": (("splink", "duckdb"), "Splink", "'splink>=5,<6' 'duckdb>=2,<3' 'pyarrow>=20'")}
_SCRIPT = Path(__file__).resolve().parents[2] / "script" / "postgres"
_CHILD = "BULOU_BENCH_CHILD"


def register(commands: Any) -> None:
    """The sub-command `bench`."""
    parser = commands.add_parser("bench", help=_("the benchmarks: ours beside the limit, in one run"))
    parser.add_argument("name", nargs="?", choices=sorted(BENCHES), help=_("one benchmark only"))
    parser.add_argument("--json", action="store_true", help=_("one line a result"))
    parser.add_argument("--database", choices=("sqlite", "postgresql"), help=_("on one database only"))
    parser.set_defaults(run=run, begins=True)


def run(args: argparse.Namespace) -> int:
    """Run benches; 0 when all could run but those left out for want of an extra, 2 when one could not."""
    # Told to end, it stops what it started: else a PostgreSQL would run on for ever.
    signal.signal(signal.SIGTERM, _ended)
    names = [args.name] if args.name else list(BENCHES)
    if os.environ.get(_CHILD):
        return _here(names)
    names = [name for name in names if _can_run(name)]
    if not names:
        return 2
    failed = 0
    with closing(_databases(args.database)) as databases:
        for url in databases:
            for name in names:
                failed |= _apart(name, url, args.json)
    return 2 if failed else 0


def _ended(number: int, _frame: object) -> None:
    sys.exit(128 + number)


def _can_run(name: str) -> bool:
    """Whether what a bench needs is installed; says how to install what is not."""
    modules, title, packages = NEEDS.get(name, ((), "", ""))
    if all(importlib.util.find_spec(module) for module in modules):
        return True
    pip = f"{sys.executable} -m pip install {packages}"
    say(f"bulou: bench {name} is left out: {title} is not installed. To install it: {pip}")
    return False


def _here(names: list[str]) -> int:
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    for name in names:
        module, function = BENCHES[name].split(":")
        for result in getattr(importlib.import_module(module), function)():
            print(json.dumps(result), flush=True)
    return 0


def _apart(name: str, url: str, as_json: bool) -> int:
    """One bench in a process and a home of its own."""
    kind = "postgresql" if url else "sqlite"
    say(f"bulou: bench {name} on {kind} …")
    with tempfile.TemporaryDirectory(prefix="bulou-bench-") as home:
        own = {k: v for k, v in os.environ.items() if not k.startswith("BULOU_") and k != "DATABASE_URL"}
        own |= {"BULOU_HOME": home, "BULOU_KEY": "5c" * 32, _CHILD: "1"}
        with _fresh(url) as database:
            own |= {"DATABASE_URL": database} if database else {}
            child = subprocess.Popen(
                [sys.executable, "-m", "bulou.cli", "bench", name, "--json"],
                env=own,
                stdout=subprocess.PIPE,
                text=True,
            )
            assert child.stdout is not None
            try:
                for line in child.stdout:
                    print(line.strip() if as_json else _words(json.loads(line)), flush=True)
                return child.wait()
            finally:
                child.terminate()  # nothing to one that is over
                child.wait()


def _words(r: dict[str, Any]) -> str:
    goal = f"goal {r['goal']:,}" if r["goal"] is not None else "no goal"
    met = "met" if r["met"] else "NOT met"
    digits = 3 if r["unit"] == "of 1" else 1  # a share says nothing when it is rounded to a tenth
    return (
        f"{r['name']:<28} {r['database']:<11} {r['ours']:>12,.{digits}f} {r['unit']:<10}"
        f" limit {r['limit']:>12,.{digits}f}  ratio {r['ratio']:.3f}  {goal}: {met}"
    )


@contextmanager
def _fresh(url: str) -> Iterator[str]:
    """A database that is nobody's: '' is a file in the bench's own home."""
    if not url:
        yield ""
        return
    import psycopg

    name = f"bench_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0 LC_COLLATE 'C'")  # type: ignore[call-overload]
    try:
        yield url.rsplit("/", 1)[0] + f"/{name}"
    finally:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload]


def _databases(only: str | None) -> Generator[str, None, None]:
    """'' for SQLite, then the URL of a PostgreSQL server."""
    if only != "postgresql":
        yield ""
    if only == "sqlite":
        return
    given = os.environ.get("BULOU_BENCH_POSTGRES")
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="bulou-bench-pg-") as folder:
        Path(folder).chmod(0o755)
        started = subprocess.run([str(_SCRIPT), "start", folder], capture_output=True, text=True, check=False)
        if started.returncode:
            say("bulou: no PostgreSQL here; its benchmarks are left out")
            return
        try:
            yield started.stdout.strip()
        finally:
            subprocess.run([str(_SCRIPT), "stop", folder], capture_output=True, check=False)


def result(name: str, ours: float, unit: str, limit: float, goal: float | None, met: bool) -> dict[str, Any]:
    """A line of results; `ratio` is ours beside the limit."""
    from django.db import connection

    return {
        "name": name, "database": connection.vendor, "ours": round(ours, 3), "unit": unit, "limit": round(limit, 3),
        "ratio": round(ours / limit, 4) if limit else 0.0, "goal": goal, "met": met,
    }  # fmt: skip
