"""The phones that may come, and what their clocks said where those were wrong."""

from __future__ import annotations

from django.db import models

from bulou.lib import ids


class Device(models.Model):
    """One phone of one account in one post, until `ends_at`.

    `code` is the keyed index of the code on the sheet, which opens once and until `code_until`; `token` the
    digest of the token that the phone got for it. `lost`: it is to wipe itself when it is next heard of.
    """

    id = models.UUIDField(primary_key=True, default=ids.new)
    account = models.BigIntegerField()
    post = models.BigIntegerField()
    place = models.CharField(max_length=20)
    code = models.CharField(max_length=64, unique=True)
    code_until = models.DateTimeField()
    token = models.CharField(max_length=64, default="")
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()
    ends_at = models.DateTimeField()
    bound_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    lost = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["account", "made_at"], name="device_account"),
            models.Index(fields=["token"], name="device_token"),
            models.Index(fields=["ends_at"], name="device_ends", condition=models.Q(ended_at=None)),
        ]


class ClockNote(models.Model):
    """A record from a phone whose clock was wrong: what it showed, and by how much it was behind ours.

    The record's own `happened_at` is the corrected time; this keeps the other one.
    """

    record = models.UUIDField(primary_key=True)
    phone_at = models.DateTimeField()
    behind_seconds = models.BigIntegerField()
