"""Every list of orders that is read, scope first: the common ones of rounds, over this room's records."""

from django.db.models import QuerySet

from bulou.core.staff.actor import Actor
from bulou.core.tasks.rounds import names, ours
from bulou.work.directives.models import Issued, Order

subject_names = names(Issued)


def orders(actor: Actor) -> QuerySet[Order]:
    """Orders to the actor's place or post."""
    return ours(Order, Issued, actor)
