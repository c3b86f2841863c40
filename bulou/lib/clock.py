"""What time it is, for the whole house. Nobody else asks the operating system.

The clock starts at BULOU_NOW when that is set, else at the demonstration's own time kept in
BULOU_HOME/clock.json, else it is the machine's. From there it runs on. The first process works
out how far it stands from the machine's clock and hands that to its children in the environment,
so that all processes of one run agree.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

_SHIFT_ENV = "BULOU_CLOCK_SHIFT"  # seconds between this clock and the machine's
_NOW_ENV = "BULOU_NOW"
_zone = ZoneInfo(os.environ.get("BULOU_TZ") or "Asia/Shanghai")
_stands: datetime | None = None
_made: list[Path] = []  # folders that this process made for `home`, the outermost first


def home() -> Path:
    """The folder of bulou's own files (BULOU_HOME, else ./var), made when absent."""
    folder = Path(os.environ.get("BULOU_HOME") or Path.cwd() / "var")
    if not folder.is_dir():
        _made.extend(one for one in [*reversed(folder.parents), folder] if not one.exists())
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def leave_no_home() -> None:
    """Take away what `home` made and nobody wrote into: a slip in BULOU_HOME leaves no folder behind."""
    while _made:
        with suppress(OSError):
            _made.pop().rmdir()


def zone() -> tzinfo:
    """The county's time zone: BULOU_TZ when it names one, else Asia/Shanghai."""
    return _zone


def parse(text: str) -> datetime:
    """An aware datetime from ISO 8601; a bare date is its midnight, no offset means local time.

    Raises ValueError when the text is no date or time, or lies at an end of the calendar.
    """
    return _within(local(datetime.fromisoformat(text)))


def _within(moment: datetime) -> datetime:
    """In the calendar's first and last year there is no going a few hours on, as every zone must."""
    if not MINYEAR < moment.year < MAXYEAR:
        raise ValueError("an end of the calendar")
    return moment


def up_to(text: str) -> datetime:
    """As `parse`, but a bare date is the last moment of that day, or now when the day is today."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return parse(text)
    return now() if day == today() else _within(at(day, time.max))


def minute(moment: datetime) -> datetime:
    """The beginning of the minute in which a moment falls."""
    return moment.replace(second=0, microsecond=0)


def local(moment: datetime) -> datetime:
    """An aware moment; one without an offset is meant in the county's zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=zone())


def _machine() -> datetime:
    return datetime.now(UTC)


def _kept_shift() -> float:
    try:
        return float(json.loads((home() / "clock.json").read_text())["shift"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0.0


def start() -> None:
    """Fix the clock's shift for this process and its children. Idempotent."""
    if _SHIFT_ENV in os.environ:
        return
    wanted = os.environ.get(_NOW_ENV)
    shift = (parse(wanted) - _machine()).total_seconds() if wanted else _kept_shift()
    os.environ[_SHIFT_ENV] = repr(shift)


def keep(moment: datetime) -> None:
    """Set the demonstration's clock to `moment`, for this process and every later one."""
    shift = (moment - _machine()).total_seconds()
    (home() / "clock.json").write_text(json.dumps({"shift": shift}))
    if not os.environ.get(_NOW_ENV):
        os.environ[_SHIFT_ENV] = repr(shift)


@contextmanager
def standing(moment: datetime) -> Iterator[None]:
    """Inside, it is `moment` and stays so, in this process: a demonstration tells its days one by one."""
    global _stands
    before, _stands = _stands, moment.astimezone(zone())
    try:
        yield
    finally:
        _stands = before


def now() -> datetime:
    """Now, aware, in the county's zone."""
    if _stands is not None:
        return _stands
    start()
    return (_machine() + timedelta(seconds=float(os.environ[_SHIFT_ENV]))).astimezone(zone())


def today() -> date:
    return now().date()


def day_of(moment: datetime) -> date:
    """The county's calendar day in which a moment falls."""
    return moment.astimezone(zone()).date()


def at(day: date, hour: time) -> datetime:
    """The aware moment of an hour on a day in the county's zone."""
    return datetime.combine(day, hour, tzinfo=zone())
