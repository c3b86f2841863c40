"""Rounds above (plans, which may change); below what happened in them (records, which are only added)."""

from __future__ import annotations

from typing import Any

from django.db import models

from bulou.core.records.models import PersonRecord, Record
from bulou.lib import ids


class Round(models.Model):
    """A round from door to door over a set of a territory.

    `subjects`: one of `rules.SETS`; `questions`: of `rules.QUESTIONS`; `chain`: the first round of those that
    each begin with the gaps of the one before, `number` the place in it; `laid_at`: all doors are laid.
    """

    id = models.UUIDField(primary_key=True, default=ids.new)
    place = models.CharField(max_length=20, db_index=True)
    name = models.CharField(max_length=100)
    subjects = models.CharField(max_length=16)
    unit = models.UUIDField(null=True)
    questions: models.JSONField[list[str], Any] = models.JSONField(default=list)
    profile = models.CharField(max_length=30, default="")
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField()
    after = models.UUIDField(null=True)
    chain = models.UUIDField(db_index=True)
    number = models.SmallIntegerField(default=1)
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    laid_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    @property
    def slot(self) -> str:
        """What its tasks are told apart by: the chain, and which round of it."""
        return f"{self.chain.hex}:{self.number}"


class Team(Record):
    """A team goes from door to door in a place for a round. `members`: their names.

    `number`: of the round in its chain, here and below; who is in the first is there once.
    """

    kind = "screening.team"

    round = models.UUIDField(db_index=True)
    number = models.SmallIntegerField(default=1)
    name = models.CharField(max_length=60)
    members = models.CharField(max_length=400, default="")


class Point(Record):
    """A point at which a round's teams inform and register who passes."""

    kind = "screening.point"

    round = models.UUIDField(db_index=True)
    number = models.SmallIntegerField(default=1)
    name = models.CharField(max_length=60)


class Laid(Record):
    """How many doors, with how many people on the register, a round found in a place when it was laid.

    `number`: of the round in its chain; the doors of a second one were laid by the first already.
    """

    kind = "screening.laid"

    round = models.UUIDField(db_index=True)
    subjects = models.CharField(max_length=16)
    number = models.SmallIntegerField(default=1)
    doors = models.IntegerField()
    people = models.IntegerField()


class Visit(Record):
    """Somebody stood at a door (of a household, a unit, or before a person) for a round.

    `member`: whose door; `people`: how many live or are there; `containers`, `larvae`, `cleared`: standing
    water found, with larvae, and whether all was cleared; `result`: what the rules make of it, "" without any.
    `overtaken` is worked out: people were counted at this door again in its chain.
    """

    kind = "screening.visit"

    round = models.UUIDField(db_index=True)
    chain = models.CharField(max_length=32)
    subjects = models.CharField(max_length=16)
    member = models.UUIDField()
    outcome = models.CharField(max_length=16)
    people = models.IntegerField(null=True)
    containers = models.IntegerField(null=True)
    larvae = models.IntegerField(null=True)
    cleared = models.BooleanField(null=True)
    result = models.CharField(max_length=16, default="")
    overtaken = models.BooleanField(default=False)

    class Meta(Record.Meta):
        indexes = [
            *Record.Meta.indexes,
            models.Index(fields=["member", "happened_at"], name="screening_visit_door"),
        ]


class Answer(PersonRecord):
    """What was said of one person at a door. What is null was not asked or not known.

    `found`: here, away (known where), or gone (nobody knows); `known`: stood on the register before;
    `returned`: came from elsewhere, which goes to the arrivals at once; `arrived`, `transport`: when, how; `origin`:
    from where, as a class (`places.classes`), "" of who did not come. `overtaken` is worked out: a later answer in
    this chain speaks of the same person.
    """

    kind = "screening.answer"

    round = models.UUIDField(db_index=True)
    chain = models.CharField(max_length=32)
    member = models.UUIDField(null=True)
    found = models.CharField(max_length=8)
    known = models.BooleanField()
    returned = models.BooleanField(default=False)
    arrived = models.DateField(null=True)
    transport = models.CharField(max_length=8, default="")
    origin = models.CharField(max_length=16, default="")
    contact = models.BooleanField(null=True)
    fever = models.BooleanField(null=True)
    symptoms = models.BooleanField(null=True)
    overtaken = models.BooleanField(default=False)

    class Meta(PersonRecord.Meta):
        indexes = [
            *PersonRecord.Meta.indexes,
            models.Index(fields=["chain", "happened_at"], name="screening_answer_chain"),
        ]
