"""Units that a ledger names: whoever names one of the county's register belongs to it; none is made up."""

from __future__ import annotations

from dataclasses import replace

from bulou.core.people import names, units
from bulou.core.staff.actor import SYSTEM
from bulou.exchange.course import Course
from bulou.exchange.who import Fate


def belong(course: Course, going: list[Fate]) -> None:
    """Say of each line's person to which unit they belong; before they are enrolled."""
    said = {fate.at: names.normal(fate.row.unit) for fate in going if fate.row.unit}
    if not said:
        return
    if asked := set(said.values()) - course.units.keys():
        # A county's own agency is that also for the clerk of a village.
        found = units.named(asked, SYSTEM, course.county)
        course.units |= {name: found.get(name) for name in asked}
    for fate in going:
        unit = course.units.get(said.get(fate.at, ""))
        if unit is not None and fate.new is not None:
            fate.new = replace(fate.new, unit=unit)
            fate.told = replace(fate.told, new=fate.new) if fate.told else None
