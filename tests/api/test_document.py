"""The API does what its own description says: every endpoint is fuzzed from its OpenAPI document."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS, load_all_checks

from bulou.core.figures.recount import recount
from bulou.core.records.kinds import kinds
from bulou.core.staff.roles import Role
from bulou.lib import clock, ids
from tests.core.conftest import COUNTY, OTHER_VILLAGE, VILLAGE

pytestmark = pytest.mark.usefixtures("within_one_transaction")
load_all_checks()
SUITED = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
    ]
)


def bounded(examples: int) -> Any:
    """So many examples, the same ones in every run."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )


def paths() -> list[str]:
    from bulou.config.api import api

    return sorted(api.get_openapi_schema()["paths"])


@pytest.mark.parametrize("path", paths())
def test_nothing_that_the_document_allows_makes_an_endpoint_stumble(
    path: str, phone: Any, observed: list[UUID]
) -> None:
    from bulou.config.wsgi import application

    mine = phone(Role.COUNTY_OFFICE, COUNTY)
    document: Any = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    for method in document[path]:
        operation = document[path][method]

        @bounded(40)
        @given(case=operation.as_strategy())
        def run(case: Any) -> None:
            case.call_and_validate(headers=mine.headers | {"Accept-Encoding": "identity"}, checks=SUITED)

        run()


def of_shape(model: Any) -> st.SearchStrategy[Any]:
    """Values that the JSON schema of a shape allows."""
    shape = model.model_json_schema(ref_template="#/components/schemas/{model}")
    parts = shape.pop("$defs", {})
    body = {"required": True, "content": {"application/json": {"schema": shape}}}
    answers = {"200": {"description": "."}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": ".", "version": "1"},
        "paths": {"/": {"post": {"requestBody": body, "responses": answers}}},
        "components": {"schemas": parts},
    }
    cases: Any = schemathesis.openapi.from_dict(document)["/"]["POST"].as_strategy()
    found: st.SearchStrategy[Any] = cases.map(lambda case: case.body)
    return found


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_no_record_of_any_kind_makes_the_intake_stumble(kind: str, phone: Any, observed: list[UUID]) -> None:
    """Data of the kind's own shape, with known people, plans and places among the unknown."""
    known = st.sampled_from([str(one) for one in (*observed, ids.new())])
    role = next(iter(sorted(kinds()[kind].writers)), Role.COUNTY_OFFICE)
    mine = phone(Role(role), COUNTY)
    now = clock.now()

    def record(data: dict[str, Any], subject: str, place: str, hours: int) -> dict[str, Any]:
        field = kinds()[kind].subject
        data = data | ({field: subject} if field else {})
        at = now - timedelta(hours=hours)
        return {
            "kind": kind,
            "id": str(ids.new()),
            "place": place,
            "happened_at": at.isoformat(),
            "data": data,
        }

    records = st.builds(
        record,
        of_shape(kinds()[kind].data),
        known,
        st.sampled_from([VILLAGE, OTHER_VILLAGE]),
        st.integers(0, 60),
    )

    @bounded(15)
    @given(st.lists(records, min_size=1, max_size=6))
    def run(batch: list[dict[str, Any]]) -> None:
        status, answer = mine.post(json.dumps({"records": batch}))
        assert status == 200, answer
        assert len(answer["results"]) == len(batch)
        for result in answer["results"]:
            assert result["status"] in ("accepted", "duplicate", "conflict", "held", "refused")
            assert result.get("code") != "record-fault", batch

    run()
    assert recount() == []
