"""The name-plate of arrivals."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bulou.core.records.kinds import Kind
from bulou.core.room import Link, Room
from bulou.core.staff.roles import FIELD, OFFICE
from bulou.work.arrivals import actions, deciding, demo, found, joining, ledger, out, queries, rules, today
from bulou.work.arrivals.duties import DUTIES
from bulou.work.arrivals.figures import FIGURES
from bulou.work.arrivals.forms import ArrivalIn, SeenIn
from bulou.work.arrivals.models import Arrival, Seen

ROOM = Room(
    "arrivals",
    _("Arrivals"),
    records=(
        Kind(
            Arrival,
            ArrivalIn,
            FIELD | OFFICE,
            _("Arrival"),
            subject="",
            sealed=("from_place", "transport_no", "came_with", "itinerary", "note"),
            check=actions.check_arrivals,
            stored=actions.arrivals_stored,
            corrected=actions.arrivals_corrected,
        ),
        Kind(Seen, SeenIn, FIELD | OFFICE, _("Seen at home"), sealed=("note",)),
    ),
    duties=DUTIES,
    figures=FIGURES,
    reacts={
        "observation.to-clinic": actions.forget_visit,
        "case.outcome": deciding.on_outcome,
        "person.assigned": ledger.follow,
        "record.undone": ledger.undone,
        "person.merged": joining.follow,
        "person.unmerged": joining.follow,
        "screening.returnee": found.on_returnee,
        "pass.let-in": found.on_returnee,
        "returnee.corrected": found.on_corrected,
    },
    menu=(Link("/arrivals/", _("Arrivals"), queries.READERS, "people"),),
    answers={
        "timeline": queries.timeline,
        "population": queries.population,
        "terms": queries.terms,
        "rule_values": lambda: {rules.CLOCK: rules.CLOCK_WORDS},
        "awaited": queries.awaited,
        "demo": demo.demo,
        "ledger": ledger.brought,
        "exports": lambda: out.EXPORTS,
        **today.ANSWERS,
    },
)
