"""A decision table of the rules page as an Excel file."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from django.http import Http404, HttpResponse

from bulou.core.rulebook import actions
from bulou.core.rulebook.book import Entry
from bulou.core.rulebook.excel import write_excel
from bulou.core.staff.actor import Actor
from bulou.lib import clock

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_excel(entry: Entry, by: Actor) -> HttpResponse:
    """A decision table as an Excel file, to be read, or changed and handed in as an order.

    For whoever puts rules in force it is begun as theirs: for their place, from tomorrow on.
    """
    if entry.table is None:
        raise Http404
    if by.role in actions.RULERS:
        entry = replace(entry, place=by.place, from_day=clock.today() + timedelta(days=1), to_day=None)
    with tempfile.TemporaryDirectory(prefix="bulou-table-") as folder:
        path = Path(folder) / "table.xlsx"
        write_excel(entry, path)
        answer = HttpResponse(path.read_bytes(), content_type=_XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{entry.key}.xlsx"'
    return answer
