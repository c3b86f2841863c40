"""What there is to ask for: the house's addresses, and the things that they may mean.

Both are found, not listed: whatever an address names is asked for.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver

from bulou.core.records.kinds import kinds
from bulou.core.records.models import Record
from bulou.core.staff.models import Post
from bulou.core.staff.roles import EVERYONE, Role
from bulou.lib import ids
from tests.scope.world import FAR, OTHER, SIBLING, mine

ROLES = sorted(EVERYONE)
# Every role asks on SQLite; on PostgreSQL one of each level of the territory does.
_EVERYWHERE = {Role.COUNTY_OFFICE, Role.TOWNSHIP_CLERK, Role.VILLAGE_DOCTOR}
ASKERS = [pytest.param(role, marks=[pytest.mark.everywhere] * (role in _EVERYWHERE)) for role in ROLES]
_PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
_NEVER = ("sign-out/", "language/", "static/")


@dataclass(frozen=True)
class Address:
    """One of the house's addresses: its pattern, and its parameters with their converters."""

    pattern: str
    module: str

    @property
    def parameters(self) -> list[tuple[str, str]]:
        return [(kind or "str", name) for kind, name in _PARAMETER.findall(self.pattern)]

    def at(self, *values: Any) -> str:
        path = self.pattern
        for value in values:
            path = _PARAMETER.sub(str(value), path, count=1)
        return f"/{path}"


@cache
def addresses() -> list[Address]:
    def walk(resolver: URLResolver, before: str) -> Iterator[Address]:
        for one in resolver.url_patterns:
            if isinstance(one, URLPattern):
                yield Address(before + str(one.pattern), one.callback.__module__)
            else:
                yield from walk(one, before + str(one.pattern))

    found = walk(get_resolver(), "")
    return [one for one in found if not one.pattern.startswith(_NEVER) and "^" not in one.pattern]


def text(answer: HttpResponse) -> str:
    """All that an answer says, also inside of a packed file."""
    raw = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]
    if raw[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            raw = b"\n".join(packed.read(name) for name in packed.namelist())
    return raw.decode("utf-8", "replace")


def told(answer: HttpResponse) -> str:
    """All that an answer says and does: its headers (where it leads, what a file is called) and its words."""
    return "\n".join([*(f"{name}: {value}" for name, value in answer.headers.items()), text(answer)])


def plain(answer: HttpResponse, *echoed: Any) -> tuple[int, str, str]:
    """An answer's status, target and words, without what it merely repeats of the question and what changes anyway."""

    def cleaned(said: str) -> str:
        for one in sorted(map(str, echoed), key=len, reverse=True):
            said = re.sub(rf"(?<=[/=]){re.escape(one)}\b", "…", said)
        said = re.sub(r'(csrf\w*"? value=")[^"]+|("X-CSRFToken": ?")[^"]+', "", said)
        return re.sub(r"\d\d:\d\d(:\d\d)?", "time", said)

    return answer.status_code, cleaned(answer.headers.get("Location", "")), cleaned(text(answer))


def apart(one: tuple[int, str, str], other: tuple[int, str, str]) -> tuple[Any, ...]:
    """In what two answers differ: status, target, and the first lines."""
    lines = zip(one[2].splitlines(), other[2].splitlines(), strict=False)
    return one[:2], other[:2], [pair for pair in lines if pair[0] != pair[1]][:2]


def models_for(address: Address, parameter: tuple[str, str]) -> list[Any]:
    """The models whose rows an address may mean: those of its own app; for the frames, those of the core."""
    kind, name = parameter
    bulou = [m for m in apps.get_models() if m.__module__.startswith("bulou.")]
    if name == "person" or name == "other":
        return [m for m in bulou if m.__name__ == "Person"]
    if name == "record":
        return [k.model for k in kinds().values()]
    own = [m for m in bulou if address.module.startswith(m.__module__.rpartition(".")[0])]
    if kind == "int":  # small numbers mean something in every table: only the table that is meant
        meant = [m for m in own if m._meta.model_name in address.pattern]
        return meant or [m for m in own if m.__name__ in ("Account", "AuditEntry")]
    # A page that rooms share does not say whose things it opens: then all that is no record may be meant.
    shared = address.module.startswith(("bulou.desk", "bulou.board", "bulou.core"))
    plans = [m for m in bulou if not issubclass(m, Record)]
    if address.module.startswith("bulou.work"):  # a room's page may open what is owed
        own += [m for m in bulou if m.__name__ == "Task"]
    return [m for m in (plans if shared else own) if m._meta.pk.get_internal_type() == "UUIDField"]


def place_of(row: Any) -> str | None:
    """Where a row belongs; None for what belongs nowhere or to everybody."""
    if hasattr(row, "place"):
        held = row.place
        return held if isinstance(held, str) else getattr(held, "code", None)
    if hasattr(row, "place_id"):
        return str(row.place_id)
    if row._meta.model_name == "account":
        return Post.objects.filter(account=row.pk).values_list("place", flat=True).first()
    return None


@cache
def rows_at(model: Any) -> dict[str, list[Any]]:
    """A row of a model for each place; of tasks and the like, one of each kind."""
    found: dict[str, list[Any]] = {}
    for row in model._default_manager.all()[:2000]:
        place = place_of(row)
        known = found.setdefault(place, []) if place is not None else [row]
        if all(getattr(one, "kind", "") != getattr(row, "kind", "") for one in known):
            known.append(row)
    return found


def unknown(kind: str) -> Any:
    return {"uuid": ids.new(), "int": 987_654_321}.get(kind, "no-such-thing")


def outside(model: Any, by: Any) -> list[Any]:
    """Rows of other branches, for each level the nearest: of a village, a township, a county.

    They are neither in somebody's territory nor above it, where much is meant for those below.
    """
    found: dict[int, Any] = {}
    for place in (SIBLING, OTHER, FAR, OTHER[:9], FAR[:9], FAR[:6]):
        if not mine(by, place) and not by.place.startswith(place):
            for row in rows_at(model).get(place, []):
                found.setdefault(len(place), row)
    return list(found.values())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What the page for "not there" is told, without the page: all that one such answer may differ by."""
    return HttpResponse(f"{type(exception).__name__}: {exception}", status=404)
