"""What acts are called in the log. A room enters the titles of its own; an act without one is looked up by its code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_TITLES: dict[str, _StrPromise | str] = {
    "sign-in": _("signed in"),
    "look": _("opened a person"),
    "alert.bulk-reading": _("Alert: many people opened in a short time"),
    "alert.audit-broken": _("Alert: the audit has been changed"),
    "staff.open-account": _("added somebody"),
    "staff.close-account": _("closed an account"),
    "staff.reopen-account": _("opened an account again"),
    "staff.give-post": _("gave a post"),
    "staff.end-post": _("ended a post"),
    "staff.give-password": _("gave a new password"),
    "staff.change-password": _("changed their password"),
    "staff.set-phone": _("entered a telephone number of the staff"),
    "staff.second-factor.set-up": _("bound a phone as second factor"),
    "staff.second-factor.reset": _("reset somebody's second factor"),
    "staff.make-token": _("made a token"),
    "staff.end-tokens": _("ended tokens"),
    "staff.invite": _("invited a volunteer"),
    "staff.end-invitation": _("ended an invitation"),
    "staff.redeem-invitation": _("a volunteer's phone was bound"),
    "places.close": _("ended a place"),
    "places.hand-over": _("merged a place into another"),
    "places.divide": _("split a place"),
    "places.take-over": _("took over what fell to a place"),
    "places.take-back": _("took back that a place ended"),
    "people.add_units": _("entered units"),
    "people.rename_unit": _("put a unit's name right"),
    "responsibility.entrust": _("named people responsible"),
    "responsibility.hand-over": _("handed a responsibility over"),
    "responsibility.hand-over-all": _("handed all responsibilities over"),
    "responsibility.hand-back": _("gave responsibilities back"),
    "responsibility.move": _("moved responsibilities with their subjects"),
}


def title(act: str) -> str:
    """What an act is called: entered here, else in the catalogue of its room, else its code as words."""
    if act in _TITLES:
        return str(_TITLES[act])
    said = pgettext("act", act)
    return said if said != act else act.replace(".", ": ", 1).replace("_", " ").replace("-", " ")
