"""A phone in a village: its post, its token, and the people whom it looks after."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core import signals
from django.db import close_old_connections
from django.test import Client

from bulou.core.staff.access import make_token
from bulou.core.staff.actor import Actor, forget_tokens
from bulou.core.staff.models import Account
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor as in_post
from bulou.lib import clock, ids
from tests.core.conftest import VILLAGE, arrived, at

__all__ = ["at"]


class Phone:
    """Asks the API in the name of a post."""

    def __init__(self, by: Actor, language: str = "en") -> None:
        self.by = by
        account = Account.objects.get(pk=by.account)
        self.headers = {"Authorization": f"Bearer {make_token(account, by)}", "Accept-Language": language}

    def get(self, path: str, **params: Any) -> tuple[int, Any]:
        answer = Client(enforce_csrf_checks=True).get(f"/api/v1/{path}", params, headers=self.headers)
        return answer.status_code, answer.json()

    def post(self, body: Any, **headers: str) -> tuple[int, Any]:
        answer = Client(enforce_csrf_checks=True).post(
            "/api/v1/records", body, content_type="application/json", headers=self.headers | headers
        )
        return answer.status_code, answer.json()

    def send(self, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        status, said = self.post({"records": records})
        assert status == 200, said
        results: list[dict[str, Any]] = said["results"]
        return results


@pytest.fixture(autouse=True)
def _nobody_remembered() -> None:
    forget_tokens()


@pytest.fixture
def within_one_transaction() -> Iterator[None]:
    """A request ends by closing what is not in autocommit; here that would be the test's own transaction."""
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def phone(db: None, at: Any) -> Callable[..., Phone]:
    """`phone(role, place)`: a phone of a new post; a village doctor's without more."""

    def of(role: Role = Role.VILLAGE_DOCTOR, place: str = VILLAGE, language: str = "en") -> Phone:
        return Phone(in_post(role, place), language)

    return of


@pytest.fixture
def observed(phone: Any) -> list[UUID]:
    """Three people under observation in the village since the day before yesterday."""
    return arrived(3, clock.now() - timedelta(days=2))


def said(person: UUID, at: datetime, tenths: int | None = 365, **more: Any) -> dict[str, Any]:
    """A reading as a phone sends it."""
    data = {"person": str(person), "tenths": tenths, "symptoms": []}
    record = {"kind": "observation.reading", "id": str(ids.new()), "place": VILLAGE, "data": data}
    return record | {"happened_at": at.isoformat(), "device": "phone-1"} | more
