"""Villages where nobody holds a post: nobody there can be missed, for nothing is owed by anybody."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bulou.core.staff import queries as staff
from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.core.staff.roles import STAFF_KEEPERS
from bulou.desk import common, lists
from bulou.desk.common import Cell, Listing, Row


@acting(STAFF_KEEPERS)
def page(request: HttpRequest, by: Actor) -> HttpResponse:
    """The villages by township; each leads to the form that adds somebody there."""
    place = common.place_asked(request, by)
    found = staff.unposted(by, place)
    page = common.paged(request, found, ("code",))
    above = lists.place_names({one.parent for one in page.rows}, place)
    rows = [
        Row(
            (
                Cell(one.name, f"/places/{one.code}/"),
                Cell(above.get(one.parent, "")),
                Cell(_("Add somebody"), f"/staff/new/?{urlencode({'place': one.code})}"),
            )
        )
        for one in page.rows
    ]
    listing = Listing(
        _("Villages where nobody holds a post"), [_("Village"), _("Under"), ""], rows,
        _("Nobody there can be missed: nothing is owed as long as nobody owes it."), place,
        links=[(_("Add many"), "/staff/many/"), (_("Staff and posts"), "/staff/")],
        next=page.next, total=found.count(), empty=_("Somebody holds a post in each village."),
    )  # fmt: skip
    return common.list_page(request, listing)
