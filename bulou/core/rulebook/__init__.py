"""The rulebook: what holds for a key, at a place, on a day. Numbers of days, degrees and hours live here.

Imports nothing that needs the app registry, so that any module may name these at its top.
"""

from bulou.core.rulebook.store import base, book, entry, outcome, table, value

__all__ = ["base", "book", "entry", "outcome", "table", "value"]
