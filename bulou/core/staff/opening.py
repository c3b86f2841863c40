"""The first start: while nobody administers the house, one administrator and one county can be named."""

from __future__ import annotations

import hmac
import ipaddress
import os
import secrets
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bulou.core.places import files, taking
from bulou.core.places.codes import COUNTY, level_of
from bulou.core.places.models import Place
from bulou.core.staff import actions
from bulou.core.staff.actor import SYSTEM
from bulou.core.staff.models import Account
from bulou.core.staff.queries import has_administrator
from bulou.core.staff.roles import Role
from bulou.lib import clock
from bulou.lib.refusals import Refusal, declare

if TYPE_CHECKING:
    from django.http import HttpRequest

declare("first-done", _("This house has an administrator already. Ask them for an account."))
declare(
    "first-code",
    _("The opening code is wrong. It stands in the file first.code in the folder of bulou's files."),
)
declare(
    "first-county",
    _("%(code)s is no county that is known here. Give its six-digit code; to take your own divisions in: "
      "`bulou places import --file`."),
)  # fmt: skip
declare("first-county-missing", _("No county was given. Type its six-digit code, or say --county CODE."))

FILE = "first.code"
# What stands in the place of a city where there is none.
_NO_CITY = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}


def counties() -> list[tuple[str, list[tuple[str, str]]]]:
    """The counties that can be chosen, in groups: (words, [(code, name), …]).

    Nothing is chosen beforehand. First those whose townships and villages are here, then every county of the
    country by province.
    """
    here = Place.objects.filter(level=COUNTY, to_day=None).order_by("code").values_list("code", "name")
    groups: dict[str, list[tuple[str, str]]] = {str(_("With townships and villages")): list(here)}
    for code_, county in files.counties().items():
        groups.setdefault(county.province, []).append((code_, _within(county)))
    return [("", [("", str(_("Choose your county")))]), *groups.items()]


def _within(county: files.County) -> str:
    """A county's name after its city's. Where a province or the county itself is the city, there is none to name."""
    return county.name if county.city in _NO_CITY else f"{county.city} {county.name}"


def is_listed(county: str) -> bool:
    """Whether a code is a county of the country, as far as the files that come with bulou know. No database."""
    return county in files.counties() or any(
        row.code == county for row in files.five_counties() if level_of(row.code) == COUNTY
    )


def is_here(county: str) -> bool:
    """Whether a code is a county that was taken in already."""
    return Place.objects.filter(pk=county, level=COUNTY).exists()


def first(county: str, username: str, name: str, password: str) -> Account:
    """The first administrator, over a county that is taken in from the tree when it is not here yet.

    Refuses first-done, first-county, password-weak also when it is empty, and whatever open_account refuses.
    """
    actions.check_strength(password, Account(username=username, name=name))
    with transaction.atomic():
        if has_administrator():
            raise Refusal("first-done")
        here = is_here(county)
        if not (here or is_listed(county)):
            raise Refusal("first-county", code=county)
        if not here:
            taking.take_county(SYSTEM, county)
        opened = actions.open_account(username, name, Role.ADMINISTRATOR, county, SYSTEM, password=password)
    (clock.home() / FILE).unlink(missing_ok=True)
    return opened.account


def is_local(request: HttpRequest) -> bool:
    """Whether a request comes from this very machine, and not through a proxy on it."""
    if request.META.get("HTTP_X_FORWARDED_FOR") or request.META.get("HTTP_FORWARDED"):
        return False
    try:
        return ipaddress.ip_address(str(request.META.get("REMOTE_ADDR", ""))).is_loopback
    except ValueError:
        return False


def code() -> str:
    """The opening code: who asks from elsewhere must be able to read this machine's files."""
    path = clock.home() / FILE
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    fresh = secrets.token_hex(8)
    with os.fdopen(descriptor, "w") as file:
        file.write(fresh)
    return fresh


def check_code(given: str) -> None:
    """Refuses first-code."""
    if not hmac.compare_digest(given.strip().encode(), code().encode()):
        raise Refusal("first-code")
