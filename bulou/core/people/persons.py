"""A person before they are known: what is told of them, in normal form, or the reason why not."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from bulou.core.people import names
from bulou.lib import phones, resident_id
from bulou.lib.refusals import Refusal, declare

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

NAME_MISSING = declare(
    "person-name-missing", _("There is no name. Enter the name as it stands in the document.")
)
NAME_FORM = declare(
    "person-name-form", _("This is not a name. Enter the name in characters or letters, up to 80.")
)
SEX_FORM = declare("person-sex-form", _("The sex is not understood. Enter 男 or 女, or leave it empty."))
BIRTH_AFTER_TODAY = declare(
    "birth-after-today", _("The date of birth is after today. Check year, month and day.")
)
DOC_KIND = declare("doc-kind", _("This kind of document is not known. Choose one from the list."))
DOC_FORM = declare("doc-form", _("This is not the number of such a document. Copy it from the document."))
ID_SEX = declare(
    "id-sex-differs", _("The sex differs from the ID number. Check the number and the sex on the document.")
)
ID_BIRTH = declare(
    "id-birth-differs",
    _("The date of birth differs from the ID number. Check the number and the date on the document."),
)

RESIDENT_ID = "resident-id"
DOC_KINDS = {
    RESIDENT_ID: _("Resident ID"),
    "passport": _("Passport"),
    "hk-macau-permit": _("Travel permit of Hong Kong and Macao residents"),
    "taiwan-permit": _("Travel permit of Taiwan residents"),
    "foreign-residence": _("Foreign permanent resident ID"),
    "military-id": _("Military ID"),
    "other": _("Other document"),
}
# What people call the fields of a person.
FIELDS = {
    "name": _("Name"),
    "sex": _("Sex"),
    "birth_date": _("Date of birth"),
    "doc_kind": _("Kind of document"),
    "doc_number": _("Number of the document"),
    "phone": _("Phone"),
    "phone2": _("Second phone"),
    "address": _("Address"),
    "place": _("Home place"),
    "household": _("Household"),
    "relation": _("Relation to the head of the household"),
    "unit": _("Unit"),
    "unit_post": _("Post in the unit"),
}
# An officer's card has a word before its number: 南字第01234567号.
_DOCUMENT = re.compile(r"(?:[\u4e00-\u9fff]{1,3}字)?[0-9A-Z]{4,24}")
_NOISE = re.compile(r"[\-().—–第号]+")


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What somebody tells about a person. `id`: only where others may refer to it already (a phone made it).

    `sex` is 男, 女 or empty; `place` the code of a grid or village; `household`, `unit` ids of ours.
    """

    name: str
    place: str
    id: UUID | None = None
    sex: str = ""
    birth_date: date | None = None
    doc_kind: str = ""
    doc_number: str = ""
    phone: str = ""
    phone2: str = ""
    address: str = ""
    household: UUID | None = None
    relation: str = ""
    unit: UUID | None = None
    unit_post: str = ""


def document(number: str) -> str:
    """The normal form of a document's number: capital letters and digits, nothing between them but an officer's 字."""
    return _NOISE.sub("", resident_id.normalise(number))


def named(text: str) -> str:
    """Somebody's name in normal form, wherever it is typed. Raises Refusal: person-name-missing, person-name-form."""
    name = names.normal(text)
    if not name:
        raise Refusal(NAME_MISSING)
    if not names.is_name(name):
        raise Refusal(NAME_FORM)
    return name


def validate(new: NewPerson, today: date) -> NewPerson:
    """The same person in normal form, sex and birth filled in from a resident ID. Raises Refusal."""
    name = named(new.name)
    if new.sex not in ("男", "女", ""):
        raise Refusal(SEX_FORM)
    new = _identified(replace(new, name=name), today)
    if new.birth_date and new.birth_date > today:
        raise Refusal(BIRTH_AFTER_TODAY)
    first, second = (phones.normalise(text) if text.strip() else "" for text in (new.phone, new.phone2))
    return replace(new, phone=first or second, phone2=second if first else "", address=new.address.strip())


def _identified(new: NewPerson, today: date) -> NewPerson:
    """With the document's number in normal form, and what a resident ID says about sex and birth."""
    number = document(new.doc_number)
    if not number:
        return replace(new, doc_kind="", doc_number="")
    kind = new.doc_kind or RESIDENT_ID
    if kind not in DOC_KINDS:
        raise Refusal(DOC_KIND)
    if kind != RESIDENT_ID:
        if not _DOCUMENT.fullmatch(number):
            raise Refusal(DOC_FORM)
        return replace(new, doc_kind=kind, doc_number=number)
    read = resident_id.parse(number, today)
    if new.sex and new.sex != read.sex:
        raise Refusal(ID_SEX)
    if new.birth_date and new.birth_date != read.birth_date:
        raise Refusal(ID_BIRTH)
    return replace(new, doc_kind=kind, doc_number=read.number, sex=read.sex, birth_date=read.birth_date)
