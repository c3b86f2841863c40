"""What a log may say of an error."""

from __future__ import annotations

import traceback

_DEEP = 6  # calls, the innermost


def where(error: BaseException) -> str:
    """Where something was raised, but not the words of the error: they may quote a record."""
    return "".join(traceback.format_tb(error.__traceback__)[-_DEEP:])
