"""`bulou serve` and `bulou migrate`: the house on its feet.

One writer process on SQLite, where writers take turns; several on PostgreSQL. The clock is started
here, once, and handed to every child in the environment.
"""

from __future__ import annotations

import argparse
import fcntl
import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from bulou.lib import clock, refusals, sql
from bulou.lib.refusals import Refusal
from bulou.lib.terminal import say

refusals.declare(
    "serve-running",
    _("A server is at work on this BULOU_HOME. Stop it first, then try again."),
)
refusals.declare("serve-tls-half", _("HTTPS needs both --tls-cert and --tls-key. Give both, or neither."))
refusals.declare(
    "serve-tls-missing", _("There is no file %(file)s. Give the certificate and its key as PEM files.")
)

# As many records share a commit on SQLite. Measured on two cores: more threads answer no more.
_THREADS = int(os.environ.get("BULOU_THREADS") or 8)
_WORKERS = int(os.environ.get("BULOU_WORKERS") or 2)  # on PostgreSQL
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound to


def pending() -> list[str]:
    """The names of migrations that are not yet applied to the database."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def migrate() -> None:
    """Bring the database up to date; what is in it is backed up before anything is changed."""
    from django.core.management import call_command
    from django.db import connection

    waiting = pending()
    if not waiting:
        return
    if "django_migrations" in connection.introspection.table_names():
        from bulou.config import backup

        say(f"bulou: {len(waiting)} migrations wait; backing up first")
        say(f"bulou: backed up to {backup.before('migration')}")
    say("bulou: migrating the database")
    call_command("migrate", interactive=False, verbosity=0)


@contextmanager
def alone() -> Iterator[None]:
    """Hold BULOU_HOME against a second server, and against a restore under a running one."""
    with (clock.home() / "serve.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as held:
            raise Refusal("serve-running") from held
        yield


@contextmanager
def _ticking() -> Iterator[None]:
    """The clock's work beside the server; what it is doing when it is told to stop, it finishes."""
    child = subprocess.Popen([sys.executable, "-m", "bulou.config.ticker"])
    try:
        yield
    finally:
        child.terminate()
        try:
            child.wait(timeout=20)
        except subprocess.TimeoutExpired:
            child.kill()


def _application() -> Any:
    """The application, in a worker: one whose server was killed ends itself and frees the port."""
    from bulou.config.ticker import orphaned
    from bulou.config.wsgi import application

    parent = os.getppid()

    def watch() -> None:
        while not orphaned(parent):
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
    _collect_seldom()
    return application


def _collect_seldom() -> None:
    """Look for objects in circles less often, and never among what is loaded for good.

    A batch of records makes some ten thousand objects, none of them in a circle; as Python ships, it would look
    through them fourteen times.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _server(args: argparse.Namespace) -> Any:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    server = Granian(
        "bulou.config.wsgi:application",
        address=args.host,
        port=args.port,
        interface=Interfaces.WSGI,
        workers=_WORKERS if sql.is_postgres() else 1,
        blocking_threads=_THREADS,
        backlog=2048,
        respawn_failed_workers=True,
        workers_kill_timeout=20,
        websockets=False,
        log_level=LogLevels.error,  # it warns of eight threads on two cores; measured, they serve best
        ssl_cert=args.tls_cert,
        ssl_key=args.tls_key,
    )
    scheme = "https" if args.tls_cert else "http"
    shown = "localhost" if args.host in (*_EVERYWHERE, "127.0.0.1") else args.host
    server.on_startup(lambda: say(f"bulou: serving at {scheme}://{shown}:{args.port}/ (Ctrl-C stops it)"))
    return server


def _check(args: argparse.Namespace) -> None:
    if bool(args.tls_cert) != bool(args.tls_key):
        raise Refusal("serve-tls-half")
    for file in (args.tls_cert, args.tls_key):
        if file and not file.is_file():
            raise Refusal("serve-tls-missing", file=file)


def _guard_cookies() -> None:
    """Served by HTTPS without a proxy, cookies never go out in the clear. (No header is trusted for that.)"""
    from django.conf import settings

    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True


def serve(args: argparse.Namespace) -> int:
    """Migrate, then serve until told to stop."""
    from django.db import connections

    from bulou.config import static

    _check(args)
    if args.tls_cert:
        _guard_cookies()
    with alone():
        migrate()
        static.collect()
        connections.close_all()
        with _ticking():
            _server(args).serve(target_loader=_application, wrap_loader=False)
    say("bulou: stopped")
    return 0


def _hosts(args: argparse.Namespace) -> None:
    """Let the address we were told to listen on also be one that we answer to."""
    from django.conf import settings

    if args.host not in _EVERYWHERE and args.host not in settings.ALLOWED_HOSTS:
        settings.ALLOWED_HOSTS.append(args.host)
    elif args.host in _EVERYWHERE and "BULOU_HOSTS" not in os.environ:
        say("bulou: set BULOU_HOSTS to the names by which this machine is called, or they are refused")


def _serve(args: argparse.Namespace) -> int:
    _hosts(args)
    return serve(args)


def _migrate(args: argparse.Namespace) -> None:
    migrate()
    say("bulou: the database is up to date")


def register(commands: Any) -> None:
    """Enter `serve` and `migrate`."""
    one = commands.add_parser("serve", help="migrate (with a backup first) and serve")
    one.add_argument("--port", type=int, default=8000, metavar="N")
    one.add_argument("--host", default="127.0.0.1", metavar="H")
    one.add_argument("--tls-cert", type=Path, metavar="F", help="certificate chain, PEM")
    one.add_argument("--tls-key", type=Path, metavar="F", help="its private key, PEM")
    one.set_defaults(run=_serve)
    two = commands.add_parser("migrate", help="bring the database up to date, with a backup first")
    two.set_defaults(run=_migrate)
