"""Looking for doubles in a place, and keeping what is proposed. Nothing is merged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bulou.core import audit
from bulou.core.people import keys
from bulou.core.people.doubles import exact, linking
from bulou.core.people.doubles.told import Told
from bulou.core.people.models import Double, DoublesLook, Person
from bulou.core.places import queries as places
from bulou.core.places.refused import UNKNOWN as PLACE_UNKNOWN
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import OFFICE
from bulou.lib import clock, ids, sql
from bulou.lib.refusals import Refusal, declare

RUNNING = declare(
    "doubles-looking", _("Doubles are being looked for already. Look at the page again in a minute.")
)
_COLUMNS = ("id", "one", "other", "score", "evidence", "found_at", "decided")
_AGAIN = (
    "ON CONFLICT (one, other) DO UPDATE SET score = excluded.score, evidence = excluded.evidence,"
    " found_at = excluded.found_at"
)
_PIECE = 500
_SILENT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two persons, the earlier id first; `score` in thousandths, 0 for an exact rule."""

    one: UUID
    other: UUID
    score: int
    evidence: str


def look(place: str, by: Actor) -> DoublesLook:
    """Look for doubles among the people of a place; what was proposed before and is not found any more goes.

    What somebody has decided stays decided. Raises Refusal: place-unknown, not-allowed, doubles-looking.
    """
    return finish(begin(place, by), by)


def begin(place: str, by: Actor) -> DoublesLook:
    """Write down that one looks now; `finish` does it. Raises as `look` does."""
    if not places.is_code(place) or not by.reaches(place) or places.get(place) is None:
        raise Refusal(PLACE_UNKNOWN)
    if is_running(place):
        raise Refusal(RUNNING)
    return _begin(place, DoublesLook.SPLINK if linking.is_here() else DoublesLook.RULES, by)


def is_running(place: str) -> bool:
    """Whether somebody is looking in a place just now; who began long ago has lost their process."""
    begun = DoublesLook.objects.filter(place=place, ended_at=None)
    return begun.filter(at__gt=clock.now() - _SILENT).exists()


def finish(one: DoublesLook, by: Actor) -> DoublesLook:
    """Compare, keep what is proposed, and say how many. Comparing holds no transaction."""
    found = _scored(one.place) if one.how == DoublesLook.SPLINK else _by_rule(one.place)
    for start in range(0, len(found), _PIECE):
        _keep(found[start : start + _PIECE], one, by)
    return _end(one, len(found), by)


def _scored(place: str) -> list[Proposal]:
    told = Told(place)
    found = []
    for pair in linking.pairs(told):
        one, other = sorted((told.persons[pair.one], told.persons[pair.other]), key=str)
        found.append(Proposal(one, other, max(1, int(pair.score * 1000)), " ".join(pair.evidence)))
    return found


def _by_rule(place: str) -> list[Proposal]:
    return [Proposal(one, other, 0, evidence) for one, other, evidence in exact.pairs(place)]


@audit.verb("people.look_for_doubles", roles=OFFICE)
def _begin(place: str, how: str, by: Actor) -> DoublesLook:
    audit.note(subject_type="place", subject_id=place, place=place, how=how)
    people = sql.subtree(Person.objects.filter(merged_into=None), place).count()
    return DoublesLook.objects.create(
        place=place, account=by.account or None, at=clock.now(), how=how, people=people
    )


@audit.verb("people.propose_doubles")
def _keep(found: list[Proposal], look: DoublesLook, by: Actor) -> None:
    now = sql.moment(look.at)
    rows = [
        (sql.uid(ids.new()), sql.uid(p.one), sql.uid(p.other), p.score, p.evidence, now, "") for p in found
    ]
    keys.insert(Double, _COLUMNS, rows, f"{_AGAIN} WHERE people_double.decided = ''")
    audit.note(subject_type="place", subject_id=look.place, place=look.place, count=len(rows))


@audit.verb("people.end_look")
def _end(look: DoublesLook, pairs: int, by: Actor) -> DoublesLook:
    """What an earlier look proposed here and this one did not find is proposed no more."""
    here = sql.subtree(Person.objects.all(), look.place).values("pk")
    old = Double.objects.filter(decided="", found_at__lt=look.at, one__in=here, other__in=here)
    gone, _by_model = old.delete()
    look.ended_at, look.pairs = clock.now(), pairs
    look.save(update_fields=["ended_at", "pairs"])
    audit.note(subject_type="place", subject_id=look.place, place=look.place, count=pairs, gone=gone)
    return look
