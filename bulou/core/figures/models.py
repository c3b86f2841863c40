"""Tallies: how many, by place and day (cells), by week, and up to now (running cells)."""

from __future__ import annotations

from django.db import models


class Cell(models.Model):
    """One figure at one place (the lowest there is) on one day, for one value of its dimensions."""

    pk = models.CompositePrimaryKey("place", "figure", "dim", "day")
    place = models.CharField(max_length=20)
    figure = models.CharField(max_length=60)
    dim = models.CharField(max_length=60)
    day = models.DateField()
    value = models.BigIntegerField()

    class Meta:
        # The days after a cut are few; this finds them without walking the past, nor the table.
        indexes = [models.Index(fields=["day", "place", "figure", "dim", "value"], name="cell_day_place")]


class Week(models.Model):
    """The sum of a figure's cells at one place over a week: what lies far back is read without its days."""

    pk = models.CompositePrimaryKey("place", "figure", "dim", "week")
    place = models.CharField(max_length=20)
    figure = models.CharField(max_length=60)
    dim = models.CharField(max_length=60)
    week = models.DateField()  # its Monday
    value = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["figure", "dim", "week", "place", "value"], name="week_figure")]


class Running(models.Model):
    """The sum of a figure's cells at one place over all days: what week ten reads like week one."""

    pk = models.CompositePrimaryKey("place", "figure", "dim")
    place = models.CharField(max_length=20)
    figure = models.CharField(max_length=60)
    dim = models.CharField(max_length=60)
    value = models.BigIntegerField()

    class Meta:
        # What a figure says of each part of a territory is a range of this, and nothing is sorted.
        indexes = [models.Index(fields=["figure", "dim", "place", "value"], name="running_figure")]
