"""What the house itself has waiting for a post: records set aside, people entered twice, alerts, empty posts."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bulou.core.audit import looks
from bulou.core.audit import queries as audit
from bulou.core.cards import Card
from bulou.core.people.doubles import queries as doubles
from bulou.core.places import queries as places
from bulou.core.places.taking import TREE_KEEPERS
from bulou.core.records import asides
from bulou.core.staff import queries as staff
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import AUDIT_READERS, OFFICE, STAFF_KEEPERS, Role
from bulou.core.tasks import queries as tasks
from bulou.core.tasks import rising
from bulou.desk import names
from bulou.lib import clock

_NAMED = 3
_HOUR = timedelta(hours=1)
_RISEN = gettext_lazy("Missed below, and risen to us")


def cards(by: Actor) -> list[Card]:
    """A constant number of queries; only what there is."""
    found: list[Card] = []
    if by.role in OFFICE:
        found.append(_risen(by))
        found.append(
            Card(_("Records that wait for a person"), asides.waiting(by).count(), "/asides/", rank=68)
        )
        found.append(
            Card(_("People perhaps entered twice"), doubles.waiting(by).count(), "/people/doubles/", rank=30)
        )
    if by.role in AUDIT_READERS:
        since = clock.now() - timedelta(days=1)
        alerts = audit.entries(by, place=by.place, act=looks.ALERT).filter(at__gt=since).count()
        found.append(Card(_("Alerts of the last day"), alerts, "/audit/?kind=alert", rank=66))
    if by.role in STAFF_KEEPERS:
        found += _posts(by)
    return [card for card in found if card.count]


def _risen(by: Actor) -> Card:
    """What somebody below was to do, did not, and is now told to this post: by name, for whoever calls."""
    now = clock.now()
    after, which = rising.hears_after(by, now), rising.risen(by, now)
    count = sum(tasks.missed_count(by.place, now, by=by, which=which).values()) if after else 0
    if not after or not count:
        return Card(_RISEN, 0, "")
    some = tasks.missed(by.place, now, which=which, size=2 * _NAMED, by=by).rows  # somebody may owe two turns
    first = names.dues(some, by, by.place, now)
    said = list(dict.fromkeys(due.person.name if due.person else due.name or due.where for due in first))
    note = _("Not done %(hours)s hours after it was due; risen in the last %(news)s hours.") % {
        "hours": after // _HOUR,
        "news": rising.news(by.place, now) // _HOUR,
    }
    return Card(_RISEN, count, f"/missed/?place={by.place}&risen=1", "miss", note, said[:_NAMED], rank=84)


def _posts(by: Actor) -> list[Card]:
    """Who is still to be given a post: where nobody stands, nobody is missed."""
    unposted = staff.unposted(by, by.place)
    names = [place.name for place in unposted[:_NAMED]]
    cards = [
        Card(
            _("Villages where nobody holds a post"),
            unposted.count(),
            "/staff/unposted/",
            names=names,
            rank=64,
        )
    ]
    if by.role is Role.ADMINISTRATOR and Role.COUNTY_OFFICE not in staff.role_counts(by, by.place):
        address = f"/staff/new/?place={by.place}&role={Role.COUNTY_OFFICE}"
        note = _("It adds the townships' and the villages' people itself.")
        cards.append(Card(_("Add somebody for the county office"), 1, address, note=note, rank=65))
    if by.role in TREE_KEEPERS and not places.children(by.place):
        note = _("Copy the list from a spreadsheet and paste it: nothing can be entered before.")
        cards.append(
            Card(_("Set up townships and villages"), 1, f"/places/{by.place}/add/", note=note, rank=67)
        )
    return cards
