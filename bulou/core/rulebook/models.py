"""Orders: the rules that a territory has put in force itself, beside those that the house brings."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from bulou.lib import ids


class Order(models.Model):
    """One order as it was put in force; its content is never changed, only its last day may be set.

    `content`: the file as plain values (see parse.py); `digest` tells whether it is here already;
    `changed_at` moves whenever a row changes, so that other processes see it.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    place = models.CharField(max_length=15)
    title = models.CharField(max_length=200, default="")
    source = models.CharField(max_length=400)
    day_from = models.DateField()
    day_to = models.DateField(null=True)
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    why = models.CharField(max_length=400, default="")
    put_in_force_at = models.DateTimeField()
    by = models.BigIntegerField()
    post = models.BigIntegerField()
    lifted_by = models.BigIntegerField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "digest"], name="rulebook_order_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["changed_at"], name="rulebook_order_changed")]
