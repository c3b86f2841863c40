"""What was reported. Records only: a revision is a correction that names the report it replaces."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from bulou.core.records.models import Record


class Sent(Record):
    """A report of a place, as it was sent.

    `slot` is the turn it answers ("2020-02-12/am"), `level` the place's (county, township, village),
    `subject` the place as the subject of tasks. `figures` is {name: int} as of `as_of`, counted when it
    was sent and never again; `missing` the codes of the places below that had not reported by then.
    `revision` is 0 for the report itself; a revision keeps `happened_at`, `as_of` and `late` of it, and
    says with `received_at` when it was made.
    """

    kind = "reports.sent"

    subject = models.UUIDField()
    form = models.CharField(max_length=20)
    slot = models.CharField(max_length=40)
    level = models.CharField(max_length=12)
    revision = models.SmallIntegerField(default=0)
    as_of = models.DateTimeField()
    due_at = models.DateTimeField()
    late = models.BooleanField(default=False)
    figures = models.JSONField(default=dict)
    missing = models.JSONField(default=list)

    class Meta(Record.Meta):
        indexes = [
            *Record.Meta.indexes,
            models.Index(fields=["place", "slot"], name="reports_sent_turn"),
            models.Index(fields=["subject", "happened_at"], name="reports_sent_subject"),
        ]

    @property
    def said_at(self) -> datetime:
        """When this version was made: the report at the sender's own time, by which it is late or not."""
        return self.received_at if self.revision else self.happened_at
