"""Where a line belongs: the village that it names, within the surroundings of the place it was taken at."""

from __future__ import annotations

from typing import Any

from bulou.core.places.book import NameBook
from bulou.core.places.codes import COUNTY, GRID, VILLAGE, ancestor, level_of, parent_of
from bulou.core.places.queries import described, names, subtree
from bulou.core.staff.actor import Actor
from bulou.exchange.ledger.formplace import ANOTHER


class Surroundings:
    """The villages that a file taken at a place may speak of; a file repeats few names, so each is asked once.

    A village's own file may name its neighbours: names are looked for in its township too, as far as the
    actor reaches.
    """

    def __init__(self, place: str, by: Actor) -> None:
        self.place = place
        self.name = described([place], ancestor(place, COUNTY) if level_of(place) > COUNTY else "")[place]
        around = ancestor(place, VILLAGE - 1) if level_of(place) >= VILLAGE else place
        self._book = NameBook.of(around if by.reaches(around) else place)
        self._known: dict[tuple[str, str, str, str], str] = {}
        self._called: dict[str, str] = {}
        below = subtree(around if by.reaches(around) else place, level=GRID)
        self._divided = {parent_of(grid.pk) for grid in below}

    def find(self, values: dict[str, Any], also: dict[str, str]) -> str:
        """The code of the village (or grid) that a line names; "" when it names none that can be found.

        `also` of the line: its own `township`, of which the village then is one, and that which stands `above`
        it, which only tells villages of one name apart.
        """
        village, within = values.get("village", ""), (also.get("township", ""), also.get("above", ""))
        found = self._asked(village, "", *within)
        if found and found not in self._divided:
            return found  # nothing lies below it that an address could name
        return self._asked(village, values.get("address", ""), *within)

    def _asked(self, *key: *tuple[str, str, str, str]) -> str:
        if key not in self._known:
            self._known[key] = self._find(*key)
        return self._known[key]

    def _find(self, village: str, address: str, township: str, above: str) -> str:
        found, book = "", self._book
        within = self._town(township)
        for text, ask in ((village, book.named), (village, book.in_address), (address, book.in_address)):
            if found and found not in self._divided:
                break
            codes = [place.pk for place in ask(text) if place.pk.startswith(within)] if text else []
            if len(codes) > 1:
                # A name that is shared: the one within the place it was taken at, or nobody knows.
                codes = [code for code in codes if code.startswith(self.place)]
            if len(codes) > 1 and (over := self._town(above)):
                codes = [code for code in codes if code.startswith(over)]
            if len(codes) == 1 and codes[0].startswith(found):
                found = codes[0]
        return found if found and level_of(found) >= VILLAGE else ""

    def _town(self, said: str) -> str:
        """The one township of this name; "" for none or several."""
        towns = [place.pk for place in self._book.named(said) if level_of(place.pk) < VILLAGE] if said else []
        return towns[0] if len(towns) == 1 else ""

    def called(self, village: str) -> str:
        """The name of a village by its code, as the book of places has it."""
        if village not in self._called:
            self._called[village] = names([village]).get(village, "")
        return self._called[village]

    def is_here(self, values: dict[str, Any]) -> bool:
        """The place itself is a village or lies in one, and the line names no other: 3组12号 is in this one."""
        elsewhere = values.get("village") or ANOTHER.search(values.get("address", ""))
        return level_of(self.place) >= VILLAGE and not elsewhere


def county_of(place: str) -> str:
    """The county of a place; a place above counties stands for itself."""
    return ancestor(place, COUNTY) if level_of(place) >= COUNTY else place
