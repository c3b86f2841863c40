"""The doubts about a line, where the other one is not a line of the file but stands in the register."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

REGISTER: Final[dict[str, Any]] = {
    "DUP_EXACT_EVENT": _("The same person and event is here already: counted once."),
    "DUP_EVENT_NEW_MEASURE": _("The same event is here already: counted once, and the reading is kept."),
    "DUP_EVENT_DIFFERS": _(
        "The same person is here already on nearly the same journey, told otherwise: say which is right."
    ),
    "DUP_ID_NAME_DIFF": _(
        "Somebody is here already with this identity number, the name written differently: say which is right."
    ),
    "DUP_ID_OTHER_PERSON": _("The identity number belongs to somebody else who is here: look at the card."),
    "DUP_NAME_PHONE": _(
        "Somebody of this name and phone is here already, but not with this identity number: one person or two?"
    ),
    "DUP_NAME_BIRTH": _(
        "Somebody of this name and birth date is here already, but not with this identity number: one or two?"
    ),
    "PHONE_CHANGED": _("The same person is here already with another phone: say which holds."),
}
