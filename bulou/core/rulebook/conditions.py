"""How a condition is written, and read back: `true`, `"hubei"`, `["hubei", "unknown"]`, `">=360 <373"`."""

from __future__ import annotations

import re
from typing import Any

from bulou.core.rulebook.tables import UNKNOWN, Condition, Domain, Scalar

_BOUND = re.compile(r"\s*(>=|<=|<|>)\s*(-?\d+)\s*")


def read_condition(domain: Domain, written: Any) -> Condition | None:
    """The test that a written condition means on a fact of this domain; None when it means nothing."""
    if isinstance(written, list):
        return _among(domain, written)
    if written == UNKNOWN and isinstance(written, str):
        return Condition(unknown=True)
    if domain.kind == "int" and isinstance(written, str):
        return _range(written)
    value = _exact(domain, written)
    return None if value is None else Condition(frozenset([value]))


def _among(domain: Domain, written: list[Any]) -> Condition | None:
    values: set[Scalar] = set()
    for item in written:
        if item == UNKNOWN:
            continue
        value = _exact(domain, item)
        if value is None:
            return None
        values.add(value)
    return Condition(frozenset(values), unknown=UNKNOWN in written) if written else None


def _exact(domain: Domain, written: Any) -> Scalar | None:
    # `certificate = 1` in a file is a slip, though a database may hand out 1 for true.
    if domain.kind == "bool" and not isinstance(written, bool):
        return None
    return domain.read(written)


def _range(written: str) -> Condition | None:
    """`>=360 <373`: whole numbers, kept half open; an empty range is no range."""
    low: int | None = None
    high: int | None = None
    at = 0
    while at < len(written):
        bound = _BOUND.match(written, at)
        if bound is None:
            return None
        sign, number = bound[1], int(bound[2])
        if sign in (">=", ">"):
            start = number + (sign == ">")
            low = start if low is None else max(low, start)
        else:
            end = number + (sign == "<=")
            high = end if high is None else min(high, end)
        at = bound.end()
    if (low is None and high is None) or (low is not None and high is not None and low >= high):
        return None
    return Condition(low=low, high=high)


def write_condition(test: Condition) -> Any:
    """The condition as it is written in a file: the inverse of `read_condition`."""
    if test.ranged:
        bounds = [
            f">={test.low}" if test.low is not None else "",
            f"<{test.high}" if test.high is not None else "",
        ]
        return " ".join(b for b in bounds if b)
    items: list[Any] = sorted(test.values, key=str)
    if test.unknown:
        items.append(UNKNOWN)
    return items[0] if len(items) == 1 else items


def condition_json(test: Condition) -> dict[str, Any]:
    """A condition for the phone: `{"in": […], "unknown": true}` or `{"ge": 360, "lt": 373}`."""
    out: dict[str, Any] = {}
    if test.values:
        out["in"] = sorted(test.values, key=str)
    if test.low is not None:
        out["ge"] = test.low
    if test.high is not None:
        out["lt"] = test.high
    if test.unknown:
        out["unknown"] = True
    return out
