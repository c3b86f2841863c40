"""The register of units: who files their people, what is swept; who has filed nobody stands out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext, pgettext
from pydantic import BaseModel, Field

from bulou.core import exports
from bulou.core.people import renaming, units
from bulou.core.people.models import Unit, UnitName
from bulou.core.places.codes import COUNTY_DIGITS, TOWNSHIP_DIGITS
from bulou.core.staff import actions as staff
from bulou.core.staff import queries as accounts
from bulou.core.staff.actor import Actor, within
from bulou.core.staff.gate import acting
from bulou.core.staff.grants import GRANTS, may_grant, may_keep
from bulou.core.staff.models import Post
from bulou.core.staff.roles import FOR_UNITS, SEES_PEOPLE, Role
from bulou.desk import common, lists

SHOW: dict[str, Any] = {
    "all": lazy("All"), "nobody": lazy("Filed nobody"),
    **{kind: title for kind, (title, _called) in units.KINDS.items()},
}  # fmt: skip


@acting(SEES_PEOPLE)
def page(request: HttpRequest, by: Actor) -> HttpResponse:
    """The units of a place, with how many people each has filed."""
    place, show = common.place_asked(request, by), request.GET.get("show", "all")
    if show not in SHOW:
        raise Http404
    if request.GET.get("export"):
        return exports.ask_for(request, "units", place=place, show=show)
    text = request.GET.get("q", "").strip()[:40]
    found = common.paged(request, units.listed(by, place, show, text), ("place", "name", "id"))
    sizes = units.sizes([unit.pk for unit in found.rows])
    where = lists.place_names({unit.place for unit in found.rows}, by.place[:COUNTY_DIGITS])
    liaisons = _liaisons([unit.pk for unit in found.rows])
    may = by.role in units.KEEPERS and not by.unit
    former = renaming.former([unit.pk for unit in found.rows])
    rows = [
        common.Row(
            [
                _called(unit, former[unit.pk], may), common.Cell(title(unit.kind)), common.Cell(where[unit.place]),
                _people(unit, sizes.get(unit.pk, 0)),
                common.Cell(
                    _(", ").join(liaisons.get(unit.pk, [])) or (_("Name somebody") if _may_name(by, unit) else "—"),
                    href=f"/units/{unit.pk}/liaison/" if _may_name(by, unit) else "",
                ),
            ]
        )
        for unit in found.rows
    ]  # fmt: skip
    listing = common.Listing(
        title=_("Units"), place=place, rows=rows, next=found.next, export=True,
        search=_("Name of a unit, pinyin or initials"),
        columns=[pgettext("register", "Unit"), _("Kind"), _("Place"), _("People on file"), _("Who answers for it")],
        words=common.words(request, "show", SHOW, show),
        links=[(_("Enter units"), f"/units/new/?place={place}")] if may else (),
        empty=_("No unit of this kind stands here yet.")
        if show != "nobody"
        else _("Every unit has filed people."),
    )  # fmt: skip
    return common.list_page(request, listing)


def _called(unit: Any, former: list[UnitName], may: bool) -> common.Cell:
    was = (
        _("called before: %(names)s") % {"names": _(", ").join(one.name for one in former)} if former else ""
    )
    return common.Cell(
        unit.name, href=f"/units/{unit.pk}/name/?version={len(former)}" if may else "", sub=was
    )


def title(kind: str) -> str:
    return str(units.KINDS[kind][0]) if kind in units.KINDS else kind


def _people(unit: Any, size: int) -> common.Cell:
    if size:
        said = ngettext("%(n)s person", "%(n)s people", size) % {"n": size}
        return common.Cell(said, href=f"/people/?unit={unit.pk}")
    if unit.kind in units.SWEPT:
        return common.Cell("—")
    return common.Cell(state="missed", word=_("Filed nobody"), tone="miss")


def _liaisons(wanted: list[UUID]) -> dict[UUID, list[str]]:
    """Who answers for each of some units now."""
    posts = accounts.holding(Post.objects.filter(role__in=FOR_UNITS, unit__in=wanted))
    found: dict[UUID, list[str]] = {}
    for unit, name in posts.order_by("pk").values_list("unit", "account__name"):
        if unit is not None:
            found.setdefault(unit, []).append(name)
    return found


def _post(unit: Any) -> Role:
    """What whoever answers for a unit is: orders go to departments."""
    return Role.DEPARTMENT if unit.kind == "department" else Role.UNIT_LIAISON


def _may_name(by: Actor, unit: Any) -> bool:
    return may_grant(by, _post(unit), unit.place)


class UnitsIn(BaseModel, extra="forbid"):
    """Lines of units; the place of those that name none."""

    units: str = Field(min_length=1, max_length=50_000)


@acting(units.KEEPERS)
def new(request: HttpRequest, by: Actor) -> HttpResponse:
    """Enter units, as lines or as columns pasted from a sheet."""
    place = common.place_asked(request, by)

    def save(said: UnitsIn) -> str:
        units.add_units(units.lines(said.units, by, place), by=by)
        return f"/units/?place={place}"

    kinds = _(", ").join(str(one) for one, _called in units.KINDS.values())
    how = _(
        "A line for each: name | kind | place | credit code. Columns may be pasted from a sheet. Kinds: %(kinds)s"
    )
    return common.form_page(
        request, _("Enter units"), UnitsIn, save, labels={"units": _("Units")}, hints={"units": how % {"kinds": kinds}},
        submit=_("Enter"), cancel=f"/units/?place={place}", place=place,
    )  # fmt: skip


class NameIn(BaseModel, extra="forbid"):
    """What a unit is called, and why its name is put right."""

    name: str = Field(min_length=1, max_length=120)
    why: str = Field(min_length=1, max_length=200)


@acting(units.KEEPERS)
def rename(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """Put the name of a unit right; what it was called before is kept, and it is found by it."""
    unit = get_object_or_404(within(by, Unit.objects.all()), pk=pk)
    if by.unit:
        raise Http404
    former = renaming.former([pk])[pk]
    version = common.version_asked(request, len(former))

    def save(said: NameIn) -> str:
        renaming.rename_unit(pk, version, said.name, said.why, by)
        messages.success(request, _("Put right; the unit is also found by what it was called before."))
        return f"/units/?place={unit.place}"

    was = _(", ").join(f"{one.name} (– {one.until:%Y-%m-%d}, {one.why})" for one in former)
    return common.form_page(
        request, _("Put the name of %(unit)s right") % {"unit": unit.name}, NameIn, save, submit=_("Save"),
        labels={"name": _("Name of the unit"), "why": _("Why is it put right?")}, initial={"name": unit.name},
        hints={"name": _("called before: %(names)s") % {"names": was}} if was else None,
        cancel=f"/units/?place={unit.place}", place=unit.place,
    )  # fmt: skip


class LiaisonIn(BaseModel, extra="forbid"):
    """Whose account answers for a unit."""

    account: int


@acting(frozenset(role for role, given in GRANTS.items() if Role.UNIT_LIAISON in given))
def liaison(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """Name who answers for a unit: the account gets a further post there, and sees its people alone in it."""
    unit = get_object_or_404(within(by, Unit.objects.all()), pk=pk)
    if not _may_name(by, unit):
        raise Http404

    def save(said: LiaisonIn) -> str:
        staff.give_post(said.account, _post(unit), unit.place, by, unit=unit.pk)
        return f"/units/?place={unit.place}"

    return common.form_page(
        request, _("Who answers for %(unit)s") % {"unit": unit.name}, LiaisonIn, save, submit=_("Name them"),
        labels={"account": _("Account")}, cancel=f"/units/?place={unit.place}", place=unit.place,
        choices={"account": [("", _("Choose somebody")), *_offered(by, unit.place)]},
    )  # fmt: skip


def _offered(by: Actor, place: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Whom an actor may give a post, by township, those around a place first: three queries.

    Nobody who also holds a post that is not the actor's to give: such an account is not theirs to change.
    """
    around = within(by, Post.objects.all()).values("account")
    posts = list(accounts.holding(Post.objects.filter(account__in=around)).select_related("account"))
    held: dict[int, list[Post]] = {}
    for post in posts:
        held.setdefault(post.account_id, []).append(post)
    kept = {one for one, some in held.items() if may_keep(by, [(post.role, post.place) for post in some])}
    called = lists.staff_names([post for post in posts if post.account_id in kept], by.place)
    groups: dict[str, list[tuple[str, str]]] = {}
    for one, said in sorted(called.items(), key=lambda pair: pair[1]):
        groups.setdefault(held[one][0].place[:TOWNSHIP_DIGITS], []).append((str(one), said))
    names = lists.place_names(groups, by.place)
    order = sorted(groups, key=lambda town: (town != place[:TOWNSHIP_DIGITS], town))
    return [(names[town], groups[town]) for town in order]
