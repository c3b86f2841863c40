"""Posts and permits above (plans, which may change); below what happened at a post (only added).

A pass holds what is counted; whoever passed by name stands in `Traveller`, which can go when the person's data ends.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from bulou.core.records.models import PersonRecord, Record
from bulou.lib import ids


class Checkpoint(models.Model):
    """Where people and vehicles are stopped. `kind` of `rules.KINDS`; `opens`, `closes`: hours of each day, none for
    round the clock; `closed`: may be passed with a permit only; `kit`: [{"name", "count"}] that it is to have;
    `people`: how many stand there at once. `version` rises with each change."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    place = models.CharField(max_length=20, db_index=True)
    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=80)
    opens = models.TimeField(null=True)
    closes = models.TimeField(null=True)
    room = models.BooleanField(default=False)
    closed = models.BooleanField(default=False)
    kit: models.JSONField[list[dict[str, Any]], Any] = models.JSONField(default=list)
    people = models.SmallIntegerField(default=1)
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    made_by = models.CharField(max_length=64)
    version = models.IntegerField(default=1)


class Permit(models.Model):
    """Somebody may pass the closed posts of a place, on some weekdays ("135": Monday, Wednesday, Friday; "" all)."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    place = models.CharField(max_length=20, db_index=True)
    person = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=10)
    weekdays = models.CharField(max_length=7, default="")
    from_day = models.DateField()
    to_day = models.DateField()
    given_by = models.CharField(max_length=64)
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class Turn(Record):
    """A post was opened or closed."""

    kind = "checkpoints.turn"

    post = models.CharField(max_length=32)
    post_kind = models.CharField(max_length=12)
    what = models.CharField(max_length=8)


class Pass(Record):
    """A vehicle with its people, or people on foot, stood before a post. Numbers only.

    `post`: the checkpoint's id as 32 digits, which figures have as a dimension. `people` in all; `let_in`,
    `sent_back`, `held`, `to_clinic` of them; `unmeasured` of them nobody took the temperature of; `observed`
    of them were under observation; `unnamed` of them the rules ask a name of, which their ledger has not.
    `outcome`: what became of the first of them (and of the vehicle); `ruled`: what the rules say of them, by the
    row `decided_by`; `against`: somebody was treated otherwise than that.
    """

    kind = "checkpoints.pass"

    post = models.CharField(max_length=32)
    post_kind = models.CharField(max_length=12)
    direction = models.CharField(max_length=3)
    purpose = models.CharField(max_length=10, default="")
    origin = models.CharField(max_length=20, default="")
    to_place = models.CharField(max_length=20, default="")
    vehicle = models.CharField(max_length=14, default="")
    people = models.SmallIntegerField()
    vehicles = models.SmallIntegerField(default=0)
    let_in = models.SmallIntegerField(default=0)
    sent_back = models.SmallIntegerField(default=0)
    held = models.SmallIntegerField(default=0)
    to_clinic = models.SmallIntegerField(default=0)
    unmeasured = models.SmallIntegerField(default=0)
    observed = models.SmallIntegerField(default=0)
    unnamed = models.SmallIntegerField(default=0)
    tenths = models.SmallIntegerField(null=True)
    outcome = models.CharField(max_length=10)
    ruled = models.CharField(max_length=10)
    decided_by = models.CharField(max_length=80, default="")
    against = models.BooleanField(default=False)

    class Meta(Record.Meta):
        indexes = [
            *Record.Meta.indexes,
            models.Index(fields=["post", "happened_at"], name="checkpoints_pass_post"),
        ]


class Traveller(models.Model):
    """Who passed by name: the `n`-th of a pass. `told`: the village they went to was told of them."""

    id = models.UUIDField(primary_key=True)
    record = models.UUIDField(db_index=True)
    n = models.SmallIntegerField()
    person = models.UUIDField()
    post = models.CharField(max_length=32)
    place = models.CharField(max_length=20)
    at = models.DateTimeField()
    tenths = models.SmallIntegerField(null=True)
    outcome = models.CharField(max_length=10)
    observed = models.BooleanField(default=False)
    told = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["post", "at"], name="checkpoints_who_post"),
            models.Index(fields=["person", "at"], name="checkpoints_who_person"),
        ]


class Handed(PersonRecord):
    """Somebody held in an isolation room was taken over: by whom (`taker`, of `forms.TAKERS`); let in, where to."""

    kind = "checkpoints.handed"

    post = models.CharField(max_length=32)
    taker = models.CharField(max_length=10)
    to_place = models.CharField(max_length=20, default="")


class Own(Record):
    """Whoever stands at a post was measured. `staff`: the post they hold."""

    kind = "checkpoints.own_temperature"

    staff = models.UUIDField()
    tenths = models.SmallIntegerField()
    fever = models.BooleanField()

    class Meta(Record.Meta):
        indexes = [
            *Record.Meta.indexes,
            models.Index(fields=["staff", "happened_at"], name="checkpoints_own_who"),
        ]


class Followed(PersonRecord):
    """Why somebody under observation was at a post: `breach`, `allowed` or `mistaken` (it was not them)."""

    kind = "checkpoints.followed"

    what = models.CharField(max_length=10)
