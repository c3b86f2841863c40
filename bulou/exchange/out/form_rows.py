"""Which rows of a form are whose: those that name their places already, and those that add all up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bulou.exchange.ledger.titles import plain as bare
from bulou.exchange.out.form_spots import LABELS, TAIL
from bulou.exchange.out.form_sums import is_part, is_total, parts
from bulou.exchange.out.form_values import Values
from bulou.exchange.out.names import ROW_NAMES

Line = Mapping[str, Any] | None  # the values of a place; None: those of the whole table


def _short(text: Any) -> str:
    return TAIL.sub("", bare(str(text or "")))


def adds_up(row: Sequence[Any]) -> bool:
    """Whether a row is the sum of all."""
    return any(is_total(text) for text in row[:LABELS])


def preprinted(
    rows: Sequence[Sequence[Any]], first: int, told: Values, down: bool
) -> list[tuple[int, Line]] | None:
    """The rows from the first on that name their places, with what goes into them; None when the first names none.

    `down`: what goes there is a column's, so that a place which is not among those below gets nothing at all.
    """
    known: dict[str, Line] = {_short(name): line for name, line in told.named.items()}
    known.setdefault(_short(told.once.get("here")), None)
    for column in range(min(len(rows[first]), LABELS)):
        said = str(rows[first][column] or "").strip()
        if not (_short(said) in known or (down and (adds_up([said]) or TAIL.search(said)))):
            continue
        return _lines(rows, first, column, known, told)
    return None


def _lines(
    rows: Sequence[Sequence[Any]], first: int, column: int, known: Mapping[str, Line], told: Values
) -> list[tuple[int, Line]]:
    """The rows from the first on whose labels stand in a column, up to one that has none."""
    labels: list[str] = []
    for row in rows[first:]:
        label = next((str(text) for text in row[:LABELS] if is_total(text)), "")
        label = label or str((row[column] if column < len(row) else None) or "")
        if not _short(label):
            break
        labels.append(label)
    found: list[tuple[int, Line]] = []
    for n, label in enumerate(labels):
        if is_part(label):
            found.append((first + n, _sum([_short(labels[one]) for one in parts(labels, n)], known, told)))
        elif is_total(label):
            found.append((first + n, None))
        elif _short(label) in known:
            found.append((first + n, known[_short(label)]))
    return found


def _sum(places: Sequence[str], known: Mapping[str, Line], told: Values) -> Line:
    """The values of some places added up; nothing where one of them is not among those that are known."""
    lines = [told.once if (line := known[one]) is None else line for one in places if one in known]
    every = {key for line in [*told.named.values(), *lines] for key in line} - ROW_NAMES
    whole = bool(places) and len(lines) == len(places)
    values = {key: [line.get(key) for line in lines] for key in every}
    return {
        key: sum(some) if whole and all(type(one) is int for one in some) else None
        for key, some in values.items()
    }
