"""What a sender cannot have meant is refused with the field's name, and is not made into something else."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from bulou.core.sync.api import RecordIn


def _told(**fields: Any) -> RecordIn:
    said = {
        "kind": "a.b",
        "id": str(uuid4()),
        "place": "370724",
        "happened_at": "2020-02-12T08:00:00+08:00",
        "data": {},
    }
    return RecordIn.model_validate(said | fields)


@pytest.mark.parametrize("told", ["2020-02-12", "1581465600", 1581465600, 1581465600.5, True])
def test_a_moment_without_a_time_of_day_is_not_made_into_one(told: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        _told(happened_at=told)
    assert refused.value.errors()[0]["loc"] == ("happened_at",)


@pytest.mark.parametrize("told", ["2020-02-12T08:00", "2020-02-12 08:00:00", "2020-02-12T00:00:00Z"])
def test_a_moment_with_its_time_of_day_is_taken(told: str) -> None:
    assert _told(happened_at=told).happened_at.year == 2020


def test_a_record_that_corrects_itself_is_not_held_for_ever() -> None:
    same = str(uuid4())
    with pytest.raises(ValidationError) as refused:
        _told(id=same, replaces=same.upper())
    assert refused.value.errors()[0]["loc"] == ("replaces",)
    assert _told(id=same, replaces=str(uuid4())).replaces is not None
