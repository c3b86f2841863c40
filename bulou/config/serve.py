"""`bulou serve` and `bulou migrate`: the house on its feet.

One writer process on SQLite, where writers take turns; several on PostgreSQL. The clock is started
here, once, and handed to every child in the environment.
"""

from __future__ import annotations

import argparse
import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from bulou.config import bodies
from bulou.config.alone import alone, alone_on
from bulou.lib import refusals, sql
from bulou.lib.refusals import Refusal
from bulou.lib.terminal import say

refusals.declare("serve-tls-half", _("HTTPS needs both --tls-cert and --tls-key. Give both, or neither."))
refusals.declare(
    "serve-tls-missing", _("There is no file %(file)s. Give the certificate and its key as PEM files.")
)

_WORKERS = int(os.environ.get("BULOU_WORKERS") or 2)  # on PostgreSQL
_GRACE = int(os.environ.get("BULOU_STOP_SECONDS") or 20)  # for what is under way when told to stop
_HEARS = 0.1  # seconds between two looks whether we were told to stop
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

        say(_("bulou: %(n)s migrations wait; backing up first") % {"n": len(waiting)})
        say(_("bulou: backed up to %(file)s") % {"file": backup.before("migration")})
    say(_("bulou: migrating the database"))
    call_command("migrate", interactive=False, verbosity=0)


class _Clock:
    """The clock's work beside the server; what it is doing when it is told to stop, it finishes, if it can in time."""

    def __init__(self) -> None:
        self.child = subprocess.Popen([sys.executable, "-m", "bulou.config.ticker"])
        self.until: float | None = None

    def stop(self) -> None:
        """Tell it, without waiting."""
        if self.until is None:
            self.until = time.monotonic() + _GRACE
            self.child.terminate()

    def end(self) -> None:
        """Wait for as long as it has, since it was told."""
        self.stop()
        assert self.until is not None
        try:
            self.child.wait(timeout=max(0.0, self.until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.child.kill()


@contextmanager
def _ticking() -> Iterator[_Clock]:
    beside = _Clock()
    try:
        yield beside
    finally:
        beside.end()


def _stops(server: Any, beside: _Clock) -> None:
    """Told to stop, the server and the clock do so, and say so; told again, they wait for nobody.

    Somebody who sends half a request, or asks and does not read, holds a worker for as long as it may wait.
    """
    told: list[int] = []
    ours = os.getpid()

    def hear(which: int, *_frame: Any) -> None:  # only this: a signal may come at any line
        if os.getpid() != ours:  # a worker just forked off, which has no ear of its own yet
            os._exit(1)
        told.append(which)

    server.signal_handler_interrupt = hear
    # Said here: another thread would say it in the language of none.
    stopping = _("bulou: stopping; what is under way has %(n)s seconds, and none when told again") % {
        "n": _GRACE
    }
    threading.Thread(target=_heed, args=(server, beside, told, str(stopping)), daemon=True).start()


def _heed(server: Any, beside: _Clock, told: list[int], stopping: str) -> None:
    while not told:
        time.sleep(_HEARS)
    server.interrupt_signal = True
    beside.stop()
    with suppress(OSError):
        say(stopping)
    while True:
        server.main_loop_interrupt.set()  # again and again: it forgets it while it replaces a worker
        if len(told) > 1:
            beside.child.kill()
            for worker in list(server.wrks):
                worker.kill()
        time.sleep(_HEARS)


def _application(port: int) -> Any:
    """The application, in a worker: one whose server was killed ends itself and frees the port."""
    from bulou.config.ticker import orphaned
    from bulou.config.wsgi import application

    parent = os.getppid()

    def watch() -> None:
        while not orphaned(parent):
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
    bodies.watch(port)
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
        blocking_threads=bodies.THREADS,
        backlog=2048,
        respawn_failed_workers=True,
        workers_kill_timeout=_GRACE,
        websockets=False,
        log_level=LogLevels.error,  # it warns of eight threads on two cores; measured, they serve best
        ssl_cert=args.tls_cert,
        ssl_key=args.tls_key,
    )
    scheme = "https" if args.tls_cert else "http"
    shown = "localhost" if args.host in (*_EVERYWHERE, "127.0.0.1") else args.host
    address = f"{scheme}://{shown}:{args.port}/"
    serving = str(_("bulou: serving at %(address)s (Ctrl-C stops it)") % {"address": address})
    server.on_startup(lambda: say(serving))
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
    from bulou.core.tasks import lay

    _check(args)
    if args.tls_cert:
        _guard_cookies()
    with alone():
        alone_on(args.host, args.port)
        migrate()
        static.collect()
        lay.caught_up()  # before anybody asks what was missed meanwhile
        connections.close_all()
        with _ticking() as beside:
            server = _server(args)
            _stops(server, beside)
            server.serve(target_loader=partial(_application, args.port), wrap_loader=False)
    say(_("bulou: stopped"))
    return 0


def _hosts(args: argparse.Namespace) -> None:
    """Let the address we were told to listen on also be one that we answer to."""
    from django.conf import settings

    if args.host not in _EVERYWHERE and args.host not in settings.ALLOWED_HOSTS:
        settings.ALLOWED_HOSTS.append(args.host)
    elif args.host in _EVERYWHERE and "BULOU_HOSTS" not in os.environ:
        say(_("bulou: set BULOU_HOSTS to the names by which this machine is called, or they are refused"))


def _serve(args: argparse.Namespace) -> int:
    _hosts(args)
    return serve(args)


def _migrate(args: argparse.Namespace) -> None:
    migrate()
    say(_("bulou: the database is up to date"))


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise ValueError(text)
    return port


def register(commands: Any) -> None:
    """Enter `serve` and `migrate`."""
    one = commands.add_parser("serve", help=_("migrate (with a backup first) and serve"))
    one.add_argument(
        "--port", type=_port, default=8000, metavar="N", help=_("the port to listen on (default: 8000)")
    )
    one.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="H",
        help=_("the address to listen on (default: 127.0.0.1, this machine alone)"),
    )
    one.add_argument("--tls-cert", type=Path, metavar="F", help=_("certificate chain, PEM"))
    one.add_argument("--tls-key", type=Path, metavar="F", help=_("its private key, PEM"))
    one.set_defaults(run=_serve, begins=True)
    two = commands.add_parser("migrate", help=_("bring the database up to date, with a backup first"))
    two.set_defaults(run=_migrate, begins=True)
