"""What is read of orders: the common answers of rounds (`core/tasks/rounds`), over this room's records."""

from bulou.core.tasks.rounds import answers
from bulou.work.directives.actions import READERS
from bulou.work.directives.duties import ACKNOWLEDGE, ANSWER
from bulou.work.directives.models import Issued

ANSWERS = answers(Issued, (ACKNOWLEDGE, ANSWER), "/orders/", READERS)
