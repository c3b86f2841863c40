"""The door: checks the role, opens the transaction, writes down the act in the same transaction."""

from __future__ import annotations

import hashlib
import hmac
import inspect
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bulou.core.staff.roles import Role
from bulou.lib import clock, secret, sql
from bulou.lib.refusals import Refusal, declare

if TYPE_CHECKING:
    from bulou.core.audit.models import AuditEntry
    from bulou.core.staff.actor import Actor

P = ParamSpec("P")
R = TypeVar("R")

NOT_ALLOWED = declare(
    "not-allowed",
    _("Your post may not do this. Ask somebody whose work it is, or choose another of your posts."),
)

_CODE = re.compile(r"[A-Za-z0-9._:+/-]{0,64}")
# Eleven digits are a phone number, eighteen an identity number; a place's code has neither length.
_IDENTIFIER = re.compile(r"(?<![0-9A-Za-z])(1\d{10}|\d{17}[\dXx])(?![0-9A-Za-z])")


@dataclass
class Note:
    """What an act says about itself: its subject, place, how many, and a digest of what was written."""

    subject_type: str = ""
    subject_id: str = ""
    place: str = ""
    count: int | None = None
    digest: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


_current: ContextVar[Note | None] = ContextVar("bulou_audit_note", default=None)


def note(
    *,
    subject_type: str | None = None,
    subject_id: object = None,
    place: str | None = None,
    count: int | None = None,
    digest: str | None = None,
    **detail: int | str | bool,
) -> None:
    """Describe the act whose verb is running. Outside of a verb it says nothing.

    Further words go to `detail`: numbers and codes only; anything else raises ValueError.
    """
    here = _current.get()
    if here is None:
        return
    _only_countable(detail | {"subject_id": str(subject_id or ""), "subject_type": subject_type or ""})
    given = {"subject_type": subject_type, "place": place, "count": count, "digest": digest}
    if subject_id is not None:
        given["subject_id"] = str(subject_id)
    for name, value in given.items():
        if value is not None:
            setattr(here, name, value)
    here.detail.update(detail)


def _only_countable(detail: dict[str, Any]) -> None:
    for name, value in detail.items():
        text = str(value)
        if not isinstance(value, int | str) or not _CODE.fullmatch(text) or _IDENTIFIER.search(text):
            raise ValueError(f"the audit keeps numbers and codes only, not {name}")


def verb(
    act: str, roles: frozenset[Role] | None = None, apart: bool = True
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function with a parameter `by: Actor` a verb.

    Refuses (`not-allowed`) a role that is not in `roles` (None: any; the system always may), runs the
    function in a transaction and writes its one AuditEntry there. Verbs may call verbs: when one fails, the
    other may go on without what it did, unless it is not `apart` (SQLite copies each page for that).
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        index = list(inspect.signature(function).parameters).index("by")

        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            by: Any = kwargs["by"] if "by" in kwargs else args[index]
            if roles is not None and by.role not in roles and by.role is not Role.SYSTEM:
                raise Refusal(NOT_ALLOWED)
            mark = _current.set(Note())
            try:
                with transaction.atomic(savepoint=apart):
                    result = function(*args, **kwargs)
                    enter_all(act, [(by, _current.get() or Note())])
                return result
            finally:
                _current.reset(mark)

        return run

    return decorate


@contextmanager
def together(act: str, roles: frozenset[Role], notes: Mapping[Actor, Note]) -> Iterator[None]:
    """What `verb` is to one, to several who do the same act at once: an entry for each, in one transaction.

    Refuses (`not-allowed`) them all when one of them may not.
    """
    if not roles >= {by.role for by in notes} - {Role.SYSTEM}:
        raise Refusal(NOT_ALLOWED)
    with transaction.atomic():
        yield
        enter_all(act, notes.items())


def enter(act: str, by: Actor, what: Note) -> AuditEntry:
    """Write one entry. It stands or falls with the transaction around it."""
    entry = _entry(act, by, what)
    entry.save(force_insert=True)
    return entry


def enter_all(act: str, said: Iterable[tuple[Actor, Note]]) -> None:
    """Write one entry for each of several who did the same act together: bare, as every act passes here."""
    entries = [_entry(act, by, what) for by, what in said]
    rows = [
        (
            sql.moment(e.at), e.act, e.account, e.post, e.place, e.subject_type, e.subject_id, e.count, e.digest,
            json.dumps(e.detail), e.mac,
        )
        for e in entries
    ]  # fmt: skip
    sql.insert("audit_auditentry", _COLUMNS, rows, _TYPES)


_COLUMNS = (
    "at", "act", "account", "post", "place", "subject_type", "subject_id", "count", "digest", "detail", "mac",
)  # fmt: skip
_TYPES = (
    "timestamptz", "text", "bigint", "bigint", "text", "text", "text", "bigint", "text", "jsonb", "text",
)  # fmt: skip


def _entry(act: str, by: Actor, what: Note) -> AuditEntry:
    from bulou.core.audit.models import AuditEntry

    entry = AuditEntry(
        at=clock.now(),
        act=act,
        account=by.account,
        post=by.post,
        place=what.place or by.place,
        subject_type=what.subject_type,
        subject_id=what.subject_id,
        count=what.count,
        digest=what.digest,
        detail=what.detail,
    )
    entry.mac = mac(entry)
    return entry


def look(by: Actor, subject_type: str, subject_id: object, place: str, why: str = "") -> None:
    """Keep that somebody opened a person, or asked for an identifier. See `looks.look`."""
    from bulou.core.audit import looks

    looks.look(by, subject_type, subject_id, place, why)


def mac(entry: AuditEntry) -> str:
    """The keyed digest of all that an entry says, in hexadecimal. The key is not in the database."""
    said = [
        _moment(entry.at), entry.act, entry.account, entry.post, entry.place, entry.subject_type,
        entry.subject_id, entry.count, entry.digest, entry.detail,
    ]  # fmt: skip
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return hmac.new(secret.key("audit"), text.encode(), hashlib.sha256).hexdigest()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
