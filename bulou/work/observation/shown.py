"""How observations look on pages: their words, and what a list says of each beside its person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from bulou.core.places.codes import COUNTY_DIGITS
from bulou.core.records.kinds import kinds
from bulou.core.rulebook import value
from bulou.core.staff.queries import names
from bulou.desk import lists
from bulou.desk.states import Look
from bulou.lib import clock, degrees
from bulou.work.observation import queries, symptoms
from bulou.work.observation.forms import ACTIONS, BREACHES, OUTCOMES
from bulou.work.observation.models import Bed, Lodged, Moved, Observation

QUESTIONS = {
    "missed": lazy("Readings missed today"), "fever": lazy("Fever today"), "gaps": lazy("Gaps to explain"),
    "propose": lazy("Release to propose"), "check": lazy("Release to check"),
    "approve": lazy("Release to approve"), "notice": lazy("Notice not given"),
    "unreached": lazy("Could not be reached"), "lost": lazy("Lost"),
    "elsewhere": lazy("Reported in another place"), "reported": lazy("Observed elsewhere, reported here"),
    "central": lazy("Central site"), "running": lazy("All under observation"), "closed": lazy("Ended"),
}  # fmt: skip
EMPTY = {
    "missed": lazy("Nobody has been missed today: every temperature that was due is in."),
    "fever": lazy("Nobody has had a fever today."),
    "gaps": lazy("Every gap has been explained."),
    "propose": lazy("Nobody's term is over without a proposal."),
    "check": lazy("No release waits to be checked."),
    "approve": lazy("No release waits to be approved."),
    "notice": lazy("Everybody has been given the notice."),
    "unreached": lazy("Everybody has been measured or heard of lately."),
    "lost": lazy("Nobody is lost to follow-up."),
    "elsewhere": lazy("Nobody who is observed here has been reported in another place."),
    "reported": lazy("Nobody who was reported here is observed in another place."),
    "central": lazy("Nobody is at a central site."),
    "running": lazy("Nobody is under observation here."),
    "closed": lazy("No observation has ended here yet."),
}
STATES = {
    "open": Look(pgettext_lazy("observation", "observed"), "eye", "now"),
    "proposed": Look(pgettext_lazy("observation", "release proposed"), "send", "wait"),
    "checked": Look(pgettext_lazy("observation", "release checked"), "clipboard-list", "wait"),
    "lost": Look(pgettext_lazy("observation", "lost"), "user-question", "miss"),
    "closed": Look(pgettext_lazy("observation", "ended"), "check", "done"),
    "away": Look(pgettext_lazy("observation", "at the fever clinic"), "ambulance", "fever"),
}
MEASURES = {"home": lazy("At home"), "central": lazy("Central site")}
TURNS = {"am": pgettext_lazy("turn", "a.m."), "pm": pgettext_lazy("turn", "p.m.")}


def look(plan: Observation) -> Look:
    """The state of an observation as word, sign and tone; an ended one says how it ended."""
    known = STATES["away"] if plan.away_from else STATES.get(plan.state, STATES["open"])
    return Look(OUTCOMES.get(plan.outcome, known.word), known.sign, known.tone) if plan.outcome else known


def day(value: date) -> str:
    """A day as lists say it."""
    return date_format(value, _("M j"))


def turn(slot: str) -> str:
    """A turn as pages say it: 2020-02-12/am → 2月12日上午."""
    on, _slash, name = slot.partition("/")
    return f"{day(date.fromisoformat(on))} {TURNS.get(name, name)}"


def described(plans: Sequence[Observation], below: str) -> list[dict[str, Any]]:
    """Observations with their people, gaps, what is to be answered for and by whom; constant queries."""
    people = lists.shown({p.person for p in plans}, below)
    named = lists.place_names({p.place for p in plans}, below)
    missing = queries.missing([p for p in plans if p.closed_at is None])
    answers = lists.answering({p.person: p.place for p in plans})
    today = clock.today()
    return [
        {
            "plan": p,
            "person": people.get(p.person),
            "place": named.get(p.place, p.place),
            "day": max(1, (today - p.clock_from).days + 1),
            "days": (p.until_day - p.clock_from).days + 1,
            "over": today > p.until_day,
            "missing": missing[p.id],
            "look": look(p),
            "measure": MEASURES.get(p.measure, p.measure),
            "answers": answers[p.person],
            "line": fever_line(p.place, p.profile),
        }
        for p in plans
    ]


def fever_line(place: str, profile: str) -> int:
    """Tenths of a degree from which a temperature is a fever there."""
    return int(value("fever.tenths", place, clock.today(), profile or None))


STEPS = {
    "proposed": lazy("Release proposed by the village"), "checked": lazy("Checked by the township"),
    "approved": lazy("Approved by the county"), "sent-back": lazy("Sent back to the village"),
}  # fmt: skip
CONTACTS = {True: lazy("Found again"), False: lazy("Lost to follow-up")}
WHERE = {True: lazy("is here"), False: lazy("is not here")}
HANDED = {
    ("merged", "out"): lazy("Goes on with who it turned out to be"),
    ("merged", "in"): lazy("Taken over from a second entry"),
    ("unmerged", "out"): lazy("Given back to the other person"),
    ("unmerged", "in"): lazy("Two persons again: goes on"),
    ("bed-taken", "in"): lazy(
        "Two persons again: goes on; somebody else lies in the bed now, choose another"
    ),
    ("excluded", "in"): lazy("Not confirmed after all: goes on"),
}
MOVES = {
    "out": lazy("moved away from %(here)s, to %(other)s"),
    "in": lazy("moved to %(here)s, from %(other)s"),
}
STAYS = {"in": lazy("checked in: %(bed)s"), "out": lazy("checked out: %(bed)s")}
RESTARTS = {
    "exposed-again": lazy("exposed again, or not strictly kept"), "second-arrival": lazy("arrived a second time"),
    "not-kept": lazy("a breach"), "kept": lazy("the breach was corrected"),
    "merged": lazy("as of who it turned out to be"), "unmerged": lazy("two persons again"),
}  # fmt: skip


def named_in(records: Sequence[Any]) -> None:
    """Lay the names of places beside the moves among some records, and of beds beside the stays."""
    moves = [record for record in records if isinstance(record, Moved)]
    stays = [record for record in records if isinstance(record, Lodged)]
    codes = {code for move in moves for code in (move.place, move.other) if code}
    places = lists.place_names(codes, min(codes)[:COUNTY_DIGITS]) if codes else {}
    for move in moves:
        here, other = (places.get(code, code) or "?" for code in (move.place, move.other))
        move.named = {"here": here, "other": other}
    beds = Bed.objects.select_related("site").in_bulk({stay.bed for stay in stays}) if stays else {}
    for stay in stays:
        bed = beds.get(stay.bed)
        stay.named = {"bed": f"{bed.site.name} {bed}" if bed else "?"}


def went(record: Moved | Lodged) -> str:
    """From where to where somebody was moved, or the bed that they got or left."""
    if record.named is None:
        named_in([record])
    told = MOVES if isinstance(record, Moved) else STAYS
    return str(told[record.direction]) % record.named


def said(record: Any) -> tuple[Any, str]:
    """What a record of an observation says, for its history: the tone and the words."""
    kind = record.kind.partition(".")[2]
    if kind == "reading":
        parts = [degrees.celsius(record.tenths)] if record.tenths is not None else []
        parts += symptoms.titles(record.symptoms.split(","))
        return ("fever" if record.fever else ""), _(", ").join(parts)
    if kind == "breach":
        return (
            "miss",
            f"{BREACHES.get(record.what, record.what)} → {ACTIONS.get(record.action, record.action)}",
        )
    if kind == "notice":
        parts = [_("notice handed over")] * record.notice + [_("door sealed")] * record.seal
        return "", _(", ").join(parts)
    words: dict[str, Callable[[], Any]] = {
        "opened": lambda: _("%(measure)s, until %(day)s") % {
            "measure": MEASURES.get(record.measure, record.measure), "day": record.until_day.isoformat()
        },
        "restarted": lambda: _("again until %(day)s: %(why)s") % {
            "day": record.until_day.isoformat(), "why": RESTARTS.get(record.reason, record.reason)
        },
        "moved": lambda: went(record),
        "lodged": lambda: went(record),
        "step": lambda: STEPS.get(record.step, record.step),
        "handed": lambda: HANDED.get((record.reason, record.direction), record.reason),
        "contact": lambda: CONTACTS[record.found],
        "whereabouts": lambda: WHERE[record.here],
        "closed": lambda: OUTCOMES.get(record.outcome, record.outcome),
    }  # fmt: skip
    lost = kind == "contact" and not record.found
    return ("miss" if lost else ""), str(words[kind]() if kind in words else "")


def last_change(plan: Observation) -> dict[str, str]:
    """What was done to an observation last, `what` and by `who`: for somebody who decided before they saw it."""
    record = queries.last_turn(plan)
    if record is None:
        return {"what": "", "who": _("the system")}
    words = str(said(record)[1])
    title = f"{kinds()[record.kind].title}{_(': ') if words else ''}{words}"
    who = names([record.account]).get(record.account) if record.account else None
    return {
        "what": f"{title}, {timezone.localtime(record.received_at):%m-%d %H:%M}",
        "who": who or _("the system"),
    }
