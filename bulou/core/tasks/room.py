"""The name-plate of tasks: what is still owed goes to whoever answers for its subject from now on."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bulou.core.room import Room
from bulou.core.tasks import owners

ROOM = Room("tasks", _("Tasks"), answers={"answering_changed": owners.follow})
