"""What is counted of arrivals."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bulou.core.figures.figure import Figure, Formula
from bulou.work.arrivals.models import Arrival, Seen

FIGURES = (
    Figure("arrivals.arrived", _("Arrivals"), Arrival, where="NOT again", by=("origin",), also=("归来",)),
    Figure("arrivals.measure", _("Arrivals by measure"), Arrival, where="NOT again", by=("measure",)),
    Figure("arrivals.late", _("Registered late"), Arrival, where="late AND NOT again"),
    Figure("arrivals.seen", _("Seen at home"), Seen, where="outcome = 'at-home'"),
    Formula(
        "arrivals.other_provinces",
        _("Returned from other provinces"),
        "arrivals.arrived[affected-area] + arrivals.arrived[other-province] + arrivals.arrived[abroad]",
        also=("外省返回",),
    ),
    Formula(
        "arrivals.affected",
        _("With a stay in an affected area"),
        "arrivals.arrived[affected-area]",
        also=("疫区返回",),
    ),
    Formula("arrivals.own_province", _("Returned within the province"), "arrivals.arrived[own-province]"),
)
