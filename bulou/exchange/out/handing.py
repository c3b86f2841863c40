"""Handing a file out: what it says of itself, and the answer that carries it."""

from __future__ import annotations

from tempfile import TemporaryFile
from typing import TypeVar

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bulou.core import exports
from bulou.core.exports import Asked
from bulou.core.places import queries as places
from bulou.core.staff import queries as staff
from bulou.core.staff.actor import Actor
from bulou.exchange.out import queries
from bulou.exchange.out.lines import lines, titles
from bulou.exchange.out.models import Export
from bulou.exchange.out.purposes import PURPOSES
from bulou.exchange.out.write import MOST_ROWS, Notice, csv_pieces, write_xlsx
from bulou.lib import clock
from bulou.lib.refusals import Refusal, declare

declare(
    "export-too-long",
    gettext_lazy("A sheet of Excel holds 1,048,576 rows, and this list has more. Take it as CSV."),
)
T = TypeVar("T", bound=HttpResponseBase)
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_HEADING = 3


def asked(one: Export, by: Actor) -> Asked:
    """What an export asked for, as this actor may see it."""
    return Asked(by, one.place, queries.said(one)["words"])


def why(one: Export) -> str:
    """The purpose in words: as chosen, and as written."""
    chosen, written = str(PURPOSES[one.purpose].title), queries.said(one)["why"]
    if not written:
        return chosen
    return written if one.purpose == "other" else _("%(what)s (%(more)s)") % {"what": chosen, "more": written}


def notice(one: Export, by: Actor, title: str) -> Notice:
    """What stands on the file: who took it out, when, what for, who approved it."""
    said = {
        "name": by.name, "role": by.role.title, "place": places.describe(by.place, by.place[:-1] and by.place[:2]),
        "at": f"{clock.now():%Y-%m-%d %H:%M}", "why": why(one), "number": one.number,
    }  # fmt: skip
    line = _("Taken out by %(name)s (%(role)s, %(place)s) at %(at)s for: %(why)s. No. %(number)s.") % said
    if one.decided_by:
        line += " " + _("Approved by %(name)s.") % {
            "name": staff.names([one.decided_by]).get(one.decided_by, "")
        }
    return Notice(title, f"{line} {_('For this purpose only; do not pass on.')}", one.number)


def shown(one: Export, by: Actor) -> str:
    """Which rows of its list an export shows, in words; empty for a form, and for a list that is not the actor's."""
    try:
        return str(exports.get(by, one.list).said(asked(one, by))) if one.list else ""
    except Refusal:
        return ""


def called(one: Export, by: Actor) -> str:
    """What a list is called in its file: its title, what was asked for, the place, the day."""
    listed = exports.get(by, one.list)
    words = [str(listed.title), listed.said(asked(one, by)), places.describe(one.place, one.place[:4])]
    return " ".join(word for word in words if word)


def answer(one: Export, by: Actor) -> HttpResponseBase:
    """The file of a list: CSV as it is read, Excel when it is complete."""
    listed, wanted = exports.get(by, one.list), asked(one, by)
    told = notice(one, by, called(one, by))
    heads = titles(listed, wanted, one.identifiers)
    # No more than were allowed, should somebody be entered this very moment.
    rows = lines(listed, wanted, one.identifiers, one.people if listed.person is not None else None)
    if one.file == "csv":
        streamed = StreamingHttpResponse(csv_pieces(heads, rows, told), content_type=TYPES["csv"])
        return dressed(streamed, told.title, one)
    if one.people > MOST_ROWS - _HEADING:
        raise Refusal("export-too-long")
    file = TemporaryFile()  # noqa: SIM115 - the answer closes it
    write_xlsx(file, heads, rows, told)
    file.seek(0)
    return dressed(FileResponse(file, content_type=TYPES["xlsx"]), told.title, one)


def dressed(response: T, title: str, one: Export) -> T:
    """A file's name, and that nobody on the way keeps it."""
    name = "".join(c if c.isalnum() or c in "-_()（） " else " " for c in title)[:80].strip()
    file = f"{name}-{clock.today():%Y%m%d}-{one.number}.{one.file}".replace(" ", "-")
    response["Content-Disposition"] = content_disposition_header(True, file) or ""
    response["Cache-Control"] = "no-store"
    return response
