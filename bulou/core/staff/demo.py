"""Demonstration mode: a home folder in which `bulou demo` has laid a county down."""

from __future__ import annotations

from bulou.lib import clock

FILE = "demo.json"


def is_demo() -> bool:
    """Whether this home is a demonstration's: then an account signs in with one click."""
    return (clock.home() / FILE).is_file()
