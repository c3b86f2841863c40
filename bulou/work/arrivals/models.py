"""Arrivals: who came, from where, when and how; and that they were seen at home. Records only."""

from __future__ import annotations

from django.db import models

from bulou.core.records.models import PersonRecord


class Arrival(PersonRecord):
    """A person came into the county. `happened_at` is when they arrived.

    `origin` is the class that the rules know; `affected` is a stay in an affected area whatever the
    origin; null says that nobody knows. `contact_day` is the last day of `contact` with a case.
    `measure` is what the rules decided, `decided_by` the row. `known_at` is when they were registered, `late`
    whether that was later than the rules allow. `again` is worked out: another arrival that counts tells the
    same journey (two registered as two were one).
    """

    kind = "arrivals.arrival"

    origin = models.CharField(max_length=20)
    origin_code = models.CharField(max_length=12, default="")
    affected = models.BooleanField(null=True)
    left_day = models.DateField(null=True)
    contact_day = models.DateField(null=True)
    transport = models.CharField(max_length=20, default="")
    certificate = models.BooleanField(null=True)
    fever = models.BooleanField(null=True)
    contact = models.BooleanField(null=True)
    needed_for_work = models.BooleanField(null=True)
    own_home = models.BooleanField(null=True)
    symptoms = models.BooleanField(null=True)
    measure = models.CharField(max_length=20, default="")
    decided_by = models.CharField(max_length=80, default="")
    profile = models.CharField(max_length=30, default="")
    known_at = models.DateTimeField()
    late = models.BooleanField(default=False)
    again = models.BooleanField(default=False)


class Seen(PersonRecord):
    """Somebody who answers for them has seen the arrived person at home, or has not found them."""

    kind = "arrivals.seen"

    outcome = models.CharField(max_length=20)
