"""What every recipient of an order owes: a word that it has arrived, and an answer."""

from django.utils.translation import gettext_lazy as _

from bulou.core.tasks.duties import Once

ACKNOWLEDGE, ANSWER = "directives.acknowledge", "directives.answer"
DUTIES = (
    Once(ACKNOWLEDGE, _("Acknowledge the order"), "", "directives.acknowledged", "recipient", "place"),
    Once(ANSWER, _("Answer the order"), "", "directives.answered", "recipient", "place"),
)
