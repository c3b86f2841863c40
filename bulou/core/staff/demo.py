"""Demonstration mode: a home folder in which `bulou demo` has laid a county down."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.hashers import make_password

from bulou.core.audit import note, verb
from bulou.core.staff.models import Account, Post, by_sound
from bulou.core.staff.roles import Role
from bulou.core.staff.telephones import sealed
from bulou.lib import clock

if TYPE_CHECKING:
    from bulou.core.staff.actor import Actor

FILE = "demo.json"


def is_demo() -> bool:
    """Whether this home is a demonstration's: then an account signs in with one click."""
    return (clock.home() / FILE).is_file()


def laid() -> dict[str, str]:
    """What is laid down here: {"name", "as_of", …}; empty when this is no demonstration."""
    try:
        return dict(json.loads((clock.home() / FILE).read_text()))
    except (OSError, ValueError):
        return {}


def mark(name: str, as_of: datetime, **more: str) -> None:
    """From now on this home is a demonstration's."""
    said = {"name": name, "as_of": as_of.isoformat(), **more}
    (clock.home() / FILE).write_text(json.dumps(said))


@dataclass(frozen=True)
class NewAccount:
    """An account of a demonstration with its one post. It has no password: it signs in with one click."""

    username: str
    name: str
    role: Role
    place: str
    unit: UUID | None = None
    phone: str = ""


@verb("staff.open-demonstration", roles=frozenset({Role.SYSTEM}))
def open_accounts(rows: Sequence[NewAccount], by: Actor) -> list[Post]:
    """Open the accounts of a demonstration, all at once; their posts in order, each with its account."""
    now = clock.now()
    accounts = Account.objects.bulk_create(
        Account(
            username=row.username,
            name=row.name,
            pinyin=by_sound(row.name),
            made_at=now,
            password=make_password(None),
            sealed_phone=sealed(row.phone, row.username),
        )
        for row in rows
    )
    posts = Post.objects.bulk_create(
        Post(account=account, role=row.role, place=row.place, unit=row.unit, from_at=now)
        for account, row in zip(accounts, rows, strict=True)
    )
    note(count=len(posts))
    return list(posts)
