"""The lines of an export: read through a cursor, some thousand at a time, however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from bulou.core.exports import Asked, Found, OutList
from bulou.core.people import persons
from bulou.core.people import queries as people
from bulou.exchange.out.models import Export

PIECE = 2_000


def titles(listed: OutList, asked: Asked, identifiers: str) -> list[str]:
    """What stands over the columns."""
    found = [str(title) for title in (*listed.columns.values(), *listed.more(asked).values())]
    if identifiers != Export.NONE and listed.person is not None:
        found += [_("Kind of document"), _("Number of the document"), _("Phone")]
    return found


def lines(
    listed: OutList, asked: Asked, identifiers: str = Export.NONE, most: int | None = None
) -> Iterator[Sequence[Any]]:
    """Every line, `most` at most; the list itself sees to the scope. In the language of whoever asked."""
    language = translation.get_language() or "zh-hans"
    for some in pieces(listed.found(asked), most):
        with translation.override(language):
            told = list(listed.lines(asked, some))
            if identifiers != Export.NONE and listed.person is not None:
                shown = _identifiers([listed.person(row) for row in some], identifiers)
                told = [[*line, *more] for line, more in zip(told, shown, strict=True)]
        yield from told


def pieces(found: Found, most: int | None = None, size: int = PIECE) -> Iterator[list[Any]]:
    """The rows of a query, piece by piece from a cursor of the database."""
    rows: Iterable[Any] = found.iterator(chunk_size=size)
    rest = iter(rows if most is None else islice(rows, most))
    while some := list(islice(rest, size)):
        yield some


def _identifiers(wanted: Sequence[UUID | None], how: str) -> list[list[str]]:
    """Kind and number of the document, and the phone, of each; in plain only where that was allowed."""
    ids = {one for one in wanted if one is not None}
    masked = people.masked(ids)
    plain = people.identifiers(ids) if how == Export.PLAIN else {}
    told = []
    for one in wanted:
        held = masked.get(one) if one else None
        if held is None or one is None:
            told.append(["", "", ""])
            continue
        whole = plain.get(one, {})
        number, phone = (
            (str(whole.get("doc_number", "")), str(whole.get("phone", "")))
            if how == Export.PLAIN
            else (held.doc_number, held.phone)
        )
        told.append([str(persons.DOC_KINDS.get(held.doc_kind, held.doc_kind)), number, phone])
    return told
