"""What the pages of ledgers show: runs in a territory, their rows with masked identifiers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bulou.core.places import queries as places
from bulou.core.places.codes import above
from bulou.core.staff.actor import Actor, within
from bulou.exchange import evidence, keep, namesakes
from bulou.exchange.ledger import codes as code_book
from bulou.exchange.ledger.reading import Row
from bulou.exchange.models import ImportRow, ImportRun
from bulou.lib import phones, resident_id

KINDS = {
    "auto": _("Decide by its content"), "returnees": _("Returnees"), "roster": _("Register of people"),
    "readings": _("Temperatures"), "passes": _("Passes at a post"),
}  # fmt: skip
VERDICTS = ("held", "accepted", "duplicate", "refused", "skipped")
# What these are about happened on the day of return: where that is not understood there is none to show.
_BY_RETURN = ("returnees", "roster")
_MEASURES = ("temp_am", "temp_pm", "temperature")


def runs(by: Actor) -> QuerySet[ImportRun]:
    """The files handed in within an actor's territory."""
    return within(by, ImportRun.objects.all())


def rows(run: ImportRun, verdict: str = "") -> QuerySet[ImportRow]:
    found = ImportRow.objects.filter(run=run.id)
    return found.filter(verdict=verdict) if verdict else found


def told(found: Iterable[ImportRow], run: ImportRun, by: Actor) -> list[dict[str, Any]]:
    """Rows as a page shows them: who, where, what happened, why. No full number of anything."""
    opened = keep.opened(found)
    named = places.described({row.place for row, _said in opened if row.place}, above(run.place))
    lines = repeated(opened, run)
    others = evidence.beside(opened, run, by)
    return [
        _told(row, said, named, lines)
        | {
            "other": others.get(row.at),
            "written": evidence.not_understood(run, row, said),
            "day": _day(run, said),
        }
        for row, said in opened
    ]


def repeated(opened: Iterable[tuple[ImportRow, Any]], run: ImportRun) -> dict[int, int]:
    """The numbers of the lines that some lines repeat, by where those stand in the file."""
    ats = [row.same_as for row, _said in opened if row.same_as is not None]
    return dict(rows(run).filter(at__in=ats).values_list("at", "number"))


def reason(row: ImportRow, said: dict[str, Any], lines: dict[int, int]) -> str:
    """Why a line is what it is, in words; `lines` from `repeated`."""
    words = said.get("words", {}) | ({"row": lines[row.same_as]} if row.same_as in lines else {})
    return code_book.message([code for code in row.codes.split() if code in code_book.CODES], words)


def _told(
    row: ImportRow, said: dict[str, Any], named: dict[str, str], lines: dict[int, int]
) -> dict[str, Any]:
    values, codes = said.get("values", {}), row.codes.split()
    number = values.get("id_number") or values.get("doc_number") or ""
    readings = [values[name] for name in _MEASURES if name in values]
    readings += [reading["temperature"] for reading in said.get("readings", ())]
    return {
        "row": row,
        "decided": bool(row.decision) and "before" in said.get("words", {}),
        "several": len(namesakes.several(said)) if row.verdict == code_book.HELD else 0,
        "name": values.get("name", ""),
        "number": resident_id.mask(number) if number else "",
        "phone": phones.mask(values["phone"]) if values.get("phone") else "",
        "place": named.get(row.place, ""),
        "said_place": values.get("village") or values.get("address", ""),
        "from_place": values.get("from_place", ""),
        "readings": [f"{degrees:.1f}" for degrees in readings],
        "fever": "FEVER" in codes or "FEVER_WORD" in codes,
        "reason": reason(row, said, lines),
        "text": " ".join(str(cell) for cell in said.get("raw", ()) if cell != "")[:80] if not values else "",
    }  # fmt: skip


def _day(run: ImportRun, said: dict[str, Any]) -> date | None:
    """The day that a line speaks of, as it is said there."""
    text = said.get("values", {}).get("return_date") or ("" if run.kind in _BY_RETURN else said.get("day"))
    return date.fromisoformat(text) if text else None


def as_rows(run: ImportRun) -> list[Row]:
    """The file's rows again, as the annotated file wants them."""
    opened = keep.opened(rows(run).order_by("at"))
    stands = {row.at: (row.sheet, row.number) for row, _said in opened}
    return [
        Row(
            row.sheet, row.number, [c for c in row.codes.split() if c in code_book.CODES], said.get("raw", []),
            verdict=row.verdict, words=said.get("words"),
            same_as=stands.get(row.same_as) if row.same_as is not None else None,
        )
        for row, said in opened
    ]  # fmt: skip
