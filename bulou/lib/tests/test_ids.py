"""Ids of ours are the UUIDs that others would make of the same, and sort as they were made."""

from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from bulou.lib import ids

HOUSE = UUID("6b756c6f-7500-5000-8000-000000000001")


@given(st.lists(st.one_of(st.text(st.characters(exclude_categories=("Cs",))), st.uuids(), st.integers())))
def test_a_derived_id_is_a_name_based_uuid(parts: list[object]) -> None:
    assert ids.derived(*parts) == uuid5(HOUSE, "\x1f".join(str(part) for part in parts))


def test_new_ids_are_of_version_7_and_sort_as_they_were_made() -> None:
    made = [ids.new() for _ in range(500)]
    assert {(one.version, one.variant) for one in made} == {(7, "specified in RFC 4122")}
    assert made == sorted(made)
    assert len(set(made)) == len(made)
