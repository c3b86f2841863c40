"""A list of places as a clerk has it, set up at once: names, townships with their villages, or codes with names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction

from bulou.core.places import queries, refused, words
from bulou.core.places.actions import NewPlace, add_many
from bulou.core.places.codes import COUNTY, TOWNSHIP, VILLAGE, is_code, parent_of
from bulou.core.places.models import Place
from bulou.lib.refusals import Refusal

if TYPE_CHECKING:
    from bulou.core.staff.actor import Actor

_CELLS = re.compile("[\t,，]")
_SERIAL = re.compile(r"\d{1,4}$")
# What stands above such a column.
_TITLE = re.compile(
    r"序号|编号|(区划|地区|统计)?[代编]码|code|地名|地区|(乡镇|行政村|村|社区)?名称|村名|name"
    r"|乡|镇|乡镇|街道|镇街|乡镇(\(街道\)|街道)|township|村|行政村|社区|村(\(社区\)|社区)|village|网格|小区"
)


class _Line(NamedTuple):
    """What a line names: a place right below (`above` is empty), one below `above`, or one with its own code."""

    name: str
    above: str = ""
    code: str = ""


class SetUp(NamedTuple):
    """What became of a list: the places made, and how many of its names were there already."""

    made: list[Place]
    known: int


def set_up(by: Actor, place: Place, text: str, kind: str) -> SetUp:
    """Set up what a list names below a place: all or none. What is there already stays as it is.

    A line is a name; below a county also a township and a village (an empty township: the one above); or a code
    and a name. A heading and running numbers are passed over. `kind`: of what is named without code or township.
    Refuses `place-line`, and what `add_many` refuses.
    """
    lines = list(_lines(place, text))
    if not lines:
        raise Refusal(refused.NAME)
    single = len(lines) == 1 and not lines[0].above  # who names one alone is told that it is there already
    made: list[Place] = []
    known = 0
    with transaction.atomic():
        for rows in _waves(place, lines, kind):
            fresh = rows if single else _fresh(rows)
            made += add_many(by, fresh) if fresh else []
            known += len(rows) - len(fresh)
    return SetUp(made, known)


def _lines(place: Place, text: str) -> Iterator[_Line]:
    over = {one.name for one in queries.path(place.pk)}  # an official list begins with its province
    above = ""
    for number, line in enumerate(text.splitlines(), 1):
        cells = [words.clean(cell) for cell in _CELLS.split(line)]
        if len(cells) > 1 and _SERIAL.match(cells[0]):
            cells = cells[1:]
        while cells and not cells[-1]:
            cells.pop()
        if not cells or (not above and all(_TITLE.fullmatch(cell.lower()) for cell in cells)):
            continue
        if words.everyday(cells[-1]) in over:
            continue
        first, second = (cells[0], cells[1]) if len(cells) == 2 else (cells[0], "")
        if second and is_code(first):
            yield _Line(words.everyday(second), code=first)
        elif second and place.level == COUNTY and (first or above):
            above = words.everyday(first) if first else above
            yield _Line(words.everyday(second), above)
        elif len(cells) == 1:
            above = words.everyday(first)
            yield _Line(above)
        else:
            raise Refusal(refused.LINE, line=number, text=" ".join(cells)[:60])


def _waves(place: Place, lines: list[_Line], kind: str) -> Iterator[list[NewPlace]]:
    """The rows to be set up, those above first: whoever asks for the next has set up the last."""
    coded = sorted({line.code: line for line in lines if line.code}.values(), key=lambda line: len(line.code))
    yield [NewPlace(parent_of(c), n, words.kind_of(c, n), c) for n, _above, c in coded]
    own = [line.name for line in lines if not line.above and not line.code]
    tops = dict.fromkeys(line.above for line in lines if line.above)
    # Below a county a list may say its townships by name alone, or beside each of their villages.
    yield [
        NewPlace(place.pk, name, kind if name not in tops else words.called(TOWNSHIP, name))
        for name in (own if not tops else dict.fromkeys([*own, *tops]))
    ]
    if tops:
        codes = {one.name: one.pk for one in queries.children(place.pk)}
        below = dict.fromkeys((codes[line.above], line.name) for line in lines if line.above)
        yield [NewPlace(code, name, words.called(VILLAGE, name)) for code, name in below]


def _fresh(rows: list[NewPlace]) -> list[NewPlace]:
    """Those that are not there yet, by code or by name."""
    siblings = queries.alive(Place.objects.filter(parent__in={row.parent for row in rows}))
    here = {(one.parent, one.name) for one in siblings}
    codes = set(
        Place.objects.filter(pk__in=[row.code for row in rows if row.code]).values_list("pk", flat=True)
    )
    return [row for row in rows if row.code not in codes and (row.parent, row.name) not in here]
