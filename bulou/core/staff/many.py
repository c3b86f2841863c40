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
# What a column is called, in the order in which columns stand when none is.
_HEADINGS: dict[str, frozenset[str]] = {
    "name": frozenset(("姓名", "名字", "人员", "name", "full name")),
    "role": frozenset(("岗位", "岗位名称", "角色", "身份", "role", "post")),
    "place": frozenset(("地点", "地区", "所在地", "所在村", "村", "村名", "负责地区", "代码", "place")),
    "username": frozenset(("登录名", "用户名", "账号", "帐号", "username", "signs in as")),
    "unit": frozenset(("所属单位", "单位", "单位名称", "部门", "unit", "department")),
}


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

    A row of headings says which column is which, and may leave some out or name others. Empty rows are passed over.
    Refuses many-empty, many-rows.
    """
    mark = "\t" if "\t" in text else ","
    try:
        lines = list(csv.reader(io.StringIO(text.replace("，", ",")), delimiter=mark))
    except csv.Error as error:
        raise Refusal("many-empty") from error
    found, columns = [], list(_HEADINGS)
    for number, cells in enumerate(lines, start=1):
        given = [cell.strip() for cell in cells]
        if titles := _columns(given):
            columns = [*titles, *(column for column in _HEADINGS if column not in titles)]
        elif any(given):
            said = dict(zip(columns, given, strict=False))
            found.append(Row(number, *(said.get(column, "") for column in _HEADINGS)))
    if not found:
        raise Refusal("many-empty")
    if len(found) > MOST:
        raise Refusal("many-rows", count=len(found), most=MOST)
    return found


def _columns(cells: list[str]) -> list[str]:
    """Which column each cell of a row of headings names, empty for one that is not ours; [] for any other row."""
    found = [
        next((column for column, names in _HEADINGS.items() if cell.lower() in names), "") for cell in cells
    ]
    return found if "name" in found else []


def again(answers: list[Answer]) -> str:
    """The rows that were refused, to be put right and handed in again."""
    rows = [answer.row for answer in answers if answer.refused]
    return "\n".join("\t".join((r.name, r.role, r.place, r.username, r.unit)).rstrip() for r in rows)


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
