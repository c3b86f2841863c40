"""What a record of each kind says, for the API's own description: as JSON schemas, from the kinds' shapes."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

from django.utils.translation import override

from bulou.core.records.kinds import Kind, kinds
from bulou.core.sync.api import MOST, RecordIn

_PARTS = "#/components/schemas/"
_BY_THE_HOUSE = "Written by the house itself; refused from outside."


def add(document: dict[str, Any], path: str) -> None:
    """Describe in an OpenAPI document every kind of record, and at `path` a batch of those that may be handed in.

    The data of a kind is the component of the kind's name, a whole record of it `record.NAME`.
    """
    parts, whole = _kinds()
    document.setdefault("components", {}).setdefault("schemas", {}).update(parts)
    one = {
        "oneOf": [{"$ref": ref} for ref in whole.values()],
        "discriminator": {"propertyName": "kind", "mapping": whole},
    }
    document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"] = {
        "type": "object",
        "required": ["records"],
        "properties": {"records": {"type": "array", "maxItems": MOST, "items": one}},
    }


@cache
def _kinds() -> tuple[dict[str, Any], dict[str, str]]:
    """The components, and where each kind that may be handed in is described as a whole record."""
    record = RecordIn.model_json_schema(ref_template=_PARTS + "{model}")
    parts: dict[str, Any] = record.pop("$defs", {})
    whole: dict[str, str] = {}
    for name, kind in sorted(kinds().items()):
        parts |= _data(kind)
        if kind.writers:
            parts[f"record.{name}"] = _whole(kind, record)
            whole[name] = f"{_PARTS}record.{name}"
    return parts, whole


def _data(kind: Kind) -> dict[str, Any]:
    """The data of a kind, and the shapes within it: several rooms have one of the same name."""
    shape = kind.data.model_json_schema(ref_template=f"{_PARTS}{kind.name}.{{model}}")
    within = {f"{kind.name}.{name}": inner for name, inner in shape.pop("$defs", {}).items()}
    said = shape.get("description", "").split()
    with override("en"):
        shape["title"] = str(kind.title)
    shape["description"] = " ".join(said if kind.writers else [*said, _BY_THE_HOUSE])
    return {kind.name: shape, **within}


def _whole(kind: Kind, record: dict[str, Any]) -> dict[str, Any]:
    shape = deepcopy(record)
    with override("en"):
        shape["title"] = str(kind.title)
    shape["description"] = f"Handed in by: {', '.join(sorted(kind.writers))}."
    shape["properties"]["kind"] = {"type": "string", "const": kind.name}
    shape["properties"]["data"] = {"$ref": _PARTS + kind.name}
    return shape
