"""Who acts: an account in one of its posts. Every verb and every list takes one."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from bulou.core.staff.roles import Role
from bulou.lib import clock, sql

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import Model, QuerySet
    from django.http import HttpRequest

    from bulou.core.staff.models import Post

    M = TypeVar("M", bound=Model)

SESSION_POST = "post"
# How long a token's answer is believed without asking the database: the most that a cut-off lags.
TOKEN_SECONDS = 5.0
_CACHE_SIZE = 10_000
_tokens: dict[str, tuple[float, Actor]] = {}


@dataclass(frozen=True)
class Actor:
    """An account (id) in a post (id): its role, its place's code, the person's name, its unit."""

    account: int
    post: int
    role: Role
    place: str
    name: str
    unit: UUID | None = None

    def reaches(self, place: str) -> bool:
        """Whether a place lies in this actor's territory.

        The house is bound to none, also where it acts in somebody's name: what follows from a record
        may lie where its sender does not reach (somebody observed in one village arrives in another).
        """
        if self.role is Role.SYSTEM:
            return True
        return bool(self.place) and place.startswith(self.place)

    @property
    def sees_people(self) -> bool:
        """By the role; who answers for a unit sees that unit's people, and without a unit nobody."""
        return self.role.sees_people and (self.unit is not None or self.role is not Role.UNIT_LIAISON)


SYSTEM = Actor(account=0, post=0, role=Role.SYSTEM, place="", name="system")


def within(actor: Actor, qs: QuerySet[M], field: str = "place") -> QuerySet[M]:
    """The rows of `qs` in the actor's territory; `field` holds the place's code."""
    if not actor.place and actor.role is not Role.SYSTEM:
        return qs.none()
    return sql.subtree(qs, actor.place, field)


def of_post(post: Post) -> Actor:
    """The actor of a post (its account must be loaded or one query away)."""
    return Actor(post.account_id, post.pk, Role(post.role), post.place, post.account.name, post.unit)


def of_request(request: HttpRequest) -> Actor | None:
    """The signed-in account in its chosen post (else its first current one); None without either."""
    known: Any = getattr(request, "_bulou_actor", _UNASKED)
    if known is _UNASKED:
        known = _of_session(request)
        request._bulou_actor = known  # type: ignore[attr-defined]
    found: Actor | None = known
    return found


_UNASKED = object()


def _of_session(request: HttpRequest) -> Actor | None:
    from bulou.core.staff.queries import current_posts

    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    posts = list(current_posts(user.pk))
    chosen = request.session.get(SESSION_POST)
    post = next((p for p in posts if p.pk == chosen), posts[0] if posts else None)
    return of_post(post) if post else None


def token_digest(raw: str) -> str:
    return hashlib.sha256(raw.encode()).hexdigest()


def of_token(raw: str) -> Actor | None:
    """The actor of a bearer token; None when unknown or ended (seen within TOKEN_SECONDS)."""
    digest = token_digest(raw)
    moment = time.monotonic()
    held = _tokens.get(digest)
    if held and held[0] > moment:
        return held[1]
    found = _of_digest(digest)
    if found is None:
        _tokens.pop(digest, None)
        return None
    if len(_tokens) >= _CACHE_SIZE:
        _tokens.clear()
    _tokens[digest] = (moment + TOKEN_SECONDS, found)
    return found


def forget_tokens() -> None:
    """Ask the database again for every token: called when one is ended here."""
    _tokens.clear()


def _of_digest(digest: str) -> Actor | None:
    from bulou.core.staff.models import Token

    token = (
        Token.objects.select_related("account", "post")
        .filter(digest=digest, ended_at=None, account__is_active=True)
        .first()
    )
    if token is None or not token.post.is_current(clock.now()):
        return None
    return of_post(token.post)
