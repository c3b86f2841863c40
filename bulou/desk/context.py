"""What the frame around every page shows; worked out only when a page draws it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings

from bulou.core.exports import EXPORTERS
from bulou.core.staff import actor, demo
from bulou.core.staff.queries import current_posts, with_units
from bulou.desk import menu
from bulou.lib import clock

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from bulou.core.staff.actor import Actor
    from bulou.core.staff.models import Post


class Frame:
    """`frame` in templates: actor, posts, menu, active, exports, demo, now, language, languages."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.path = request.path
        self.languages = settings.LANGUAGES

    @cached_property
    def actor(self) -> Actor | None:
        return actor.of_request(self._request)

    @cached_property
    def posts(self) -> list[tuple[Post, str]]:
        """The account's posts of now, each with the name of its place."""
        if self.actor is None:
            return []
        from bulou.core.places import queries

        held = list(current_posts(self.actor.account))
        with_units(held)
        names = queries.names([post.place for post in held])
        return [(post, names.get(post.place, post.place)) for post in held]

    @cached_property
    def menu(self) -> list[menu.Group]:
        return menu.of(self.actor) if self.actor else []

    @cached_property
    def active(self) -> str:
        return menu.active(self.menu, self.path)

    @cached_property
    def exports(self) -> bool:
        """Whether this post may take lists out."""
        return self.actor is not None and self.actor.role in EXPORTERS

    @cached_property
    def demo(self) -> bool:
        return demo.is_demo()

    @cached_property
    def now(self) -> datetime:
        return clock.now()


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor."""
    return {"frame": Frame(request)}
