"""What is checked when records of a post come in, and what the rules make of whoever passed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bulou.core.places import classes
from bulou.core.places.codes import COUNTY_DIGITS
from bulou.core.places.models import Place
from bulou.core.records.kinds import Batch, Item
from bulou.core.rulebook import table, value
from bulou.core.rulebook.tables import Outcome
from bulou.core.staff.models import Post
from bulou.core.staff.roles import Role
from bulou.core.tasks.models import OPEN, Task
from bulou.lib import clock, plates
from bulou.lib.refusals import declare
from bulou.work.checkpoints import rules, who
from bulou.work.checkpoints.duties import STRAY, staff
from bulou.work.checkpoints.models import Checkpoint, Followed
from bulou.work.checkpoints.who import Stands

declare("checkpoint-unknown", _("There is no such post in your territory. Choose one from the list."))
declare(
    "pass-temperature",
    _("No person has such a temperature. 36.5 °C is sent as 365; measure again."),
    typed=_("No person has such a temperature. Measure again and enter it as 36.5."),
)
declare("pass-people", _("Fewer people than are named. Count them again."))
declare("pass-nameless", _("By the rules this one must be named: enter at least the name."))
declare(
    "pass-companions-nameless",
    _("By the rules everybody must be named: enter the names of the other %(count)s too."),
)
declare("pass-whither", _("Say which village they go to: it is to see them at home."))
declare("hold-unknown", _("This person is not in the isolation room of a post of yours. Look at the list."))
declare("on-duty-unknown", _("Nobody on duty here is meant. Choose the task on the list."))
declare("stray-unknown", _("This person was not seen at a post while under observation. Look at the list."))


@dataclass(slots=True)
class Ruled:
    """Somebody of a pass with what the rules say; `done` is what was done."""

    one: Stands
    said: Outcome
    done: str
    fever: bool | None


def check_passes(batch: Batch) -> None:
    """Find the posts, who stood there, what the rules say of each; fill in the numbers."""
    posts = Checkpoint.objects.in_bulk({item.data.checkpoint for item in batch.live})
    found: dict[Item, list[Stands]] = {}
    for item in batch.live:
        post = posts.get(item.data.checkpoint)
        if post is None or not item.by.reaches(post.place):
            item.refuse("checkpoint-unknown")
            continue
        item.row.setdefault("root", item.id)
        item.row["place"] = post.place
        found[item] = [Stands(one, n) for n, one in enumerate((item.data, *item.data.companions))]
    places = {item: _whither(item, posts[item.data.checkpoint]) for item in found}
    _villages(places)
    who.recognise(found, {item: place or item.row["place"] for item, place in places.items()})
    live = {item: some for item, some in found.items() if not item.status}
    who.permits(
        (one, item.row["place"], item.came.happened_at)
        for item, some in live.items() if posts[item.data.checkpoint].closed for one in some
    )  # fmt: skip
    deciding = _Deciding()
    for item, some in live.items():
        _one_pass(item, some, posts[item.data.checkpoint], places[item], deciding)


def _whither(item: Item, post: Checkpoint) -> str:
    """The village they go to; whoever goes in where people live and says no other, goes there. "" unknown."""
    said: str = item.data.to_place
    return said or (post.place if post.kind in rules.OF_A_PLACE and len(post.place) >= 12 else "")


def _villages(places: dict[Item, str]) -> None:
    """Refuse those who go to a place that is none of the county's."""
    asked = {item.data.to_place for item in places if item.data.to_place}
    known = set(Place.objects.filter(code__in=asked).values_list("code", flat=True)) if asked else set()
    for item in places:
        to = item.data.to_place
        if to and (to not in known or to[:COUNTY_DIGITS] != item.row["place"][:COUNTY_DIGITS]):
            item.refuse("place-unknown")


class _Deciding:
    """The rules of a batch, each looked up once for its place and day."""

    def __init__(self) -> None:
        self.line = cache(lambda place, day: int(value("fever.tenths", place, day)))
        self.span = cache(lambda place, day: value("checkpoints.plausible_tenths", place, day))
        self.areas = cache(lambda place, day: value("arrivals.affected_areas", place, day))
        self._table = cache(lambda place, day: table(rules.TABLE, place, day))
        self._said = cache(self._decide)

    def __call__(self, place: str, day: Any, before: rules.Before, post: rules.Post) -> Outcome:
        return self._said(place, day, before, post)

    def _decide(self, place: str, day: Any, before: rules.Before, post: rules.Post) -> Outcome:
        facts = rules.facts(before, post, self.line(place, day))
        found: Outcome = self._table(place, day).decide(facts)
        return found


def _one_pass(item: Item, some: list[Stands], post: Checkpoint, to: str, deciding: _Deciding) -> None:
    data, place, day = item.data, post.place, clock.day_of(item.came.happened_at)
    low, high = deciding.span(place, day)
    people = data.people if data.people is not None else len(some)
    if any(one.said.tenths is not None and not low <= one.said.tenths <= high for one in some):
        item.refuse("pass-temperature")
        return
    if people < len(some):
        item.refuse("pass-people")
        return
    origin = _origin(item, deciding.areas(place, day))
    here, line = rules.Post(post.closed, post.room), deciding.line(place, day)

    def rule(one: Stands, tenths: int | None, told: str) -> Ruled:
        before = rules.Before(tenths, origin, data.purpose, data.direction, one.permit, bool(one.observed))
        said = deciding(place, day, before, here)
        return Ruled(one, said, told or said["outcome"], rules.is_fever(tenths, line))

    ruled = [rule(one, one.said.tenths, one.said.outcome) for one in some]
    # Those who are counted and not named: the first one's temperature is theirs, unless that one is ill.
    tenths = None if ruled[0].fever else data.tenths
    told = data.outcome if data.outcome in (rules.LET_IN, rules.SENT_BACK) else ""
    # Whoever copies a ledger cannot ask their names any more: they passed, or it would not hold them.
    told = told or (rules.LET_IN if item.came.copied else "")
    rest = [rule(Stands(data, -1), tenths, told)] * (people - len(some))
    unnamed = len(rest) if any(_must_be_named(one) for one in rest[:1]) else 0
    if any(_must_be_named(one) for one in ruled):
        item.refuse("pass-nameless")
    elif unnamed and not item.came.copied:
        item.refuse("pass-companions-nameless", count=unnamed)
    elif not to and any(rules.tells(one.said["tell"], one.done, origin, data.direction) for one in ruled):
        item.refuse("pass-whither")
    else:
        item.row |= {
            "origin": "" if origin == classes.UNKNOWN else origin,
            "to_place": to,
            "ones": ruled,
            "unnamed": unnamed,
        }
        # Not a column: under whose key the plate is sealed, so that it ends with the data of who came in it.
        item.row["person"] = next((one.person for one in some if one.person is not None), None)
        _fill(item, ruled, rest, post)


def _must_be_named(one: Ruled) -> bool:
    """Whether nobody may pass so without a name; whoever is held or ill is handed to somebody by name."""
    away = one.done in (rules.HELD, rules.TO_CLINIC) or one.said["who"] == "named"
    return one.one.person is None and away


def _origin(item: Item, areas: list[str]) -> str:
    """The class of where they come from: as it was said, unless the place that was named is in an affected area."""
    data = item.data
    code = classes.origin_code(data.from_place) if data.from_place else ""
    found = classes.origin_class(code, item.row["place"], data.origin == classes.AFFECTED or None, areas)
    said: str = data.origin
    return found if found == classes.AFFECTED or not said else said


def _fill(item: Item, ruled: list[Ruled], rest: list[Ruled], post: Checkpoint) -> None:
    data, first = item.data, ruled[0]
    counts = Counter(one.done for one in (*ruled, *rest))
    taken = [one.one.said.tenths for one in ruled if one.one.said.tenths is not None]
    plate = plates.read(data.plate) if data.plate else None
    item.row |= {
        "post": post.id.hex, "post_kind": post.kind, "direction": data.direction, "purpose": data.purpose,
        "vehicle": plate.kind if plate else "", "people": len(ruled) + len(rest),
        "vehicles": data.vehicles if data.vehicles is not None else int(plate is not None),
        "unmeasured": len(ruled) - len(taken) + (len(rest) if data.tenths is None else 0),
        "observed": sum(bool(one.one.observed) for one in ruled), "tenths": max(taken, default=None),
        "outcome": first.done, "ruled": first.said["outcome"], "decided_by": first.said.name[:80],
        "against": any(one.done != one.said["outcome"] for one in ruled),
        **{outcome: counts[outcome] for outcome in rules.OUTCOMES},
    }  # fmt: skip


def check_followed(batch: Batch) -> None:
    """Only who was seen at a post while under observation is followed up, where they live; also in a correction."""
    strayed = _open(STRAY.kind, {item.data.person for item in batch.live})
    before = who.corrected(batch, Followed)
    for item in batch.live:
        found = before.get(item) or next(
            (t for t in strayed.get(item.data.person, ()) if item.by.reaches(t.place)), None
        )
        if found is None:
            item.refuse("stray-unknown")
        else:
            item.row["place"] = found.place


def _open(kind: str, people: set[UUID]) -> dict[UUID, list[Task]]:
    found: dict[UUID, list[Task]] = {}
    for task in Task.objects.filter(OPEN, kind=kind, subject_id__in=people).order_by("opens_at", "id"):
        found.setdefault(task.subject_id, []).append(task)
    return found


def check_own(batch: Batch) -> None:
    """Somebody who stands at a post of the sender's was measured."""
    held = Post.objects.filter(role=Role.CHECKPOINT_STAFF).values_list("pk", "place")
    places = {staff(pk): place for pk, place in held}
    for item in batch.live:
        place, day = item.came.place, clock.day_of(item.came.happened_at)
        low, high = value("checkpoints.plausible_tenths", place, day)
        if item.data.staff not in places or not item.by.reaches(places[item.data.staff]):
            item.refuse("on-duty-unknown")
        elif not low <= item.data.tenths <= high:
            item.refuse("pass-temperature")
        else:
            item.row["place"] = places[item.data.staff]
            item.row["fever"] = item.data.tenths >= int(value("fever.tenths", place, day))
