"""What clerks said of the columns of their layouts: kept for the county, used for every file of that layout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bulou.core.audit import note, verb
from bulou.core.staff.actor import Actor
from bulou.exchange.models import Mapping
from bulou.lib import clock, ids

if TYPE_CHECKING:
    from bulou.exchange.ledger.layout import Said


def said(county: str) -> Said:
    """What was said of the layouts known in a county, by signature."""
    return {
        one.signature: {int(column): name for column, name in one.fields.items()}
        for one in Mapping.objects.filter(county=county)
    }


@verb("exchange.map")
def remember(county: str, signature: str, fields: dict[int, str], by: Actor) -> None:
    """From now on the columns of this layout hold these fields. Unknown fields are left out; "" is none."""
    from bulou.exchange.ledger.meanings import BY_FIELD  # it is for whoever reads a ledger

    kept = {str(column): name for column, name in fields.items() if name in BY_FIELD or not name}
    Mapping.objects.update_or_create(
        county=county, signature=signature,
        defaults={"fields": kept, "account": by.account or None, "at": clock.now()},
        create_defaults={
            "id": ids.new(), "fields": kept, "account": by.account or None, "at": clock.now(),
        },
    )  # fmt: skip
    note(subject_type="mapping", subject_id=signature[:32], place=county, count=len(kept))


@verb("exchange.unmap")
def forget(county: str, signature: str, by: Actor) -> None:
    """Columns of this layout are recognised by themselves again."""
    Mapping.objects.filter(county=county, signature=signature).delete()
    note(subject_type="mapping", subject_id=signature[:32], place=county)
