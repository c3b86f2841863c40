"""Accounts and posts: every verb that changes them, behind the audit door."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from bulou.core.audit import note, verb
from bulou.core.people import persons
from bulou.core.people.models import Unit
from bulou.core.places import queries as places
from bulou.core.staff.actor import Actor, forget_tokens
from bulou.core.staff.grants import may_grant, may_keep
from bulou.core.staff.limits import number
from bulou.core.staff.models import Account, Post, Token
from bulou.core.staff.roles import FOR_UNITS, STAFF_KEEPERS, Role
from bulou.lib import clock, sql
from bulou.lib.refusals import Refusal, declare

declare("staff-unknown", _("There is no such account in your territory."))
declare("staff-place", _("There is no such place in your territory. Check the place's code."))
declare(
    "staff-role",
    _("You may not give the post “%(role)s”. Ask the county office or the system administrator."),
)
declare(
    "staff-unit",
    _(
        "There is no such unit in this place. Choose one of the list; a new one is entered under “Units” first."
    ),
)
declare("staff-unit-role", _("Only a department or a unit's liaison stands for a unit. Leave the unit out."))
declare("staff-unit-missing", _("A liaison stands for one unit. Choose it."))
declare(
    "username-taken", _("Somebody already signs in as %(username)s. Choose another name to sign in with.")
)
declare(
    "username-form",
    _("A name to sign in with has 3 to 32 small letters, digits, dots or hyphens, and begins with a letter."),
)
declare("name-missing", _("The person's name is missing. Enter it as the office knows it."))
declare("password-weak", _("This password will not do: %(reasons)s"))
declare("password-wrong", _("That is not your present password. Type it again."))
declare("post-own", _("You cannot end the post you are acting in. Ask another administrator or clerk."))

_USERNAME = re.compile(r"[a-z][a-z0-9.-]{2,31}")
# Letters and digits that cannot be taken for one another on paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class Opened:
    """An account, its first post, and the password it was given (told once, kept nowhere)."""

    account: Account
    post: Post
    password: str


def on_paper(length: int) -> str:
    """A random text that can be copied from paper without mistakes."""
    return "".join(secrets.choice(_ALPHABET) for _i in range(length))


@verb("staff.open-account", roles=STAFF_KEEPERS)
def open_account(
    username: str,
    name: str,
    role: str,
    place: str,
    by: Actor,
    *,
    password: str = "",
    unit: UUID | None = None,
) -> Opened:
    """A new account with its first post. Without `password` one is made, to be changed at first sign-in.

    Refuses username-form, username-taken, name-missing, person-name-form, password-weak, staff-role, staff-place,
    staff-unit, staff-unit-role, staff-unit-missing.
    """
    username, name = username.strip().lower(), name.strip()
    if not _USERNAME.fullmatch(username):
        raise Refusal("username-form")
    if not name:
        raise Refusal("name-missing")
    name = persons.named(name)
    account = Account(username=username, name=name, made_at=clock.now(), temporary=not password)
    given = password or on_paper(number("password", "given-length"))
    if password:
        check_strength(password, account)
    account.set_password(given)
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal("username-taken", username=username) from error
    post = _new_post(account, role, place, by, unit=unit)
    note(subject_type="account", subject_id=account.pk, place=place, role=str(role))
    return Opened(account, post, given)


# In our own words: the framework's are not there in every language.
_WEAK = {
    "password_too_short": _("it needs at least %(min_length)d characters."),
    "password_too_common": _("it is one of those that are tried first."),
}


def check_strength(password: str, account: Account) -> None:
    """Refuses password-weak."""
    try:
        password_validation.validate_password(password, account)
    except ValidationError as error:
        said = [_WEAK.get(str(one.code), one.message) % (one.params or {}) for one in error.error_list]
        raise Refusal("password-weak", reasons=" ".join(map(str, said))) from error


def _new_post(
    account: Account,
    role: str,
    place: str,
    by: Actor,
    *,
    unit: UUID | None = None,
    to_at: datetime | None = None,
) -> Post:
    if role not in set(Role):
        raise Refusal("staff-role", role=role)
    if not by.reaches(place) or places.get(place) is None:
        raise Refusal("staff-place")
    if not may_grant(by, role, place):
        raise Refusal("staff-role", role=Role(role).title)
    _check_unit(role, place, unit)
    return Post.objects.create(
        account=account, role=role, place=place, unit=unit, from_at=clock.now(), to_at=to_at
    )


def _check_unit(role: str, place: str, unit: UUID | None) -> None:
    """A post's unit stands in its place, else its people and doors would be out of the post's reach."""
    if unit is None:
        if role == Role.UNIT_LIAISON:
            raise Refusal("staff-unit-missing")
    elif role not in FOR_UNITS:
        raise Refusal("staff-unit-role")
    elif not sql.subtree(Unit.objects.filter(pk=unit), place).exists():
        raise Refusal("staff-unit")


def kept(account: int, by: Actor) -> Account:
    """An account that the actor looks after, locked for change. Refuses staff-unknown.

    Somebody's posts of the past do not count; without any post they are their maker's to help.
    """
    found = Account.objects.select_for_update().filter(pk=account).first()
    if found is None:
        raise Refusal("staff-unknown")
    posts = list(
        Post.objects.filter(account=found).order_by("-from_at").values_list("role", "place", "to_at")
    )
    now = clock.now()
    current = [(role, place) for role, place, to_at in posts if to_at is None or to_at > now]
    # Somebody between posts is still known where they last stood.
    last = [(role, place) for role, place, _to in posts[:1]]
    if not posts or not may_keep(by, current or last):
        raise Refusal("staff-unknown")
    return found


@verb("staff.give-post", roles=STAFF_KEEPERS)
def give_post(
    account: int, role: str, place: str, by: Actor, *, unit: UUID | None = None, to_at: datetime | None = None
) -> Post:
    """A further post for an account. Refuses staff-unknown, and what `open_account` refuses of a post."""
    holder = kept(account, by)
    post = _new_post(holder, role, place, by, unit=unit, to_at=to_at)
    note(subject_type="account", subject_id=account, place=place, role=str(role), post=post.pk)
    return post


@verb("staff.end-post", roles=STAFF_KEEPERS)
def end_post(post: int, by: Actor) -> None:
    """End a post now, with its tokens; ending it twice is ending it once. Refuses staff-unknown, post-own."""
    found = Post.objects.select_for_update().filter(pk=post).first()
    if found is None or not may_grant(by, found.role, found.place):
        raise Refusal("staff-unknown")
    if found.pk == by.post:
        raise Refusal("post-own")
    now = clock.now()
    if found.is_current(now) or found.from_at > now:
        # From the beginning of the minute, so that it has ended for a process whose clock is a moment behind.
        found.to_at = clock.minute(now)
        found.save(update_fields=["to_at"])
        Token.objects.filter(post=found, ended_at=None).update(ended_at=now)
        forget_tokens()
    note(
        subject_type="account", subject_id=found.account_id, place=found.place, role=found.role, post=found.pk
    )


@verb("staff.close-account", roles=STAFF_KEEPERS)
def close_account(account: int, by: Actor) -> None:
    """An account signs in no more; its sessions and tokens end at once. Refuses staff-unknown, post-own."""
    found = kept(account, by)
    if found.pk == by.account:
        raise Refusal("post-own")
    Account.objects.filter(pk=found.pk).update(is_active=False, epoch=F("epoch") + 1)
    Token.objects.filter(account=found, ended_at=None).update(ended_at=clock.now())
    forget_tokens()
    note(subject_type="account", subject_id=found.pk)


@verb("staff.reopen-account", roles=STAFF_KEEPERS)
def reopen_account(account: int, by: Actor) -> None:
    """Let a closed account sign in again. Refuses staff-unknown."""
    found = kept(account, by)
    Account.objects.filter(pk=found.pk).update(is_active=True)
    note(subject_type="account", subject_id=found.pk)


@verb("staff.give-password", roles=STAFF_KEEPERS)
def give_password(account: int, by: Actor) -> str:
    """A new password for somebody who lost theirs, to be changed at once. Refuses staff-unknown.

    Their sessions end. It is told to them in person; the second factor stays as it is.
    """
    found = kept(account, by)
    given = on_paper(number("password", "given-length"))
    found.set_password(given)
    found.temporary = True
    found.save(update_fields=["password", "temporary"])
    note(subject_type="account", subject_id=found.pk)
    return given


@verb("staff.change-password")
def change_password(old: str, new: str, by: Actor) -> Account:
    """One's own password. Refuses password-wrong, password-weak. Other sessions end with the old one."""
    account = Account.objects.select_for_update().get(pk=by.account)
    if not account.check_password(old):
        raise Refusal("password-wrong")
    if old == new:
        raise Refusal("password-weak", reasons=_("it is the same as before."))
    check_strength(new, account)
    account.set_password(new)
    account.temporary = False
    account.save(update_fields=["password", "temporary"])
    note(subject_type="account", subject_id=account.pk)
    return account
