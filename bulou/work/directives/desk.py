"""The pages of orders: the common ones of rounds, and the form for a new one."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bulou.core.places.queries import children
from bulou.core.staff.actor import Actor
from bulou.core.staff.addressees import CHOICES
from bulou.core.staff.gate import acting
from bulou.desk.common import form_page
from bulou.desk.rounds import Pages
from bulou.work.directives import actions, models
from bulou.work.directives.duties import ACKNOWLEDGE, ANSWER
from bulou.work.directives.forms import OrderIn

PAGES = Pages(
    "/orders/", gettext_lazy("Orders"), models.Order, models.Issued, models.Acknowledged, models.Answered,
    (ACKNOWLEDGE, ANSWER), actions.READERS, actions.ISSUERS,
)  # fmt: skip


@acting(actions.ISSUERS)
def new(request: HttpRequest, by: Actor) -> HttpResponse:
    """A new order."""
    under = [("", _("All under us")), *((place.code, place.name) for place in children(by.place))]
    labels = {
        "title": _("Title"), "number": _("Number of the paper"), "text": _("What is ordered"),
        "to": _("Goes to"), "under": _("Under"), "places": _("Places by name"),
        "due_at": _("Answer by"), "needs_answer": _("An answer is owed"),
    }  # fmt: skip
    return form_page(
        request, _("New order"), OrderIn, lambda said: f"/orders/{actions.issue(by, said).id}/",
        labels=labels, initial={"needs_answer": True}, submit=_("Issue"), cancel="/orders/",
        choices={"to": CHOICES.items(), "under": under},
    )  # fmt: skip


urlpatterns = [path("orders/new/", new), *PAGES.urls]
