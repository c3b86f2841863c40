"""Pairs that may be one person, with their score: Splink over DuckDB, in memory, nothing on any disk.

Splink is an extra (`match`). Each way of agreeing adds to the weight of a pair what it is likelier among
entries of one person than among different people (Fellegi and Sunter).
"""

from __future__ import annotations

import importlib.util
import logging
import tomllib
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from splink import Linker, SettingsCreator

    from bulou.core.people.doubles.told import Told

# More people than this with one phone are a hotel or a works office, and one household's flat is not so full.
_SHARED = 20
_LEAST = 1e-9  # of all pairs; what was never seen may still be


@dataclass(frozen=True, slots=True)
class Pair:
    """Rows `one` and `other` of what was told; `score` from 0 to 1; `evidence`: how each thing agrees."""

    one: int
    other: int
    score: float
    evidence: tuple[str, ...]


@cache
def weights() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "weights.toml").read_text(encoding="utf-8"))


def is_here() -> bool:
    """Whether Splink and DuckDB are installed."""
    return all(importlib.util.find_spec(name) is not None for name in ("splink", "duckdb"))


def pairs(told: Told) -> list[Pair]:
    """The pairs of a register that are likely enough to be shown, the likeliest first."""
    if len(told.persons) < 2:
        return []
    for name in ("phone", "phone2", "household"):
        told.columns[name] = _uncrowded(told.columns[name])
    with closing(_database(told)) as database:
        predicted = _linker(database, told).inference.predict(threshold_match_probability=weights()["least"])
        rows = predicted.as_duckdbpyrelation().select(*_RESULT).fetchall()
    return sorted(map(_pair, rows), key=lambda pair: (-pair.score, pair.one, pair.other))


def _pair(row: tuple[Any, ...]) -> Pair:
    one, other, score, *levels = row
    agree = zip(_words().items(), levels, strict=True)
    return Pair(
        one, other, score, tuple(f"{name}-{words[level]}" for (name, words), level in agree if level in words)
    )


@cache
def _words() -> dict[str, dict[int, str]]:
    """{comparison: {level as Splink counts it, from 0 for the last: word}}."""
    return {
        name: dict(zip(reversed(range(len(levels))), levels, strict=True))
        for name, levels in weights().items() if isinstance(levels, dict)
    }  # fmt: skip


def _database(told: Told) -> DuckDBPyConnection:
    """Nothing is fetched, nothing spills to a disk: document numbers stand in this table."""
    import duckdb
    import pyarrow as pa

    own: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": "", "autoinstall_known_extensions": "false", "autoload_known_extensions": "false",
    }  # fmt: skip
    database = duckdb.connect(":memory:", config=own)
    database.register("told", pa.table(told.columns))
    return database


def _linker(database: DuckDBPyConnection, told: Told) -> Linker:
    from splink import DuckDBAPI, Linker

    logging.getLogger("splink").setLevel(logging.ERROR)
    return Linker(DuckDBAPI(database).register("told"), _settings(told), log_level=logging.ERROR)


def _settings(told: Told) -> SettingsCreator:
    from splink import SettingsCreator

    people = len(told.persons)
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[_comparison(name, told) for name in _CONDITIONS],
        blocking_rules_to_generate_predictions=_blocks(told),
        probability_two_random_records_match=min(0.5, 2 * weights()["doubles_a_hundred"] / 100 / people),
        retain_matching_columns=True,
    )


_RESULT = (
    "unique_id_l", "unique_id_r", "match_probability", "gamma_name", "gamma_identity", "gamma_near", "gamma_sex",
)  # fmt: skip
# Names: of the same reading, one character apart. `{c}_l` and `{c}_r` are the two rows' columns.
_SLIP = "levenshtein(name_l, name_r) = 1"
_SAME_KIND = "doc_kind_l = doc_kind_r AND doc_l IS NOT NULL AND doc_r IS NOT NULL"
_HERE = "(household_l = household_r OR village_l = village_r)"
_PHONE = "(phone_l = phone_r OR phone_l = phone2_r OR phone2_l = phone_r)"
_CONDITIONS: dict[str, dict[str, str]] = {
    "name": {
        "same": "name_l = name_r",
        "sound": "sound_l = sound_r AND sound_l <> ''",
        "slip": f"{_SLIP} AND greatest(length(name_l), length(name_r)) >= 3",
        "short": _SLIP,
        "apart": "ELSE",
    },
    "identity": {
        "swapped": f"{_SAME_KIND} AND doc_bag_l = doc_bag_r AND hamming(doc_l, doc_r) = 2",
        "digit": f"{_SAME_KIND} AND NOT (doc_sound_l AND doc_sound_r) AND levenshtein(doc_l, doc_r) = 1",
        "apart": _SAME_KIND,
        "born": "born_l = born_r",
        "born-slip": "damerau_levenshtein(born_l, born_r) = 1",
        "born-apart": "ELSE",
    },
    "near": {
        "phone-here": f"{_PHONE} AND {_HERE}",
        "phone": _PHONE,
        "household": "household_l = household_r",
        "village": "village_l = village_r",
        "township": "town_l = town_r",
        "apart": "ELSE",
    },
    "sex": {"same": "sex_l = sex_r", "apart": "ELSE"},
}
_UNKNOWN = {
    "name": "name_l = '' OR name_r = ''",
    "identity": f"NOT coalesce({_SAME_KIND}, false) AND (born_l IS NULL OR born_r IS NULL)",
    "near": "",
    "sex": "sex_l IS NULL OR sex_r IS NULL",
}


def _comparison(name: str, told: Told) -> Any:
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl

    counted, table = _counted(told), weights()[name]
    levels: list[Any] = []
    if _UNKNOWN[name]:
        levels.append(cll.CustomLevel(_UNKNOWN[name], "unknown").configure(is_null_level=True))
    for word, condition in _CONDITIONS[name].items():
        level = cll.ElseLevel() if condition == "ELSE" else cll.CustomLevel(condition, word)
        other = max(_LEAST, table[word].get("other") or counted[name, word])
        common: dict[str, Any] = {"tf_adjustment_column": "name"} if (name, word) == ("name", "same") else {}
        levels.append(level.configure(m_probability=table[word]["same"] / 100, u_probability=other, **common))
    return cl.CustomComparison(levels, output_column_name=name)


def _counted(told: Told) -> dict[tuple[str, str], float]:
    """How many of all pairs agree so by chance: counted, not drawn, so that the same register says the same."""
    columns = told.columns
    phones, homes = _agreeing(columns["phone"]), _agreeing(columns["household"])
    village, town = _agreeing(columns["village"]), _agreeing(columns["town"])
    return {
        ("name", "same"): _agreeing(columns["name"]), ("name", "sound"): _agreeing(columns["sound"]),
        ("identity", "born"): _agreeing(columns["born"]),
        ("near", "phone-here"): phones, ("near", "phone"): phones / 10, ("near", "household"): homes,
        ("near", "village"): village, ("near", "township"): max(0.0, town - village), ("near", "apart"): 1 - town,
    }  # fmt: skip


def _agreeing(values: Iterable[Any]) -> float:
    """The part of all pairs of rows whose values agree."""
    counted = Counter(values)
    rows = counted.total()
    counted.pop(None, None)
    return sum(n * (n - 1) for n in counted.values()) / (rows * (rows - 1))


def _blocks(told: Told) -> list[Any]:
    """Which pairs are looked at: those that have something rare in common."""
    from splink import block_on
    from splink.blocking_rule_library import CustomRule

    return [
        block_on("name", "town"), block_on("name", "born"), block_on("born", "letter"), block_on("doc_bag"),
        block_on("household"), block_on("phone"), CustomRule("l.phone = r.phone2"),
        block_on("sound", "village"),
    ]  # fmt: skip


def _uncrowded(values: list[Any]) -> list[Any]:
    """What more than so many rows share tells nothing of who they are."""
    counted = Counter(values)
    return [value if counted[value] <= _SHARED else None for value in values]
