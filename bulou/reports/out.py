"""What reports are when they leave the house: what came in for a turn, place by place; who reported, who did not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bulou.core.exports import EXPORTERS, Asked, OutList
from bulou.core.places.models import Place
from bulou.core.states import WORDS
from bulou.lib import clock
from bulou.lib.refusals import Refusal
from bulou.reports import drafts, queries, shown, turns

_RECEIVED = {
    "place": _("Place"), "turn": _("Turn"), "state": _("State"), "sent": _("Sent at"), "revision": _("Revision"),
}  # fmt: skip
_TURNOUT = {
    "place": _("Place"), "turn": _("Turn"), "state": _("State"), "sent": _("Reported at"),
    "who": _("Answers for it"),
}  # fmt: skip


def _came(asked: Asked) -> Mapping[str, drafts.Child]:
    """Those right below the place in the turn asked for (the last begun one without a word), by code."""
    if "came" not in asked.kept:
        begun = turns.begun(asked.place, clock.now())
        slot = asked.get("slot") or (begun[-1].name if begun else "")
        try:
            found = queries.received(asked.by, asked.place, slot) if slot else []
        except Refusal as refusal:
            raise Refusal("list-unknown") from refusal
        asked.kept["came"] = {child.code: child for child in found}
    came: dict[str, drafts.Child] = asked.kept["came"]
    return came


def _figures(asked: Asked) -> Mapping[str, Any]:
    """The numbers that the reports of the turn hold: a column for each."""
    sent = [child.report for child in _came(asked).values() if child.report]
    titles: dict[str, Any] = {}
    for one in sent:
        if not one.figures.keys() <= titles.keys():
            titles |= queries.titles(one)
    return {name: titles.get(name, name) for one in sent for name in one.figures}


def _places(codes: Sequence[str]) -> QuerySet[Any]:
    return Place.objects.filter(code__in=codes).order_by("code").values_list("code", flat=True)


def _received_lines(asked: Asked, rows: Sequence[str]) -> Iterator[Sequence[Any]]:
    came, names = _came(asked), list(_figures(asked))
    for code in rows:
        one = came[code]
        sent = one.report
        yield [
            one.name, shown.turn_word(one.slot.name), str(WORDS[one.state]),
            sent and sent.said_at.astimezone(clock.zone()), sent and sent.revision,
            *(sent.figures.get(name) if sent else None for name in names),
        ]  # fmt: skip


def _answered(asked: Asked) -> Mapping[str, queries.Answered]:
    """The places of a level in their last turn of the day, as the page of who reported shows them, by code."""
    level = shown.level_of(asked.get("level", "village"))
    if level is None:
        raise Refusal("list-unknown")
    if "answered" not in asked.kept:
        try:
            at = min(clock.up_to(asked.get("at")), clock.now()) if asked.get("at") else clock.now()
            found = queries.turnout(asked.by, asked.place, level, at, asked.get("slot"))
        except (ValueError, OverflowError, Refusal) as error:
            raise Refusal("list-unknown") from error
        asked.kept["answered"] = {one.code: one for one in shown.narrowed(found, asked.get("show"))}
    answered: dict[str, queries.Answered] = asked.kept["answered"]
    return answered


def _turnout_lines(asked: Asked, rows: Sequence[str]) -> Iterator[Sequence[Any]]:
    answered = _answered(asked)
    who = shown.holders([code for code in rows if answered[code].done_at is None])
    for code in rows:
        one = answered[code]
        late = one.done_at is not None and one.done_at > one.due_at
        silent = "missed" if one.due_at < clock.now() else "open"
        state = silent if one.done_at is None else "late" if late else "sent"
        yield [
            one.name, shown.turn_word(one.slot), str(WORDS[state]),
            one.done_at and one.done_at.astimezone(clock.zone()), who.get(code, ""),
        ]  # fmt: skip


def exports() -> tuple[OutList, OutList]:
    """The two lists, for the name-plate to answer."""
    return (
        OutList(
            "reports-received", _("Received"), EXPORTERS, _RECEIVED, lambda asked: _places(list(_came(asked))),
            _received_lines, None, lambda asked: shown.turn_word(asked.get("slot")) if asked.get("slot") else "",
            more=_figures,
        ),
        OutList(
            "reports-turnout", _("Who reported"), EXPORTERS, _TURNOUT,
            lambda asked: _places(list(_answered(asked))), _turnout_lines,
        ),
    )  # fmt: skip
