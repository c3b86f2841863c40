"""Many at once: staff pasted from a spreadsheet or handed in as CSV, each row with its own answer."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from bulou.core.people import units
from bulou.core.people.names import normal, reading
from bulou.core.places import queries as places
from bulou.core.places.book import NameBook
from bulou.core.staff.actions import Opened, open_account
from bulou.core.staff.models import Account
from bulou.core.staff.roles import EVERYONE, Role
from bulou.lib.refusals import Refusal, declare

if TYPE_CHECKING:
    from uuid import UUID

    from bulou.core.staff.actor import Actor

declare("many-empty", _("Nothing to add was found. Paste rows of name, role and place."))
declare("many-rows", _("These are %(count)s rows; at most %(most)s go at once. Hand them in by parts."))
declare("many-role", _("“%(text)s” is no role. Write it as the list of roles does."))
declare("many-place", _("“%(text)s” is no place of your territory. Check the name, or write the code."))
declare(
    "many-places", _("“%(text)s” is the name of several places. Write the township before it, or the code.")
)

MOST = 300  # each password costs a twentieth of a second on purpose
_HEADINGS = {"姓名", "名字", "name", "full name"}


@dataclass(frozen=True)
class Row:
    """One row as it was handed in: its number (from 1) and its cells."""

    number: int
    name: str
    role: str
    place: str
    username: str = ""
    unit: str = ""


@dataclass
class Answer:
    """What became of a row: an account that was opened, or the sentence of its refusal."""

    row: Row
    opened: Opened | None = None
    refused: str = ""


def rows(text: str) -> list[Row]:
    """The rows of pasted cells or of CSV: name, role, place, name to sign in with, unit (the last two may be absent).

    A row of headings and empty rows are passed over. Refuses many-empty, many-rows.
    """
    mark = "\t" if "\t" in text else ","
    try:
        lines = list(csv.reader(io.StringIO(text.replace("，", ",")), delimiter=mark))
    except csv.Error as error:
        raise Refusal("many-empty") from error
    found = []
    for number, cells in enumerate(lines, start=1):
        given = [cell.strip() for cell in cells] + [""] * 5
        if any(given) and given[0].lower() not in _HEADINGS:
            found.append(Row(number, given[0], given[1], given[2], given[3], given[4]))
    if not found:
        raise Refusal("many-empty")
    if len(found) > MOST:
        raise Refusal("many-rows", count=len(found), most=MOST)
    return found


def open_many(handed: list[Row], by: Actor) -> list[Answer]:
    """Open an account for each row that is sound; a row that is not stops none of its neighbours."""
    book, titles = NameBook.of(by.place), _titles()
    taken = set(Account.objects.values_list("username", flat=True))
    answers = []
    for row in handed:
        try:
            role, place = _role(row.role, titles), _place(row.place, book)
            username = row.username.lower() or _username(row.name, taken)
            opened = open_account(username, row.name, role, place, by, unit=_unit(row.unit, place, by))
            taken.add(username)
            answers.append(Answer(row, opened=opened))
        except Refusal as refusal:
            answers.append(Answer(row, refused=refusal.message))
    return answers


def _titles() -> dict[str, str]:
    """What a role may be called in a file: its code and its title in both languages."""
    found = {role.value: role.value for role in EVERYONE}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            found |= {str(role.title).lower(): role.value for role in EVERYONE}
    return found


def _role(text: str, titles: dict[str, str]) -> Role:
    if text.lower() not in titles:
        raise Refusal("many-role", text=text)
    return Role(titles[text.lower()])


def _place(text: str, book: NameBook) -> str:
    if places.is_code(text):
        return text
    found = book.named(text) or book.in_address(text)
    if len(found) != 1:
        raise Refusal("many-places" if found else "many-place", text=text)
    return found[0].code


def _unit(text: str, place: str, by: Actor) -> UUID | None:
    found = units.called(text, by, place) if text else None
    if text and not found:
        raise Refusal("staff-unit")
    return found


def _username(name: str, taken: set[str]) -> str:
    """A name to sign in with, from the pinyin of a name: zhangsan, zhangsan2, …"""
    base = "".join(c for c in reading(normal(name)).pinyin if c.isascii() and c.isalpha())[:24] or "staff"
    base = base if len(base) > 2 else f"staff.{base}"
    return next(u for n in range(1, len(taken) + 3) if (u := base if n == 1 else f"{base}{n}") not in taken)
