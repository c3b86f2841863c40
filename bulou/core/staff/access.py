"""Tokens for machines and invitations for volunteers: doors that are not a password."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from bulou.core.audit import note, verb
from bulou.core.people import persons
from bulou.core.places import queries as places
from bulou.core.staff.actions import kept, on_paper
from bulou.core.staff.actor import SYSTEM, Actor, forget_tokens, token_digest
from bulou.core.staff.grants import may_grant
from bulou.core.staff.limits import days, number
from bulou.core.staff.models import Account, Invitation, Post, Token
from bulou.core.staff.queries import current_posts
from bulou.core.staff.roles import STAFF_KEEPERS, Role
from bulou.lib import clock, secret
from bulou.lib.refusals import Refusal, declare

declare(
    "token-post", _("This account holds no post now, so a token would open nothing. Give it a post first.")
)
declare("phone-form", _("A mobile number has 11 digits and begins with 1. Type it again."))
declare(
    "invitation-refused",
    _(
        "Code and phone do not open anything. Check both; "
        "after several wrong tries the code is void: ask for a new one."
    ),
)
declare("invitation-ended", _("This invitation has ended. Ask the person who invited you for a new one."))

_CODE_LENGTH = 10  # of 31 letters: 10^14 codes
_PHONE = re.compile(r"1\d{10}")


def make_token(account: Account, by: Actor, post: Post | None = None) -> str:
    """A bearer token for an account in a post (its first current one); told once, only its digest is kept.

    Refuses token-post. Somebody may make one for themselves, a keeper of staff for those they look after.
    """
    chosen = post or current_posts(account.pk).first()
    if chosen is None:
        raise Refusal("token-post")
    return _make_token(account, chosen, by)


@verb("staff.make-token")
def _make_token(account: Account, post: Post, by: Actor) -> str:
    if by.account != account.pk:
        kept(account.pk, by)
    raw = f"bulou_{secrets.token_urlsafe(32)}"
    Token.objects.create(digest=token_digest(raw), account=account, post=post, made_at=clock.now())
    note(subject_type="account", subject_id=account.pk, place=post.place, post=post.pk)
    return raw


@verb("staff.end-tokens")
def end_tokens(account: int, by: Actor) -> int:
    """End all tokens of an account, one's own or of somebody one looks after; how many there were."""
    if by.account != account:
        kept(account, by)
    ended = Token.objects.filter(account=account, ended_at=None).update(ended_at=clock.now())
    forget_tokens()
    note(subject_type="account", subject_id=account, count=ended)
    return ended


def normal_phone(text: str) -> str:
    """A mobile number as 11 digits. Refuses phone-form."""
    digits = re.sub(r"[\s()-]", "", text).removeprefix("+86").removeprefix("0086")
    if not _PHONE.fullmatch(digits):
        raise Refusal("phone-form")
    return digits


def _index(use: str, text: str) -> str:
    return hmac.new(secret.key("invitation"), f"{use}\0{text}".encode(), hashlib.sha256).hexdigest()


def code_index(code: str) -> str:
    """The keyed index of an invitation's code, however it was typed from the paper."""
    return _index("code", re.sub(r"[^a-z0-9]", "", code.lower()))


@verb("staff.invite", roles=STAFF_KEEPERS)
def invite(name: str, phone: str, place: str, by: Actor) -> tuple[Invitation, str]:
    """Invite a volunteer to a place: the invitation and its code, to be handed over on paper.

    Bound to one phone, and ends by itself. Refuses phone-form, staff-place, name-missing, person-name-form.
    """
    if not name.strip():
        raise Refusal("name-missing")
    name = persons.named(name)
    if not may_grant(by, Role.VOLUNTEER, place) or places.get(place) is None:
        raise Refusal("staff-place")
    code, now = on_paper(_CODE_LENGTH), clock.now()
    invitation = Invitation.objects.create(
        digest=code_index(code), role=Role.VOLUNTEER, place=place, name=name,
        phone=_index("phone", normal_phone(phone)), made_at=now, made_by=by.account,
        ends_at=now + days("invitation", "days"),
    )  # fmt: skip
    note(subject_type="invitation", subject_id=invitation.pk, place=place)
    return invitation, f"{code[:5]}-{code[5:]}"


@verb("staff.end-invitation", roles=STAFF_KEEPERS)
def end_invitation(invitation: int, by: Actor) -> None:
    """End an invitation, and with it the volunteer's post. Refuses staff-unknown."""
    found = Invitation.objects.select_for_update().filter(pk=invitation).first()
    if found is None or not may_grant(by, found.role, found.place):
        raise Refusal("staff-unknown")
    now = clock.minute(clock.now())
    Invitation.objects.filter(pk=found.pk, ends_at__gt=now).update(ends_at=now)
    Post.objects.filter(account=found.account_id, to_at__gt=now).update(to_at=now)
    note(subject_type="invitation", subject_id=found.pk, place=found.place)


def redeem(code: str, phone: str, device: str) -> tuple[Account, str, datetime]:
    """Open the door with an invitation: the account, the secret that this phone keeps, when it ends.

    The first phone to use it is the only one: `device` is what it kept since ("" at first). Refuses
    invitation-refused for anything that does not fit together, invitation-ended after its end.
    """
    number_given = _index("phone", normal_phone(phone))
    invitation = Invitation.objects.filter(digest=code_index(code)).first()
    if invitation is None or invitation.wrong >= number("invitation", "wrong-phones"):
        raise Refusal("invitation-refused")
    fits = hmac.compare_digest(invitation.phone, number_given)
    if not fits or (invitation.device and not hmac.compare_digest(invitation.device, token_digest(device))):
        Invitation.objects.filter(pk=invitation.pk).update(wrong=F("wrong") + 1)
        raise Refusal("invitation-refused")
    if invitation.ends_at <= clock.now():
        raise Refusal("invitation-ended")
    if invitation.device and invitation.account:
        return invitation.account, device, invitation.ends_at
    return _first_use(invitation.pk, by=SYSTEM)


@verb("staff.redeem-invitation")
def _first_use(pk: int, by: Actor) -> tuple[Account, str, datetime]:
    """Bind an invitation to the phone that came first. The post ends with the invitation."""
    device, now = secrets.token_urlsafe(32), clock.now()
    bound = Invitation.objects.filter(pk=pk, device="").update(device=token_digest(device), used_at=now)
    if not bound:  # another phone was faster by a moment
        raise Refusal("invitation-refused")
    invitation = Invitation.objects.get(pk=pk)
    account = Account(username=f"volunteer-{on_paper(8)}", name=invitation.name, made_at=now)
    account.set_unusable_password()
    account.save(force_insert=True)
    Post.objects.create(
        account=account, role=invitation.role, place=invitation.place, from_at=now, to_at=invitation.ends_at
    )
    invitation.account = account
    invitation.save(update_fields=["account"])
    note(subject_type="account", subject_id=account.pk, place=invitation.place)
    return account, device, invitation.ends_at
