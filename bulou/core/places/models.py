"""Places, and the other names they are known by."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bulou.core.places import words
from bulou.core.places.codes import level_of, parent_of
from bulou.lib import ids
from bulou.lib.tongue import chinese


class Kind(models.TextChoices):
    """What a place is. The county's own word for it is `Place.level_name`."""

    PROVINCE = "province", _("Province")
    CITY = "city", _("City")
    COUNTY = "county", _("County")
    TOWNSHIP = "township", _("Township")
    STREET = "street", _("Subdistrict")
    VILLAGE = "village", _("Village")
    COMMUNITY = "community", _("Community")
    GRID = "grid", _("Grid")
    COMPOUND = "compound", _("Residential compound")
    CLINIC = "clinic", _("Clinic")
    SITE = "site", _("Central site")


class Place(models.Model):
    """A place. It exists on day d when from_day <= d < to_day; an open end is no limit.

    `stem` is the name without the word for its kind, `pinyin` "longquanzhen", `initials` "lqz".
    """

    code = models.CharField(max_length=20, primary_key=True)
    name = models.CharField(max_length=60, db_index=True)
    stem = models.CharField(max_length=60, db_index=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    level = models.PositiveSmallIntegerField()
    parent = models.CharField(max_length=20, blank=True, db_index=True)
    level_name = models.CharField(max_length=20, blank=True)
    pinyin = models.CharField(max_length=240, blank=True, db_index=True)
    initials = models.CharField(max_length=60, blank=True, db_index=True)
    from_day = models.DateField(null=True)
    to_day = models.DateField(null=True)
    merged_into = models.CharField(max_length=20, null=True)
    split_from = models.CharField(max_length=20, null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["merged_into"], name="places_merged", condition=Q(merged_into__isnull=False)
            ),
            models.Index(fields=["split_from"], name="places_split", condition=Q(split_from__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name

    def exists(self, day: date) -> bool:
        return (self.from_day is None or self.from_day <= day) and (self.to_day is None or day < self.to_day)

    @property
    def word(self) -> str:
        """What such a place is called here: the county's own word, else the kind's."""
        return (self.level_name if chinese() else "") or str(Kind(self.kind).label)


class PlaceAlias(models.Model):
    """Another name of a place; `until_day` is the day from which an official name was no more."""

    place = models.CharField(max_length=20)
    name = models.CharField(max_length=60, db_index=True)
    stem = models.CharField(max_length=60, db_index=True)
    until_day = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "name"], name="places_alias_once")]

    def __str__(self) -> str:
        return self.name


class Succession(models.Model):
    """That what was at `code` goes to `into` from `day` on: all of it (`whole`), or some households with their people.

    `act` is what several have in common that were done at once: a place and its parts. `part`: `into` was set up
    for it. `done_at` is empty until the day has come; `undone_at`: it was taken back.
    """

    id = models.UUIDField(primary_key=True, default=ids.new)
    act = models.UUIDField(db_index=True)
    code = models.CharField(max_length=20, db_index=True)
    into = models.CharField(max_length=20)
    day = models.DateField()
    whole = models.BooleanField(default=True)
    part = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.BigIntegerField()
    done_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)


class Moved(models.Model):
    """What a succession took along, so that it can be taken back: `number` for what has no UUID."""

    id = models.BigAutoField(primary_key=True)
    succession = models.UUIDField()
    noun = models.CharField(max_length=40)
    subject = models.UUIDField(null=True)
    number = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["succession", "noun"], name="moved_succession")]


def columns(code: str, name: str, kind: str, spelling: str = "") -> dict[str, Any]:
    """All the columns of a place that follow from its code, name and kind."""
    pinyin, initials = words.joined(spelling or words.spelled(name))
    return {
        "code": code, "name": name, "stem": words.stem(name), "kind": kind, "level": level_of(code),
        "parent": parent_of(code), "level_name": words.level_word(name), "pinyin": pinyin[:240],
        "initials": initials[:60],
    }  # fmt: skip
