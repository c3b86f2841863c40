"""Who lives here: persons, their households and units, and the keys under which they are sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q

from bulou.core.people.fields import PlainField
from bulou.core.people.names import LONGEST
from bulou.lib import ids

if TYPE_CHECKING:
    from datetime import date

# Below this age consent comes from a guardian (Personal Information Protection Law, article 31).
CONSENT_AGE = 14


class Person(models.Model):
    """One person. What identifies beyond the name is in `sealed`, under the person's own key.

    `place`: code of a grid or village; `pinyin`: surname, a space, given name; `initials`: one letter a
    syllable; `doc_index`, `phone_index`, `phone2_index`: see `seal.index`; `sealed`: see `seal.IDENTIFIERS`;
    `merged_into`: the person this one turned out to be, always the last of a chain.
    """

    MALE, FEMALE, UNKNOWN = "男", "女", ""

    id = models.UUIDField(primary_key=True, default=ids.new)
    name = PlainField(max_length=LONGEST)
    pinyin = PlainField(max_length=200)
    initials = PlainField(max_length=40)
    sex = models.CharField(max_length=1, default=UNKNOWN)
    birth_date = models.DateField(null=True)
    place = PlainField(max_length=20)
    household = models.UUIDField(null=True)
    relation = models.CharField(max_length=20, default="")
    unit = models.UUIDField(null=True)
    unit_post = models.CharField(max_length=60, default="")
    doc_kind = models.CharField(max_length=24, default="")
    doc_index = models.CharField(max_length=32, null=True)
    phone_index = models.CharField(max_length=32, null=True)
    phone2_index = models.CharField(max_length=32, null=True)
    sealed = models.BinaryField(default=b"")
    merged_into = models.UUIDField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            # Also across merged persons: the document of a merged one leads to the one that was kept.
            models.UniqueConstraint(fields=["doc_index"], name="person_document"),
        ]
        # Lists are read from these two alone (see finding.py), so each holds all that a list goes by.
        indexes: ClassVar = [
            models.Index(fields=["place", "pinyin", "id", "merged_into"], name="person_place"),
            models.Index(
                fields=["pinyin", "id", "place", "initials", "name", "merged_into"], name="person_pinyin"
            ),
            models.Index(fields=["phone_index"], name="person_phone", condition=Q(phone_index__isnull=False)),
            models.Index(
                fields=["phone2_index"], name="person_phone2", condition=Q(phone2_index__isnull=False)
            ),
            models.Index(fields=["household"], name="person_household", condition=Q(household__isnull=False)),
            models.Index(fields=["unit"], name="person_unit", condition=Q(unit__isnull=False)),
            models.Index(
                fields=["merged_into"], name="person_merged", condition=Q(merged_into__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def age(self, on: date) -> int | None:
        """Full years on a day; None when the birth is unknown."""
        return full_years(self.birth_date, on)


def full_years(birth: date | None, on: date) -> int | None:
    """Full years of age on a day; None when the birth is unknown."""
    if birth is None:
        return None
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


class PersonKey(models.Model):
    """The random key of one holder, wrapped under the house's key. Without this row nothing opens.

    `person` is the id of a person, of a household (its address), or of a record about nobody.
    """

    person = models.UUIDField(primary_key=True)
    wrapped = models.BinaryField()


class SealedPart(models.Model):
    """A free text of a record, under its person's key, or under the record's own when it has none."""

    id = models.BigAutoField(primary_key=True)
    record = models.UUIDField()
    field = models.CharField(max_length=40)
    person = models.UUIDField(null=True)
    cipher = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["record", "field"], name="sealedpart_once")]
        indexes: ClassVar = [models.Index(fields=["person"], name="sealedpart_person")]


class Household(models.Model):
    """A household at a place; `number`: the house number; `sealed`: its address, under its own key.

    `address_index`: blind index of the address (`homes.address_index`); none where it says no more than the place.
    """

    id = models.UUIDField(primary_key=True, default=ids.new)
    place = models.CharField(max_length=20)
    number = models.CharField(max_length=40, default="")
    head = models.UUIDField(null=True)
    sealed = models.BinaryField(default=b"")
    address_index = models.CharField(max_length=32, null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["place", "number", "id"], name="household_place"),
            models.Index(fields=["head"], name="household_head", condition=Q(head__isnull=False)),
            models.Index(
                fields=["address_index"], name="household_address", condition=Q(address_index__isnull=False)
            ),
        ]


class Unit(models.Model):
    """An agency, firm or school: `code` is its unified social credit code, where it is known.

    `pinyin` ("xixiandiyizhongxue") and `initials` ("xxdyzx") follow from the name (`spelled`).
    """

    id = models.UUIDField(primary_key=True, default=ids.new)
    place = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=24, default="")
    code = models.CharField(max_length=18, default="")
    pinyin = models.CharField(max_length=480, default="", editable=False)
    initials = models.CharField(max_length=120, default="", editable=False)

    class Meta:
        # Lists go along it, and a search reads nothing else until it has found (see units.py).
        indexes: ClassVar = [
            models.Index(fields=["place", "name", "id", "pinyin", "initials"], name="unit_found")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code"], name="unit_code", condition=~Q(code=""))
        ]


class UnitName(models.Model):
    """What a unit was called before its name was put right: until when, by whom, and why. It is found by it still."""

    unit = models.UUIDField(db_index=True)
    name = models.CharField(max_length=120, db_index=True)
    pinyin = models.CharField(max_length=480, default="")
    initials = models.CharField(max_length=120, default="")
    until = models.DateTimeField()
    by = models.BigIntegerField()
    why = models.CharField(max_length=200)


class Merge(models.Model):
    """That `other` turned out to be `kept`: who said so, when, and whether it was undone.

    `why`: their words, sealed under the key of the person that was kept.
    """

    id = models.UUIDField(primary_key=True, default=ids.new)
    kept = models.UUIDField()
    other = models.UUIDField()
    at = models.DateTimeField()
    by = models.BigIntegerField()
    why = models.BinaryField(default=b"")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kept"], name="merge_kept")]
        constraints: ClassVar = [
            # A person is another one at most once at a time.
            models.UniqueConstraint(fields=["other"], name="merge_once", condition=Q(undone_at__isnull=True))
        ]


class Change(models.Model):
    """What a person's row said before it was changed: `before` is JSON sealed under the person's key."""

    id = models.BigAutoField(primary_key=True)
    person = models.UUIDField()
    version = models.IntegerField()
    at = models.DateTimeField()
    by = models.BigIntegerField()
    fields = models.CharField(max_length=200)
    before = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "version"], name="change_once")]


class Double(models.Model):
    """Two entries that may be one person: proposed, never merged by itself. `one` is the earlier id.

    `score`: thousandths, 0 where an exact rule proposed them; `evidence`: how things agree, codes separated by
    blanks (`doubles.words`). `decided`: what a person said, or nothing yet; `merge`: what came of ONE.
    """

    ONE, TWO = "one", "two"

    id = models.UUIDField(primary_key=True, default=ids.new)
    one = models.UUIDField()
    other = models.UUIDField()
    score = models.IntegerField(default=0)
    evidence = models.CharField(max_length=120, default="")
    found_at = models.DateTimeField()
    decided = models.CharField(max_length=3, default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    merge = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["one", "other"], name="double_once")]
        indexes: ClassVar = [
            models.Index(fields=["decided", "-score", "id"], name="double_waiting"),
            models.Index(fields=["other"], name="double_other"),
        ]


class DoublesLook(models.Model):
    """That doubles were looked for in a place: when, among how many, and how many pairs were proposed.

    `how`: by Splink, or by the exact rules alone where it is not installed.
    """

    SPLINK, RULES = "splink", "rules"

    id = models.UUIDField(primary_key=True, default=ids.new)
    place = models.CharField(max_length=20)
    account = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=6)
    people = models.IntegerField(default=0)
    pairs = models.IntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["place", "at"], name="doubleslook_place")]
