"""What a log may say of an error."""

from __future__ import annotations

import logging
import re
import traceback

_DEEP = 6  # calls, the innermost
# A phone, an identity number; no end of a UUID.
_NUMBER = re.compile(r"(?<!-[0-9a-f]{4}-)(?<!\d)\d{11,}[Xx]?")


def where(error: BaseException) -> str:
    """Where something was raised, but not the words of the error: they may quote a record."""
    return "".join(traceback.format_tb(error.__traceback__)[-_DEEP:])


class Masked(logging.Formatter):
    """Says everything that a log is told, but of numbers that may identify somebody only their first three digits.

    Codes of villages and grids go the same way: a log that keeps one number too few is better than one too many.
    What a stranger sent is no fault of the house's: it is said in a line, without where it was noticed.
    """

    def format(self, record: logging.LogRecord) -> str:
        if record.name.startswith("django.security"):
            record.exc_info = record.exc_text = None
        return _NUMBER.sub(lambda m: m[0][:3] + "*" * (len(m[0]) - 3), super().format(record))
