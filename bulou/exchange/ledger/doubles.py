"""The same person or event twice in one file. Repeats are pointed to the first; doubts go to a person.

Nothing is merged and nothing overwritten. Later rows are compared with rows that stand, not with held ones.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import Final

from opencc import OpenCC
from rapidfuzz.distance import Levenshtein

from . import codes as code_book
from .reading import Row

_MEASURES: Final = ("temperature", "temp_am", "temp_pm")
# Two lists of one journey often differ by a day or two; further apart they are two journeys.
SAME_JOURNEY: Final = dt.timedelta(days=2)
_LEVELS = re.compile(r"(省|市|自治区|自治州|地区|县|区|镇|乡|街道)")


class Doubles:
    """Meets a file's rows in order and marks those that repeat or dispute an earlier one."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.by_id: dict[str, list[Row]] = {}
        self.by_name_phone: dict[tuple[str, str], Row] = {}
        self.by_name_place: dict[tuple[str, str], Row] = {}
        self.by_name: dict[str, Row] = {}
        self.by_phone: dict[str, Row] = {}
        self.told: dict[tuple[object, ...], Row] = {}

    def meet(self, row: Row) -> None:
        """Add codes, `same_as` and the verdict; remember the row where it stands."""
        values = row.values
        number = values.get("id_number") or values.get("doc_number")
        earlier = self.by_id.get(number) if number else None
        if earlier:
            self._same_number(row, earlier)
        else:
            self._other_number(row, number)
        row.verdict = code_book.verdict(row.codes) if row.codes else code_book.ACCEPTED
        if row.verdict == code_book.ACCEPTED:
            self._remember(row, number)

    def _remember(self, row: Row, number: str | None) -> None:
        values = row.values
        name, phone = values.get("name", ""), values.get("phone")
        if number:
            self.by_id.setdefault(number, []).append(row)
        self.by_name.setdefault(name, row)
        if phone:
            self.by_name_phone.setdefault((name, phone), row)
            self.by_phone.setdefault(phone, row)
        if place := _place(row):
            self.by_name_place.setdefault((name, place), row)

    def _other_number(self, row: Row, number: str | None) -> None:
        """No earlier row with this number: the same person only by name and phone, which is a doubt."""
        values = row.values
        name, phone, place = values.get("name"), values.get("phone"), _place(row)
        if not name or (number is None and self._told_again(row)):
            return
        twin = self.by_name_phone.get((name, phone)) if phone else None
        if twin and not self._own_reading(row, twin):
            row.codes.append("DUP_NAME_PHONE")
            row.same_as = (twin.sheet, twin.row)
            return
        housemate = self.by_name_place.get((name, place)) if place else None
        if housemate and not self._own_reading(row, housemate) and _cannot_tell(row, housemate):
            row.codes.append("DUP_NAME_PLACE")
            row.same_as = (housemate.sheet, housemate.row)
            return
        if phone and phone in self.by_phone and not twin:
            row.codes.append("PHONE_SHARED")
        namesake = self.by_name.get(name)
        if namesake and number and _number(namesake) and not twin:
            row.codes.append("NAMESAKE")
            row.person_as = None
            _name_line(row, namesake)

    def _told_again(self, row: Row) -> bool:
        """In a sheet of readings by name the very same line is the same reading, whoever bears the name."""
        if self.kind != "readings":
            return False
        measured = tuple(tuple(one.values()) for one in row.readings)
        key = (row.day, row.also.get("half"), *sorted(row.values.items()), *measured)
        twin = self.told.setdefault(key, row)
        if twin is row:
            return False
        row.same_as = (twin.sheet, twin.row)
        row.codes.append("DUP_EXACT_EVENT")
        return True

    def _own_reading(self, row: Row, other: Row) -> bool:
        """In sheets of readings and passes a person comes back; only the very same told twice is a double."""
        return self.kind in ("readings", "passes") and not _same_values(row, other)

    def _same_number(self, row: Row, earlier: list[Row]) -> None:
        first = earlier[0]
        self._compare_names(row, first)
        if row.same_as:
            return
        if self.kind in ("readings", "passes"):
            twin = next((other for other in earlier if _same_values(row, other)), None)
            if twin:
                self._repeat(row, twin)
            else:
                row.person_as = (first.sheet, first.row)
            return
        if phone_differs(row, first):
            row.codes.append("PHONE_CHANGED")
            row.same_as = (first.sheet, first.row)
        twin = next((other for other in earlier if self._same_event(row, other)), None)
        if twin:
            self._repeat(row, twin)
        elif not row.same_as:
            near = next((other for other in earlier if _near(row, other)), None)
            if near:
                row.codes.append("DUP_EVENT_DIFFERS")
                row.same_as = (near.sheet, near.row)
            else:
                row.codes.append("SECOND_EVENT")
                row.person_as = (first.sheet, first.row)
                _name_line(row, first)

    def _compare_names(self, row: Row, first: Row) -> None:
        name, known = row.values.get("name"), first.values.get("name")
        if not name or not known or name == known:
            return
        phone = row.values.get("phone")
        code = other_name(name, known, bool(phone and phone == first.values.get("phone")))
        row.codes.append(code or "NAME_TRADITIONAL")
        if code:
            row.same_as = (first.sheet, first.row)
        else:
            row.values["name"] = known

    def _same_event(self, row: Row, other: Row) -> bool:
        if self.kind == "roster":
            return True
        mine, theirs = _event_day(row), _event_day(other)
        return (mine == theirs or not mine or not theirs) and places_agree(row, other)

    def _repeat(self, row: Row, twin: Row) -> None:
        row.same_as = (twin.sheet, twin.row)
        new = any(row.values.get(m) is not None and row.values[m] != twin.values.get(m) for m in _MEASURES)
        row.codes.append("DUP_EVENT_NEW_MEASURE" if new else "DUP_EXACT_EVENT")


def other_name(name: str, known: str, same_phone: bool) -> str:
    """The code of a second name under one number; "" where it is the same one in traditional signs."""
    if simplified(name) == simplified(known):
        return ""
    near = Levenshtein.distance(name, known) <= 1 or same_phone
    return "DUP_ID_NAME_DIFF" if near else "DUP_ID_OTHER_PERSON"


def _name_line(row: Row, other: Row) -> None:
    """Keep with the row which one its remark speaks of."""
    stands = other.row if other.sheet == row.sheet else f"{other.sheet} {other.row}"
    row.words = {**(row.words or {}), "row": stands}


def _number(row: Row) -> str | None:
    return row.values.get("id_number") or row.values.get("doc_number")


def _place(row: Row) -> str | None:
    return row.values.get("address") or row.values.get("village")


def _cannot_tell(row: Row, other: Row) -> bool:
    """Neither number nor phone is there on both sides to tell two people of one name apart."""
    return not (_number(row) and _number(other)) and not (
        row.values.get("phone") and other.values.get("phone")
    )


def _event_day(row: Row) -> str | None:
    return row.values.get("return_date") or row.values.get("left_date")


def _near(row: Row, other: Row) -> bool:
    """A journey told otherwise: the same days from elsewhere, or from the same place a day or two apart."""
    mine, theirs = _event_day(row), _event_day(other)
    if not mine or not theirs or mine == theirs:
        return True
    apart = abs(dt.date.fromisoformat(mine) - dt.date.fromisoformat(theirs))
    return apart <= SAME_JOURNEY and places_agree(row, other)


def _same_values(row: Row, other: Row) -> bool:
    if any(row.also.get(name) != other.also.get(name) for name in ("direction", "half")):
        return False
    return row.values == other.values and row.day == other.day and row.readings == other.readings


def phone_differs(row: Row, other: Row) -> bool:
    mine, theirs = row.values.get("phone"), other.values.get("phone")
    return bool(mine and theirs) and mine not in (theirs, other.values.get("phone2"))


def places_agree(row: Row, other: Row) -> bool:
    """湖北武汉市洪山区 and 武汉 may be one place; 湖北武汉 and 湖南长沙 are not."""
    mine, theirs = row.values.get("from_place"), other.values.get("from_place")
    if not mine or not theirs or mine == theirs:
        return True
    a, b = _LEVELS.sub("", mine), _LEVELS.sub("", theirs)
    return a in b or b in a


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("t2s")


@lru_cache(maxsize=4096)
def simplified(name: str) -> str:
    return str(_converter().convert(name))
