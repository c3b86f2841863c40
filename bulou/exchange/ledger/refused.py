"""Why a file as a whole is not taken, in a sentence for the clerk. What its rows say is in `codes`."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from bulou.lib import refusals

FILE_TYPE_MISMATCH: Final = refusals.declare(
    "FILE_TYPE_MISMATCH",
    _("The file is not what its name says (a web page, text or picture): save it again as .xlsx or .csv."),
)
FILE_EMPTY: Final = refusals.declare("FILE_EMPTY", _("The file is empty: check that it was saved."))
FILE_TOO_LARGE: Final = refusals.declare(
    "FILE_TOO_LARGE", _("The file is far too large once unpacked: send it in smaller parts.")
)
FILE_ENCRYPTED: Final = refusals.declare(
    "FILE_ENCRYPTED", _("The file is protected by a password: take the password off and send it again.")
)
FILE_UNREADABLE: Final = refusals.declare(
    "FILE_UNREADABLE", _("The file is damaged and cannot be read: open it, save it again and send that.")
)
FILE_UNSAFE: Final = refusals.declare(
    "FILE_UNSAFE",
    _("The file holds definitions that no ledger needs and that can do harm: save it again as .xlsx."),
)
FILE_ONE_PERSON: Final = refusals.declare(
    "FILE_ONE_PERSON",
    _(
        "This is a form for one person, with titles beside the values. Enter the person by hand, or send a list:"
        " titles in one line, and below it a line for each person."
    ),
)
FILE_NO_TABLE: Final = refusals.declare(
    "FILE_NO_TABLE",
    _("No table of people was found in the file: it needs a line of column titles with the name."),
)
