"""What goes into a form: figures of a place and of the places below it, the lines of a list, the day, the hand.

A zero is 0. What is not known is nothing: a day that has not come or lies before the books began, a field
that nobody told, a name that there is not.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from django.utils.translation import gettext_lazy as _

from bulou.core import exports
from bulou.core.exports import Asked
from bulou.core.figures.queries import Asked as AskedFigures
from bulou.core.figures.queries import read, split
from bulou.core.overview import below
from bulou.core.places import queries as places
from bulou.core.places.codes import COUNTY_DIGITS
from bulou.core.staff.actor import Actor
from bulou.exchange.out import handing
from bulou.exchange.out.lines import lines
from bulou.exchange.out.models import Export, Form
from bulou.exchange.out.names import ADD, FIGURE, LINE, NUMBERS, OF_DAY, ROW, every
from bulou.lib import clock, sql
from bulou.lib.refusals import Refusal, declare

declare(
    "form-long",
    _("A form is printed with %(most)s lines at most. Choose a smaller place, or export the list as Excel."),
)
MOST_LINES = 5_000


@dataclass
class Values:
    """The values of a form: those of the table, and those of each of its rows; the places below by name."""

    once: dict[str, Any]
    rows: list[dict[str, Any]]
    named: dict[str, dict[str, Any]] = field(default_factory=dict)

    def get(self, name: str, row: Mapping[str, Any] | None = None) -> Any:
        """The value of a name, or of several added up; None when it is not known."""
        if ADD in name:
            told = [self.get(part, row) for part in name.split(ADD)]
            return None if None in told else sum(told)
        if row is not None and name in row:
            return row[name]
        return self.once.get(name)


def kinds(wanted: Collection[str], listed: str) -> dict[str, str]:
    """What each name is: once, row, line or figure (also with a dimension)."""
    known = every(listed)
    return {name: known[name].kind if name in known else FIGURE for name in wanted if name}


def repeats(wanted: Collection[str], listed: str) -> bool:
    """Whether a row of these names stands for many."""
    return any(kind in (ROW, LINE) for kind in kinds(wanted, listed).values())


def values(form: Form, one: Export, by: Actor, wanted: Collection[str]) -> Values:
    """What the names of a form stand for. Raises Refusal `form-long`, `list-unknown`."""
    day = one.day or clock.today()
    named = kinds({part for name in wanted for part in name.split(ADD)}, form.list)
    figures = [key for key, kind in named.items() if kind == FIGURE]
    once = _once(one, by, day) | _figures(figures, one.place, None, day).get(one.place, {})
    if form.list:
        return Values(once, _lines(form.list, one, by))
    below_ = _figures(figures, one.place, below(one.place), day)
    rows = [
        {"no": n, "place": child.name, **below_.get(child.code, _nothing(figures, one.place, day))}
        for n, child in enumerate(places.children(one.place), 1)
    ]
    return Values(once, rows, {row["place"]: row for row in rows})


def _once(one: Export, by: Actor, day: date) -> dict[str, Any]:
    path = places.path(one.place)
    return {
        "here": path[-1].name if path else one.place, "above": path[-2].name if len(path) > 1 else None,
        "day": day, "made_at": clock.now(), "made_by": by.name, "purpose": handing.why(one), "export_no": one.number,
        "place": path[-1].name if path else one.place,
    }  # fmt: skip


def known_on(place: str, day: date) -> bool:
    """Whether the books of a place's county know of a day: not before they began, not before it has come."""
    if day > clock.today():
        return False
    inside, params = sql.within("place", place[:COUNTY_DIGITS])
    first = sql.rows(f"SELECT MIN(day) FROM figures_cell WHERE {inside}", params)[0][0]
    return first is not None and date.fromisoformat(str(first)[:10]) <= day


def _nothing(figures: Sequence[str], place: str, day: date) -> dict[str, Any]:
    """A place below of which no cell speaks: its numbers are zero where the books know the day."""
    return dict.fromkeys(figures, 0 if known_on(place, day) else None)


def _figures(wanted: Sequence[str], place: str, down: int | None, day: date) -> dict[str, dict[str, Any]]:
    """{code: {name: number}}, in a constant number of queries."""
    if not wanted:
        return {}
    if not known_on(place, day):
        return {place: dict.fromkeys(wanted)} if down is None else {}
    at = clock.now() if day >= clock.today() else clock.at(day, time.max)
    found: dict[str, dict[str, Any]] = {}
    for suffix, asked in (
        ("", AskedFigures(place, down, at)),
        (OF_DAY, AskedFigures(place, down, at, day)),
    ):
        names = [name for name in wanted if name.endswith(OF_DAY) == bool(suffix)]
        if not names:
            continue
        bare = {name: name.removesuffix(OF_DAY) for name in names}
        told = read({split(name)[0] for name in bare.values()}, asked)
        for code in {*told, *([place] if down is None else [])}:
            numbers = told.get(code, {})
            found.setdefault(code, {}).update({name: numbers.get(key, 0) for name, key in bare.items()})
    for code in found:
        found[code] = {**dict.fromkeys(wanted, 0), **found[code]}
    return found


def _lines(listed: str, one: Export, by: Actor) -> list[dict[str, Any]]:
    """The lines of a form's list, by the names of its columns."""
    if one.people > MOST_LINES:
        raise Refusal("form-long", most=MOST_LINES)
    about = exports.get(by, listed)
    keys = list(about.columns)
    if one.identifiers != Export.NONE and about.person is not None:
        keys += ["doc_kind", "id_number", "phone"]
    asked = Asked(by, one.place, {"place": one.place})
    told = lines(about, asked, one.identifiers, one.people if about.person else None)
    return [{"no": n, **dict(zip(keys, line, strict=True))} for n, line in enumerate(told, 1)]


def wants_numbers(wanted: Collection[str]) -> bool:
    """Whether a form has a place for document or phone numbers."""
    return bool(NUMBERS & set(wanted))
