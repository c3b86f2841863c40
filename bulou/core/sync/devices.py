"""Phones are let in by a code on paper, each for one post and until a day; a lost one is cut off at once."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bulou.core.audit import note, verb
from bulou.core.rulebook import value
from bulou.core.staff.access import make_token
from bulou.core.staff.actions import kept, on_paper
from bulou.core.staff.actor import SYSTEM, Actor, forget_tokens, token_digest
from bulou.core.staff.models import Account, Post, Token
from bulou.core.staff.queries import current_posts
from bulou.core.staff.roles import FIELD, STAFF_KEEPERS
from bulou.core.sync.models import Device
from bulou.lib import clock, secret
from bulou.lib.refusals import Refusal, declare

declare(
    "device-post",
    _("The phone is for posts in the field: village cadre, grid worker, village doctor, checkpoint staff, volunteer. "
      "Choose a current post of that kind."),
)  # fmt: skip
declare("device-end", _("The last day must lie between today and %(until)s. Choose another one."))
declare(
    "device-code",
    _(
        "This code opens nothing: it was used already, is too old, or was misread. Ask the clerk for a new sheet."
    ),
)
declare("device-unknown", _("There is no such phone among those that you look after."))
declare(
    "device-lost",
    _("This phone was reported lost. What it holds is deleted. If you have it in your hand, ask the clerk for a new "
      "sheet."),
)  # fmt: skip
declare(
    "device-ended",
    _("The time of this phone is over. What is not yet sent stays on it; ask the clerk for a new sheet."),
)

_LENGTH, _PART = 12, 4


@dataclass(frozen=True, slots=True)
class Bound:
    """A phone that was let in: its token is told this once."""

    device: Device
    token: str
    account: Account
    post: Post


def code_index(code: str) -> str:
    """The keyed index of a sheet's code, however it was typed."""
    typed = re.sub(r"[^a-z0-9]", "", code.lower())
    return hmac.new(secret.key("device"), typed.encode(), hashlib.sha256).hexdigest()


def latest_end() -> date:
    """The last day until which a phone may be enrolled today."""
    return clock.today() + timedelta(days=int(value("sync.device_days", "", clock.today())))


@verb("sync.give-device", roles=STAFF_KEEPERS)
def give(account: int, post: int, until: date, by: Actor) -> tuple[Device, str]:
    """A sheet for one phone of somebody in one of their posts, until the end of a day: the phone and its code.

    Refuses staff-unknown, device-post, device-end.
    """
    found = kept(account, by)
    held = next((one for one in current_posts(found.pk) if one.pk == post), None)
    if held is None or held.role not in FIELD:
        raise Refusal("device-post")
    if not clock.today() <= until <= latest_end():
        raise Refusal("device-end", until=latest_end().isoformat())
    now, code = clock.now(), on_paper(_LENGTH)
    hours = int(value("sync.code_hours", held.place, clock.today()))
    device = Device.objects.create(
        account=found.pk, post=held.pk, place=held.place, code=code_index(code), made_at=now, made_by=by.account,
        code_until=now + timedelta(hours=hours), ends_at=clock.at(until + timedelta(days=1), time()),
    )  # fmt: skip
    note(subject_type="device", subject_id=device.pk, place=held.place)
    return device, "-".join(code[n : n + _PART] for n in range(0, _LENGTH, _PART))


def redeem(code: str) -> Bound:
    """Let the first phone in that comes with a sheet's code. Refuses device-code for everything that does not fit."""
    index = code_index(code)
    # Whoever guesses takes no turn from the writers.
    if not Device.objects.filter(code=index, bound_at=None).exists():
        raise Refusal("device-code")
    return _bind(index, by=SYSTEM)


@verb("sync.bind-device")
def _bind(index: str, by: Actor) -> Bound:
    now = clock.now()
    fresh = Device.objects.filter(
        code=index, bound_at=None, ended_at=None, code_until__gt=now, ends_at__gt=now
    )
    if not fresh.update(bound_at=now, heard_at=now):  # of two who come at once, one
        raise Refusal("device-code")
    device = Device.objects.get(code=index)
    post = next((one for one in current_posts(device.account) if one.pk == device.post), None)
    if post is None:
        raise Refusal("device-code")
    raw = make_token(post.account, SYSTEM, post)
    device.token = token_digest(raw)
    device.save(update_fields=["token"])
    note(subject_type="device", subject_id=device.pk, place=device.place)
    return Bound(device, raw, post.account, post)


@verb("sync.lose-device", roles=STAFF_KEEPERS)
def lose(device: UUID, by: Actor) -> None:
    """Cut a phone off at once: it wipes itself when it is next heard of. Refuses device-unknown."""
    found = _kept(device, by)
    Device.objects.filter(pk=found.pk).update(lost=True)
    _end(found)


@verb("sync.end-device", roles=STAFF_KEEPERS)
def end(device: UUID, by: Actor) -> None:
    """End a phone's time; what it has not sent stays on it. Refuses device-unknown."""
    _end(_kept(device, by))


@verb("sync.leave")
def leave(raw: str, by: Actor) -> None:
    """A phone signs out: its token opens nothing from now on."""
    device = of_token(raw)
    if device is not None:
        _end(device)


def _kept(device: UUID, by: Actor) -> Device:
    found = Device.objects.select_for_update().filter(pk=device).first()
    if found is None:
        raise Refusal("device-unknown")
    try:
        kept(found.account, by)
    except Refusal as refusal:
        raise Refusal("device-unknown") from refusal
    return found


def _end(device: Device) -> None:
    now = clock.now()
    Device.objects.filter(pk=device.pk, ended_at=None).update(ended_at=now)
    if device.token:
        Token.objects.filter(digest=device.token, ended_at=None).update(ended_at=now)
        forget_tokens()
    note(subject_type="device", subject_id=device.pk, place=device.place)


def of_account(account: int) -> QuerySet[Device]:
    """The phones of an account, the latest first. The caller has seen to the scope."""
    return Device.objects.filter(account=account).order_by("-made_at", "-id")


def of_token(raw: str) -> Device | None:
    """The phone that holds a token, whether it still opens anything or not."""
    return Device.objects.filter(token=token_digest(raw)).first() if raw else None


def why_not(raw: str) -> str:
    """The refusal for a token that opens nothing: whether it was a phone's, and what the phone is to do."""
    device = of_token(raw)
    if device is None:
        return "not-signed-in"
    return "device-lost" if device.lost else "device-ended"


def heard(device: Device, now: datetime) -> None:
    """Keep when a phone was last heard of."""
    Device.objects.filter(pk=device.pk).update(heard_at=now)


def tick() -> None:
    """End the phones whose last day is over: from the clock, each minute."""
    now = clock.now()
    over = Device.objects.filter(ended_at=None, ends_at__lte=now)
    digests = [token for token in over.values_list("token", flat=True) if token]
    if digests:
        Token.objects.filter(digest__in=digests, ended_at=None).update(ended_at=now)
        forget_tokens()
    over.update(ended_at=now)
