"""How duty is shown: the grid of a week, slots in words, who signed on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from bulou.core.people import keys
from bulou.core.places.codes import covering
from bulou.core.tasks.duties import Seat
from bulou.core.tasks.models import Task
from bulou.core.tasks.state import State, state
from bulou.lib import clock
from bulou.work.roster import duties, queries, standing
from bulou.work.roster.models import Member, Off, On, Stand
from bulou.work.roster.plan import Made

DAYS = 7  # whose hours are added up, back and ahead
_DRAWN = 200  # so many turns of a roster are shown before it is written
WHY = {
    "left": lazy("not on the list then"), "skills": lazy("lacks a skill"), "nights": lazy("not at night"),
    "away": pgettext_lazy("duty", "away"), "double": lazy("stands elsewhere"), "rest": lazy("too little rest"),
    "hours": lazy("too many hours in seven days"),
}  # fmt: skip
ORIGINS = {
    "cadre": lazy("Cadre"), "party": lazy("Party member"), "volunteer": lazy("Volunteer"),
    "unit": lazy("Sent by a unit"), "work-team": lazy("Village work team"), "villager": lazy("Villager"),
}  # fmt: skip
SKILLS = {
    "lead": lazy("leads a shift"), "temperature": lazy("takes temperatures"), "register": lazy("keeps the register"),
    "traffic": lazy("directs traffic"), "disinfect": lazy("disinfects"), "first-aid": lazy("first aid"),
}  # fmt: skip
COLOURS = {
    "red": pgettext_lazy("colour", "red"), "orange": pgettext_lazy("colour", "orange"),
    "yellow": pgettext_lazy("colour", "yellow"), "green": pgettext_lazy("colour", "green"),
    "cyan": pgettext_lazy("colour", "cyan"), "blue": pgettext_lazy("colour", "blue"),
    "purple": pgettext_lazy("colour", "purple"),
}  # fmt: skip
OUTCOMES = {
    "accepted": pgettext_lazy("application", "accepted"), "declined": pgettext_lazy("application", "declined"),
}  # fmt: skip
WHYS_AWAY = {
    "ill": pgettext_lazy("duty", "ill"), "rest": pgettext_lazy("duty", "rest"), "work": lazy("own work"),
    "family": pgettext_lazy("duty", "family"), "other": pgettext_lazy("duty", "other"),
}  # fmt: skip
SHIFTS = {
    "whole": lazy("the whole day"), "day": pgettext_lazy("shift", "day"), "night": pgettext_lazy("shift", "night"),
    "early": pgettext_lazy("shift", "early"), "late": pgettext_lazy("shift", "late"),
}  # fmt: skip
SIGNED = {"roster.on": lazy("Signed on."), "roster.off": lazy("Signed off and handed over.")}


def turn_words(turn: str) -> str:
    """`2020-02-12/night` as "02-12 night"."""
    day, _slash, name = turn.partition("/")
    base, _dot, part = name.partition(".")
    return f"{day[5:]} {SHIFTS.get(base, base)}{f' ({part})' if part else ''}"


def slot_words(slot: str) -> str:
    """`2020-02-12/night#2+0230` as "02-12 night · 2 · from 02:30"."""
    turn, _hash, seat = slot.partition("#")
    number, _plus, since = seat.partition("+")
    said = f"{turn_words(turn)} · {number}"
    return f"{said} · {_('from')} {since[:2]}:{since[2:]}" if since else said


def seat_url(need: UUID, slot: str) -> str:
    return f"/roster/seats/{need}/?slot={quote(slot, safe='/')}"


def need_names(needs: Collection[UUID], place: str) -> dict[UUID, str]:
    """The names of what is to be manned now."""
    if not needs:
        return {}
    now = clock.now()
    return {
        need.id: need.name
        for need in duties.to_man(place, now, now + timedelta(minutes=1))
        if need.id in needs
    }


def named_in(records: Sequence[Any]) -> None:
    """Lay beside each sign-on and sign-off who it was and what they manned: two queries, none where there is none."""
    mine: list[Any] = [record for record in records if isinstance(record, On | Off)]
    if mine:
        who = queries.names({record.member for record in mine})
        codes = [record.place for record in mine]
        where = need_names({record.need for record in mine}, covering(min(codes), max(codes)))
        for record in mine:
            record.named = [who.get(record.member, ""), where.get(record.need, "")]


def grid(
    needs: Sequence[Any], days: Sequence[date], since: datetime, until: datetime
) -> list[dict[str, Any]]:
    """The rows of a week: for each need its days, for each day its shifts with their seats. Five queries."""
    ids_ = [need.id for need in needs]
    stands, tasks = queries.stands(ids_, since, until), queries.tasks(ids_, since, until)
    ons = queries.signed(ids_, since - timedelta(days=1), until)
    names = queries.names({stand.member for stand in stands.values()} | {on.member for on in ons})
    by_seat: dict[tuple[UUID, str], list[On]] = defaultdict(list)
    for on in ons:
        by_seat[on.need, on.slot].append(on)
    cells: dict[tuple[UUID, date], dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for seat in queries.seats_of(needs, since, until):
        key = (seat.need.id, seat.slot)
        line = _seat(seat, stands.get(key), tasks.get(key), by_seat.get(key, []), names)
        turn = seat.slot.partition("#")[0]
        cells[seat.need.id, date.fromisoformat(turn.partition("/")[0])][turn].append(line)
    return [
        {"need": need, "days": [_day(cells.get((need.id, day), {})) for day in days]} for need in needs
    ]  # fmt: skip


def _day(turns: dict[str, list[Any]]) -> list[dict[str, Any]]:
    return [
        {
            "name": SHIFTS.get(turn.partition("/")[2].partition(".")[0], turn.partition("/")[2]),
            "hours": seats[0]["hours"], "seats": seats,
            "url": next((seat["url"] for seat in seats if seat["hole"]), seats[0]["url"]),
            "holes": sum(seat["hole"] for seat in seats),
            "missed": any(seat["missed"] for seat in seats),
        }
        for turn, seats in sorted(turns.items(), key=lambda pair: pair[1][0]["start"])
    ]  # fmt: skip


def _seat(
    seat: Seat, stand: Stand | None, task: Task | None, ons: list[On], names: dict[UUID, str]
) -> dict[str, Any]:
    """One seat: who stood or is to stand there, and whether it is a hole: missed, or ahead with nobody in it."""
    now = clock.now()
    stands = state(task, now) if task else (State.NOT_YET if seat.span.start > now else State.WITHDRAWN)
    # What began before anything was owed here is no hole.
    missed = stands is State.MISSED
    ahead = stand is None and stands in (State.NOT_YET, State.OPEN)
    who = [names.get(on.member, "—") for on in ons] or ([names.get(stand.member, "—")] if stand else [])
    return {
        "url": seat_url(seat.need.id, seat.slot), "who": list(dict.fromkeys(who)), "on": bool(ons), "missed": missed,
        "hole": missed or ahead, "start": seat.span.start,
        "hours": f"{seat.span.start.astimezone(clock.zone()):%H:%M}–{seat.span.end.astimezone(clock.zone()):%H:%M}",
        "state": stands,
    }  # fmt: skip


def signed(ons: Iterable[On], offs: Iterable[Off], seat: Seat) -> list[dict[str, Any]]:
    """Who signed on for a seat, when they left, and the note they left."""
    base = seat.slot.partition("+")[0]
    own = [(on, off) for on, off in standing.pairs(ons, offs) if on.slot.partition("+")[0] == base]
    names = queries.names({on.member for on, _off in own})
    notes = keys.open_parts([off.id for _on, off in own if off])
    return [
        {
            "on": on, "off": off, "name": names.get(on.member, "—"),
            "note": notes.get(off.id, {}).get("note", "") if off else "",
        }
        for on, off in own
    ]  # fmt: skip


def skills(member: Member) -> str:
    """What somebody can do, and that they stand at no night."""
    said = [str(SKILLS.get(word, word)) for word in member.skills]
    return " · ".join([*said, *([] if member.nights else [str(WHY["nights"])])])


def left(made: Made) -> list[str]:
    """The seats for which nobody could be found, by name and turn, the first few."""
    named = {seat.need.id: seat.need.name for seat in made.seats}
    return [f"{named[job.need]} · {slot_words(job.slot)}" for job in made.left[:50]]


def drawn(made: Made) -> list[tuple[tuple[str, str], list[str]]]:
    """Who would stand anew, by turn and by what is to be manned, in the order of turns, the first few: one query."""
    names = queries.names(set(made.new.values()))
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for seat in sorted(made.seats, key=lambda seat: (seat.span.start, seat.need.name, seat.slot)):
        if member := made.new.get((seat.need.id, seat.slot)):
            found[turn_words(seat.slot.partition("#")[0]), seat.need.name].append(names.get(member, "—"))
    return list(found.items())[:_DRAWN]
