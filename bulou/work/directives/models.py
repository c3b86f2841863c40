"""Orders above; below that they went to somebody, arrived there and were answered (only added)."""

from bulou.core.tasks.rounds import Round, Sent, Word


class Order(Round):
    """An order of an office to those under it."""


class Issued(Sent):
    kind = "directives.issued"


class Acknowledged(Word):
    kind = "directives.acknowledged"


class Answered(Word):
    kind = "directives.answered"
