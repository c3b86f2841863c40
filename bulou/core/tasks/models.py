"""Tasks: what was to happen. One row for each expected act, made before it is due."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from bulou.lib import ids

OPEN = Q(done_at=None, excused_at=None, withdrawn_at=None)
NEVER = datetime(9999, 12, 31, tzinfo=UTC)  # when a task ends that has no end


class Task(models.Model):
    """One expected act: for whom (subject), which one (slot), where, by whom, from when, by when.

    A record that happened in [opens_at, until_at) serves it; the earliest one closes it. The state
    is not kept: it is worked out from the row, its record and now (`tasks.state`).
    """

    id = models.UUIDField(primary_key=True, default=ids.new)
    kind = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    slot = models.CharField(max_length=60, default="")
    place = models.CharField(max_length=20)
    role = models.CharField(max_length=20)
    account = models.BigIntegerField(null=True)
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField()
    due_day = models.DateField()
    until_at = models.DateTimeField(null=True)
    source = models.UUIDField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.UUIDField(null=True)
    excused_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=60, default="")
    detail = models.CharField(max_length=60, default="")

    class Meta:
        constraints = [
            # Generation is idempotent: the same duty for the same subject and slot is one row.
            models.UniqueConstraint(fields=["kind", "subject_id", "slot"], name="task_once"),
        ]
        indexes = [
            # A subject's tasks by their ends: before what a record may serve now lie all that are over.
            models.Index("subject_id", "kind", Coalesce("until_at", Value(NEVER)), name="task_subject"),
            models.Index(fields=["place", "due_at", "id"], name="task_open_place", condition=OPEN),
            models.Index(fields=["due_at", "place"], name="task_open_due", condition=OPEN),
            models.Index(fields=["due_at", "place"], name="task_late", condition=Q(done_at__gt=F("due_at"))),
            # What was owed on a day, for the figures as of a moment of it.
            models.Index(
                fields=["due_day", "place", "kind"], name="task_day", condition=Q(withdrawn_at__isnull=True)
            ),
            models.Index(fields=["account", "due_at"], name="task_account", condition=OPEN),
            # Most are laid long before they are done: what nobody did yet has no place in it.
            models.Index(fields=["done_by"], name="task_done_by", condition=Q(done_by__isnull=False)),
        ]


class Laid(models.Model):
    """Up to when every rhythm was laid: one row. What came later and stood still is caught up from there."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField()
