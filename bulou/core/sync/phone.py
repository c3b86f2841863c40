"""What a phone asks beside its records: to be let in, what o'clock it is, what its post needs, to sign out."""

from __future__ import annotations

import gzip
from datetime import datetime
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from bulou.core.answers import also
from bulou.core.staff.actor import Actor
from bulou.core.sync import changes, devices, post
from bulou.lib import clock

router = Router()


class CodeIn(Schema):
    code: str = Field(max_length=40)


class BoundOut(Schema):
    device: UUID
    token: str
    name: str
    role: str
    place: str
    ends_at: datetime
    now: datetime


class NowOut(Schema):
    now: datetime


class PostOut(Schema):
    """`same`: nothing changed since the version that was named, and `post` is left out.

    `difference`: for whoever asked for it, the parts that changed (`changes`); of the lists in `cut` the pieces.
    """

    now: datetime
    version: str
    same: bool
    post: dict | None = None  # type: ignore[type-arg]
    difference: dict | None = None  # type: ignore[type-arg]


def _local(moment: datetime) -> datetime:
    return moment.astimezone(clock.zone())


def bearer(request: HttpRequest) -> str:
    """The token that a request names, "" for none."""
    kind, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token if kind.lower() == "bearer" else ""


@router.post("/devices", auth=None, response=also(BoundOut), summary="A phone is let in by its code")
def post_device(request: HttpRequest, said: CodeIn) -> dict[str, object]:
    """The first phone that comes with the code of a sheet gets its token; it is told this once."""
    bound = devices.redeem(said.code)
    return {
        "device": bound.device.pk, "token": bound.token, "name": bound.account.name, "role": bound.post.role,
        "place": bound.post.place, "ends_at": _local(bound.device.ends_at), "now": _local(clock.now()),
    }  # fmt: skip


@router.post("/devices/leave", response=also(NowOut), summary="A phone signs out")
def post_leave(request: HttpRequest) -> dict[str, object]:
    """The token of this phone opens nothing from now on."""
    devices.leave(bearer(request), request.auth)  # type: ignore[attr-defined]
    return {"now": _local(clock.now())}


@router.get("/sync/now", response=also(NowOut), summary="What o'clock it is here")
def get_now(request: HttpRequest) -> dict[str, object]:
    """For a phone to compare its own clock with, before it sends what it recorded."""
    return {"now": _local(clock.now())}


@router.get("/sync/post", response=also(PostOut), summary="What the phone of a post needs")
def get_post(request: HttpRequest, version: str = "", difference: bool = False) -> HttpResponse:
    """Tasks until the end of the next shift, cards of those they are about, the rules to decide by.

    Name the `version` you hold: when nothing changed, the answer is a few bytes; with `difference`, it is else
    what changed instead of `post`, where the version can be compared.
    """
    actor: Actor = request.auth  # type: ignore[attr-defined]
    now, said = clock.now(), post.fetch(actor)
    found = changes.marks(said)
    current = changes.version(found)
    device = devices.of_token(bearer(request))
    if device is not None:
        devices.heard(device, now)
    whole = {"now": _local(now), "version": current, "same": version == current}
    if version != current:
        other = changes.since(version, said, found) if difference else None
        whole |= {"post": said} if other is None else {"difference": other}
    return packed(request, orjson.dumps(whole))


def packed(request: HttpRequest, whole: bytes) -> HttpResponse:
    """JSON, compressed for whoever takes it. No text in it is chosen by whoever asks, so its length tells nothing."""
    answer = HttpResponse(whole, content_type="application/json")
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        answer.content = gzip.compress(whole, 6)
        answer["Content-Encoding"] = "gzip"
        answer["Vary"] = "Accept-Encoding"
    return answer
