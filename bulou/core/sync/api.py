"""The post-box: records in, one answer for each; what changed since a cursor out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from bulou.core.answers import also
from bulou.core.records import turns
from bulou.core.records.kinds import Incoming
from bulou.core.staff.actor import Actor
from bulou.core.sync import book, odd
from bulou.core.sync.models import ClockNote
from bulou.lib import clock, paging
from bulou.lib.refusals import Refusal, declare, sentence
from bulou.lib.values import Moment

router = Router()
MOST = 1000
_HIGHEST = 2**63
_TEXT = "^[^\\x00]*$"  # no database keeps the character NUL
declare("batch-malformed", _("Send a JSON object with a list named records."))
declare(
    "batch-cut", _("Less came than was announced: the line was cut. Nothing of it was taken; send it again.")
)
declare("batch-packed", _("The body is packed (Content-Encoding). Send it as it is, without gzip."))
declare("batch-too-long", _("At most 1,000 records go in at once. Send them in smaller batches."))
declare("batch-too-large", _("At most %(most)s MB go in at once. Send them in smaller batches."))


def _timed(told: Any) -> Any:
    """A moment says its time of day: a day alone would become midnight, a bare number some second of 1970 or later."""
    if isinstance(told, str) and ":" not in told and "T" not in told.upper():
        raise ValueError("no time of day")
    if isinstance(told, int | float):
        raise ValueError("no moment")
    return told


class ClockIn(BaseModel):
    """What a wrong clock showed when the record was made, and by how many seconds it was behind ours."""

    phone_at: Moment
    behind: int = Field(ge=-(10**10), le=10**10)


class RecordIn(BaseModel):
    """One record on its way in. `clock`: only from a phone whose clock is wrong; it is no part of the content."""

    model_config = ConfigDict(strict=False, frozen=True)
    kind: str = Field(max_length=60, pattern=_TEXT)
    id: UUID
    place: str = Field(pattern=r"^[0-9]{2,20}$")
    happened_at: Annotated[Moment, BeforeValidator(_timed)]
    device: str = Field("", max_length=40, pattern=_TEXT)
    replaces: UUID | None = None
    why: str = Field("", max_length=400, pattern=_TEXT)
    clock: ClockIn | None = None
    data: dict[str, Any]

    @field_validator("replaces")
    @classmethod
    def _another(cls, replaces: UUID | None, info: ValidationInfo) -> UUID | None:
        """A record that corrected itself would be held for one that never comes."""
        if replaces is not None and replaces == info.data.get("id"):
            raise ValueError("replaces itself")
        return replaces


class ResultOut(Schema):
    id: str | None
    status: str
    code: str = ""
    message: str = ""


class ResultsOut(Schema):
    results: list[ResultOut]


class LineOut(Schema):
    kind: str
    id: UUID
    place: str
    happened_at: datetime
    replaces: UUID | None = None
    data: dict[str, Any] | None = None


class SyncOut(Schema):
    items: list[LineOut]
    next: str
    more: bool


_one = TypeAdapter(RecordIn)
# What stands in it, kind by kind, `described` adds: here not every room is known yet.
_BODY = {"requestBody": {"required": True, "content": {"application/json": {"schema": {}}}}}


@router.post("/records", response=also(ResultsOut, 413, 415), openapi_extra=_BODY, summary="Records in")
def post_records(request: HttpRequest) -> HttpResponse:
    """Take up to 1,000 records; answers one result for each in order, whatever becomes of its neighbours."""
    actor: Actor = request.auth  # type: ignore[attr-defined]
    if request.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        raise Refusal("batch-packed")
    body = _whole(request)
    try:
        handed = odd.read(body)["records"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Refusal("batch-malformed") from None
    if not isinstance(handed, list):
        raise Refusal("batch-malformed")
    if len(handed) > MOST:
        raise Refusal("batch-too-long")
    return HttpResponse(orjson.dumps({"results": answer(handed, actor)}), content_type="application/json")


def _whole(request: HttpRequest) -> bytes:
    """The body, all of it: what was cut off may by chance still read as a smaller batch."""
    try:
        body = request.body
    except OSError:
        raise Refusal("batch-cut") from None
    except RequestDataTooBig:
        raise Refusal("batch-too-large", most=settings.DATA_UPLOAD_MAX_MEMORY_SIZE >> 20) from None
    if len(body) < int(request.META.get("CONTENT_LENGTH") or 0):
        raise Refusal("batch-cut")
    return body


def answer(handed: list[Any], actor: Actor) -> list[dict[str, Any]]:
    """The results of raw records, in order; what is no record at all is refused by itself.

    Each has the id as its sender wrote it (in capitals, say): by that they find what to forget.
    """
    results: list[dict[str, Any]] = [{}] * len(handed)
    going: list[tuple[int, str, Incoming]] = []
    clocks: dict[UUID, ClockIn] = {}
    for position, raw in enumerate(odd.apart(handed)):
        try:
            said = _one.validate_python(raw)
        except ValidationError as error:
            results[position] = _malformed(raw, error)
            continue
        going.append((position, raw["id"], _incoming(said)))
        if said.clock is not None:
            clocks[said.id] = said.clock
    taken = turns.take([came for *_where, came in going], actor) if going else []
    for (position, written, _came), result in zip(going, taken, strict=True):
        results[position] = {"id": written, "status": result.status}
        if result.code:
            results[position] |= {"code": result.code, "message": result.message}
    _keep_clocks(clocks, {result.id for result in taken if result.status in ("accepted", "duplicate")})
    return results


def _keep_clocks(clocks: dict[UUID, ClockIn], kept: set[UUID]) -> None:
    """Keep the other time of records whose phone's clock was wrong; what was kept first stays."""
    notes = [
        ClockNote(record=record, phone_at=said.phone_at, behind_seconds=said.behind)
        for record, said in clocks.items()
        if record in kept
    ]
    if notes:
        ClockNote.objects.bulk_create(notes, ignore_conflicts=True)


def _incoming(said: RecordIn) -> Incoming:
    return Incoming(
        said.kind, said.id, said.place, said.happened_at, said.data, said.device, said.replaces, said.why
    )  # fmt: skip


def _malformed(raw: Any, error: ValidationError) -> dict[str, Any]:
    given = raw.get("id") if isinstance(raw, dict) else None
    field = ".".join(str(part) for part in error.errors()[0]["loc"]) or "record"
    return {
        "id": given if isinstance(given, str) else None,
        "status": "refused",
        "code": "malformed",
        "message": sentence("malformed", {"field": field}),
    }


@router.get("/sync", response=also(SyncOut), summary="What is new since a cursor")
def get_sync(request: HttpRequest, since: str = "") -> HttpResponse:
    """Records of the asker's territory and work in the order in which they came, and the cursor of the next ones.

    Ask again at once while `more` is true, later with the same cursor otherwise: `next` may stand still.
    `data` is told of those kinds that the asker's post may hand in.
    """
    actor: Actor = request.auth  # type: ignore[attr-defined]
    lines, last, more = book.after(_seq(since), actor)
    items = [
        {
            "kind": line.kind, "id": line.id, "place": line.place, "replaces": line.replaces, "data": line.data,
            "happened_at": line.happened_at.astimezone(clock.zone()),
        }
        for line in lines
    ]  # fmt: skip
    # Said here, not by the framework: it would cut the times to milliseconds.
    said = {"items": items, "next": paging.encode([last]), "more": more}
    return HttpResponse(orjson.dumps(said), content_type="application/json")


def _seq(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        (seq,) = paging.decode(cursor)
    except ValueError:
        raise Refusal("cursor-unknown") from None
    if type(seq) is not int or not 0 <= seq < _HIGHEST:
        raise Refusal("cursor-unknown")
    return seq
