"""The register of units: agencies, firms and schools that file their people, and places that are swept.

A unit is known again by its credit code, else by its name at its place; nothing is entered twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc

from bulou.core import audit
from bulou.core.people import names
from bulou.core.people.models import Person, Unit, UnitName
from bulou.core.places import queries as places
from bulou.core.places import words
from bulou.core.places.book import NameBook
from bulou.core.places.refused import UNKNOWN as PLACE_UNKNOWN
from bulou.core.staff.actor import Actor, within
from bulou.core.staff.roles import OFFICE
from bulou.lib import ids, sql
from bulou.lib.refusals import Refusal, declare

LINE_NAME = declare(
    "unit-line-name", _("Line %(n)s has no name. Write one line for each unit, its name first.")
)
LINE_KIND = declare(
    "unit-line-kind", _("Line %(n)s: no unit is of the kind %(kind)s. Choose one of: %(kinds)s.")
)
LINE_PLACE = declare(
    "unit-line-place",
    _(
        "Line %(n)s: %(place)s is not one place of yours. Write its name as on the list of places, or its code."
    ),
)
LINE_CODE = declare(
    "unit-line-code", _("Line %(n)s: %(code)s is no credit code. Check its 18 characters, or leave it out.")
)
KEEPERS = OFFICE
# Each kind: its title, and what people call it in a list.
KINDS: Final[dict[str, tuple[Any, tuple[str, ...]]]] = {
    "agency": (_("Agency"), ("机关", "机关单位", "部门", "事业单位", "行政单位", "政府")),
    "firm": (_("Firm"), ("企业", "公司", "工厂", "厂", "企事业单位")),
    "school": (_("School"), ("学校", "幼儿园", "小学", "中学", "大学", "培训机构")),
    "hotel": (_("Hotel"), ("酒店", "宾馆", "旅馆", "招待所", "旅店", "民宿", "酒店宾馆")),
    "rented-home": (_("Rented home"), ("出租房", "出租屋", "租房", "出租户", "租赁房")),
    "shop": (_("Shop"), ("商店", "商铺", "门店", "超市", "店铺", "药店", "饭店", "餐馆", "沿街商铺")),
    "work-site": (_("Work site"), ("工地", "建筑工地", "施工工地", "在建工地")),
    "department": (_("Department"), ("成员单位",)),
    "unit": (_("Other unit"), ("单位", "其他", "其它", "其他单位")),
}  # fmt: skip
# Those that are swept rather than file their people: nobody is missed where they name none.
SWEPT: Final = ("hotel", "rented-home", "shop")
_MOST_NAME, _MOST_PINYIN = 120, 480


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit to be entered; `kind` one of KINDS, `code` its unified social credit code."""

    name: str
    place: str
    kind: str = "unit"
    code: str = ""


def lines(text: str, by: Actor, place: str) -> list[NewUnit]:
    """The units of lines "name | kind | place | credit code", or of columns pasted from a sheet.

    Raises Refusal: unit-line-name, unit-line-kind, unit-line-place, unit-line-code.
    """
    said = [
        (n, (*(part.strip() for part in re.split(r"[|\t｜]", line)), "", "", "", "")[:4])
        for n, line in enumerate(text.splitlines(), 1) if line.strip()
    ]  # fmt: skip
    meant = _meant({where for _n, (_name, _kind, where, _code) in said if where}, place)
    found = []
    for n, (name, kind, where, code) in said:
        title = names.normal(name)[:_MOST_NAME]
        if not title:
            raise Refusal(LINE_NAME, n=n)
        found.append(NewUnit(title, _place(where, meant, by, place, n), _kind(kind, n), _code(code, n)))
    return found


def _kind(said: str, n: int) -> str:
    if not said:
        return "unit"
    for kind, (title, called) in KINDS.items():
        if said == kind or said in called or said == str(title):
            return kind
    raise Refusal(
        LINE_KIND, n=n, kind=said[:20], kinds="、".join(str(title) for title, _called in KINDS.values())
    )


def _meant(said: set[str], under: str) -> dict[str, list[str]]:
    """{what a line says: the codes of the places under one that it may mean}."""
    codes = places.names(text for text in said if places.is_code(text) and text.startswith(under))
    book = NameBook.of(under) if said - codes.keys() else None
    return {text: [text] if text in codes or not book else [p.pk for p in book.named(text)] for text in said}


def _place(said: str, meant: dict[str, list[str]], by: Actor, under: str, n: int) -> str:
    if not said:
        return under
    codes = meant[said]
    if len(codes) != 1 or not by.reaches(codes[0]):
        raise Refusal(LINE_PLACE, n=n, place=said[:40])
    return codes[0]


def _code(said: str, n: int) -> str:
    if said and not uscc.is_valid(said):
        raise Refusal(LINE_CODE, n=n, code=said[:20])
    return str(uscc.compact(said)) if said else ""


@audit.verb("people.add_units", roles=KEEPERS)
def add_units(rows: Sequence[NewUnit], by: Actor) -> int:
    """Enter units, those that are known already left as they are; how many are new. Raises Refusal `place-unknown`."""
    asked = {row.place for row in rows}
    if not all(map(by.reaches, asked)) or asked - places.names(asked).keys():
        raise Refusal(PLACE_UNKNOWN)
    wanted = Q(name__in={row.name for row in rows}) | Q(code__in={row.code for row in rows if row.code})
    known = Unit.objects.filter(wanted).values_list("place", "name", "code")
    here = _once_called({row.name for row in rows})
    codes: set[str] = set()
    for place, name, code in known:
        here.add((place, name))
        codes.add(code)
    fresh = []
    for row in rows:
        if (row.place, row.name) not in here and (not row.code or row.code not in codes):
            fresh.append(made(row))
            here.add((row.place, row.name))
            codes.add(row.code)
    Unit.objects.bulk_create(fresh, batch_size=500)
    audit.note(subject_type="unit", count=len(fresh))
    return len(fresh)


def _once_called(wanted: set[str]) -> set[tuple[str, str]]:
    """(place, name) of the units that were called so before their names were put right."""
    was = dict(UnitName.objects.filter(name__in=wanted).values_list("unit", "name"))
    return {(place, was[pk]) for pk, place in Unit.objects.filter(pk__in=was).values_list("pk", "place")}


def made(row: NewUnit, pk: UUID | None = None) -> Unit:
    """A unit as it is kept, its name spelled."""
    pinyin, initials = words.joined(words.spelled(row.name))
    return Unit(
        id=pk or ids.new(), name=row.name, place=row.place, kind=row.kind, code=row.code,
        pinyin=pinyin[:_MOST_PINYIN], initials=initials[:_MOST_NAME],
    )  # fmt: skip


def _named(text: str) -> Q:
    """Whose name holds this, in characters, in pinyin or by its initials; or whose credit code it is.

    The name of a unit mostly begins with its county's: so what is looked for may stand anywhere in it. Lists go
    along an index that holds all three, so a search reads that alone, from where the page begins until it is full.
    """
    said = names.normal(text)
    test = Q(name__contains=said) | Q(name__contains=names.simplified(said))
    letters = "".join(said.split()).lower()
    if letters.isascii():
        test |= Q(pinyin__contains=letters) | Q(initials__contains=letters)
    test |= Q(pk__in=UnitName.objects.filter(test).values("unit"))  # also by what it was called before
    code = uscc.compact(said).upper()
    return test | Q(code=code) if uscc.is_valid(code) else test


def listed(by: Actor, place: str, show: str = "all", text: str = "") -> QuerySet[Unit]:
    """The units of a place that an actor sees; `show`: all, one of KINDS, or those that filed nobody."""
    # Whoever answers for a unit does so wherever it stands.
    everywhere = Unit.objects.all()
    found = everywhere.filter(pk=by.unit) if by.unit else sql.subtree(within(by, everywhere), place)
    if text:
        found = found.filter(_named(text)) if names.normal(text) else found.none()
    if show == "nobody":
        return filing(found).exclude(
            pk__in=Person.objects.filter(merged_into=None, unit__isnull=False).values("unit")
        )
    return found if show == "all" else found.filter(kind=show)


def find(by: Actor, text: str) -> Unit | None:
    """The unit whose id a text is, where it is one that the actor sees."""
    try:
        return listed(by, "").filter(pk=UUID(text)).first()
    except ValueError:
        return None


def filing(found: QuerySet[Unit]) -> QuerySet[Unit]:
    """Those that are to file their people."""
    return found.exclude(kind__in=SWEPT)


def called(name: str, by: Actor, place: str) -> UUID | None:
    """The one unit of a name in a place that an actor sees; the place's own before those of the places below."""
    said = names.normal(name)
    was = UnitName.objects.filter(name=said).values("unit")
    found = within(by, Unit.objects.filter(Q(name=said) | Q(pk__in=was)))
    some = list(sql.subtree(found, place).order_by("place").values_list("pk", "place")[:2])
    return some[0][0] if some and (len(some) == 1 or some[0][1] == place) else None


def sizes(wanted: Iterable[UUID]) -> dict[UUID, int]:
    """How many people belong to each of some units."""
    rows = (
        Person.objects.filter(unit__in=list(wanted), merged_into=None)
        .values_list("unit")
        .annotate(n=Count("pk"))
    )
    return {unit: n for unit, n in rows if unit}


def named(wanted: Iterable[str], by: Actor, place: str) -> dict[str, UUID]:
    """{name in normal form: the one unit called so within a place}; a name that several bear is nobody's."""
    asked = {names.normal(name) for name in wanted}
    was = list(UnitName.objects.filter(name__in=asked).values_list("unit", "name"))
    found: dict[str, set[UUID]] = {}
    bear = Unit.objects.filter(Q(name__in=asked) | Q(pk__in=[pk for pk, _name in was]))
    own = {pk: name for name, pk in sql.subtree(within(by, bear), place).values_list("name", "pk")}
    for pk, name in [*own.items(), *was]:
        if pk in own and name in asked:
            found.setdefault(name, set()).add(pk)
    return {name: some.pop() for name, some in found.items() if len(some) == 1}
