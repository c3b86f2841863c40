"""Putting the name of a unit right: what it was called stays, with the reason, and it is found by it still."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bulou.core import audit
from bulou.core.people import names, units
from bulou.core.people.models import Unit, UnitName
from bulou.core.staff.actor import Actor, within
from bulou.lib import clock
from bulou.lib.refusals import Refusal, declare

declare("unit-unknown", _("There is no such unit in your territory."))
declare("unit-name-missing", _("A unit has a name. Type it."))
declare("unit-name-known", _("Another unit of this place has this name already."))
declare("unit-changed", _("Somebody else has put this name right since you opened it. Look at it once more."))


def former(wanted: list[UUID]) -> dict[UUID, list[UnitName]]:
    """What each of some units was called before, the latest first: one query."""
    found: dict[UUID, list[UnitName]] = {pk: [] for pk in wanted}
    for was in UnitName.objects.filter(unit__in=wanted).order_by("-until", "-pk"):
        found[was.unit].append(was)
    return found


@audit.verb("people.rename_unit", roles=units.KEEPERS)
def rename_unit(unit: UUID, version: int, name: str, why: str, by: Actor) -> Unit:
    """Say what a unit is called; `version` is how many names it had before when that was looked at.

    Raises Refusal: unit-unknown, unit-changed, unit-name-missing, unit-name-known.
    """
    found = within(by, Unit.objects.select_for_update().filter(pk=unit)).first()
    if found is None or by.unit:
        raise Refusal("unit-unknown")
    if UnitName.objects.filter(unit=unit).count() != version:
        raise Refusal("unit-changed")
    new = units.made(units.NewUnit(names.normal(name), found.place))
    if not new.name:
        raise Refusal("unit-name-missing")
    if new.name == found.name:
        return found
    if Unit.objects.filter(place=found.place, name=new.name).exists():
        raise Refusal("unit-name-known")
    UnitName.objects.create(
        unit=unit, name=found.name, pinyin=found.pinyin, initials=found.initials, until=clock.now(),
        by=by.account, why=why,
    )  # fmt: skip
    found.name, found.pinyin, found.initials = new.name, new.pinyin, new.initials
    found.save(update_fields=["name", "pinyin", "initials"])
    audit.note(subject_type="unit", subject_id=unit, place=found.place)
    return found
