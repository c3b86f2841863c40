"""What Python says of a command line that it cannot read, in the reader's language."""

from __future__ import annotations

import argparse
import unicodedata
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext, gettext_lazy, ngettext

_NEVER_FIRST = " ，。；：、！？）》”’"
_SAID = (
    gettext_lazy("usage: "),
    gettext_lazy("options"),
    gettext_lazy("positional arguments"),
    gettext_lazy("show this help message and exit"),
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


class Lines(argparse.HelpFormatter):
    """Lines of help that end where the terminal does: a Chinese sign is two columns wide, and any may end one."""

    def _split_lines(self, text: str, width: int) -> list[str]:
        return list(_lines(" ".join(text.split()).replace("。 ", "。"), width))

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(indent + line for line in self._split_lines(text, width - len(indent)))


def _lines(text: str, width: int) -> Iterator[str]:
    line, wide, end = "", 0, 0
    for sign in text:
        takes = 2 if _is_wide(sign) else 1
        if wide + takes > width and sign not in _NEVER_FIRST:
            cut = end or len(line)
            yield line[:cut].rstrip()
            line = line[cut:].lstrip()
            wide, end = sum(2 if _is_wide(one) else 1 for one in line), 0
        line, wide = line + sign, wide + takes
        if sign == " " or (_is_wide(sign) and wide <= width):
            end = len(line)
    yield line


def _is_wide(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in "WF"


class Parser(argparse.ArgumentParser):
    """A parser whose help, and that of every command below it, is laid out so."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **{"formatter_class": Lines, **named})


def speak() -> None:
    """From here on `argparse` looks its sentences up where the house does, as it else does in Python's own books."""
    vars(argparse).update(_=lambda said: said and gettext(said), ngettext=ngettext)
