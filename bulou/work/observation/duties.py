"""What is expected of whom while somebody is observed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bulou.core.rulebook import value
from bulou.core.tasks.duties import Answer, Every, Slot, Subject, slots_of
from bulou.lib import clock
from bulou.work.observation import lodging
from bulou.work.observation.models import Observation


def observed(start: datetime, end: datetime) -> Iterator[Subject]:
    """Whoever is under observation in a time, until the end of their last day; not who is at the clinic."""
    found = Observation.objects.filter(
        Q(closed_at=None) | Q(closed_at__gt=start), opened_at__lt=end, until_day__gte=clock.day_of(start),
        away_from=None,
    ).exclude(state="lost")  # fmt: skip
    # Plain rows: there may be thousands, and only these columns are asked for.
    columns = ("id", "person", "place", "owed_from", "closed_at", "until_day", "profile", "bed_id")
    yield from as_subjects(list(found.values_list(*columns, named=True)))


def as_subjects(observations: Sequence[Any]) -> list[Subject]:
    """Observations as subjects of readings, each where they are measured: at home, or at the site."""
    lying = lodging.places(o.bed_id for o in observations)
    return [
        Subject(o.person, lying.get(o.bed_id, o.place), o.owed_from, _end(o), profile=o.profile, source=o.id)
        for o in observations
    ]


def _end(observation: Any) -> datetime:
    """Readings are owed to the end of the last day, or until it was closed before: not while a release waits."""
    last = clock.at(observation.until_day + timedelta(days=1), time())
    return min(observation.closed_at or last, last)


def turns(place: str, day: date, profile: str) -> tuple[Slot, ...]:
    return slots_of(value("observation.turns", place, day, profile), day)


READING = Every(
    "observation.reading", _("Take the temperature"), role="village-doctor",
    done_by="observation.reading", subjects=observed, slots=turns, answered_by=lodging.sites,
    also=("漏测:day", "漏测温:day", "漏测体温:day", "漏测次:day", "漏测温次:day", "未测次:day", "未测温次:day"),
)  # fmt: skip
NOTICE = Answer(
    "observation.notice", _("Hand over the notice and seal the door"), role="village-doctor",
    done_by="observation.notice", answered_by=lodging.sites,
)  # fmt: skip
RELEASE = Answer(
    "observation.release", _("Propose the release"), role="village-cadre",
    done_by="observation.step", when="r.step = 'proposed'",
)  # fmt: skip
FIND = Answer(
    "observation.find", _("Find the person: several temperatures in a row were not taken"), role="village-cadre",
    done_by="observation.contact",
)  # fmt: skip
ELSEWHERE = Answer(
    "observation.elsewhere", _("Reported in another place: say whether they are still here"), role="village-doctor",
    done_by="observation.whereabouts",
)  # fmt: skip
# Nobody there answers for them by name yet: it is whoever holds the post.
HERE = Answer(
    "observation.here", _("Observed in another place, reported here: say whether they are here"),
    role="village-doctor", done_by="observation.whereabouts",
    answered_by=lambda people: {person: ("nobody", person) for person in people},
)  # fmt: skip
ASKED = (ELSEWHERE.kind, HERE.kind)
DUTIES = (READING, NOTICE, RELEASE, FIND, ELSEWHERE, HERE)
