"""What is read about staff: posts, tokens, who answers for whom. Scope first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from bulou.core.staff.models import Post
from bulou.lib import clock

if TYPE_CHECKING:
    from django.db.models import QuerySet


def holding(qs: QuerySet[Post]) -> QuerySet[Post]:
    """Those of some posts that are held now by an account that may sign in."""
    now = clock.now()
    return qs.filter(Q(to_at=None) | Q(to_at__gt=now), from_at__lte=now, account__is_active=True)


def current_posts(account: int) -> QuerySet[Post]:
    """An account's posts of now, oldest first, each with its account."""
    return holding(Post.objects.filter(account=account)).select_related("account").order_by("from_at", "id")
