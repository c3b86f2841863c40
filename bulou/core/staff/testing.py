"""For tests, everywhere: somebody in a post, and a browser in which they are signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bulou.core.staff.actor import Actor, of_post
from bulou.core.staff.models import Account, Post
from bulou.core.staff.roles import Role
from bulou.core.staff.second import SESSION_SECOND
from bulou.lib import clock, ids

if TYPE_CHECKING:
    from django.test import Client


def actor(role: Role | str = Role.COUNTY_OFFICE, place: str = "141031", name: str = "测试员") -> Actor:
    """A new account in one post, in the database."""
    account = Account.objects.create(username=f"t-{ids.new().hex[-12:]}", name=name, made_at=clock.now())
    post = Post.objects.create(account=account, role=Role(role), place=place, from_at=clock.now())
    return of_post(post)


def signed_in(client: Client, by: Actor) -> Client:
    """The client, signed in as an actor with both factors and in that post."""
    client.force_login(Account.objects.get(pk=by.account))
    session = client.session
    session[SESSION_SECOND] = True
    session["post"] = by.post
    session.save()
    return client
