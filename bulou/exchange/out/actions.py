"""The verbs of exports: asked for, withdrawn, approved or declined by a second person, taken while the link lives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from bulou.core import exports
from bulou.core.audit import note, verb
from bulou.core.audit.door import Note, enter
from bulou.core.audit.models import AuditEntry
from bulou.core.exports import EXPORTERS, Asked
from bulou.core.rulebook import value
from bulou.core.staff.actor import Actor
from bulou.exchange.out import marks, queries
from bulou.exchange.out.models import Export, Form
from bulou.exchange.out.purposes import IDENTIFIERS, OTHER, PURPOSES, may_be_plain
from bulou.lib import clock, ids
from bulou.lib.refusals import Refusal, declare

declare(
    "export-purpose",
    _("Say what the file is for: choose a purpose, and write it out where none of them fits."),
)
declare("export-plain", _("For this purpose your post may not take whole numbers out. Take them masked."))
declare("export-waits", _("A second person has to approve this export first."))
declare("export-declined", _("The second person has declined this export."))
declare("export-withdrawn", _("This export was withdrawn. Ask for a new one."))
declare("export-ended", _("The link of this export has ended. Ask for a new one."))
declare(
    "export-grown",
    _("The list has grown to %(n)s people since it was allowed. Ask for it anew."),
)
declare("export-decided", _("This export has been decided already."))
LONGEST_WHY = 200
ALERT = "alert.bulk-export"


@dataclass(frozen=True)
class Wish:
    """What somebody wants to take out: a list by its name (with the words of its page), or a form."""

    place: str
    purpose: str
    file: str = "xlsx"
    list: str = ""
    form: Form | None = None
    day: date | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    why: str = ""
    identifiers: str = Export.NONE


@verb("export.ask", roles=EXPORTERS)
def ask(wish: Wish, by: Actor) -> Export:
    """Ask for a list or a form; it may be taken at once unless a second person has to look.

    Raises Refusal: `list-unknown`, `export-purpose`, `export-plain`.
    """
    if not by.reaches(wish.place):
        raise Refusal("list-unknown")
    if wish.purpose not in PURPOSES or (wish.purpose == OTHER and len(wish.why.strip()) < 2):
        raise Refusal("export-purpose")
    people = counted(wish.list, Asked(by, wish.place, wish.words))
    about = wish.identifiers if wish.list and wish.identifiers in IDENTIFIERS else Export.NONE
    if about == Export.PLAIN and not may_be_plain(by.role, wish.purpose):
        raise Refusal("export-plain")
    now, pk = clock.now(), ids.new()
    second = people > rule("alone", wish.place) or (about == Export.PLAIN and people > 0)
    one = Export.objects.create(
        id=pk, number=marks.number(pk), list=wish.list, form=wish.form.pk if wish.form else None, day=wish.day,
        file=wish.form.file if wish.form else wish.file, place=wish.place, purpose=wish.purpose,
        identifiers=about, people=people, account=by.account, post=by.post, at=now, second=second,
        ends_at=now + timedelta(hours=rule("wait_hours" if second else "hours", wish.place)),
        sealed=queries.sealed(pk, {"words": dict(wish.words), "why": wish.why.strip()[:LONGEST_WHY]}),
    )  # fmt: skip
    _note(one)
    return one


def counted(name: str, asked: Asked) -> int:
    """How many people a list is about; none where it is about nobody. Raises Refusal `list-unknown`."""
    if not name:
        return 0
    listed = exports.get(asked.by, name)
    if listed.heads is not None:
        return listed.heads(asked)
    found = listed.found(asked)
    return found.count() if listed.person is not None else 0


def rule(name: str, place: str) -> int:
    return int(value(f"exports.{name}", place, clock.today()))


def _note(one: Export) -> None:
    note(subject_type="export", subject_id=one.id, place=one.place, count=one.people,
         list=one.list or "form", purpose=one.purpose, identifiers=one.identifiers)  # fmt: skip


@verb("export.approve", roles=queries.APPROVERS)
def approve(pk: UUID, by: Actor) -> Export:
    """Let an export go out: its link lives from now on. Raises Refusal `export-unknown`, `export-decided`."""
    return _decide(pk, by, declined=False, answer="")


@verb("export.decline", roles=queries.APPROVERS)
def decline(pk: UUID, by: Actor, answer: str = "") -> Export:
    """Do not let it go out. Raises Refusal `export-unknown`, `export-decided`."""
    return _decide(pk, by, declined=True, answer=answer)


@verb("export.withdraw", roles=EXPORTERS)
def withdraw(pk: UUID, by: Actor) -> Export:
    """Ask no longer for what still waits for a second person. Raises Refusal `export-unknown`, `export-decided`."""
    found = queries.own(by).select_for_update().filter(pk=pk).first()
    if found is None:
        raise Refusal("export-unknown")
    if queries.state(found, clock.now()) != queries.WAITING:
        raise Refusal("export-decided")
    return _decided(found, by, declined=True)


def _decide(pk: UUID, by: Actor, *, declined: bool, answer: str) -> Export:
    found = queries.waiting(by).select_for_update().filter(pk=pk).first()
    if found is None:
        queries.get(by, pk)
        raise Refusal("export-decided")
    return _decided(found, by, declined=declined, answer=answer)


def _decided(found: Export, by: Actor, *, declined: bool, answer: str = "") -> Export:
    now = clock.now()
    found.decided_by, found.decided_at, found.declined = by.account, now, declined
    found.ends_at = now + timedelta(hours=rule("hours", found.place))
    if answer.strip():
        found.sealed = queries.sealed(
            found.pk, queries.said(found) | {"answer": answer.strip()[:LONGEST_WHY]}
        )
    found.save(update_fields=["decided_by", "decided_at", "declined", "ends_at", "sealed"])
    _note(found)
    return found


@verb("export.take", roles=EXPORTERS)
def take(pk: UUID, by: Actor) -> Export:
    """Take the file: its own account only, while the link lives, and no more people than were allowed.

    Raises Refusal: `export-unknown`, `export-waits`, `export-declined`, `export-withdrawn`, `export-ended`,
    `export-grown`.
    """
    one = queries.own(by).filter(pk=pk).first()
    if one is None:
        raise Refusal("export-unknown")
    standing = queries.state(one, clock.now())
    if standing != queries.READY:
        raise Refusal("export-waits" if standing == queries.WAITING else f"export-{standing}")
    now_there = counted(one.list, Asked(by, one.place, queries.said(one)["words"]))
    allowed = one.people if one.second else rule("alone", one.place)
    if now_there > allowed:
        raise Refusal("export-grown", n=now_there)
    one.people = now_there
    Export.objects.filter(pk=pk).update(taken=F("taken") + 1, taken_at=clock.now())
    _note(one)
    _notice(one, by)
    return one


def _notice(one: Export, by: Actor) -> None:
    """Many small exports come to a large one: say so to those who read the audit, once in a while."""
    since = clock.now() - timedelta(hours=rule("noticed_hours", one.place))
    mine = Export.objects.filter(account=by.account, second=False, taken_at__gt=since)
    people = mine.aggregate(n=Sum("people"))["n"] or 0
    told = AuditEntry.objects.filter(account=by.account, act=ALERT, at__gt=since, subject_type="exports")
    if people >= rule("noticed_people", one.place) and not told.exists():
        about = Note(subject_type="exports", subject_id=str(by.account), place=by.place, count=people)
        enter(ALERT, by, about)
