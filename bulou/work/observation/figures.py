"""What is counted of observation. Under observation now = opened + moved in - moved out - closed, and handed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bulou.core.figures.figure import Figure, Formula
from bulou.work.observation.models import (
    Breach,
    Closed,
    Contact,
    Handed,
    Lodged,
    Moved,
    Opened,
    Reading,
    Restarted,
)  # fmt: skip


def _now(name: str, title: object, origins: tuple[str, ...], also: tuple[str, ...] = ()) -> Formula:
    dims = [f"[{origin}]" for origin in origins] or [""]
    parts = [
        sign + figure + dim
        for dim in dims
        for sign, figure in (
            ("+", "observation.opened"), ("+", "observation.moved_in"),
            ("-", "observation.moved_out"), ("-", "observation.closed"),
            ("+", "observation.handed_in"), ("-", "observation.handed_out"),
        )
    ]  # fmt: skip
    return Formula(name, title, " ".join(parts).removeprefix("+"), also=also)  # type: ignore[arg-type]


# Words of forms that do not say whether now or ever, nor whether those at a central site are among them.
_OBSERVED = ("观察", "隔离", "居家观察", "居家隔离", "管控")
_ENDED = ("解除居家观察", "解除居家隔离", "解除集中观察", "解除集中隔离")
_CENTRAL = ("累计集中观察", "累计集中隔离")
_NOW = ("在观", "在管", "正在隔离", "现有观察", "现有隔离")
OUTSIDE = ("affected-area", "other-province", "abroad")


def _released(name: str, title: object, origins: tuple[str, ...]) -> Formula:
    return Formula(name, title, " + ".join(f"observation.released[{origin}]" for origin in origins))  # type: ignore[arg-type]


FIGURES = (
    Figure("observation.opened", _("Ever observed"), Opened, by=("origin",), also=_OBSERVED),
    Figure("observation.closed", _("Observations closed"), Closed, by=("origin",), also=_ENDED),
    Figure(
        "observation.released", _("Released"), Closed, where="outcome = 'released'", by=("origin",),
        also=(*_ENDED, "解除", "解除隔离"),
    ),
    Figure("observation.outcome", _("Observations closed by outcome"), Closed, by=("outcome",)),
    Figure("observation.moved_in", _("Moved in"), Moved, where="direction = 'in'", by=("origin",)),
    Figure("observation.moved_out", _("Moved out"), Moved, where="direction = 'out'", by=("origin",)),
    Figure("observation.handed_in", _("Taken over"), Handed, where="direction = 'in'", by=("origin",)),
    Figure("observation.handed_out", _("Handed on"), Handed, where="direction = 'out'", by=("origin",)),
    Figure("observation.central", _("Opened for a central site"), Opened, where="measure = 'central'", also=_CENTRAL),
    Figure(
        "observation.lodged_in", _("Given a bed at a central site"), Lodged, where="direction = 'in'", also=_CENTRAL
    ),
    Figure("observation.lodged_out", _("Left a bed at a central site"), Lodged, where="direction = 'out'"),
    Formula(
        "observation.lodged",
        _("In a bed at a central site"),
        "observation.lodged_in - observation.lodged_out",
        also=("集中隔离", "集中观察", "集中隔离观察", "正在集中隔离", "正在集中观察"),
    ),
    Figure("observation.readings", _("Readings"), Reading),
    Figure("observation.fevers", _("Fever readings"), Reading, where="fever", also=("发热", "发烧", "体温异常")),
    Figure("observation.breaches", _("Breaches"), Breach, by=("what",)),
    Figure("observation.restarts", _("Terms restarted"), Restarted),
    Figure("observation.lost", _("Lost to follow-up"), Contact, where="NOT found"),
    _now("observation.now", _("Under observation"), (), (*_NOW, *_OBSERVED)),
    _now("observation.now_outside", _("Under observation, from other provinces"), OUTSIDE),
    _now(
        "observation.now_affected",
        _("Under observation, with a stay in an affected area"),
        ("affected-area",),
    ),
    _now("observation.now_own_province", _("Under observation, from within the province"), ("own-province",)),
    _released("observation.released_outside", _("Released, from other provinces"), OUTSIDE),
    _released(
        "observation.released_own_province", _("Released, from within the province"), ("own-province",)
    ),
    _released(
        "observation.released_affected", _("Released, with a stay in an affected area"), ("affected-area",)
    ),
)  # fmt: skip
