"""Who owes a task: whoever answers by name for its subject in a role that fits, else whoever holds the post.

A person's own named people come before those of the household. The names that a county gives to those who
answer stand for posts by the rule `responsibility.posts`; a name that is a post's own stands for that post.
A task keeps the account; where somebody without one is named, or nobody, it is the post's and stays without.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q

from bulou.core.people.models import Person
from bulou.core.rulebook import book, value
from bulou.core.staff.models import Post, Responsibility
from bulou.core.staff.queries import answering, holding, names, posted
from bulou.core.staff.responsibility import title
from bulou.core.staff.roles import Role
from bulou.core.tasks.duties import duties
from bulou.core.tasks.models import OPEN, Task
from bulou.lib import clock, sql

if TYPE_CHECKING:
    from bulou.core.staff.actor import Actor

_HOME = "household"
_STANDS = "responsibility.posts"
Subject = tuple[str, UUID]  # its type and its id


class Owed(NamedTuple):
    """What of a task says who owes it."""

    kind: str
    subject: Subject
    role: str


class Named(NamedTuple):
    """Somebody named for a subject: as what, whose account, and how they are called."""

    role: str
    holder: int | None
    name: str


@dataclass(frozen=True)
class Owner:
    """Somebody who should do it: what they are, and who they are."""

    title: str
    name: str


def post_of(said: str, place: str) -> str:
    """The role of the post that somebody named as `said` stands for at a place."""
    stands = value(_STANDS, place, clock.today())
    return next((str(one["post"]) for one in stands if one["named"] == said), said)


def named(owed: Sequence[Owed]) -> list[Named | None]:
    """Who answers by name for each of these, or None: two queries, and one for each kind others stand in for."""
    stand_ins = _stand_ins(owed)
    of = [stand_ins.get((one.kind, one.subject[1]), one.subject) for one in owed]
    homes = _homes({pk for type_, pk in of if type_ == "person"})
    rows = _rows({*of, *((_HOME, home) for home in homes.values())}, frozenset(one.role for one in owed))
    found = []
    for one, subject in zip(owed, of, strict=True):
        own = rows.get((*subject, one.role))
        home = homes.get(subject[1]) if subject[0] == "person" else None
        found.append(own or (rows.get((_HOME, home, one.role)) if home else None))
    return found


def _stand_ins(owed: Iterable[Owed]) -> dict[tuple[str, UUID], Subject]:
    """{(kind, subject): what is asked instead}: whoever lies at a site is answered for there."""
    by_kind: dict[str, set[UUID]] = {}
    for one in owed:
        by_kind.setdefault(one.kind, set()).add(one.subject[1])
    asked = {kind: duties()[kind].answered_by for kind in by_kind if kind in duties()}
    return {
        (kind, subject): instead
        for kind, ask in asked.items() if ask is not None
        for subject, instead in ask(by_kind[kind]).items()
    }  # fmt: skip


def _homes(people: Collection[UUID]) -> dict[UUID, UUID]:
    if not people:
        return {}
    clause, params = sql.among("id", people)
    found = sql.rows(
        f"SELECT id, household FROM people_person WHERE household IS NOT NULL AND {clause}", params
    )
    return {sql.as_uuid(pk): sql.as_uuid(home) for pk, home in found}


def _words(roles: frozenset[str]) -> frozenset[str]:
    """What those are named as who stand for one of some posts, wherever it is so."""
    said = [one for entry in book().entries if entry.key == _STANDS for one in entry.value]
    return roles | {str(one["named"]) for one in said if one["post"] in roles}


def _rows(subjects: Collection[Subject], roles: frozenset[str]) -> dict[tuple[str, UUID, str], Named]:
    """{(type, id, post's role): who answers} for some posts: who has an account before who has none, then the first."""
    clause, params = sql.among("subject_id", {pk for _type, pk in subjects})
    types = {type_ for type_, _pk in subjects}
    of = f"subject_type IN ({', '.join(['%s'] * len(types))}) AND {clause}"
    if not types or not sql.rows(f"SELECT 1 FROM staff_responsibility WHERE {of} LIMIT 1", [*types, *params]):
        return {}  # nobody is named yet for nearly all whom a ledger brings, and the whole question is dear
    # Of four who answer for somebody one is asked for.
    words = book().once((_words, roles), lambda: _words(roles))
    there = answering(Responsibility.objects.filter(subject_type__in=types, role__in=words))
    still = Q(holder=None) | Exists(holding(Post.objects.filter(account=OuterRef("holder"))))
    found: dict[tuple[str, UUID, str], Named] = {}
    columns = ("subject_type", "subject_id", "place", "role", "holder", "holder_name")
    stands = cache(post_of)  # plain rows, and each village's words once: there may be thousands
    rows = there.extra(where=[clause], params=params).filter(still).order_by("id").values_list(*columns)
    for type_, subject, place, role, holder, name in rows:
        key = (type_, subject, stands(role, place))
        if key not in found or (found[key].holder is None and holder is not None):
            found[key] = Named(role, holder, name)
    return found


def settle(found: Collection[UUID]) -> int:
    """Give these tasks to whoever owes them now; how many went to somebody else. No figure tells them apart."""
    clause, params = sql.among("id", found)
    columns = ("id", "kind", "subject_type", "subject_id", "role", "account")
    rows = list(Task.objects.extra(where=[clause], params=params).values_list(*columns)) if found else []
    who = named([Owed(kind, (type_, subject), role) for _id, kind, type_, subject, role, _account in rows])
    new = [
        (sql.uid(row[0]), one.holder if one else None)
        for row, one in zip(rows, who, strict=True)
        if row[-1] != (one.holder if one else None)
    ]
    sql.update(Task._meta.db_table, ("id", "account"), sorted(new), ("uuid", "bigint"))
    return len(new)


def follow(subjects: Collection[Subject]) -> int:
    """Somebody else answers for these: what a record may still serve is theirs; what is over stays whose it was.

    Of a household, what is owed about those who live there too. Named responsibility asks for it
    (`answering_changed`) when somebody is named or hands over.
    """
    about = {pk for _type, pk in subjects}
    if homes := {pk for type_, pk in subjects if type_ == _HOME}:
        clause, params = sql.among("household", homes)
        about |= set(Person.objects.extra(where=[clause], params=params).values_list("id", flat=True))
    clause, params = sql.among("subject_id", about)
    still = OPEN & (Q(until_at=None) | Q(until_at__gt=clock.now()))
    found = Task.objects.filter(still).extra(where=[clause], params=params)
    return settle(list(found.values_list("id", flat=True)))


def follow_round(kind: str, slot: str) -> int:
    """As `follow`, of a round that was laid by the database itself: those alone for whom somebody is named."""
    laid = Task.objects.filter(OPEN, kind=kind, slot=slot)
    named_ = Responsibility.objects.filter(subject_id=OuterRef("subject_id"))
    at_home = Person.objects.filter(
        pk=OuterRef("subject_id"),
        household__in=Responsibility.objects.filter(subject_type=_HOME).values("subject_id"),
    )
    found = laid.filter(Exists(named_.filter(subject_type=OuterRef("subject_type"))) | Exists(at_home))
    return settle(list(found.values_list("id", flat=True)))


def mine(by: Actor, roles: Collection[str]) -> Q:
    """Tasks that are an actor's to do: theirs by name, or their post's and nobody's who could do it.

    Those of the other `roles` their post lends a hand to, whoever is named: a grid has nobody else.
    """
    reach = holding(Post.objects.filter(account=OuterRef("account"))).annotate(
        at=ExpressionWrapper(OuterRef("place"), output_field=CharField())
    )
    free = Q(role=by.role) & ~Q(Exists(reach.filter(at__startswith=F("place"))))
    return Q(account=by.account) | free | Q(role__in=set(roles) - {by.role})


def owners(tasks: Sequence[Task]) -> dict[UUID, Owner]:
    """{task: who should do it, or should have}: by name, else who holds the post at the nearest place.

    A constant number of queries. Nobody for a task whose post nobody holds.
    """
    accounts = names({task.account for task in tasks if task.account is not None})
    rest = [task for task in tasks if task.account not in accounts]
    said = named([Owed(task.kind, (task.subject_type, task.subject_id), task.role) for task in rest])
    roles = {Role(task.role) for task in rest if task.role in set(Role)}
    held = posted(roles, {task.place for task in rest}) if rest else {}
    found = {
        task.id: Owner(_post_title(task.role), accounts[task.account])
        for task in tasks if task.account in accounts
    }  # fmt: skip
    for task, one in zip(rest, said, strict=True):
        post = held[task.place].get(Role(task.role)) if task.role in set(Role) else None
        if one is not None:
            found[task.id] = Owner(title(one.role), one.name)
        elif post is not None:
            found[task.id] = Owner(_post_title(task.role), post.account.name)
    return found


def _post_title(role: str) -> str:
    return str(Role(role).title) if role in set(Role) else role
