"""What is told of somebody, worked out as far as it can be before anybody knows whether they are here. No database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from bulou.core.people import names, seal
from bulou.lib import ids

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from bulou.core.people.persons import NewPerson


class Ready(NamedTuple):
    """What is stored of somebody new beside what was told: their id, how their name is read, their key, plain
    and wrapped, and their identifiers sealed under it."""

    id: UUID
    read: names.Reading
    key: bytes
    wrapped: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """What a row tells, with its blind indexes; `ready`: what is stored should this be somebody new."""

    new: NewPerson
    doc_index: str | None
    phone_index: str | None
    phone2_index: str | None
    ready: Ready | None = field(default=None, repr=False)

    @property
    def identifiers(self) -> dict[str, str]:
        new = self.new
        told = {
            "doc_number": new.doc_number,
            "phone": new.phone,
            "phone2": new.phone2,
            "address": new.address,
        }
        return {name: value for name, value in told.items() if value}

    @property
    def read(self) -> names.Reading:
        """How the name is read."""
        return self.ready.read if self.ready else names.reading(self.new.name)


def told(new: NewPerson) -> Told:
    """A row with its blind indexes; its values must be in normal form (`persons.validate`)."""
    return Told(
        new,
        seal.index(new.doc_kind, new.doc_number) if new.doc_number else None,
        seal.index("phone", new.phone) if new.phone else None,
        seal.index("phone", new.phone2) if new.phone2 else None,
    )


def ready(name: str, identifiers: Mapping[str, str], id_: UUID | None = None) -> Ready:
    """What is stored of somebody new of this name, under a key of their own."""
    id_, key = id_ or ids.new(), seal.new_key()
    sealed = seal.seal(key, dict(identifiers), id_.bytes)
    return Ready(id_, names.reading(name), key, seal.wrap(key, id_), sealed)
