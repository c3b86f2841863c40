"""Are the turns of a day such that expected acts can be laid by them? Plain values in, findings out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from bulou.core.rulebook import words
from bulou.core.rulebook.words import Finding

_TIME = re.compile(r"\+?(?:[01]\d|2[0-3]):[0-5]\d")
_HOURS = ("opens", "due", "until")


def turns_amiss(where: str, value: object, before: object) -> list[Finding]:
    """What is wrong with a list of turns (`before`: what such a rule says until now); nothing for other rules.

    A turn has a slot of its own on its day and the times `HH:MM` at which it opens, is due and ends, in this order;
    with `+` on the next day.
    """
    if not (_turns(before) and isinstance(value, list)):
        return []
    seen: set[str] = set()
    return [finding for one in value for finding in _amiss(where, one, seen)]


def _turns(value: object) -> bool:
    return isinstance(value, list) and any(
        isinstance(one, dict) and one.keys() >= {"slot", *_HOURS} for one in value
    )


def _amiss(where: str, one: object, seen: set[str]) -> Iterator[Finding]:
    turn = one if isinstance(one, dict) else {}
    missing = [name for name in ("slot", *_HOURS) if name not in turn]
    if missing:
        yield from (Finding(words.MISSING, where, {"field": name}) for name in missing)
        return
    slot = turn["slot"]
    if not isinstance(slot, str) or not slot or slot in seen:
        yield _wrong(where, "slot", slot, words.A_SLOT)
    seen.add(str(slot))
    odd = [name for name in _HOURS if not (isinstance(turn[name], str) and _TIME.fullmatch(turn[name]))]
    if odd:
        yield from (_wrong(where, name, turn[name], words.A_TIME) for name in odd)
        return
    opens, due, until = ((turn[name].startswith("+"), turn[name].lstrip("+")) for name in _HOURS)
    if not opens < due:
        yield _wrong(where, "due", turn["due"], f"> {turn['opens']}")
    elif until < due:
        yield _wrong(where, "until", turn["until"], f"≥ {turn['due']}")


def _wrong(where: str, name: str, value: object, expected: object) -> Finding:
    shown = json.dumps(value, ensure_ascii=False, default=str)
    return Finding(words.WRONG, where, {"field": name, "value": shown, "expected": expected})
