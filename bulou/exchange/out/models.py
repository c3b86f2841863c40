"""Exports that were asked for, and the tables that departments want filled in."""

from __future__ import annotations

from django.db import models

from bulou.lib import ids


class Export(models.Model):
    """A list or a form that somebody may take out, for a while. The file itself is never kept.

    `list`: the name of an OutList, "" for a form of figures alone; `form` and `day`: the form and its day.
    `file`: csv, xlsx or docx. `purpose`: a key of `purposes.PURPOSES`. `identifiers`: none, masked, plain.
    `people`: how many it is about, as counted when it was asked for or approved. `number`: see `marks`.
    `ends_at`: when the link dies; of one that waits, when the request lapses.
    `declined`: it never goes out: `decided_by` the second person, or withdrawn by whoever asked (`account`).
    `sealed`: the words of the list's address, the reason, the answer of the second person.
    """

    NONE, MASKED, PLAIN = "none", "masked", "plain"

    id = models.UUIDField(primary_key=True, default=ids.new)
    number = models.CharField(max_length=9, unique=True)
    list = models.CharField(max_length=60, default="")
    form = models.UUIDField(null=True)
    day = models.DateField(null=True)
    file = models.CharField(max_length=4)
    place = models.CharField(max_length=20)
    purpose = models.CharField(max_length=20)
    identifiers = models.CharField(max_length=6, default=NONE)
    people = models.IntegerField()
    account = models.BigIntegerField()
    post = models.BigIntegerField()
    at = models.DateTimeField()
    second = models.BooleanField()
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    declined = models.BooleanField(default=False)
    ends_at = models.DateTimeField()
    taken = models.IntegerField(default=0)
    taken_at = models.DateTimeField(null=True)
    sealed = models.BinaryField(default=b"")

    class Meta:
        indexes = [
            models.Index(fields=["account", "at", "id"], name="export_account"),
            models.Index(fields=["place", "at", "id"], name="export_place"),
        ]


class Form(models.Model):
    """A department's own table, uploaded once: `content` is the file as it came (xlsx or docx).

    `list`: the list whose lines it shows, "" for figures alone. `marks`: what was put where on the page,
    {"Sheet1!C5": name}; names may also stand in the file itself, in double braces.
    """

    id = models.UUIDField(primary_key=True, default=ids.new)
    title = models.CharField(max_length=120)
    file = models.CharField(max_length=4)
    list = models.CharField(max_length=60, default="")
    place = models.CharField(max_length=20)
    account = models.BigIntegerField()
    at = models.DateTimeField()
    content = models.BinaryField()
    marks = models.JSONField(default=dict)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["place", "title", "id"], name="form_place")]
