"""Reading places. Every list is one query, whatever its length."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from bulou.core.places import words
from bulou.core.places.codes import ancestor, is_code, level_of, parent_of, path_codes
from bulou.core.places.files import UNSAID
from bulou.core.places.models import Place, PlaceAlias
from bulou.lib import clock, sql

if TYPE_CHECKING:
    from django.db.models import QuerySet

__all__ = [
    "alive", "ancestor", "became", "came_from", "children", "counts", "describe", "described", "followed",
    "get", "heirs", "is_code", "level_of", "named", "names", "parent_of", "path", "path_codes", "search",
    "subtree", "taken_over", "taken_over_below",
]  # fmt: skip


def alive(qs: QuerySet[Place], day: date | None = None) -> QuerySet[Place]:
    """Those that exist on `day` (None: today)."""
    day = day or clock.today()
    return qs.filter(Q(from_day=None) | Q(from_day__lte=day), Q(to_day=None) | Q(to_day__gt=day))


def get(code: str) -> Place | None:
    """The place of a code, also one that is no more; None when there was none."""
    return Place.objects.filter(pk=code).first() if is_code(code) else None


def children(code: str, day: date | None = None, kinds: Collection[str] = ()) -> list[Place]:
    """The places right under `code` (the provinces, for the empty code) that exist on `day`, by code."""
    found = alive(Place.objects.filter(parent=code), day)
    return list((found.filter(kind__in=kinds) if kinds else found).order_by("code"))


def subtree(code: str, day: date | None = None, level: int | None = None) -> QuerySet[Place]:
    """The place and all below it that exist on `day`, by code; only those of one level if asked."""
    found = alive(sql.subtree(Place.objects.all(), code, "code"), day)
    return (found.filter(level=level) if level else found).order_by("code")


def counts(code: str, day: date | None = None) -> dict[str, int]:
    """How many places of each kind there are below `code` on `day`: {"village": 94, …}."""
    found = subtree(code, day).exclude(pk=code).order_by().values("kind")
    return {row["kind"]: row["n"] for row in found.annotate(n=Count("pk"))}


def path(code: str) -> list[Place]:
    """The places from the province down to `code` itself, as far as they are known."""
    return list(Place.objects.filter(pk__in=path_codes(code)).order_by("code"))


def names(codes: Iterable[str]) -> dict[str, str]:
    """{code: name} of those that are known."""
    return dict(Place.objects.filter(pk__in=set(codes)).values_list("code", "name"))


def described(codes: Iterable[str], below: str = "") -> dict[str, str]:
    """{code: full name} in one query; the names of `below` and above it are left out.

    described(["141031100200"], below="141031") → {"141031100200": "龙泉镇城关村"}.
    """
    wanted = {code: [part for part in path_codes(code) if len(part) > len(below)] for code in codes}
    known = names({part for parts in wanted.values() for part in parts})
    said = {code: name for code, name in known.items() if name not in UNSAID}
    return {code: "".join(said.get(part, "") for part in parts) or code for code, parts in wanted.items()}


def describe(code: str, below: str = "") -> str:
    """The full name of a place: 山西省临汾市隰县龙泉镇城关村."""
    return described([code], below)[code]


def heirs(codes: Iterable[str], day: date | None = None) -> dict[str, str]:
    """{code: what took it over}, of those of some places that went into another by `day` (None: today)."""
    day, level = day or clock.today(), {code: code for code in codes}
    found: dict[str, str] = {}
    while level:
        gone = Place.objects.filter(pk__in=level, to_day__lte=day, merged_into__isnull=False)
        step = {code: into for code, into in gone.values_list("code", "merged_into") if into}
        found |= {first: step[now] for first, now in level.items() if now in step}
        level = {first: step[now] for first, now in level.items() if now in step and step[now] != first}
    return found


# Which place went into which by a day, and what came out of which: they have their own indexes.
_WHOLE = "SELECT code, merged_into AS heir FROM places_place WHERE merged_into IS NOT NULL AND to_day <= %s"
# A part that was taken back has ended on its first day, and went nowhere.
_PART = (
    "SELECT split_from, code FROM places_place WHERE split_from IS NOT NULL AND from_day <= %s"
    " AND (to_day IS NULL OR to_day > from_day OR merged_into IS NOT NULL)"
)
_EITHER = f"{_WHOLE} UNION ALL {_PART}"


def _before(where: str, params: list[str], links: str = _WHOLE) -> set[str]:
    """What went into the heirs that a condition names, and into those: one query."""
    found = sql.rows(
        f"WITH RECURSIVE gone(code) AS (SELECT code FROM ({links}) link WHERE {where} UNION"
        f" SELECT link.code FROM ({links}) link JOIN gone ON link.heir = gone.code) SELECT code FROM gone",
        [*_today(links), *params, *_today(links)],
    )
    return {code for (code,) in found}


def _today(links: str) -> list[str]:
    return [clock.today().isoformat()] * links.count("%s")


def taken_over(code: str) -> set[str]:
    """The codes of the places that went into this one by today, and into those."""
    return _before("heir = %s", [code])


def taken_over_below(code: str) -> set[str]:
    """The codes outside a territory of the places that went into one within it by today, and into those."""
    return {one for one in _before(*sql.within("heir", code)) if not one.startswith(code)}


def came_from(code: str) -> set[str]:
    """The codes outside a territory of the places out of which it came by today, whole or in part, or one within it.

    What was recorded there of people who live in the territory is the territory's now.
    """
    inside, params = sql.within("heir", code)
    above = path_codes(code)
    marks = ", ".join(["%s"] * len(above)) or "NULL"
    found = _before(f"({inside} OR heir IN ({marks}))", [*params, *above], _EITHER)
    return {one for one in found if not one.startswith(code)}


def became(codes: Collection[str]) -> dict[str, set[str]]:
    """{code: what it became by today, whole or in part, and what that became}, of those that became anything."""
    found: dict[str, set[str]] = {}
    marks = ", ".join(["%s"] * len(codes)) or "NULL"
    rows = sql.rows(
        f"WITH RECURSIVE step(code, heir) AS (SELECT code, heir FROM ({_EITHER}) link WHERE code IN ({marks})"
        f" UNION SELECT step.code, link.heir FROM ({_EITHER}) link JOIN step ON link.code = step.heir)"
        " SELECT code, heir FROM step",
        [*_today(_EITHER), *codes, *_today(_EITHER)],
    )
    for code, heir in rows:
        found.setdefault(code, set()).add(heir)
    return found


def followed(pairs: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """{(where it was recorded, where they live of whom it is): whose it is now}, of what is another's by now.

    It is theirs where the people live, if that came out of the old place; else it is the heir's of all of it.
    """
    codes = {code for code, _home in pairs}
    later = became(codes) if codes else {}
    whole = heirs(later) if later else {}
    found = {}
    for code, home in pairs:
        if any(home.startswith(one) for one in later.get(code, ())):
            found[code, home] = home
        elif code in whole:
            found[code, home] = whole[code]
    return found


def named(text: str, within: str, day: date | None = None) -> list[Place]:
    """The places in the subtree of `within` that `text` may mean: several when a name is shared.

    By name; else by another name; else by the name without its kind (城关 → 城关村). A place that was
    merged answers with the place it went into. Looks at what exists on `day`.
    """
    from bulou.core.places.book import NameBook

    return NameBook.of_text(text, within, day).named(text)


def search(text: str, within: str, limit: int = 20, day: date | None = None) -> list[Place]:
    """Places whose name, pinyin or initials begin with `text`, nearest to the top first."""
    text = words.clean(text).lower()
    if not text:
        return []
    field = "pinyin" if text.isascii() and text.isalpha() else "name"
    under = subtree(within, day)
    found = sql.starts_with(under, field, text).order_by("level", "code")
    rows = {place.pk: place for place in found[:limit]}
    if field == "pinyin":
        more = sql.starts_with(under, "initials", text).order_by("level", "code")
        rows |= {place.pk: place for place in more[:limit]}
    else:
        also = sql.starts_with(PlaceAlias.objects.all(), "name", text).values("place")
        rows |= {place.pk: place for place in under.filter(pk__in=also).order_by("level", "code")[:limit]}
    return sorted(rows.values(), key=lambda place: (place.level, place.pk))[:limit]
