"""The world is laid down once for each file of tests and undone afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from bulou.core.staff.actor import forget_tokens
from bulou.lib import clock
from tests.scope import asking
from tests.scope import world as laid
from tests.scope.world import World


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    forget_tokens()
    asking.rows_at.cache_clear()
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        moment = clock.parse("2020-02-12T18:00")
        patch.setenv("BULOU_CLOCK_SHIFT", repr((moment - datetime.now(moment.tzinfo)).total_seconds()))
        yield laid.lay(tmp_path_factory.mktemp("ledgers"))
        transaction.set_rollback(True)
