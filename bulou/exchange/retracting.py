"""A decision about one line is taken back: the line waits again, as it waited before.

What the line had brought by then counts no more, in the way in which a whole file is taken back (`undoing`): its
records stay and name what replaced them, what somebody corrected since stays, and so do the people.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bulou.core.audit import note, verb
from bulou.core.places.refused import UNKNOWN
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import FILE_TAKERS
from bulou.exchange import keep, undoing
from bulou.exchange.deciding import recount
from bulou.exchange.ledger import codes as code_book
from bulou.exchange.ledger.reading import Row
from bulou.exchange.models import ImportRow, ImportRun
from bulou.exchange.where import county_of
from bulou.exchange.who import Fate
from bulou.lib.refusals import Refusal, declare

FINAL = declare(
    "decision-final", _("This decision cannot be taken back: the line waits already, or its file has gone.")
)


@verb("exchange.retract", roles=FILE_TAKERS)
def retract(run: ImportRun, line: int, by: Actor) -> None:
    """Let a decided line (by position) wait again. Raises Refusal: decision-final, place-unknown."""
    if not by.reaches(run.place):
        raise Refusal(UNKNOWN)
    keep.lock(county_of(run.place))
    rows = ImportRow.objects.select_for_update().filter(run=run.id, at=line).exclude(decision="")
    found = keep.opened(rows)
    told = found[0][1].get("words", {}).get("before") if found else None
    if told is None or run.state != ImportRun.DONE or run.superseded_by:
        raise Refusal(FINAL)
    row, said = found[0]
    if row.person is not None and row.verdict in (code_book.ACCEPTED, code_book.DUPLICATE):
        undoing.undo_line(run, row, by)
    again = Row(
        row.sheet, row.number, told["codes"], said.get("raw", []), values=told["values"],
        verdict=code_book.verdict(told["codes"]), day=said.get("day"), readings=told["readings"],
        relation=said.get("relation", ""), unit=said.get("unit", ""), also=dict(said.get("also", {})),
    )  # fmt: skip
    fate = Fate(row.at, again, told["codes"], told["place"], words=told["words"])
    keep.change(run.id, [fate])
    ImportRow.objects.filter(pk=row.pk).update(decision="", decided_by=None, decided_at=None)
    recount(run)
    note(subject_type="import", subject_id=run.id, place=run.place, count=1, way=row.decision)
