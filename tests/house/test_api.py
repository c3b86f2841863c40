"""The API's own description says what a record of each kind holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bulou.config.api import api
from bulou.core.records.kinds import kinds

DOCUMENT: dict[str, Any] = api.get_openapi_schema()
PARTS: dict[str, Any] = DOCUMENT["components"]["schemas"]


def refs(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        yield from (ref for inner in node.values() for ref in refs(inner))
    elif isinstance(node, list):
        yield from (ref for inner in node for ref in refs(inner))


def test_every_kind_of_record_is_described_with_its_own_fields() -> None:
    for name, kind in kinds().items():
        fields = {field.alias or key for key, field in kind.data.model_fields.items()}
        assert set(PARTS[name].get("properties", {})) == fields, name
        assert PARTS[name]["title"], name


def test_a_batch_is_of_the_kinds_that_may_be_handed_in_and_of_no_other() -> None:
    post = DOCUMENT["paths"]["/api/v1/records"]["post"]["requestBody"]["content"]["application/json"]
    one = post["schema"]["properties"]["records"]["items"]
    mapping = one["discriminator"]["mapping"]
    assert set(mapping) == {name for name, kind in kinds().items() if kind.writers}
    assert {ref["$ref"] for ref in one["oneOf"]} == set(mapping.values())
    for name in mapping:
        properties = PARTS[f"record.{name}"]["properties"]
        assert properties["kind"]["const"] == name
        assert properties["data"] == {"$ref": f"#/components/schemas/{name}"}


def test_whatever_the_description_refers_to_stands_in_it() -> None:
    for ref in set(refs(DOCUMENT)):
        assert ref.removeprefix("#/components/schemas/") in PARTS, ref
