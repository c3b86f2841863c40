"""Observation: the plan of it above (it may change), and below what happened (only added)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bulou.core.records.models import PersonRecord
from bulou.lib import ids


class Observation(models.Model):
    """Somebody is watched at home or at a central site until a day.

    `clock_from` is the day the term counts from, `until_day` its last day. `state`: open, proposed,
    checked, then closed with an outcome; lost is open and not known where. `version` rises with each
    change, so that of two people who change it at once the second is shown what changed. Readings are
    owed from `owed_from` on: nobody could take one before the person was known, nor while they were away.
    `away_from`: at the fever clinic since.
    """

    id = models.UUIDField(primary_key=True, default=ids.new)
    person = models.UUIDField()
    place = models.CharField(max_length=20)
    measure = models.CharField(max_length=10)
    profile = models.CharField(max_length=30)
    origin = models.CharField(max_length=20, default="")
    source = models.UUIDField(null=True)
    opened_at = models.DateTimeField()
    owed_from = models.DateTimeField()
    away_from = models.DateTimeField(null=True)
    clock_from = models.DateField()
    until_day = models.DateField()
    state = models.CharField(max_length=10, default="open")
    outcome = models.CharField(max_length=20, default="")
    closed_at = models.DateTimeField(null=True)
    notice_number = models.CharField(max_length=40, default="")
    bed = models.ForeignKey("Bed", null=True, on_delete=models.PROTECT, related_name="stays")
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(closed_at=None), name="plan_one_open"),
            models.UniqueConstraint(fields=["bed"], condition=Q(closed_at=None), name="plan_one_bed"),
        ]
        indexes = [
            models.Index(fields=["person"], name="plan_person"),
            models.Index(fields=["place", "until_day"], name="plan_open", condition=Q(closed_at=None)),
            # Of the closed only: SQLite would else look for somebody's open one among all that are open.
            models.Index(fields=["closed_at"], name="plan_closed", condition=Q(closed_at__isnull=False)),
        ]


class Site(models.Model):
    """A central site (hotel, school) with its rooms and beds."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    place = models.CharField(max_length=20, db_index=True)
    name = models.CharField(max_length=80)
    open = models.BooleanField(default=True)


class Bed(models.Model):
    """A bed in a room of a site; at most one person at a time."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="beds")
    room = models.CharField(max_length=20)
    name = models.CharField(max_length=10, default="1")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "room", "name"], name="bed_once")]

    def __str__(self) -> str:
        return f"{self.room}-{self.name}"


class Turn(PersonRecord):
    """What the records of an observation share: whose, which one, and its class of origin."""

    observation = models.UUIDField(null=True)
    origin = models.CharField(max_length=20, default="")
    # The names of what it speaks of, laid beside it to be shown; no column.
    named: dict[str, str] | None = None

    class Meta(PersonRecord.Meta):
        abstract = True


class Opened(Turn):
    """An observation began."""

    kind = "observation.opened"
    measure = models.CharField(max_length=10)
    clock_from = models.DateField()
    until_day = models.DateField()


class Closed(Turn):
    """An observation ended: released, handed to the clinic, moved away, opened in error."""

    kind = "observation.closed"
    outcome = models.CharField(max_length=20)


class Moved(Turn):
    """An observation left one place (`out`) or came to another (`in`): always a pair. `other`: where to, where from."""

    kind = "observation.moved"
    direction = models.CharField(max_length=3)
    other = models.CharField(max_length=20, default="")


class Lodged(Turn):
    """Somebody was given a bed of a central site (`in`) or left it (`out`); the place is the site's."""

    kind = "observation.lodged"
    direction = models.CharField(max_length=3)
    bed = models.UUIDField()


class Handed(Turn):
    """An observation ended here (`out`) or goes on here (`in`) without anything having happened to anybody.

    `reason`: two persons turned out to be one (`merged`), were two again (`unmerged`; `bed-taken` when the bed
    was somebody else's by then), or a confirmation was taken back (`excluded`). `cause`: the merge.
    """

    kind = "observation.handed"
    direction = models.CharField(max_length=3)
    reason = models.CharField(max_length=10)
    cause = models.UUIDField(null=True, db_index=True)


class Restarted(Turn):
    """Exposed again (or not strictly kept): the term counts from a new day."""

    kind = "observation.restarted"
    clock_from = models.DateField()
    until_day = models.DateField()
    reason = models.CharField(max_length=20)


class Reading(PersonRecord):
    """A temperature in tenths of a degree Celsius, or none where it was not taken as a number."""

    kind = "observation.reading"
    tenths = models.SmallIntegerField(null=True)
    fever = models.BooleanField(default=False)
    symptoms = models.CharField(max_length=400, default="")


class Notice(Turn):
    """The notice was handed over and the door sealed (either may be said alone)."""

    kind = "observation.notice"
    notice = models.BooleanField()
    seal = models.BooleanField()


class Breach(Turn):
    """Somebody under observation went out, or let others in; and what was done about it."""

    kind = "observation.breach"
    what = models.CharField(max_length=20)
    action = models.CharField(max_length=20)


class Step(Turn):
    """A step towards release: proposed by the village, checked by the township, approved by the county, sent back."""

    kind = "observation.step"
    step = models.CharField(max_length=10)


class Contact(Turn):
    """Whether the person was reached: lost to follow-up, or found again. A state, not a silence."""

    kind = "observation.contact"
    found = models.BooleanField()


class Whereabouts(Turn):
    """Whether somebody who was reported in another place is in the one that answers."""

    kind = "observation.whereabouts"
    here = models.BooleanField()


class NoticeNumber(models.Model):
    """The last number of a release notice that a county gave in a year."""

    pk = models.CompositePrimaryKey("county", "year")
    county = models.CharField(max_length=6)
    year = models.SmallIntegerField()
    last = models.IntegerField(default=0)
