"""Records: what happened. They are only added."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from bulou.lib import ids


class Record(models.Model):
    """The columns that every record has. A room adds those that count; what identifies is sealed apart.

    `day` is the county's calendar day of `happened_at`. `root` is the first record of a family of
    corrections; `replaced_by` is null on the one of them that counts, and names it on the others.
    """

    kind: ClassVar[str]

    id = models.UUIDField(primary_key=True, default=ids.new)
    place = models.CharField(max_length=20)
    day = models.DateField()
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()
    account = models.BigIntegerField(null=True)
    device = models.CharField(max_length=40, default="")
    replaces = models.UUIDField(null=True)
    root = models.UUIDField()
    replaced_by = models.UUIDField(null=True)

    class Meta:
        abstract = True
        indexes = [
            models.Index(fields=["place", "happened_at"], name="%(app_label)s_%(class)s_at"),
            # A day of a whole county, among all of its days.
            models.Index(fields=["day", "place"], name="%(app_label)s_%(class)s_day"),
            # Families are few: only corrections are found by their root.
            models.Index(
                fields=["root"], name="%(app_label)s_%(class)s_of", condition=Q(replaces__isnull=False)
            ),
        ]


class PersonRecord(Record):
    """A record about a person."""

    person = models.UUIDField()

    class Meta(Record.Meta):
        abstract = True
        indexes = [
            *Record.Meta.indexes,
            models.Index(fields=["person", "happened_at"], name="%(app_label)s_%(class)s_who"),
        ]


class Entry(models.Model):
    """The book of all records of every kind: which ids are known, with what content, in what order."""

    seq = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True)
    kind = models.CharField(max_length=40)
    digest = models.CharField(max_length=32)


class Aside(models.Model):
    """What was handed in and did not become a record: held, in conflict, or refused. Kept for a person.

    The payload is sealed; `waits_for` is the record a correction came before.
    """

    HELD, CONFLICT, REFUSED = "held", "conflict", "refused"

    id = models.UUIDField(primary_key=True, default=ids.new)
    record = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=40)
    place = models.CharField(max_length=20)
    status = models.CharField(max_length=10)
    code = models.CharField(max_length=60)
    digest = models.CharField(max_length=32)
    waits_for = models.UUIDField(null=True)
    account = models.BigIntegerField(null=True)
    post = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    payload = models.BinaryField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.BigIntegerField(null=True)
    settled_how = models.CharField(max_length=20, default="")

    class Meta:
        indexes = [
            models.Index(fields=["place", "at"], name="aside_place_at"),
            models.Index(
                fields=["waits_for"],
                name="aside_waits",
                condition=Q(settled_at=None, waits_for__isnull=False),
            ),
        ]
        constraints = [
            # The same refused record sent again is the same matter, not a second one.
            models.UniqueConstraint(fields=["record", "digest", "code"], name="aside_once")
        ]
