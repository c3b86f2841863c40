"""The telephones of the staff: sealed like other identifiers, told to those whom the post's work leads to call.

An account's telephone is one person's to be called on in this work; it opens no door and finds no account.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from bulou.core.audit import note, verb
from bulou.core.people import seal
from bulou.core.staff.actions import kept
from bulou.core.staff.models import Account
from bulou.core.staff.queries import posted
from bulou.lib import phones, secret

if TYPE_CHECKING:
    from bulou.core.staff.actor import Actor
    from bulou.core.staff.roles import Role


def sealed(phone: str, username: str) -> bytes:
    """A number as it is kept; nothing for none. Refuses what `phones.normalise` refuses."""
    if not phone.strip():
        return b""
    said = {"phone": phones.normalise(phone)}
    return seal.seal(secret.key("staff-phone"), said, _owner(username))


def number(account: Account) -> str:
    """The number of an account that the actor may call; empty where none is known."""
    kept_as = seal.open_(secret.key("staff-phone"), account.sealed_phone, _owner(account.username))
    return str(kept_as.get("phone", ""))


def _owner(username: str) -> bytes:
    return b"account " + username.encode()


@verb("staff.set-phone")
def set_phone(account: int, phone: str, by: Actor) -> None:
    """Say on which number somebody can be called, or (empty) that it is not known: one's own, or as their keeper.

    Refuses staff-unknown, and what `phones.normalise` refuses.
    """
    own = account == by.account
    found = Account.objects.select_for_update().get(pk=account) if own else kept(account, by)
    found.sealed_phone = sealed(phone, found.username)
    found.save(update_fields=["sealed_phone"])
    note(subject_type="account", subject_id=found.pk)


def called(roles: Collection[Role], codes: Collection[str]) -> dict[str, list[tuple[Any, str, str]]]:
    """Whom to call at each place: title, name and number of who holds these posts nearest to it, in their order."""
    held = posted(roles, codes)
    return {
        code: [
            (role.title, held[code][role].account.name, number(held[code][role].account))
            for role in roles
            if role in held[code]
        ]
        for code in codes
    }
