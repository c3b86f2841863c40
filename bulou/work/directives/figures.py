"""What is counted of orders, each at its recipient's place."""

from django.utils.translation import gettext_lazy as _

from bulou.core.figures.figure import Figure
from bulou.work.directives.models import Acknowledged, Answered, Issued

FIGURES = (
    Figure("directives.issued", _("Orders received"), Issued),
    Figure("directives.acknowledged", _("Orders acknowledged"), Acknowledged),
    Figure("directives.answered", _("Orders answered"), Answered),
)
