"""The audit door: every verb that writes goes through it, every look at a person is kept.

Imports nothing that needs the app registry, so that any module may name the door at its top.
"""

from bulou.core.audit.door import look, note, verb

__all__ = ["look", "note", "verb"]
