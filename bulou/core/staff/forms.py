"""What may be typed at the door and about staff."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bulou.core.people import units
from bulou.core.places import queries as places
from bulou.core.places.book import NameBook
from bulou.core.places.codes import COUNTY_DIGITS
from bulou.core.staff.grants import grantable
from bulou.core.staff.telephone_form import TelephoneField
from bulou.lib import refusals

if TYPE_CHECKING:
    from bulou.core.staff.actor import Actor

_LONG = 128
_MANY_BYTES = 1 << 20
_UNPACKED_BYTES = 20 << 20


def _password(label: Any, auto: str, hint: Any = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": auto})
    return forms.CharField(label=label, max_length=_LONG, strip=False, widget=widget, help_text=hint)


class SignIn(forms.Form):
    username = forms.CharField(
        label=_("Name to sign in with"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": ""}),
    )
    password = _password(_("Password"), "current-password")


class Code(forms.Form):
    code = forms.CharField(
        label=_("One-time code"),
        max_length=16,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "autofocus": "",
                "spellcheck": "false",
            }
        ),
    )


class SecondFactor(Code):
    """Setting an app up; whoever replaces one gives the password again."""

    password = _password(_("Present password"), "current-password")

    def __init__(self, *args: Any, replacing: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not replacing:
            del self.fields["password"]


class UseInvitation(forms.Form):
    code = forms.CharField(
        label=_("Invitation code"),
        max_length=32,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off", "autofocus": ""}),
    )
    phone = forms.CharField(
        label=_("Mobile number"), max_length=20, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )


class ChangePassword(forms.Form):
    old = _password(_("Present password"), "current-password")
    new = _password(_("New password"), "new-password")
    again = _password(_("New password again"), "new-password")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("new") != data.get("again"):
            self.add_error("again", _("The two new passwords differ. Type the same one twice."))
        return data


def suggested(what: str) -> dict[str, str]:
    """Attributes of a field for which /staff/…/ suggests what begins so, in a datalist of the page."""
    return {
        "list": f"{what}s",
        "autocomplete": "off",
        "hx-get": f"/staff/{what}s/",
        "hx-trigger": "input changed delay:200ms",
        "hx-target": f"#{what}s",
    }


class PlaceField(forms.CharField):
    """A place in the actor's territory, by code or by a name that means one place only. Cleans to a code.

    A village whose name others share is meant by the township's name before its own: 龙泉镇城北村.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Place"), max_length=64, help_text=_("Name or code"), **kwargs)
        self.widget.attrs.update(suggested("place"))
        self.within = ""

    def clean(self, value: Any) -> str:
        text = str(super().clean(value)).strip()
        if places.is_code(text):
            return text
        found = self._meant(text)
        if len(found) == 1:
            return found[0]
        if found:
            raise forms.ValidationError(_("Several places are called so. Choose one from the list."))
        raise forms.ValidationError(_("There is no such place in your territory. Check the name."))

    def prepare_value(self, value: Any) -> Any:
        """A code that stands there is shown as a name, where that means the same."""
        if not places.is_code(str(value)):
            return value
        name = said({str(value)}, self.within)[str(value)]
        return name if self._meant(name) == [value] else value

    def _meant(self, text: str) -> list[str]:
        found = places.named(text, self.within) or NameBook.of(self.within).in_address(text)
        return [place.code for place in found]


def said(codes: set[str], within: str) -> dict[str, str]:
    """The names of places within their county; the county's own name for the county itself."""
    top = {code for code in codes if len(code) <= COUNTY_DIGITS}
    return places.described(codes - top, below=within[:COUNTY_DIGITS]) | places.names(top)


class PostForm(forms.Form):
    """A post; `unit` cleans to the unit's id, or None."""

    role = forms.ChoiceField(label=_("Role"))
    place = PlaceField()
    unit = forms.CharField(
        label=pgettext_lazy("post", "Unit"),
        required=False,
        max_length=120,
        help_text=_(
            "Of a department or a unit's liaison, as on the list of units; they see its people and no others"
        ),
        widget=forms.TextInput(attrs=suggested("unit")),
    )

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["role"].choices = [("", ""), *((r.value, r.title) for r in grantable(by))]  # type: ignore[attr-defined]
        self.fields["place"].within = by.place  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        called, place = data.get("unit"), data.get("place")
        data["unit"] = units.called(called, self.by, place) if called and place else None
        if called and place and not data["unit"]:
            self.add_error("unit", refusals.sentence("staff-unit"))
        return data


class AccountForm(PostForm):
    name = forms.CharField(label=_("Full name"), max_length=64)
    username = forms.CharField(
        label=_("Name to sign in with"),
        max_length=32,
        help_text=_("Small letters and digits, for example in pinyin"),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    phone = TelephoneField()
    field_order = ("name", "username", "phone", "role", "place", "unit")


def _sheet(raw: bytes) -> str:
    """The first sheet of a workbook as cells between tabs. Refuses what is none, and what unpacks to too much."""
    import python_calamine

    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(one.file_size for one in packed.infolist()) > _UNPACKED_BYTES:
                raise forms.ValidationError(_("This file is too large. Hand it in by parts."))
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw)) as book:
            rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, zipfile.BadZipFile, IndexError, OSError):
        raise forms.ValidationError(
            _("This file cannot be read. Save the sheet as .xlsx or .csv, or copy its rows and paste them.")
        ) from None
    out = io.StringIO()
    # A code that the spreadsheet keeps as a number is a code.
    plain = [
        [str(int(c)) if isinstance(c, float) and c.is_integer() else str(c) for c in row] for row in rows
    ]
    csv.writer(out, delimiter="\t").writerows(row if len(row) > 1 else [*row, ""] for row in plain)
    return out.getvalue()


class Many(forms.Form):
    """Rows of staff: pasted, or a file as spreadsheets save it (.xlsx, .csv)."""

    text = forms.CharField(
        label=_("Rows"),
        max_length=200_000,
        strip=False,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=_("Or a file (.xlsx or .csv)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def clean_file(self) -> str:
        """The file's rows as text: of a workbook its first sheet; of a text file, UTF-8 or the older encoding."""
        handed = self.cleaned_data.get("file")
        if not handed:
            return ""
        if handed.size > _MANY_BYTES:
            raise forms.ValidationError(_("This file is too large. Hand it in by parts."))
        raw = handed.read()
        if raw[:2] == b"PK":
            return _sheet(raw)
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return str(raw.decode(encoding))
            except UnicodeDecodeError:
                continue
        raise forms.ValidationError(
            _("This file cannot be read. Save the sheet as .xlsx or .csv, or copy its rows and paste them.")
        )


class Invite(forms.Form):
    name = forms.CharField(label=_("Full name"), max_length=64)
    phone = forms.CharField(
        label=_("Mobile number"), max_length=20, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    place = PlaceField()

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].within = by.place  # type: ignore[attr-defined]


class First(forms.Form):
    """The first administrator and the county."""

    county = forms.ChoiceField(label=_("County"))
    name = forms.CharField(label=_("Your name"), max_length=64)
    username = forms.CharField(
        label=_("Name to sign in with"),
        max_length=32,
        help_text=_("Small letters and digits, for example in pinyin"),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "username"}),
    )
    password = _password(
        _("Password"),
        "new-password",
        _("At least 8 characters; a short sentence is better than a short word with signs"),
    )
    again = _password(_("Password again"), "new-password")
    code = forms.CharField(label=_("Opening code"), max_length=64, required=False)

    def __init__(
        self, *args: Any, counties: list[tuple[str, list[tuple[str, str]]]], code: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["county"].choices = counties  # type: ignore[attr-defined]
        if not code:
            del self.fields["code"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("password") != data.get("again"):
            self.add_error("again", _("The two passwords differ. Type the same one twice."))
        return data
