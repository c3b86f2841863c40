"""What posts make of a line of a ledger of passes: one pass of the person, told once however often it is told."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import time
from typing import Any

from django.utils.translation import gettext as _

from bulou.core.places.codes import TOWNSHIP_DIGITS, VILLAGE_DIGITS
from bulou.core.places.queries import names
from bulou.core.records.kinds import Incoming
from bulou.core.rulebook import value
from bulou.core.staff.actor import Actor
from bulou.exchange.brought import NOTHING, Brought, Line
from bulou.lib import clock, degrees, ids, plates
from bulou.lib.refusals import Refusal
from bulou.work.checkpoints import rules
from bulou.work.checkpoints.forms import MOST
from bulou.work.checkpoints.models import Checkpoint, Pass

KIND = "passes"
_MEASURES = ("temperature", "temp_am", "temp_pm")
# What a ledger says was done; two of them in one cell, or neither, say nothing. 居家隔离 is at home: let in.
_DONE = (
    (re.compile(r"劝返|劝退|劝离|遣返|原路返回|[禁拒]|[未不][准予许]?[放通]|^否$"), rules.SENT_BACK),
    (re.compile(r"送医|送[往至]?医院|就医|转诊|发热门诊"), rules.TO_CLINIC),
    (re.compile(r"留观|(?<!居家)隔离|滞留|暂扣|留置"), rules.HELD),
    (re.compile(r"(?<![未不])(?<![未不].)(放行|通过|通行|准入)|居家|^是$"), rules.LET_IN),
)


def kinds() -> tuple[str, ...]:
    """The further kinds of ledgers that are taken in here."""
    return (KIND,)


def brought(lines: list[Line]) -> list[Brought]:
    """A pass for each line, at the post that it names, else at the one nearest to its place.

    Where none stands, at the one that `ready` sets up.
    """
    posts = _posts(lines)
    return [
        _one(line, _post(line, posts) or _of_ledgers(line), people) if line.kind == KIND else NOTHING
        for line, people in zip(lines, _counted(lines), strict=True)
    ]


def _counted(lines: list[Line]) -> list[int | None]:
    """How many passed by each line: whoever of a vehicle has a line of their own is not counted in another one.

    Those left over came with the one who stands first.
    """
    cars: dict[tuple[Any, ...], list[int]] = {}
    for n, line in enumerate(lines):
        if plate := line.values.get("transport_no"):
            cars.setdefault((line.day, line.time, line.outward, plate), []).append(n)
    counted = [line.people if line.people and line.people <= MOST else None for line in lines]
    for together in cars.values():
        named = {lines[n].person for n in together}
        most = max(counted[n] or 1 for n in together)
        if len(named) > 1 and most > 1:
            for n in together:
                counted[n] = 1
            counted[together[0]] = max(most - len(named) + 1, 1)
    return counted


def ready(lines: list[Line], by: Actor) -> None:
    """Where no post stands near, one of ledgers is set up; closed, so that nobody is expected to stand there."""
    posts = _posts(lines)
    without = {
        line.at: _of_ledgers(line) for line in lines if line.kind == KIND and _post(line, posts) is None
    }
    called = names(without)
    for place, post in without.items():
        post.name = (_("Post of %(place)s") % {"place": called.get(place, place)})[:80]
        post.opened_at = post.ended_at = min(clock.at(x.day, time.min) for x in lines if x.at == place)
        post.made_by = by.name[:64]
    Checkpoint.objects.bulk_create(without.values(), ignore_conflicts=True)


def _posts(lines: list[Line]) -> list[Checkpoint]:
    places = {line.place[:TOWNSHIP_DIGITS] for line in lines if line.kind == KIND}
    return [
        post
        for place in sorted(places)
        for post in Checkpoint.objects.filter(place__startswith=place).order_by("place", "name")
    ]


def _of_ledgers(line: Line) -> Checkpoint:
    kind = rules.VILLAGE if len(line.at) >= VILLAGE_DIGITS else rules.ROAD
    key = ids.derived("ledger", "checkpoints.post", line.at)
    return Checkpoint(id=key, place=line.at, kind=kind, people=0)  # nobody was asked to stand there


def _one(line: Line, post: Checkpoint, people: int | None) -> Brought:
    data = _data(line, post, people)
    key = ids.derived(
        "ledger", Pass.kind, line.person, line.day, data["tenths"], data["plate"], data["direction"],
        *([line.time] if line.time else []),  # there and back on one day are two
    )  # fmt: skip
    hour = line.time or time.fromisoformat(value("checkpoints.ledger_time", line.place, line.day))
    at = min(clock.at(line.day, hour), clock.now())
    return Brought((Incoming(Pass.kind, key, post.place, at, data, copied=True),), event=True)


def _post(line: Line, posts: Collection[Checkpoint]) -> Checkpoint | None:
    """The post whose name the line says; else the one whose place has most digits in common with the line's."""
    said = " ".join(str(line.values.get(name, "")) for name in ("address", "note", "village"))
    near = [post for post in posts if post.place.startswith(line.place[:TOWNSHIP_DIGITS])]
    named = next((post for post in near if post.name in said), None)
    return named or max(near, key=lambda post: _common(post.place, line.place), default=None)


def _common(one: str, other: str) -> int:
    return next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _data(line: Line, post: Checkpoint, people: int | None) -> dict[str, Any]:
    """They passed, or the ledger would say otherwise; what a fever asks for is for the rules to say."""
    values, fever = line.values, int(value("fever.tenths", line.place, line.day))
    tenths = _measured(line, fever)
    plate, other = _plate(values.get("transport_no", ""))
    ill = rules.is_fever(tenths, fever)
    return {
        "checkpoint": str(post.id), "person": str(line.person), "tenths": tenths, "plate": plate,
        "direction": rules.OUT if line.outward else rules.IN,
        "from_place": values.get("from_place", "")[:100], "outcome": _done(line.done) or ("" if ill else rules.LET_IN),
        "to_place": line.whither or (line.place if len(line.place) >= VILLAGE_DIGITS else ""),
        "people": people,
        "note": " ".join(part for part in (other, values.get("note", "")) if part)[:500],
    }  # fmt: skip


def _measured(line: Line, fever: int) -> int | None:
    """Of several on a line the one of coming in, which stands first among the values; of a fever the highest."""
    heats = [line.values[name] for name in _MEASURES if name in line.values]
    found = [degrees.tenths(heat) for heat in (*heats, *(one["temperature"] for one in line.readings))]
    high = max(found, default=None)
    return high if rules.is_fever(high, fever) else next(iter(found), None)


def _done(text: str) -> str:
    """What was done with them, where the ledger says so; "" where it does not."""
    said = {done for words, done in _DONE if words.search(text)}
    return said.pop() if len(said) == 1 else ""


def _plate(text: str) -> tuple[str, str]:
    """The plate, and what stands in its column that is none: it is kept as it stands."""
    try:
        return (plates.normalise(text), "") if text else ("", "")
    except Refusal:
        return "", text
