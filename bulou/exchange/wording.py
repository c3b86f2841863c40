"""What the fields of ledgers are called on pages."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

FIELDS: Final = {
    "name": _("Name"), "sex": _("Sex"), "birth_date": _("Date of birth"), "id_number": _("Identity number"),
    "doc_kind": _("Kind of document"), "doc_number": _("Number of another document"), "phone": _("Phone"),
    "phone2": _("Second phone"), "village": _("Village"), "address": _("Address"),
    "household_head": _("Head of household"), "from_place": _("Came from"),
    "affected_area_history": _("Was in an affected area"), "left_date": _("Left on"),
    "return_date": _("Returned on"), "transport": _("Came by"), "transport_no": _("Train, flight or plate"),
    "temperature": _("Temperature"), "temp_am": _("Temperature in the morning"),
    "temp_pm": _("Temperature in the afternoon"), "symptoms": _("Symptoms"),
    "responsible": _("Who is responsible"), "note": _("Note"), "day": _("Day of the line"),
}  # fmt: skip
