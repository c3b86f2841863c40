"""The name-plate of directives."""

from django.utils.translation import gettext_lazy as _

from bulou.core.records.kinds import Kind
from bulou.core.room import Link, Room
from bulou.core.tasks.round_forms import SentIn, TextIn, WordIn
from bulou.core.tasks.rounds import checked, heard
from bulou.work.directives import out
from bulou.work.directives.actions import READERS
from bulou.work.directives.demo import demo
from bulou.work.directives.duties import DUTIES
from bulou.work.directives.figures import FIGURES
from bulou.work.directives.models import Acknowledged, Answered, Issued
from bulou.work.directives.queries import ANSWERS

ROOM = Room(
    "directives", _("Orders"),
    records=(
        Kind(Issued, SentIn, frozenset(), _("Order issued"), ""),
        Kind(Acknowledged, WordIn, READERS, _("Order acknowledged"), "", check=checked(Issued, Acknowledged)),
        Kind(
            Answered, TextIn, READERS, _("Order answered"), "", ("text",), checked(Issued), heard(Acknowledged),
        ),
    ),
    duties=DUTIES, figures=FIGURES,
    menu=(Link("/orders/", _("Orders"), READERS, "work"),),
    answers={**ANSWERS, "demo": demo, "exports": lambda: out.EXPORTS},
)  # fmt: skip
