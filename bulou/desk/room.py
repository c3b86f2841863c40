"""The name-plate of the office's own pages: what their lists are when they leave the house."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bulou.core.room import Room
from bulou.desk import out

ROOM = Room("desk", _("Office"), answers={"exports": out.exports})
