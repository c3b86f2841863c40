"""The name-plate of ledgers: what is owed to people who came in one without a known village."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bulou.core.records.kinds import Kind
from bulou.core.room import Room
from bulou.core.staff.roles import OFFICE
from bulou.exchange import assigning, joining, undoing, waiting
from bulou.exchange.duties import DUTIES
from bulou.exchange.forms import AssignedIn, UndoneIn
from bulou.exchange.models import Assigned, Undone

ROOM = Room(
    "exchange",
    _("Ledgers"),
    records=(
        Kind(
            Assigned,
            AssignedIn,
            OFFICE,
            _("Village of a person"),
            check=assigning.check,
            stored=assigning.stored,
        ),
        Kind(
            Undone,
            UndoneIn,
            OFFICE,
            _("File taken back"),
            sealed=("note",),
            check=undoing.check,
            stored=undoing.stored,
        ),
    ),
    duties=DUTIES,
    reacts={"person.merged": joining.follow, "person.unmerged": joining.follow},
    answers={"ended": waiting.ended},
)
