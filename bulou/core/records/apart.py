"""A record over which its batch stumbles is found, and set aside for a person; its neighbours go in.

Whatever the reason, one record must not be sent for ever and block everything behind it.
"""

from __future__ import annotations

import logging

from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext_lazy as _

from bulou.core.records import asides
from bulou.core.records.intake import digest, settled
from bulou.core.records.kinds import Item
from bulou.lib import clock, faults
from bulou.lib.refusals import Refusal, declare

log = logging.getLogger(__name__)
declare(
    "record-fault",
    _(
        "This record could not be understood here. It is kept for a person to look at; you need not send it again."
    ),
)


def take(items: list[Item]) -> list[Item]:
    """As `intake.settled`, but a record that raises is set aside by itself. Each bad one costs some halvings.

    Raises OperationalError and InterfaceError: the database is away, which is no record's fault.
    """
    try:
        return settled(items)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        again = [Item(item.position, item.came, item.by) for item in items]
        if len(again) == 1:
            return [_aside(again[0], error)]
        half = len(again) // 2
        return [*take(again[:half]), *take(again[half:])]


def _aside(item: Item, error: Exception) -> Item:
    item.digest = digest(item.came)
    if isinstance(error, Refusal):
        item.refuse(error.code, **error.words)
    else:
        kind, where = item.came.kind, faults.where(error)
        log.error("%s over a record of kind %s\n%s", type(error).__name__, kind, where)
        item.hold("record-fault")
    with transaction.atomic():
        asides.keep([item], clock.now())
    return item
