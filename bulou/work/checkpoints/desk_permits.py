"""Permits for closed villages and compounds: who may pass, on which days, until when."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bulou.core import exports
from bulou.core.people import queries as people
from bulou.core.places.codes import VILLAGE_DIGITS
from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.desk import common, lists
from bulou.desk.common import Act, Cell, Listing, Row
from bulou.lib import clock
from bulou.lib.refusals import Refusal
from bulou.work.checkpoints import actions, forms, queries
from bulou.work.checkpoints.forms import PermitIn

LEVELS = (5, 6)


@acting(queries.READERS)
def permits(request: HttpRequest, by: Actor) -> HttpResponse:
    """The permits of a place; those that hold, first asked for."""
    place, show = common.place_asked(request, by), request.GET.get("show", "valid")
    if show not in forms.PERMITS_SHOWN:
        show = "valid"
    if request.GET.get("export"):
        return exports.ask_for(request, "permits", place=place, show=show)
    today, found = clock.today(), queries.sorted_permits(by, place, show)
    page = common.paged(
        request, lists.matching(found, request.GET.get("q", "").strip()[:40]), ("place", "id")
    )
    shown = lists.shown({one.person for one in page.rows}, place)
    named = lists.place_names({one.place for one in page.rows}, place)
    rows = []
    for one in page.rows:
        person, holds = shown.get(one.person), one.ended_at is None and one.to_day >= today
        days = forms.weekdays(one.weekdays)
        end = Act(f"/checkpoints/permits/{one.id}/end/", _("End it"), confirm=_("End this permit?"))
        cells = [
            Cell(person.name if person else "", f"/people/{one.person}/", person.place_name if person else ""),
            Cell(forms.PERMITS.get(one.kind, one.kind)), Cell(named[one.place]),
            Cell(f"{one.from_day:%m-%d} – {one.to_day:%m-%d}", sub=days),
            Cell(state="active" if holds else "ended"),
        ]  # fmt: skip
        rows.append(Row(cells, [end] if holds and by.role in actions.KEEPERS else ()))
    links = (
        [(_("Give a permit"), f"/checkpoints/permits/new/?place={place}")]
        if by.role in actions.KEEPERS
        else []
    )
    return common.list_page(request, Listing(
        _("Permits for closed posts"),
        [_("Name"), _("Kind"), _("Place"), _("Days it holds"), _("State")], rows, place=place,
        words=common.words(request, "show", forms.PERMITS_SHOWN, show),
        links=[*links, (_("Checkpoints"), "/checkpoints/")],
        next=page.next, empty=_("No permits here."), search=_("Name"), leading=bool(links),
        export=by.role in exports.EXPORTERS,
    ))  # fmt: skip


@acting(actions.KEEPERS)
def new(request: HttpRequest, by: Actor) -> HttpResponse:
    """A permit for somebody: a person of the register, by the person's page or found by document or telephone."""
    person = request.GET.get("person", "")
    labels = {
        "kind": _("Kind"), "place": _("Place"), "from_day": _("From"), "to_day": _("Until"),
        "weekdays": _("Weekdays; none for every day"),
    }  # fmt: skip
    try:
        who = people.get(by, UUID(person))
    except (ValueError, Refusal):
        return common.list_page(request, Listing(
            _("Give a permit"), [], [], empty=_("Choose somebody under People, then “Give a permit” on their page."),
            links=[(_("People"), "/people/")],
        ))  # fmt: skip

    def save(said: PermitIn) -> str:
        given = actions.permit(by, said)
        return f"/checkpoints/permits/?place={given.place}"

    today = clock.today()
    return common.form_page(
        request, _("Give a permit: %(name)s") % {"name": who.name}, PermitIn, save, labels=labels,
        fixed={"person": who.id}, submit=_("Give a permit"), cancel="/checkpoints/permits/",
        initial={"from_day": today, "to_day": today, "place": who.place[:VILLAGE_DIGITS]},
        choices={
            "place": lists.place_choices(by, LEVELS), "kind": forms.PERMITS.items(), "weekdays": forms.WEEKDAYS.items(),
        },
    )  # fmt: skip


@require_POST
@acting(actions.KEEPERS)
def end(request: HttpRequest, by: Actor, which: UUID) -> HttpResponse:
    """The permit holds no longer."""
    return common.acted(request, lambda: actions.end_permit(by, which), _("Ended."), "/checkpoints/permits/")
