"""Pages by key, not by offset: page ten thousand costs what page one costs."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.models import QuerySet


@dataclass(frozen=True)
class Page:
    """Some rows, and the cursor of the next ones (None at the end)."""

    rows: list[Any]
    next: str | None


def encode(values: list[Any]) -> str:
    """The cursor of a row's key values."""
    return base64.urlsafe_b64encode(json.dumps(values, default=str).encode()).decode()


def decode(cursor: str) -> list[Any]:
    """The key values in a cursor. Raises ValueError on anything that is no cursor of ours."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, binascii.Error) as error:
        raise ValueError("no cursor") from error
    if not isinstance(values, list):
        raise ValueError("no cursor")
    return values


def walk(page: Callable[[str | None], Page | None]) -> Iterator[Any]:
    """Every row of a list, page after page (`page` gives that of a cursor); none, where it gives None."""
    cursor = None
    while (found := page(cursor)) is not None:
        yield from found.rows
        if (cursor := found.next) is None:
            return


def _understood(qs: QuerySet[Any], key: str, value: Any) -> Any:
    """A key's value as its column holds it. Raises ValueError for what no column holds."""
    from django.core.exceptions import FieldDoesNotExist, ValidationError

    from bulou.lib import values

    try:
        value = qs.model._meta.get_field(key).to_python(value)
        value = values.told(value) if isinstance(value, datetime) else value
    except FieldDoesNotExist:  # worked out in the query
        pass
    except (ValidationError, TypeError, OverflowError) as error:
        raise ValueError("no cursor") from error
    if values.unheld(value) is not None:
        raise ValueError("no cursor")
    return value


def page(qs: QuerySet[Any], keys: tuple[str, ...], size: int, cursor: str | None = None) -> Page:
    """The next `size` rows of `qs` in the order of `keys` (the last one unique); `-key` is descending.

    Raises ValueError for a cursor that is none of such a list.
    """
    from django.db.models import Q

    if cursor:
        values = decode(cursor)
        if len(values) != len(keys):
            raise ValueError("no cursor")
        values = [_understood(qs, key.lstrip("-"), value) for key, value in zip(keys, values, strict=True)]
        after = Q()
        for depth in range(len(keys)):
            equal = {keys[i].lstrip("-"): values[i] for i in range(depth)}
            beyond = f"{keys[depth][1:]}__lt" if keys[depth].startswith("-") else f"{keys[depth]}__gt"
            after |= Q(**equal, **{beyond: values[depth]})
        qs = qs.filter(after)
    found = list(qs.order_by(*keys)[: size + 1])
    more = len(found) > size
    last = found[size - 1] if more else None
    return Page(found[:size], encode([getattr(last, k.lstrip("-")) for k in keys]) if more else None)
