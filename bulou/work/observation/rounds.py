"""Twenty readings on one page: everybody to be measured now, each row answering by itself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from bulou.core.places.codes import VILLAGE, level_of
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.rulebook import value
from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.core.staff.roles import FIELD, OFFICE
from bulou.desk import common, lists
from bulou.lib import clock
from bulou.lib.refusals import at_form
from bulou.work.observation import due, queries

WRITERS = FIELD | OFFICE


@never_cache
@acting(WRITERS)
def readings(request: HttpRequest, by: Actor) -> HttpResponse:
    """GET: who is still to be measured. POST: what was typed, all rows or (`only`) one."""
    place = common.place_asked(request, by)
    level = level_of(place) if place else 0
    if level < VILLAGE:
        words = {"place": place, "children": due.below(by, place, level)}
        return render(request, "observation/rounds.html", words)
    rows = due.rows(by, place)
    clean = True
    if request.method == "POST":
        only = request.POST.get("only", "")
        clean = _take(request, by, rows, only)
        one = next((row for row in rows if str(row.person.id) == only), None)
        if only and one is not None and request.htmx:  # type: ignore[attr-defined]
            return render(request, "observation/row.html", {"row": one}, status=200 if clean else 422)
        if clean:
            return redirect(request.get_full_path())
    return render(request, "observation/readings.html", _words(place, rows), status=200 if clean else 422)


def _words(place: str, rows: list[due.Row]) -> dict[str, Any]:
    groups: dict[tuple[bool, str, str], list[due.Row]] = {}
    named = lists.place_names({row.task.place for row in rows}, place)
    # What was refused or is asked again stays where it was typed; what is done falls away to the end.
    done = [row for row in rows if row.done and not row.error and row.asks is None]
    for row in rows:
        if row not in done:
            groups.setdefault((row.missed, row.task.place, row.house), []).append(row)
    return {
        "place": place,
        "groups": [
            {"missed": missed, "title": f"{named[code]} {house}".strip(), "rows": some}
            for (missed, code, house), some in groups.items()
        ],
        "done": sorted(done, key=lambda row: not row.fever),
        "left": len(rows) - len(done),
        "all": len(rows),
        "full": len(rows) >= due.MOST,
    }


def _take(request: HttpRequest, by: Actor, rows: list[due.Row], only: str) -> bool:
    """Take in what was typed. Each row keeps its own answer; whether all of them went in."""
    sent, incoming = request.POST, []
    by_record: dict[UUID, due.Row] = {}
    for row in rows:
        key = str(row.person.id)
        if only and key != only:
            continue
        row.record = next(iter(lists.ids_of([sent.get(f"{key}-id", "")])), row.record)
        row.typed, row.ticked = sent.get(f"{key}-degrees", "").strip(), sent.getlist(f"{key}-symptoms")
        if not (row.typed or row.ticked or only):
            continue
        high = value("observation.plausible_tenths", row.task.place, clock.today())[1]
        tenths = due.read(row, row.line, int(high), sent.get(f"{key}-sure", ""))
        if row.error or row.asks is not None:
            continue
        by_record[row.record] = row
        data = {"person": key, "tenths": tenths, "symptoms": row.ticked}
        incoming.append((row.record, row.task.place, data))
    times = due.happened([record for record, _place, _data in incoming], clock.now())
    results = take([Incoming(queries.READING, i, p, times[i], d, typed=True) for i, p, d in incoming], by)
    for result in results:
        if result.status not in ("accepted", "duplicate"):
            by_record[result.id].error = at_form(result.code, result.message)
    _again(by, [row for row in by_record.values() if not row.error])
    return not any(row.error or row.asks is not None for row in rows)


def _again(by: Actor, taken: list[due.Row]) -> None:
    """What the records say now of the rows that went in."""
    said = due.taken([row.task for row in taken])
    for row in taken:
        row.readings = said.get(row.person.id, [])
