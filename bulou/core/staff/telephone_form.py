"""What is typed where the staff say on which number they can be called."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bulou.lib import phones, refusals


class TelephoneField(forms.CharField):
    """On which number somebody of the staff can be called; none need be known. Cleans to its normal form."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Telephone"),
            required=False,
            max_length=30,
            help_text=_("To be called on about a fever; told only to the staff who are to call"),
            widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        )

    def clean(self, value: Any) -> str:
        text = str(super().clean(value) or "").strip()
        try:
            return phones.normalise(text) if text else ""
        except refusals.Refusal as refusal:
            raise forms.ValidationError(refusal.message) from refusal


class Telephone(forms.Form):
    phone = TelephoneField()
