"""What a POST to each address of the house says: a body that is sound, and what of it names a place or a thing.

A body is made for a place. What in it is another one for another place is what may reach outside: it is found, not
listed. `<0>`, `<1>`: the parameters of the address itself.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from bulou.core.people.models import Person
from bulou.core.staff.models import Post
from bulou.lib import clock

Body = dict[str, Any]
NOBODY = UUID("01903c5e-6b1a-7cc0-8a53-2f6d3b0e9a11")
NOBODY_INT = 987_654_321


class Bodies:
    """What stands at a place, looked up once; where nothing of a kind does, what nobody has."""

    def __init__(self) -> None:
        self.known: dict[tuple[Any, ...], Any] = {}

    def at(self, model: Any, place: str, **which: Any) -> Any:
        """The key of a row at a place; of none there is, one that nobody has."""
        key = (model, place, *which.items())
        if key not in self.known:
            field = which.pop("by_place", "place")
            found = model._default_manager.filter(**{field: place}, **which).order_by("pk").first()
            whole = model._meta.pk.get_internal_type() != "UUIDField"
            self.known[key] = found.pk if found else NOBODY_INT if whole else NOBODY
        return self.known[key]

    def person(self, place: str, nth: int = 0) -> Any:
        key = (Person, place, nth)
        if key not in self.known:
            found = list(Person.objects.filter(place=place, merged_into=None).order_by("pk")[nth : nth + 1])
            self.known[key] = found[0].pk if found else NOBODY
        return self.known[key]

    def account(self, place: str) -> int:
        found = Post.objects.filter(pk=self.at(Post, place)).values_list("account", flat=True).first()
        return found or NOBODY_INT


B = Bodies()
OF: dict[str, Callable[[str], Body]] = {}


def says(*patterns: str) -> Callable[[Callable[[str], Body]], Callable[[str], Body]]:
    """That a body is what the addresses are sent."""

    def add(body: Callable[[str], Body]) -> Callable[[str], Body]:
        for pattern in patterns:
            OF[pattern] = body
        return body

    return add


def day(ahead: int = 0) -> str:
    return (clock.today() + timedelta(days=ahead)).isoformat()


def hour(ahead: int = 0) -> str:
    return (clock.now() + timedelta(hours=ahead)).strftime("%Y-%m-%dT%H:%M")


# What is sent without naming a place or a thing, and why no body can reach outside.
NAMES_NOTHING = {
    "language/": "the page's language",
    "first/": "the first administrator, before there is anybody",
    "sign-in/": "nobody is signed in yet",
    "sign-in/code/": "nobody is signed in yet",
    "sign-in/demo/": "a click in a demonstration",
    "sign-in/invitation/": "nobody is signed in yet",
    "sign-out/": "oneself",
    "second-factor/": "oneself",
    "password/": "oneself",
    "account/phone/": "oneself",
    "account/tokens/": "oneself",
    "search/": "leads to a page, which is asked by itself",
    "exports/<uuid:pk>/withdraw/": "one's own request; any other is asked for in test_things",
    "api/v1/devices": "a code of a sheet, of a phone that nobody knows yet",
    "api/v1/devices/leave": "the phone itself",
    "api/v1/records": "each kind of record by itself in test_pages",
}
