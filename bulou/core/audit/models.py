"""The audit: what was done, by whom, where, how many. It holds no personal data itself."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class AuditEntry(models.Model):
    """One act or one look. `mac` is keyed over all that stands here; `block` seals it into the chain.

    `account`, `post`: ids (0 the system); `subject_id`: an id as text; `detail`: counts and codes.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    act = models.CharField(max_length=64)
    account = models.BigIntegerField()
    post = models.BigIntegerField()
    place = models.CharField(max_length=15)
    subject_type = models.CharField(max_length=32, default="")
    subject_id = models.CharField(max_length=64, default="")
    count = models.BigIntegerField(null=True)
    digest = models.CharField(max_length=64, default="")
    detail = models.JSONField(default=dict)
    mac = models.CharField(max_length=64)
    block = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["account", "at"], name="audit_account_at"),
            models.Index(fields=["place", "id"], name="audit_place"),
            models.Index(fields=["subject_id"], name="audit_subject"),
            models.Index(fields=["block", "id"], name="audit_block"),
        ]


class AuditBlock(models.Model):
    """A closed stretch of entries. `hash` is keyed over the previous block's hash and the entries' macs."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    count = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    prev_hash = models.CharField(max_length=64, unique=True)


class AuditReason(models.Model):
    """The words somebody gave for a look, sealed: they may name a person, so they can be destroyed."""

    entry = models.BigIntegerField(primary_key=True)
    cipher = models.BinaryField()
