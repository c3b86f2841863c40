"""What is counted at posts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bulou.core.figures.figure import Figure, Formula
from bulou.work.checkpoints.forms import FOLLOWED, KINDS, TAKERS
from bulou.work.checkpoints.models import Followed, Handed, Own, Pass, Turn

_KIND = ("post_kind",)
_POSTS = ("卡口", "卡点", "检查点")
_BACK = "outcome = 'sent_back'"

FIGURES = (
    Figure(
        "checkpoints.people", _("People checked at posts"), Pass, measure="sum(people)", by=_KIND, words=KINDS
    ),
    Figure(
        "checkpoints.vehicles",
        _("Vehicles checked at posts"),
        Pass,
        measure="sum(vehicles)",
        by=_KIND,
        words=KINDS,
        also=("检查车辆", "排查车辆", "登记车辆", "检查过往车辆"),
    ),
    Figure(
        "checkpoints.sent_back", _("People sent back"), Pass, measure="sum(sent_back)", by=_KIND, words=KINDS
    ),
    Figure(
        "checkpoints.vehicles_sent_back",
        _("Vehicles sent back"),
        Pass,
        _BACK,
        measure="sum(vehicles)",
        by=_KIND,
        words=KINDS,
    ),
    Figure(
        "checkpoints.held", _("Held in an isolation room"), Pass, measure="sum(held)", by=_KIND, words=KINDS
    ),
    Figure(
        "checkpoints.to_clinic", _("Sent to the fever clinic from a post"), Pass, measure="sum(to_clinic)"
    ),
    Figure("checkpoints.unmeasured", _("Not measured at a post"), Pass, measure="sum(unmeasured)"),
    Figure("checkpoints.observed", _("Under observation and at a post"), Pass, measure="sum(observed)"),
    Figure(
        "checkpoints.unnamed",
        _("At a post without the name that the rules ask for"),
        Pass,
        measure="sum(unnamed)",
    ),
    Figure("checkpoints.against", _("Passes decided otherwise than the rules"), Pass, "against"),
    Figure("checkpoints.handed", _("Taken over from isolation rooms"), Handed, by=("taker",), words=TAKERS),
    Figure("checkpoints.own_temperatures", _("Temperatures of those on duty"), Own),
    Figure("checkpoints.own_fevers", _("Fevers of those on duty"), Own, "fever"),
    Figure("checkpoints.breaches", _("Followed up from a post"), Followed, by=("what",), words=FOLLOWED),
    Figure(
        "checkpoints.opened", _("Posts opened"), Turn, "what = 'opened'", by=_KIND, words=KINDS, also=_POSTS
    ),
    Figure("checkpoints.ended", _("Posts closed"), Turn, "what = 'closed'", by=_KIND, words=KINDS),
    # Of one post, for its own page.
    Figure(
        "checkpoints.post_people", _("People checked"), Pass, measure="sum(people)", by=("post",), inner=True
    ),
    Figure(
        "checkpoints.post_vehicles",
        _("Vehicles checked"),
        Pass,
        measure="sum(vehicles)",
        by=("post",),
        inner=True,
    ),
    Figure(
        "checkpoints.post_back",
        _("People sent back"),
        Pass,
        measure="sum(sent_back)",
        by=("post",),
        inner=True,
    ),
    Formula("checkpoints.now", _("Posts that stand"), "checkpoints.opened - checkpoints.ended", also=_POSTS),
    Formula("checkpoints.held_now", _("In isolation rooms now"), "checkpoints.held - checkpoints.handed"),
)
