"""Is a table sound: what no row decides, what two rows decide differently, what never decides. Pure.

A row covers a box: for each fact the set of its cells that the condition admits. A cell is one word of the
domain, one stretch between two bounds, or "unknown". Boxes are taken from one another, so that the work
follows the rows and not the product of all domains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bulou.core.rulebook import words
from bulou.core.rulebook.tables import UNKNOWN, Domain, Row, Scalar, Table
from bulou.core.rulebook.words import Finding

Box = tuple[int, ...]  # for each fact the bits of its admitted cells
_MOST = 20_000


class TooManyError(Exception):
    """The rows cut the space into more pieces than anybody would read."""


@dataclass
class Cells:
    """The facts of a table and, for each, one value that stands for each of its cells (None: unknown)."""

    table: Table
    names: list[str] = field(default_factory=list)
    values: list[list[Scalar | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        used = {name for row in self.table.rows for name in row.when}
        self.names = [name for name in self.table.facts if name in used]
        self.values = [_cells(self.table, name, self.table.facts[name]) for name in self.names]

    @property
    def whole(self) -> Box:
        return tuple((1 << len(values)) - 1 for values in self.values)

    def box(self, row: Row) -> Box:
        bits = []
        for name, values in zip(self.names, self.values, strict=True):
            test = row.when.get(name)
            bits.append(sum(1 << i for i, v in enumerate(values) if test is None or test.hits(v)))
        return tuple(bits)

    def example(self, box: Box) -> dict[str, Any]:
        """Facts that lie in the box: known ones first, since they are easier to picture."""
        found = {}
        for name, values, bits in zip(self.names, self.values, box, strict=True):
            value = next(v for i, v in enumerate(values) if bits >> i & 1)
            found[name] = UNKNOWN if value is None else value
        return found


def _cells(table: Table, name: str, domain: Domain) -> list[Scalar | None]:
    if domain.kind == "bool":
        return [True, False, None]
    if domain.kind == "words":
        return [*domain.words, None]
    cuts: set[int] = set()
    for row in table.rows:
        test = row.when.get(name)
        if test is not None:
            cuts |= {bound for bound in (test.low, test.high) if bound is not None}
            cuts |= {edge for v in test.values for edge in (int(v), int(v) + 1)}
    ordered = sorted(cuts)
    return [*([ordered[0] - 1] if ordered else [0]), *ordered, None]


def meet(a: Box, b: Box) -> Box | None:
    """What both boxes cover; None when nothing."""
    both = tuple(x & y for x, y in zip(a, b, strict=True))
    return both if all(both) else None


def take(box: Box, away: Box) -> list[Box]:
    """The box without the other one, as boxes that do not overlap."""
    if meet(box, away) is None:
        return [box]
    pieces, rest = [], list(box)
    for i, bits in enumerate(away):
        if outside := rest[i] & ~bits:
            pieces.append((*rest[:i], outside, *rest[i + 1 :]))
        rest[i] &= bits
    return pieces


def take_all(boxes: Sequence[Box], away: Box) -> list[Box]:
    left = [piece for box in boxes for piece in take(box, away)]
    if len(left) > _MOST:
        raise TooManyError
    return left


def check(table: Table, where: str = "") -> list[Finding]:
    """Gaps, rows that never decide, and rows that overlap without saying which wins, each with an example.

    An exception that stands before the rule it narrows needs no word; rows with the same outcome neither.
    """
    where = where or table.key
    cells = Cells(table)
    boxes = [cells.box(row) for row in table.rows]
    try:
        found = _rows(table, where, cells, boxes)
        left = [cells.whole]
        for box in boxes:
            left = take_all(left, box)
    except TooManyError:
        return [Finding(words.TOO_MANY, where)]
    for piece in left[:5]:
        example = cells.example(piece)
        found.append(Finding(words.GAP, where, {"example": tell(example)}, example))
    return found


def _rows(table: Table, where: str, cells: Cells, boxes: list[Box]) -> list[Finding]:
    found: list[Finding] = []
    decided: list[list[Box]] = []  # for each row what is left to it by those before
    for i, row in enumerate(table.rows):
        own = [boxes[i]]
        for j in range(i):
            own = take_all(own, boxes[j])
        decided.append(own)
        if not own or not all(boxes[i]):
            first = next((table.rows[j].name for j in range(i) if meet(boxes[i], boxes[j])), row.name)
            found.append(Finding(words.UNREACHABLE, f"{where} {row.name}", {"other": first}))
            continue
        found += _overlaps(table, where, cells, boxes, decided, i)
        if not row.when and len(table.rows) > 1:
            example = cells.example(own[0])
            words_ = {"example": tell(example)}
            found.append(Finding(words.HELD, f"{where} {row.name}", words_, example, note=True))
    return found


def _overlaps(
    table: Table, where: str, cells: Cells, boxes: list[Box], decided: list[list[Box]], later: int
) -> list[Finding]:
    found = []
    row = table.rows[later]
    for earlier in range(later):
        first = table.rows[earlier]
        if first.over & {"*", row.name} or dict(first.then) == dict(row.then):
            continue
        if meet(boxes[earlier], boxes[later]) == boxes[earlier]:
            continue  # an exception before its rule
        both = next((m for box in decided[earlier] if (m := meet(box, boxes[later]))), None)
        if both is not None:
            example = cells.example(both)
            said = {"other": row.name, "example": tell(example)}
            found.append(Finding(words.OVERLAP, f"{where} {first.name}", said, example))
    return found


def tell(example: dict[str, Any]) -> str:
    """Facts in one line."""
    return ", ".join(f"{name} = {str(value).lower()}" for name, value in example.items()) or "*"
