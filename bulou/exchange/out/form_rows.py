"""Which rows of a form are whose: those that name their places already, and those that add all up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bulou.exchange.ledger.titles import plain as bare
from bulou.exchange.out.form_spots import LABELS, TAIL, TOTALS
from bulou.exchange.out.form_values import Values

Line = Mapping[str, Any] | None  # the values of a place; None: those of the whole table


def _short(text: Any) -> str:
    return TAIL.sub("", bare(str(text or "")))


def adds_up(row: Sequence[Any]) -> bool:
    """Whether a row is the sum of all."""
    return any(bare(str(text or "")) in TOTALS for text in row[:LABELS])


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
        found: list[tuple[int, Line]] = []
        for at in range(first, len(rows)):
            label = rows[at][column] if column < len(rows[at]) else None
            if adds_up([label]):
                found.append((at, None))
            elif not _short(label):
                break
            elif _short(label) in known:
                found.append((at, known[_short(label)]))
        return found
    return None
