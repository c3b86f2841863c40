"""Cases: the plan of each above (worked out from its records), and below what happened (only added)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bulou.core.records.models import PersonRecord


class Case(models.Model):
    """Somebody is suspected to be ill until the clinic has said the outcome.

    The id is the first record of the one that opened it; `reason` is that record's (`came`: at the clinic
    unannounced, `found`: an outcome without anything before it). `outcome` "" is not said yet; a final one,
    or a withdrawal, sets `closed_at`. Nobody writes here: `following` draws it from the records.
    """

    id = models.UUIDField(primary_key=True)
    person = models.UUIDField()
    place = models.CharField(max_length=20)
    reason = models.CharField(max_length=10)
    tenths = models.SmallIntegerField(null=True)
    opened_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    suspected_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, default="")
    outcome_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(closed_at=None), name="case_one_open")
        ]
        indexes = [
            models.Index(fields=["person"], name="case_person"),
            models.Index(fields=["place", "opened_at"], name="case_place"),
            models.Index(fields=["place", "opened_at"], name="case_open", condition=Q(closed_at=None)),
        ]


class Turn(PersonRecord):
    """What the records of a case share. `home` is the place they came in with; they count at the case's own.

    `opens` is worked out: whether it was this one that began the case.
    """

    home = models.CharField(max_length=20)
    opens = models.BooleanField(default=False)

    class Meta(PersonRecord.Meta):
        abstract = True


class Reported(Turn):
    """Somebody has a fever or is suspected: `reason` fever, symptoms or arrival.

    `source` is the first record of what made the house report it (a reading, an arrival), else null.
    """

    kind = "cases.reported"
    reason = models.CharField(max_length=10)
    tenths = models.SmallIntegerField(null=True)
    source = models.UUIDField(null=True, db_index=True)


class Received(Turn):
    """The person is at the fever clinic. `first` is worked out: nobody had said so before."""

    kind = "cases.received"
    first = models.BooleanField(default=False)


class Outcome(Turn):
    """What the clinic says: suspected, confirmed, excluded. Or the report was withdrawn.

    `source`: the reading or arrival that was none after all, where the house withdrew what rests on it alone.
    `before` is worked out: the outcome that this one took the place of; `closes`: it ended the case.
    """

    kind = "cases.outcome"
    outcome = models.CharField(max_length=10)
    source = models.UUIDField(null=True)
    before = models.CharField(max_length=10, default="")
    closes = models.BooleanField(default=False)


class Returned(Turn):
    """The person is back home. `first` as above."""

    kind = "cases.returned"
    first = models.BooleanField(default=False)


class Moved(Turn):
    """The place went into another, and the case along: always a pair, `out` there and `in` here; `other`: the other.

    Worked out: `goes`, whether an open case was at that place then; `before`: its outcome until then, or `open`.
    """

    kind = "cases.moved"
    direction = models.CharField(max_length=3)
    other = models.CharField(max_length=20)
    before = models.CharField(max_length=10, default="")
    goes = models.BooleanField(default=False)
