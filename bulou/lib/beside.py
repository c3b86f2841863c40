"""Two texts beside each other: what differs, without showing the whole of a number."""

from __future__ import annotations

_SLIP = 4  # characters


def differing(one: str, other: str) -> str:
    """Of a number only what differs from the other one, at its place; "" where nothing does, or so much that
    it is no slip and would show the number."""
    if not one or not other or one == other:
        return ""
    apart = [i >= len(other) or other[i] != c for i, c in enumerate(one)]
    return (
        "".join(c if differs else "·" for c, differs in zip(one, apart, strict=True))
        if sum(apart) <= _SLIP
        else ""
    )
