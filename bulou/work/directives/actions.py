"""The verb on an order, behind the audit door. What comes back are records like any other."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from bulou.core.audit import note, verb
from bulou.core.rulebook import value
from bulou.core.staff.actor import Actor
from bulou.core.staff.addressees import addressed
from bulou.core.staff.roles import OFFICE, Role
from bulou.core.tasks import rounds
from bulou.lib import clock
from bulou.lib.refusals import Refusal, declare
from bulou.work.directives.duties import ACKNOWLEDGE, ANSWER
from bulou.work.directives.forms import OrderIn
from bulou.work.directives.models import Issued, Order

READERS = OFFICE | {Role.DEPARTMENT}
ISSUERS = OFFICE - {Role.VILLAGE_CADRE}
declare("order-past", _("The time for the answer has passed already. Choose a later one."))


@verb("directives.issue", roles=ISSUERS)
def issue(by: Actor, said: OrderIn) -> Order:
    """Send an order down. Raises order-past, and what `addressed` raises."""
    at, due = clock.now(), clock.local(said.due_at)
    to = addressed(by, said.to, said.under, said.places, said.departments)
    if due <= at:
        raise Refusal("order-past")
    words = said.model_dump(include={"title", "number", "text"})
    order = Order(place=by.place, issued_by=by.name, issued_at=at, due_at=due, **words)
    hours = int(value("directives.acknowledge_within_hours", by.place, clock.day_of(at)))
    owed = [(ACKNOWLEDGE, min(at + timedelta(hours=hours), due)), (ANSWER, due)]
    count = rounds.send(order, Issued, to, by, owed if said.needs_answer else owed[:1])
    note(subject_type="order", subject_id=order.id, count=count)
    return order
