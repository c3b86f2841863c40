"""What is refused here, and in which words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bulou.lib.refusals import declare

UNKNOWN = declare(
    "place-unknown",
    _("There is no such place in your territory. Check the code, or choose from the list."),
)
NAME = declare("place-name", _("A place needs a name of 1 to 60 characters."))
NAME_TAKEN = declare(
    "place-name-taken",
    _("%(name)s is there already, with the code %(place)s. Use it, or give the new place a name of its own."),
)
KIND = declare("place-kind", _("“%(kind)s” is no kind of place. Choose one from the list."))
TOO_DEEP = declare(
    "place-too-deep",
    _("Nothing can be set up under %(name)s: grids, compounds and sites stand under a village or community."),
)
CODE = declare(
    "place-code",
    _(
        "The code %(place)s does not belong under %(parent)s: it is the parent's code and the digits "
        "of one level more."
    ),
)
CODE_TAKEN = declare(
    "place-code-taken", _("The code %(place)s is in use. Leave it empty to get the next free one.")
)
FULL = declare("place-full", _("%(name)s has no free code left. Set the new place up under another one."))
ENDED = declare(
    "place-ended",
    _("%(name)s exists no more on that day. Choose the place that took it over, or an earlier day."),
)
HAS_PARTS = declare(
    "place-has-parts",
    _(
        "%(name)s still has %(count)s places under it. Merge these first, each into a place under the"
        " new one."
    ),
)
ITSELF = declare(
    "place-into-itself",
    _("A place cannot go into itself or into one of its own parts. Choose another one."),
)
LEVEL = declare(
    "place-other-level",
    _("%(name)s and %(other)s stand on different levels. Choose two places of one level."),
)
NO_PARENT = declare(
    "place-no-parent",
    _("The place above %(place)s is neither here nor in the file. Take in the higher level first."),
)
ROW = declare(
    "place-row",
    _("“%(place)s” is no code of a place, or the name is missing. Codes have 2, 4, 6, 9, 12 or 15 digits."),
)
LINE = declare(
    "place-line",
    _(
        "Line %(line)s (“%(text)s”) is none that can be read. Write one name a line; below a county also a"
        " township and a village with a tab between them; or a code and a name."
    ),
)
FILE = declare(
    "place-file",
    _("This file holds no divisions: it needs columns “code” and “name”, or a JSON tree with them."),
)
NO_COUNTY = declare(
    "place-no-county", _("%(place)s is no county in the list of divisions. Give its six-digit code.")
)
