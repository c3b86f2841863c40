"""What is read of orders: the common lists of rounds (`core/tasks/rounds`), over this room's records."""

from bulou.core.tasks.rounds import names
from bulou.work.directives.models import Issued

subject_names = names(Issued)
