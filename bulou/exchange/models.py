"""Ledgers that were handed in: each file once, each of its lines with what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bulou.core.records.models import PersonRecord
from bulou.lib import ids


class ImportRun(models.Model):
    """One file handed in. `digest` is that of its content (SHA-256); `counts` lines by verdict.

    `state`: looking (being read; what its rows say is not whole), looked (read, not yet taken), taking, done,
    refused (then `code` says why), stopped (an error), undone (taken back as a whole).
    `settled_at`: every line had its verdict; what the rooms make of them follows until `ended_at`.
    `asked` is what it was said to be about, `kind` what it was taken for; `form_day` the file's own day.
    `superseded_by`: the same file came again.
    `tables`: the tables that were found in it, as `TableSeen.to_json` gives them, with their signatures.
    """

    LOOKED, TAKING, DONE, REFUSED, STOPPED = "looked", "taking", "done", "refused", "stopped"
    LOOKING, UNDONE = "looking", "undone"

    id = models.UUIDField(primary_key=True, default=ids.new)
    file = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    place = models.CharField(max_length=20)
    account = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    asked = models.CharField(max_length=20, default="auto")
    kind = models.CharField(max_length=20, default="")
    form_day = models.DateField(null=True)
    state = models.CharField(max_length=10)
    code = models.CharField(max_length=60, default="")
    counts = models.JSONField(default=dict)
    tables = models.JSONField(default=list)
    superseded_by = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["place", "at", "id"], name="importrun_place"),
            models.Index(fields=["digest", "place"], name="importrun_digest"),
        ]


class ImportRow(models.Model):
    """One physical row of a file. `number` counts from 1 within its sheet; `at` orders the whole file.

    `codes` and `records` (ids) are separated by blanks; `same_as` is the earlier row (`at`) or, where it was
    here before the file, the `person`. `event` is what the line tells where no room keeps a record of it.
    `sealed`: the cells as they came and what was understood, under the person's key, else under the run's.
    `decision`: what a person decided about a line that waited (`deciding.WAYS`), by whom and when.
    """

    id = models.BigAutoField(primary_key=True)
    run = models.UUIDField()
    at = models.IntegerField()
    sheet = models.CharField(max_length=60)
    number = models.IntegerField()
    verdict = models.CharField(max_length=10)
    codes = models.CharField(max_length=300, default="")
    place = models.CharField(max_length=20, default="")
    person = models.UUIDField(null=True)
    records = models.TextField(default="")
    same_as = models.IntegerField(null=True)
    event = models.UUIDField(null=True)
    sealed = models.BinaryField(default=b"")
    decision = models.CharField(max_length=10, default="")
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "at"], name="importrow_once")]
        indexes = [
            models.Index(fields=["run", "verdict", "at"], name="importrow_verdict"),
            models.Index(fields=["event"], name="importrow_event", condition=Q(event__isnull=False)),
            models.Index(fields=["person"], name="importrow_person", condition=Q(person__isnull=False)),
        ]


class Mapping(models.Model):
    """What a clerk said the columns of a layout hold; remembered for every file of that layout in the county.

    `signature` names the layout by its titles; `fields`: column (from 0) → field, "" for none.
    """

    id = models.UUIDField(primary_key=True, default=ids.new)
    county = models.CharField(max_length=20)
    signature = models.CharField(max_length=64)
    fields = models.JSONField(default=dict)
    account = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "signature"], name="mapping_once")]


class Assigned(PersonRecord):
    """Somebody whose village was not known when they were taken in was given one: the record's place."""

    kind = "exchange.assigned"


class Undone(PersonRecord):
    """What a file told of somebody was taken back: its records name this one as what replaced them.

    `line`: only what this one of its lines (`ImportRow.at`) told.
    """

    kind = "exchange.undone"

    run = models.UUIDField()
    line = models.IntegerField(null=True)
