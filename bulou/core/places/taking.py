"""Taking divisions in: the verbs over files of the official tree."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bulou.core import audit
from bulou.core.places import files, load, refused
from bulou.core.places.codes import COUNTY, is_code, level_of, path_codes
from bulou.core.staff.roles import Role
from bulou.lib.refusals import Refusal

if TYPE_CHECKING:
    from bulou.core.staff.actor import Actor

TREE_KEEPERS = frozenset({Role.COUNTY_OFFICE, Role.ADMINISTRATOR})


@audit.verb("places.take-county", roles=TREE_KEEPERS)
def take_county(by: Actor, code: str) -> load.Taken:
    """A county with its city and province, whole if it is one of the five. Again is no harm.

    Refuses `place-no-county`.
    """
    if not is_code(code) or level_of(code) != COUNTY:
        raise Refusal(refused.NO_COUNTY, place=code)
    whole = [
        row for row in files.five_counties() if row.code in path_codes(code) or row.code.startswith(code)
    ]
    rows = whole if any(row.code == code for row in whole) else files.county_path(code)
    if not rows:
        raise Refusal(refused.NO_COUNTY, place=code)
    return _noted(load.take(rows), code)


@audit.verb("places.take-five", roles=TREE_KEEPERS)
def take_five(by: Actor) -> load.Taken:
    """The divisions of the five counties that come with bulou. Again is no harm."""
    return _noted(load.take(files.five_counties()), "")


@audit.verb("places.take-file", roles=TREE_KEEPERS)
def take_file(by: Actor, path: Path, county: str = "") -> load.Taken:
    """The divisions of a CSV or JSON file (of one county if given), with the counties above them.

    Each row is added, known, differing (kept as it is here) or refused with a code; none is passed
    over. Refuses `place-file` as a whole; raises OSError when the file cannot be read.
    """
    try:
        given = files.read(path)
    except ValueError as error:
        raise Refusal(refused.FILE) from error
    if county:
        given = [row for row in given if row[0].startswith(county) or row[0] in path_codes(county)]
    bad = [(code, name, refused.ROW) for code, name in given if not files.sound(code, name)]
    rows = {code: files.Row(code, name) for code, name in given if files.sound(code, name)}
    known = {row.code: row for top in {code[:6] for code in rows} for row in files.county_path(top)}
    taken = load.take((known | rows).values())
    taken.refused += bad
    return _noted(taken, county)


def _noted(taken: load.Taken, place: str) -> load.Taken:
    audit.note(subject_type="place", subject_id=place, place=place or None, count=taken.added)
    return taken
