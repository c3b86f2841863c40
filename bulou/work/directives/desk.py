"""The pages of orders: the common ones of rounds."""

from django.utils.translation import gettext_lazy as _

from bulou.desk.rounds import New, Pages
from bulou.work.directives import actions, models
from bulou.work.directives.duties import ACKNOWLEDGE, ANSWER
from bulou.work.directives.forms import OrderIn

PAGES = Pages(
    "/orders/", _("Orders"), models.Order, models.Issued, models.Acknowledged, models.Answered,
    (ACKNOWLEDGE, ANSWER), actions.READERS, actions.ISSUERS,
    New(_("New order"), OrderIn, actions.issue, {"text": _("What is ordered"), "needs_answer": _("An answer is owed")}),
)  # fmt: skip
urlpatterns = PAGES.urls
