"""Words for a person at a terminal: to standard error, so that standard output stays data."""

from __future__ import annotations

import sys


def say(words: object) -> None:
    print(words, file=sys.stderr, flush=True)
