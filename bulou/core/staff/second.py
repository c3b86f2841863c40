"""The second factor: one-time codes (TOTP) and recovery codes, kept by allauth and sealed by us."""

from __future__ import annotations

import base64
import hmac
import os
from typing import TYPE_CHECKING

import segno
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction
from django.db.models import F
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from bulou.core.audit import note, verb
from bulou.core.staff.actions import kept
from bulou.core.staff.models import Account
from bulou.core.staff.roles import STAFF_KEEPERS, Role
from bulou.lib import secret
from bulou.lib.refusals import Refusal, declare

if TYPE_CHECKING:
    from bulou.core.staff.actor import Actor

declare(
    "code-wrong",
    _("This code does not fit. Wait for the next one in your app and type it; each code works once."),
)

# In a session: this account has shown its second factor here.
SESSION_SECOND = "second"
_NONCE = 12


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]
    """What allauth asks of us: its secrets are sealed in the database."""

    def encrypt(self, text: str) -> str:
        nonce = os.urandom(_NONCE)
        return base64.b64encode(nonce + _cipher().encrypt(nonce, text.encode(), None)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        raw = base64.b64decode(encrypted_text)
        return _cipher().decrypt(raw[:_NONCE], raw[_NONCE:], None).decode()

    def get_totp_issuer(self) -> str:
        return "bulou"


def _cipher() -> AESGCM:
    return AESGCM(secret.key("second-factor"))


def needed(role: Role) -> bool:
    """Every role above volunteer shows two factors."""
    return role is not Role.VOLUNTEER


def has(account: Account) -> bool:
    return bool(Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).exists())


def new_secret() -> str:
    return str(totp.generate_totp_secret())


def qr(account: Account, totp_secret: str) -> SafeString:
    """The set-up of an authenticator app as an SVG image."""
    url = Adapter().build_totp_url(account, totp_secret)
    # segno draws it from our own words and escapes its title: nothing of a user's is in there as markup.
    return mark_safe(segno.make(url, error="m").svg_inline(scale=5, border=2))  # noqa: S308


@verb("staff.second-factor.set-up")
def set_up(totp_secret: str, code: str, by: Actor) -> list[str]:
    """Bind an app that shows the right code; the recovery codes, told once. Refuses code-wrong.

    Replaces what was bound before: recovery codes of the past end with it.
    """
    step = _step_of(totp_secret, code)
    if step is None:
        raise Refusal("code-wrong")
    account = Account.objects.select_for_update().get(pk=by.account)
    Authenticator.objects.filter(user=account).delete()
    totp.TOTP.activate(account, totp_secret)
    Account.objects.filter(pk=account.pk).update(code_step=step)
    codes = RecoveryCodes.activate(account).generate_codes()
    note(subject_type="account", subject_id=account.pk)
    return list(codes)


def _step_of(totp_secret: str, code: str) -> int | None:
    """The step of time in which this code is right, of those that are accepted now; None when in none."""
    typed = code.replace(" ", "")
    for step in totp.yield_hotp_counters_from_time():
        right = totp.format_hotp_value(totp.hotp_value(totp_secret, step))
        if hmac.compare_digest(right.encode(), typed.encode()):
            return int(step)
    return None


def use(account: Account, code: str) -> str | None:
    """Use a code up: "totp" or "recovery" when it is right, None when it is not or was used before."""
    with transaction.atomic():
        found = {a.type: a for a in Authenticator.objects.filter(user=account)}
        app = found.get(Authenticator.Type.TOTP)
        if app is None:
            return None
        step = _step_of(Adapter().decrypt(app.data["secret"]), code)
        if step is not None:
            # One statement decides between two who come with the same code at once.
            fresh = Account.objects.filter(pk=account.pk, code_step__lt=step).update(code_step=step)
            return "totp" if fresh else None
        recovery = found.get(Authenticator.Type.RECOVERY_CODES)
        typed = code.replace(" ", "").replace("-", "")
        return "recovery" if recovery and RecoveryCodes(recovery).validate_code(typed) else None


def recovery_left(account: Account) -> int:
    """How many recovery codes have not been used."""
    kept_ = Authenticator.objects.filter(user=account, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(RecoveryCodes(kept_).get_unused_codes()) if kept_ else 0


@verb("staff.second-factor.reset", roles=STAFF_KEEPERS)
def reset(account: int, by: Actor) -> None:
    """Take the second factor away from somebody who lost it and stands here in person.

    Their sessions end, and the next sign-in sets a new one up. Refuses staff-unknown.
    """
    found = kept(account, by)
    Authenticator.objects.filter(user=found).delete()
    Account.objects.filter(pk=found.pk).update(epoch=F("epoch") + 1)
    note(subject_type="account", subject_id=found.pk)
