"""Looking at a file is cut short: what is there of it is never taken for the whole, and it mends itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from bulou.core.people.models import Person, PersonKey
from bulou.core.staff.actor import Actor
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor, signed_in
from bulou.exchange import behind, keep, waiting
from bulou.exchange.models import ImportRow, ImportRun
from bulou.exchange.tests.conftest import TOWNSHIP, line
from bulou.exchange.who import Fate
from bulou.lib.refusals import Refusal

pytestmark = pytest.mark.django_db
LINES = 12
Break = Callable[[], None]


class PowerLostError(BaseException):
    """Nothing that anybody catches."""


@pytest.fixture
def cut_short(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Any]:
    """`with cut_short(n)`: the power goes before the n-th piece of rows is kept."""
    monkeypatch.setattr(waiting, "CHUNK", 5)
    whole = keep.rows

    def at(piece: int) -> Any:
        left = iter(range(piece))

        def falls(run: UUID, fates: Sequence[Fate]) -> None:
            if next(left, None) is None:
                raise PowerLostError
            whole(run, fates)

        monkeypatch.setattr(keep, "rows", falls)
        return pytest.raises(PowerLostError)

    return at


@pytest.fixture
def mended(monkeypatch: pytest.MonkeyPatch, morning: datetime) -> Break:
    """The house is up again, a quarter of an hour later."""
    whole = keep.rows

    def again() -> None:
        monkeypatch.setattr(keep, "rows", whole)
        later = morning + timedelta(minutes=15)
        shift = (later - datetime.now(later.tzinfo)).total_seconds()
        monkeypatch.setenv("BULOU_CLOCK_SHIFT", repr(shift))

    return again


def look(by: Actor, path: Path) -> ImportRun:
    return waiting.look([path.read_bytes()], path.name, TOWNSHIP, by)


def test_a_file_looked_at_in_part_is_not_taken_in_and_is_looked_at_again_when_it_is_opened(
    mended: Break, cut_short: Callable[[int], Any], client: Client, ledger: Callable[..., Path]
) -> None:
    by = actor(Role.TOWNSHIP_CLERK, TOWNSHIP)
    signed_in(client, by)
    with cut_short(1):
        look(by, ledger([line(n) for n in range(LINES)]))
    run = ImportRun.objects.get()
    assert (run.state, ImportRow.objects.count()) == (ImportRun.LOOKING, 5)
    page = client.get(f"/import/{run.id}/").content.decode()
    assert "读取中" in page and "收入</button>" not in page
    assert client.get(f"/import/{run.id}/annotated/").status_code == 404
    with pytest.raises(Refusal):
        waiting.claim(run)
    mended()
    page = client.get(f"/import/{run.id}/").content.decode()
    assert "读取中" not in page
    run.refresh_from_db()
    assert (run.state, ImportRow.objects.count()) == (ImportRun.LOOKED, LINES + 1)
    waiting.claim(run)
    waiting.take(run, by)
    assert Person.objects.count() == LINES


@pytest.mark.parametrize("pieces", [0, 1])
def test_looking_again_that_was_cut_short_loses_nothing_either(
    mended: Break, cut_short: Callable[[int], Any], ledger: Callable[..., Path], pieces: int
) -> None:
    by = actor(Role.TOWNSHIP_CLERK, TOWNSHIP)
    run = look(by, ledger([line(n) for n in range(LINES)]))
    with cut_short(pieces):
        waiting.look_again(run, by)
    run.refresh_from_db()
    assert run.state == ImportRun.LOOKING
    mended()
    assert waiting.was_left(run)
    behind.look_again(run, by)
    run.refresh_from_db()
    assert (run.state, ImportRow.objects.count()) == (ImportRun.LOOKED, LINES + 1)


def test_while_somebody_looks_nobody_else_does(ledger: Callable[..., Path]) -> None:
    by = actor(Role.TOWNSHIP_CLERK, TOWNSHIP)
    run = look(by, ledger([line(1)]))
    ImportRun.objects.update(state=ImportRun.LOOKING)
    run.refresh_from_db()
    assert not waiting.was_left(run)
    with pytest.raises(Refusal):
        waiting.look_again(run, by)
    with pytest.raises(Refusal):
        waiting.leave(run)


def test_what_was_not_even_kept_is_put_away_and_asked_for_again(
    mended: Break, client: Client, ledger: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    by = actor(Role.TOWNSHIP_CLERK, TOWNSHIP)
    signed_in(client, by)

    def falls(*_: Any) -> None:
        raise PowerLostError

    monkeypatch.setattr(waiting, "_seal", falls)
    with pytest.raises(PowerLostError):
        look(by, ledger([line(1)]))
    run = ImportRun.objects.get()
    mended()
    answer = client.get(f"/import/{run.id}/", follow=True)
    assert "请重新上传" in answer.content.decode()
    assert not ImportRun.objects.exists()
    assert not PersonKey.objects.filter(person=run.id).exists()
