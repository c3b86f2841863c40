"""A book of the names in a territory: loaded once, asked for each row of a file."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property

from django.db.models import Q

from bulou.core.places import queries, words
from bulou.core.places.models import Place, PlaceAlias
from bulou.lib import clock, sql

# After a short name in an address: its end, a group or door number, or a word for a part.
_EDGE = re.compile(r"$|[\d一二三四五六七八九十(,、/\-]|[东南西北]?[组队街路巷屯湾]|网格|小区")
_LONGEST = 24


class NameBook:
    """Names, other names and stems of the places of a subtree, as they are on a day."""

    def __init__(
        self, places: Iterable[Place], aliases: Iterable[PlaceAlias], within: str, day: date
    ) -> None:
        self._all = {place.pk: place for place in places}
        self._within = within
        self._day = day
        self._by: tuple[dict[str, list[str]], ...] = (defaultdict(list), defaultdict(list), defaultdict(list))
        names, others, stems = self._by
        for place in self._all.values():
            names[place.name].append(place.pk)
            stems[place.stem].append(place.pk)
        for alias in aliases:
            others[alias.name].append(alias.place)
            stems[alias.stem].append(alias.place)

    @classmethod
    def of(cls, within: str, day: date | None = None) -> NameBook:
        """Every name in the subtree of `within`: two queries."""
        under = sql.subtree(Place.objects.all(), within, "code")
        return cls(under, sql.subtree(PlaceAlias.objects.all(), within), within, day or clock.today())

    @classmethod
    def of_text(cls, text: str, within: str, day: date | None = None) -> NameBook:
        """Only the names that one text may mean: two queries through the indexes."""
        said = Q(name__in={words.clean(text), words.everyday(text)}) | Q(stem=words.stem(text))
        aliases = list(sql.subtree(PlaceAlias.objects.filter(said), within))
        under = sql.subtree(Place.objects.all(), within, "code")
        called = Q(pk__in=[alias.place for alias in aliases])
        found = {place.pk: place for place in under.filter(said | called)}
        while after := {place.merged_into for place in found.values() if place.merged_into} - found.keys():
            more = {place.pk: place for place in under.filter(pk__in=after)}
            if not more:
                break
            found |= more
        return cls(found.values(), aliases, within, day or clock.today())

    def named(self, text: str, under: str = "") -> list[Place]:
        """What a name may mean, by code; see `queries.named`. `under` narrows the subtree."""
        return [self._all[code] for code in self._codes(text, under or self._within)[1]]

    def in_address(self, text: str) -> list[Place]:
        """The lowest places that an address names: 隰县龙泉镇城关村3组44号 → [城关村].

        Several when the name is shared; [] when it names none. The book's own place and those above
        it may stand before, by their short names too.
        """
        whole = words.clean(text)
        for start in dict.fromkeys((self._after_own_path(whole, 1), self._after_own_path(whole, 2))):
            found: list[str] = []
            rest = start
            while step := self._step(rest, found):
                found, rest = step
            if found:
                return [self._all[code] for code in found]
        return []

    def _step(self, rest: str, under: list[str]) -> tuple[list[str], str] | None:
        """The places under `under` named by the longest beginning of `rest`, and what is left of it."""
        for length in range(min(len(rest), _LONGEST), 1, -1):
            head, tail = rest[:length], rest[length:]
            found: list[str] = []
            for top in under or [self._within]:
                whole, codes = self._codes(head, top)
                ends = whole or _EDGE.match(tail) is not None
                found += [code for code in codes if code != top and (ends or self._goes_on(tail, code))]
            if found:
                return found, tail
        return None

    def _goes_on(self, tail: str, code: str) -> bool:
        """Whether what follows a short name is a name within that place."""
        return any(self._codes(tail[:n], code)[1] for n in range(2, min(len(tail), _LONGEST) + 1))

    def _after_own_path(self, text: str, forms: int) -> str:
        """Without the full (1) or also the short (2) names of the book's place and those above it."""
        for names in self._own_path:
            text = next((text[len(name) :] for name in names[:forms] if text.startswith(name)), text)
        return text

    @cached_property
    def _own_path(self) -> list[tuple[str, str]]:
        return [(place.name, place.stem) for place in queries.path(self._within)]

    def _codes(self, text: str, under: str) -> tuple[bool, list[str]]:
        """Whether the text is a whole name, and the places under `under` that it may mean."""
        whole = (words.clean(text), words.everyday(text))
        for table, keys in zip(self._by, (whole, whole, (words.stem(text),)), strict=True):
            old = dict.fromkeys(code for key in keys for code in table.get(key, ()))
            codes = {now for code in old for now in self._today(code) if now.startswith(under)}
            if codes:
                return keys is whole, sorted(codes)
        return False, []

    def _today(self, code: str) -> Iterator[str]:
        """The place itself if it exists on the day, else what it went into."""
        seen: set[str] = set()
        while code in self._all and code not in seen:
            place = self._all[code]
            seen.add(code)
            if place.exists(self._day):
                yield code
                return
            code = place.merged_into or ""
