"""Whom a line speaks of: somebody known, somebody new, or somebody whom a person has to look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from bulou.core.people import matching, names
from bulou.core.people.models import Person
from bulou.core.people.persons import NewPerson, validate
from bulou.core.people.told import Told, told
from bulou.core.places.codes import VILLAGE, level_of
from bulou.core.staff.actor import Actor
from bulou.exchange import beforehand
from bulou.exchange.ledger import codes as code_book
from bulou.exchange.ledger.reading import Row
from bulou.exchange.where import county_of
from bulou.lib import ids, sql

# Sheets that speak of people who are in the register: a name alone may find them there.
BY_NAME = frozenset({"readings"})


@dataclass(slots=True)
class Fate:
    """What becomes of a row: worked out apart from it, so that a chunk can be tried again.

    `same_as`: position of the earlier row; `register`: those of the codes that speak of the register, and
    `who` in the words the person there; `settled`: doubts that a person has decided, which rise no more;
    `key`: that of a person who was entered just now.
    """

    at: int
    row: Row
    codes: list[str]
    place: str = ""
    person: UUID | None = None
    new: NewPerson | None = None
    told: Told | None = None
    fresh: bool = False
    key: bytes = field(default=b"", repr=False)
    same_as: int | None = None
    records: list[UUID] = field(default_factory=list)
    event: UUID | None = None
    words: dict[str, Any] = field(default_factory=dict)
    settled: frozenset[str] = frozenset()

    def again(self) -> Fate:
        """The same once more, for what is written may have to be tried again."""
        return Fate(
            self.at, self.row, self.codes[:], self.place, self.person, self.new, self.told, self.fresh, b"",
            self.same_as, self.records[:], self.event, self.words.copy(), self.settled,
        )  # fmt: skip

    @property
    def verdict(self) -> str:
        if self.row.verdict == code_book.SKIPPED:
            return code_book.SKIPPED
        return code_book.verdict(self.codes) if self.codes else code_book.ACCEPTED

    def say(self, code: str, register: bool = False, **words: Any) -> None:
        if code in self.settled:
            return
        if code not in self.codes:
            self.codes.append(code)
        self.words |= words
        if register:
            self.words.setdefault("register", []).append(code)

    def unsay(self, code: str) -> None:
        if code in self.codes:
            self.codes.remove(code)


def new_person(row: Row, place: str, village: str, today: date) -> NewPerson:
    """The person that a line tells, in normal form. Raises Refusal.

    Whoever has no document gets an id that follows from what is told, so that another file (or the same one
    again) means the same person.
    """
    new = beforehand.person(row, place)
    if row.beforehand:
        return new
    valid = new if beforehand.is_plain(new) else validate(new, today)
    if valid.doc_number:
        return valid
    return NewPerson(**{**_fields(valid), "id": _told_id(valid, village)})


def _fields(new: NewPerson) -> dict[str, Any]:
    return {name: getattr(new, name) for name in NewPerson.__slots__}


def _told_id(new: NewPerson, village: str) -> UUID:
    birth = new.birth_date.isoformat() if new.birth_date else ""
    return ids.derived(
        "ledger", "person", county_of(new.place), new.name, new.phone or birth or new.address or village
    )


def settle(fates: list[Fate], kind: str, by: Actor, within: str, here: set[UUID]) -> None:
    """Find the known person of each (`fate.person`), or say what a person must decide. Nothing is written.

    `here`: people whom this very file brought; what is doubtful between its own lines was told already.
    """
    if kind in BY_NAME:
        _find_by_name([f for f in fates if f.new and not f.new.doc_number], within, by, here)
    asked = [f for f in fates if f.new is not None and f.person is None and f.verdict == code_book.ACCEPTED]
    for fate in asked:
        fate.told = _told(fate)
    matches = matching.match([f.told for f in asked if f.told])
    about = _people({i for m in matches for i in (m.known, *m.alike) if i})
    for fate, match in zip(asked, matches, strict=True):
        if match.known in here:
            fate.person = match.known
        elif match.known is not None:
            _known(fate, match, about, by)
        else:
            others = [about[i] for i in match.alike if i in about and i not in here]
            if kind != "passes" or not _passes(fate, others, by):
                _alike(fate, others, by)
    if kind in ("returnees", "roster"):
        _by_name_alone([f for f in asked if f.person is None], within, by, here)


def _told(fate: Fate) -> Told | None:
    if fate.new is None:
        return None
    return fate.row.beforehand.told(fate.new) if fate.row.beforehand else told(fate.new)


def _people(wanted: set[UUID]) -> dict[UUID, Person]:
    where, params = sql.among("id", wanted)
    fields = ("id", "name", "place", "birth_date", "phone_index", "phone2_index")
    return (
        {p.id: p for p in Person.objects.extra(where=[where], params=params).only(*fields)} if wanted else {}
    )


def _known(fate: Fate, match: matching.Match, about: dict[UUID, Person], by: Actor) -> None:
    assert match.known is not None
    assert fate.new is not None
    person = about[match.known]
    if not by.reaches(person.place):
        fate.say("PERSON_ELSEWHERE")
        return
    name, known = fate.new.name, str(person.name)
    fate.words["who"] = str(person.id)
    if "name" in match.differs:
        from bulou.exchange.ledger.doubles import other_name  # the dictionary of signs, seldom asked

        if code := other_name(name, known, bool(fate.new.phone and "phone" not in match.differs)):
            fate.say(code, register=True)
    if "phone" in match.differs:
        fate.say("PHONE_CHANGED", register=True)
    fate.person = person.id
    if person.place.startswith(fate.place):
        fate.place = person.place
    elif "place" in match.differs:
        fate.say("PLACE_DIFFERS")


def _passes(fate: Fate, others: Iterable[Person], by: Actor) -> bool:
    """Who passes a post is no second entry of somebody: without a number, the one of that name and phone is meant."""
    assert fate.new is not None
    assert fate.told is not None
    if fate.new.doc_number or not fate.told.phone_index:
        return False
    meant = [
        one for one in others
        if by.reaches(one.place) and one.name == fate.new.name and fate.told.phone_index in _phones(one)
        and _agree(fate.new.birth_date, one.birth_date)
    ]  # fmt: skip
    if len(meant) != 1:
        return False
    fate.person, fate.words["who"] = meant[0].id, str(meant[0].id)
    fate.new = replace(fate.new, id=fate.person)
    fate.told = _told(fate)
    if meant[0].place.startswith(fate.place):
        fate.place = meant[0].place
    return True


def _alike(fate: Fate, others: Iterable[Person], by: Actor) -> None:
    """Somebody of the same name and phone, or birth, without the same document: one person or two?"""
    assert fate.told is not None
    phone = fate.told.phone_index
    likely = [other for other in others if by.reaches(other.place)]
    for other in likely[:1]:
        same_phone = bool(phone) and phone in (other.phone_index, other.phone2_index)
        fate.say("DUP_NAME_PHONE" if same_phone else "DUP_NAME_BIRTH", register=True, who=str(other.id))
    if likely[1:]:
        fate.words["several"] = [str(other.id) for other in likely]


def _find_by_name(fates: list[Fate], within: str, by: Actor, here: set[UUID]) -> None:
    """The one person of a name in the territory; a phone or the village tells namesakes apart.

    Whoever is told with another phone, or in another village, may be a namesake whom nobody has entered.
    """
    by_name = _called({f.new.name for f in fates if f.new}, within, by)
    for fate in fates:
        assert fate.new is not None
        phone = told(fate.new).phone_index
        called = [person for person in by_name.get(fate.new.name, []) if person.id not in here]
        candidates = _narrowed(called, fate, phone)
        if len(candidates) != 1:
            fate.say("PERSON_SEVERAL" if candidates else "PERSON_NOT_FOUND")
        elif _told_otherwise(candidates[0], fate, phone):
            fate.say("DUP_NAME_REGISTER", who=str(candidates[0].id))
        else:
            fate.person, fate.place = candidates[0].id, candidates[0].place


def _called(wanted: set[str], within: str, by: Actor) -> dict[str, list[Person]]:
    """Those of these names in a territory whom the actor reaches."""
    by_name: dict[str, list[Person]] = {}
    fields = ("id", "name", "place", "sex", "birth_date", "phone_index", "phone2_index")
    # By the pinyin, for which there is an index.
    called = Person.objects.filter(
        pinyin__in={names.reading(name).pinyin for name in wanted}, name__in=wanted, merged_into=None
    )
    for person in sql.subtree(called, within).only(*fields) if wanted else ():
        if by.reaches(person.place):
            by_name.setdefault(str(person.name), []).append(person)
    return by_name


def _by_name_alone(fates: list[Fate], within: str, by: Actor, here: set[UUID]) -> None:
    """Without number, phone and birth nothing tells a line's person from somebody of the name in the village."""
    bare = [
        fate for fate in fates
        if (new := fate.new) and not (new.doc_number or new.phone or new.birth_date)
        and fate.verdict == code_book.ACCEPTED and level_of(fate.place) >= VILLAGE
    ]  # fmt: skip
    by_name = _called({f.new.name for f in bare if f.new}, within, by)
    for fate in bare:
        assert fate.new is not None
        some = [p for p in by_name.get(fate.new.name, []) if p.id not in here | {fate.new.id}]
        likely = [p for p in some if p.place.startswith(fate.place) and _agree(fate.new.sex, p.sex)]
        for one in likely[:1]:
            fate.say("DUP_NAME_REGISTER", who=str(one.id))
        if likely[1:]:
            fate.words["several"] = [str(one.id) for one in likely]


def _narrowed(candidates: list[Person], fate: Fate, phone: str | None) -> list[Person]:
    assert fate.new is not None
    born, sex = fate.new.birth_date, fate.new.sex
    able = [p for p in candidates if _agree(born, p.birth_date) and _agree(sex, p.sex)]
    if own := [p for p in able if phone and phone in _phones(p)]:
        return own
    return [p for p in able if p.place.startswith(fate.place)] or able


def _agree(one: object, other: object) -> bool:
    return not one or not other or one == other


def _phones(person: Person) -> set[str]:
    return {index for index in (person.phone_index, person.phone2_index) if index}


def _told_otherwise(person: Person, fate: Fate, phone: str | None) -> bool:
    """The line has a phone that is none of theirs; without one, another village than where they live."""
    known = _phones(person)
    if phone and known:
        return phone not in known
    return not (person.place.startswith(fate.place) or fate.place.startswith(person.place))
