"""Who may be rostered and who stands where (plans, which may change); below what happened (records, only added)."""

from __future__ import annotations

from typing import Any

from django.db import models

from bulou.core.records.models import Record
from bulou.lib import ids


class Team(models.Model):
    """A service team of a place, known by its colour: what it does, and who is in it (`Member.team`)."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    place = models.CharField(max_length=20, db_index=True)
    name = models.CharField(max_length=60)
    colour = models.CharField(max_length=12)
    service = models.CharField(max_length=200, default="")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class Member(models.Model):
    """Somebody who may be rostered in a place. `account`: their own sign-in, where they have one.

    `origin`: one of `rules.ORIGINS`; `skills`: of `rules.SKILLS`; `nights`: may stand at night.
    """

    id = models.UUIDField(primary_key=True, default=ids.new)
    place = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    origin = models.CharField(max_length=12)
    unit = models.UUIDField(null=True)
    team = models.UUIDField(null=True, db_index=True)
    account = models.BigIntegerField(null=True)
    skills: models.JSONField[list[str], Any] = models.JSONField(default=list)
    nights = models.BooleanField(default=True)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["place", "name"], name="roster_member_place")]


class Away(models.Model):
    """A stretch in which a member cannot stand anywhere."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    member = models.UUIDField()
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    why = models.CharField(max_length=12)

    class Meta:
        indexes = [models.Index(fields=["member", "to_at"], name="roster_away_member")]


class Stand(models.Model):
    """Who is to stand in which seat: a need's `slot` (`2020-02-12/day#1`), from when to when.

    `drawn`: by the machine, and free to be drawn again; what somebody set by hand stays.
    """

    id = models.UUIDField(primary_key=True, default=ids.new)
    need = models.UUIDField()
    place = models.CharField(max_length=20)
    slot = models.CharField(max_length=60)
    member = models.UUIDField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    drawn = models.BooleanField(default=False)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["need", "slot"], name="roster_seat_once")]
        indexes = [
            models.Index(fields=["member", "starts_at"], name="roster_stand_member"),
            models.Index(fields=["place", "starts_at"], name="roster_stand_place"),
        ]


class Pairing(models.Model):
    """A unit looks after a compound from a day on, until `to_day` (the first on which it does no longer)."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    place = models.CharField(max_length=20)
    unit = models.UUIDField()
    unit_name = models.CharField(max_length=100)
    from_day = models.DateField()
    to_day = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place", "unit"], condition=models.Q(to_day=None), name="roster_pair_once"
            )
        ]
        indexes = [models.Index(fields=["unit"], name="roster_pairing_unit")]


class Joined(Record):
    """Somebody may be rostered from now on, or (`share` −1) no longer."""

    kind = "roster.joined"

    member = models.UUIDField()
    origin = models.CharField(max_length=12)
    share = models.SmallIntegerField(default=1)


class Applied(Record):
    """Somebody offers to stand duty. `behalf`: handed in for them by another; who they are is sealed."""

    kind = "roster.applied"

    behalf = models.BooleanField(default=False)
    nights = models.BooleanField(default=True)


class Decided(Record):
    """What became of an application: accepted or declined."""

    kind = "roster.decided"

    application = models.UUIDField()
    outcome = models.CharField(max_length=10)
    member = models.UUIDField(null=True)

    class Meta(Record.Meta):
        indexes = [*Record.Meta.indexes, models.Index(fields=["application"], name="roster_decided_on")]


class On(Record):
    """Somebody signed on for a seat of a need."""

    kind = "roster.on"

    need = models.UUIDField()
    slot = models.CharField(max_length=60)
    member = models.UUIDField()
    ends_at = models.DateTimeField()

    class Meta(Record.Meta):
        indexes = [*Record.Meta.indexes, models.Index(fields=["need", "happened_at"], name="roster_on_need")]


class Off(Record):
    """Somebody signed off, and handed over with a note (sealed)."""

    kind = "roster.off"

    need = models.UUIDField()
    slot = models.CharField(max_length=60)
    member = models.UUIDField()

    class Meta(Record.Meta):
        indexes = [*Record.Meta.indexes, models.Index(fields=["need", "happened_at"], name="roster_off_need")]


class Stood(Record):
    """How long somebody stood: a sign-on with the sign-off that belongs to it. Written by the house."""

    kind = "roster.stood"

    need = models.UUIDField()
    member = models.UUIDField()
    on = models.UUIDField()
    minutes = models.IntegerField()

    class Meta(Record.Meta):
        indexes = [
            *Record.Meta.indexes,
            models.Index(fields=["member", "happened_at"], name="roster_stood_who"),
        ]


class Paired(Record):
    """A unit was paired with a compound, or (`share` −1) is no longer.

    `units`: by how many this changed the number of units that are paired with any compound.
    """

    kind = "roster.paired"

    unit = models.UUIDField()
    share = models.SmallIntegerField(default=1)
    units = models.SmallIntegerField(default=0)


class Formed(Record):
    """A service team was formed, or (`share` −1) disbanded."""

    kind = "roster.team"

    team = models.UUIDField()
    colour = models.CharField(max_length=12)
    share = models.SmallIntegerField(default=1)
