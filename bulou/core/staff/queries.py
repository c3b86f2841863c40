"""What is read about staff: posts, accounts, who answers for whom. Scope first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q
from django.db.models.functions import Substr

from bulou.core.people.models import Unit
from bulou.core.places import queries as places
from bulou.core.places.codes import VILLAGE, VILLAGE_DIGITS, path_codes
from bulou.core.staff.actor import Actor, within
from bulou.core.staff.models import Account, Invitation, Post, Responsibility
from bulou.core.staff.roles import Role
from bulou.lib import clock, sql

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from bulou.core.places.models import Place


def holding(qs: QuerySet[Post]) -> QuerySet[Post]:
    """Those of some posts that are held now by an account that may sign in: from the day they were given on.

    By the day, so that a post given by one process is there for the next, whose clock may stand a little before.
    """
    now = clock.now()
    tomorrow = clock.at(clock.day_of(now) + timedelta(days=1), time())
    return qs.filter(Q(to_at=None) | Q(to_at__gt=now), from_at__lt=tomorrow, account__is_active=True)


def current_posts(account: int) -> QuerySet[Post]:
    """An account's posts of now, oldest first, each with its account."""
    return holding(Post.objects.filter(account=account)).select_related("account").order_by("from_at", "id")


def with_units(posts: Collection[Post]) -> None:
    """Give each post the name of the unit that it stands for: one query, none where it stands for none."""
    asked = {post.unit for post in posts if post.unit}
    called = dict(Unit.objects.filter(pk__in=asked).values_list("pk", "name")) if asked else {}
    for post in posts:
        post.unit_name = called.get(post.unit, "") if post.unit else ""


def has_administrator() -> bool:
    """Whether the house has been opened: somebody was given the post of administrator, and it has not ended.

    Whatever the clock says: one that is set back must not open the house a second time.
    """
    held = Post.objects.filter(role=Role.ADMINISTRATOR, account__is_active=True)
    return held.filter(Q(to_at=None) | Q(to_at__gt=clock.now())).exists()


def names(accounts: Iterable[int]) -> dict[int, str]:
    """{account id: name}, in one query."""
    return dict(Account.objects.filter(pk__in=set(accounts)).values_list("pk", "name"))


def role_of_post(post: int) -> str:
    """The title of a post's role, also of one that has ended; empty for the system's."""
    held = Post.objects.filter(pk=post).values_list("role", flat=True).first()
    return str(Role(held).title) if held else ""


def staff(actor: Actor, *, place: str = "", role: str = "", text: str = "") -> QuerySet[Account]:
    """The accounts that hold or held a post in the actor's territory, by name; `held` are those posts.

    Two queries, whatever the number. Posts elsewhere are not shown.
    """
    posts = sql.subtree(within(actor, Post.objects.all()), place)
    if role:
        posts = posts.filter(role=role)
    seen = Prefetch("posts", posts.order_by("to_at", "role", "place"), to_attr="held")
    found = Account.objects.filter(pk__in=posts.values("account"))
    if text:
        found = found.filter(Q(name__contains=text) | Q(username__startswith=text.lower()))
    return found.prefetch_related(seen).order_by("pinyin", "name", "id")


def role_counts(actor: Actor, place: str = "") -> dict[str, int]:
    """{role: how many accounts hold or held it} in the actor's territory."""
    posts = sql.subtree(within(actor, Post.objects.all()), place)
    return dict(posts.values_list("role").annotate(n=Count("account", distinct=True)).order_by())


def invitations(actor: Actor) -> QuerySet[Invitation]:
    """The invitations of now in the actor's territory, the latest first."""
    return within(actor, Invitation.objects.filter(ends_at__gt=clock.now())).order_by("-made_at")


def unposted(actor: Actor, place: str = "") -> QuerySet[Place]:
    """The villages of the actor's territory where nobody holds a post now, in their grids neither; by code."""
    held = holding(Post.objects.all()).annotate(village=Substr("place", 1, VILLAGE_DIGITS))
    return within(actor, places.subtree(place, level=VILLAGE), "code").exclude(
        code__in=held.values("village")
    )


def posted(roles: Collection[Role], codes: Collection[str]) -> dict[str, dict[Role, Post]]:
    """{place: {role: its post}}: who holds each role at each place, else at the nearest place above it.

    One query for any number of places. Where several hold it, the one who came first. For naming the
    people responsible when nobody has chosen them.
    """
    above = {code for place in codes for code in path_codes(place)}
    rows = holding(Post.objects.filter(role__in=roles, place__in=above)).select_related("account")
    at: dict[tuple[str, str], Post] = {}
    for post in rows.order_by("-from_at", "-id"):
        at[post.place, post.role] = post
    found: dict[str, dict[Role, Post]] = {}
    for place in codes:
        nearest: dict[Role, Post] = {}
        for code in path_codes(place):
            nearest |= {role: at[code, role] for role in roles if (code, role) in at}
        found[place] = nearest
    return found


def answering(qs: QuerySet[Responsibility], day: date | None = None) -> QuerySet[Responsibility]:
    """Those of some responsibilities that hold on `day` (None: today)."""
    day = day or clock.today()
    return qs.filter(Q(to_day=None) | Q(to_day__gt=day), from_day__lte=day)


def ended(qs: QuerySet[Responsibility]) -> QuerySet[Responsibility]:
    """Those of some responsibilities that are over: handed over, or at an end."""
    return qs.filter(to_day__lte=clock.today())


def answers_for(actor: Actor, account: int) -> tuple[int, int]:
    """For how many an account answers in the actor's territory today, and for how many it once did."""
    rows = within(actor, Responsibility.objects.filter(holder=account))
    return answering(rows).count(), ended(rows).count()


def given(actor: Actor, holder: int) -> list[dict[str, Any]]:
    """What an account handed over and its successors still answer for: [{day, to, name, n}], the latest first."""
    over = within(actor, ended(Responsibility.objects.filter(holder=holder)))
    over = over.filter(handed_to__in=answering(Responsibility.objects.all()))
    found = over.values("to_day", "handed_to__holder", "handed_to__holder_name").annotate(n=Count("pk"))
    return [
        {"day": one["to_day"], "to": one["handed_to__holder"], "name": one["handed_to__holder_name"], "n": one["n"]}
        for one in found.order_by("-to_day", "handed_to__holder_name")
    ]  # fmt: skip


def responsible(
    subject_type: str, ids: Collection[UUID], day: date | None = None
) -> dict[UUID, list[Responsibility]]:
    """{subject: who answers for it on `day`}, in one query; a subject without anybody has an empty list."""
    found: dict[UUID, list[Responsibility]] = defaultdict(list, {pk: [] for pk in ids})
    rows = answering(Responsibility.objects.filter(subject_type=subject_type, subject_id__in=ids), day)
    for row in rows.order_by("role", "id"):
        found[row.subject_id].append(row)
    return dict(found)


def mine(actor: Actor, subject_type: str = "", day: date | None = None) -> QuerySet[Responsibility]:
    """What the actor answers for on `day`, in the territory of the post they act in."""
    rows = answering(Responsibility.objects.filter(holder=actor.account), day)
    return within(actor, rows.filter(subject_type=subject_type) if subject_type else rows)
