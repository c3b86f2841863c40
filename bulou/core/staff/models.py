"""Accounts, the posts they hold, the tokens and invitations that open a door, who answers for whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from bulou.core.people.fields import PlainField
from bulou.core.people.names import normal, reading
from bulou.core.staff.roles import Role
from bulou.lib import clock


def by_sound(name: str) -> str:
    """A name as lists sort it."""
    return reading(normal(name)).pinyin


class AccountManager(BaseUserManager["Account"]):
    """Looks accounts up by username (`get_by_natural_key`)."""


class Account(AbstractBaseUser):
    """One person who signs in. What they may do hangs on their posts, not on the account.

    `temporary`: the password was given by somebody else and must be changed. `epoch`: raised to end
    every session. `code_step`: the last one-time step used, so that no code opens anything twice; it
    stands here and not in a cache because every process must know. `pinyin`: of the name; lists go by it.
    `sealed_phone`: on which number they can be called (`telephones`).
    """

    username = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=64)
    pinyin = PlainField(max_length=200, default="", editable=False)
    language = models.CharField(max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)
    temporary = models.BooleanField(default=False)
    epoch = models.PositiveIntegerField(default=0)
    code_step = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()
    sealed_phone = models.BinaryField(default=b"")

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.username

    def save(self, *args: Any, **more: Any) -> None:
        self.pinyin = by_sound(self.name)
        super().save(*args, **more)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        return salted_hmac(
            "bulou.staff.session", f"{self.password}|{self.epoch}", secret=secret, algorithm="sha256"
        ).hexdigest()


class Post(models.Model):
    """A role on a place (and, for some, in a unit), from and to. `to_at` null: until further notice."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="posts")
    role = models.CharField(max_length=24, choices=[(r.value, r.title) for r in Role])
    place = models.CharField(max_length=15)
    unit = models.UUIDField(null=True)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True)
    unit_name = ""  # as `queries.with_units` says it

    class Meta:
        indexes: ClassVar = [models.Index(fields=["place", "role"], name="post_place_role")]

    @property
    def title(self) -> str:
        """The role in words, with the unit that the post stands for."""
        said = str(Role(self.role).title)
        return f"{said} · {self.unit_name}" if self.unit_name else said

    def is_current(self, now: datetime) -> bool:
        """As `queries.holding` says it of many: from the day on which it was given, until the moment it ended."""
        begun = clock.day_of(self.from_at) <= clock.day_of(now)
        return begun and (self.to_at is None or self.to_at > now)


class Token(models.Model):
    """A bearer token of the API: only its SHA-256 is kept."""

    digest = models.CharField(max_length=64, unique=True)
    account = models.ForeignKey(Account, models.CASCADE)
    post = models.ForeignKey(Post, models.CASCADE)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class Invitation(models.Model):
    """A code on paper that lets one phone in as a volunteer of one place, until `ends_at`.

    `phone` is a keyed index of the number, never the number; `device` the SHA-256 of the secret that
    the first phone to use it keeps. `wrong` counts wrong numbers given with the right code.
    """

    digest = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=24)
    place = models.CharField(max_length=15)
    name = models.CharField(max_length=64)
    phone = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    device = models.CharField(max_length=64, default="")
    account = models.ForeignKey(Account, models.CASCADE, null=True)
    wrong = models.PositiveSmallIntegerField(default=0)


class Responsibility(models.Model):
    """Who answers for a person, household, place, venue or unit, in which role, from day to day.

    A place is one by `codes.subject`. The holder is an account, or only a name where they have none. `to_day`
    is the first day on which it no longer holds; `handed_to` names the row that took over.
    """

    role = models.CharField(max_length=32)
    holder = models.BigIntegerField(null=True)
    holder_name = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=24)
    subject_id = models.UUIDField()
    place = models.CharField(max_length=15)
    from_day = models.DateField()
    to_day = models.DateField(null=True)
    handed_to = models.ForeignKey("self", models.SET_NULL, null=True, related_name="taken_from")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject_type", "subject_id"], name="responsibility_subject"),
            models.Index(fields=["holder", "to_day"], name="responsibility_holder"),
        ]
