"""Central sites: their rooms and beds, who lies where, what is free."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from bulou.core import exports
from bulou.core.audit import note, verb
from bulou.core.staff import responsibility
from bulou.core.staff.actor import Actor, within
from bulou.core.staff.gate import acting
from bulou.core.staff.queries import responsible
from bulou.core.staff.responsibility import Named
from bulou.core.staff.roles import CLINIC, FIELD, OFFICE, Role
from bulou.core.tasks import owners
from bulou.desk import common, lists
from bulou.lib import sql
from bulou.lib.refusals import Refusal, declare
from bulou.work.observation import lodging
from bulou.work.observation.models import Bed, Observation, Site

READERS = OFFICE | CLINIC | FIELD
LEVELS = (3, 4, 5)
MOST_ROOMS = 500
declare(
    "rooms-form",
    lazy("The rooms are not understood. Enter them as 201-210, 301, 302: at least one, at most 500."),
)
declare("site-occupied", lazy("Somebody still lies there. Give them another bed or release them first."))
_ROOM = re.compile(r"([^\s,,、;;-]{1,20})(?:-(\d{1,6}))?")


def rooms_of(text: str) -> list[str]:
    """The rooms that somebody typed: 201-203, A1 → 201 202 203 A1. Refuses rooms-form."""
    found: list[str] = []
    for part in re.split(r"[\s,,、;;]+", text.strip()):
        match = _ROOM.fullmatch(part)
        if match is None or (match[2] and not match[1].isdigit()):
            raise Refusal("rooms-form")
        first, last = match[1], match[2]
        if last is None:
            found.append(first)
        elif int(last) < int(first) or int(last) - int(first) >= MOST_ROOMS:
            raise Refusal("rooms-form")
        else:
            found += [str(number).zfill(len(first)) for number in range(int(first), int(last) + 1)]
    found = list(dict.fromkeys(found))
    if not found or len(found) > MOST_ROOMS:
        raise Refusal("rooms-form")
    return found


@verb("observation.open_site", roles=OFFICE)
def open_site(by: Actor, place: str, name: str, rooms: Sequence[str], beds: int = 1) -> Site:
    """A new central site with its rooms, each with so many beds."""
    if not by.reaches(place):
        raise Refusal("place-unknown")
    site = Site.objects.create(place=place, name=name)
    Bed.objects.bulk_create(Bed(site=site, room=r, name=str(n)) for r in rooms for n in range(1, beds + 1))
    note(subject_type="site", subject_id=site.id, place=place, count=len(rooms) * beds)
    return site


@verb("observation.close_site", roles=OFFICE)
def close_site(by: Actor, site: UUID) -> None:
    """No longer used. Refuses site-occupied while somebody lies there."""
    found = within(by, Site.objects.select_for_update()).filter(pk=site).first()
    if found is None:
        raise Refusal("place-unknown")
    if Observation.objects.filter(bed__site=found, closed_at=None).exists():
        raise Refusal("site-occupied")
    Site.objects.filter(pk=found.pk).update(open=False)
    note(subject_type="site", subject_id=found.id, place=found.place)


@verb("observation.name_medic", roles=OFFICE)
def name_medic(by: Actor, site: UUID, account: int) -> None:
    """Name who takes the temperatures at a site, whose readings they owe from now on.

    Refuses responsible-nobody for somebody whose post does not reach the site.
    """
    found = within(by, Site.objects.filter(open=True)).filter(pk=site).first()
    if found is None:
        raise Refusal("place-unknown")
    if account not in {post.account_id for post in lodging.able(found.place)}:
        raise Refusal("responsible-nobody")
    named = Named(lodging.MEDIC, lodging.SITE, found.id, found.place, account)
    responsibility.move(lodging.SITE, [found.id], found.place, by, named=[named])
    lying = Observation.objects.filter(bed__site=found, closed_at=None).values_list("person", flat=True)
    owners.follow({("person", person) for person in lying})
    note(subject_type=lodging.SITE, subject_id=found.id, place=found.place, count=len(lying))


def sites(by: Actor, place: str) -> QuerySet[Site]:
    """Open sites in a place of the actor's, each with how many `rooms_n`, `beds_n` and `taken` there are."""
    lying = Count("beds", filter=Q(beds__stays__isnull=False, beds__stays__closed_at=None), distinct=True)
    found = sql.subtree(within(by, Site.objects.filter(open=True)), place)
    counted: QuerySet[Site] = found.annotate(
        rooms_n=Count("beds__room", distinct=True), beds_n=Count("beds", distinct=True), taken=lying
    )
    return counted.order_by("place", "name", "id")


def free_beds(by: Actor) -> list[tuple[str, list[tuple[str, str]]]]:
    """Free beds of the actor's sites for a list to choose from, by site: one query."""
    taken = Observation.objects.filter(closed_at=None, bed__isnull=False).values("bed")
    beds = within(by, Bed.objects.filter(site__open=True), "site__place").exclude(pk__in=taken)
    groups: dict[str, list[tuple[str, str]]] = {}
    for bed in beds.select_related("site").order_by("site__name", "room", "name"):
        groups.setdefault(bed.site.name, []).append((str(bed.pk), f"{bed.room}-{bed.name}"))
    return list(groups.items())


class NewSite(forms.Form):
    name = forms.CharField(label=lazy("Name of the site"), max_length=80)
    place = forms.ChoiceField(label=lazy("Place"))
    rooms = forms.CharField(label=lazy("Rooms"), max_length=400, help_text=lazy("For example 201-210, 301"))
    beds = forms.IntegerField(label=lazy("Beds in each room"), min_value=1, max_value=20, initial=1)

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = lists.place_choices(by, [level for level in LEVELS if level > min(LEVELS)])
        own = [(by.place, lists.place_names([by.place], by.place)[by.place])]
        self.fields["place"].choices = [*own, *groups]  # type: ignore[attr-defined]


@acting(READERS)
def page(request: HttpRequest, by: Actor) -> HttpResponse:
    """The sites with what is free; a form for one more."""
    place = common.place_asked(request, by)
    if request.GET.get("export"):
        return exports.ask_for(request, "observation-sites", place=place)
    form = NewSite(request.POST or None, by=by) if by.role in OFFICE else None
    if request.method == "POST" and form is not None and form.is_valid():
        given = form.cleaned_data
        try:
            opened = open_site(by, given["place"], given["name"], rooms_of(given["rooms"]), given["beds"])
        except Refusal as refusal:
            form.add_error("rooms" if refusal.code == "rooms-form" else "place", refusal.message)
        else:
            messages.success(request, _("The site is open."))
            return redirect("observation:site", pk=opened.pk)
    found = list(sites(by, place))
    named = lists.place_names({site.place for site in found}, place)
    words = {
        "place": place, "form": form,
        "rows": [(site, named[site.place], site.beds_n - site.taken) for site in found],  # type: ignore[attr-defined]
        "columns": [
            _("Site"), _("Place"), {"title": _("Rooms"), "class": "right"}, {"title": _("Beds"), "class": "right"},
            {"title": _("Taken"), "class": "right"}, {"title": _("Free"), "class": "right"},
        ],
    }  # fmt: skip
    return render(request, "observation/sites.html", words, status=422 if form and form.errors else 200)


@acting(READERS)
def site(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """One site: each room with its beds, and who lies in which."""
    found = get_object_or_404(sites(by, by.place), pk=pk)
    if request.method == "POST":
        return _acted(request, by, pk)
    beds = list(Bed.objects.filter(site=found).order_by("room", "name"))
    lying = {o.bed_id: o for o in Observation.objects.filter(bed__site=found, closed_at=None)}
    people = lists.shown({o.person for o in lying.values()}, by.place)
    rows = [
        (bed, lying.get(bed.pk), people.get(lying[bed.pk].person) if bed.pk in lying else None)
        for bed in beds
    ]
    words = {
        "site": found, "place": found.place, "beds": rows, "may": by.role in OFFICE,
        "measures": by.role in FIELD | OFFICE, **_medics(found),
    }  # fmt: skip
    return render(request, "observation/site.html", words)


def _acted(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    chosen = request.POST.get("medic")
    if chosen is None:
        closed = _("The site is closed.")
        return common.acted(request, lambda: close_site(by, pk), closed, "/observation/sites/")
    account = int(chosen) if chosen.isdecimal() else 0
    return common.acted(request, lambda: name_medic(by, pk, account), _("Done."), request.path)


def _medics(found: Site) -> dict[str, Any]:
    """Who takes the temperatures at a site: whoever is named, else its place's doctors; and who could be named."""
    posts = lodging.able(found.place)
    named = responsible(lodging.SITE, [found.id])[found.id]
    doctors = [post for post in posts if post.role == Role.VILLAGE_DOCTOR]
    able = {p.account_id: f"{p.account.name} · {Role(p.role).title}" for p in posts}
    return {
        "named": [row.holder_name for row in named],
        "doctors": [] if named else list(dict.fromkeys(post.account.name for post in doctors)),
        "able": [
            (account, words, account in {row.holder for row in named}) for account, words in able.items()
        ],
    }
