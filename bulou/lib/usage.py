"""What Python says of a command line that it cannot read, in the reader's language."""

from __future__ import annotations

import argparse

from django.utils.translation import gettext, gettext_lazy, ngettext

_SAID = (
    gettext_lazy("usage: "),
    gettext_lazy("%(prog)s: error: %(message)s\n"),
    gettext_lazy("argument %(argument_name)s: %(message)s"),
    gettext_lazy("the following arguments are required: %s"),
    gettext_lazy("unrecognized arguments: %s"),
    gettext_lazy("not allowed with argument %s"),
    gettext_lazy("ignored explicit argument %r"),
    gettext_lazy("expected one argument"),
    gettext_lazy("ambiguous option: %(option)s could match %(matches)s"),
    gettext_lazy("invalid %(type)s value: %(value)r"),
    gettext_lazy("invalid choice: %(value)r (choose from %(choices)s)"),
)


def speak() -> None:
    """From here on `argparse` looks its sentences up where the house does, as it else does in Python's own books."""
    vars(argparse).update(_=lambda said: said and gettext(said), ngettext=ngettext)
