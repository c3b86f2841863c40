"""Places are set up, renamed, merged, split and ended; nothing that was is taken away."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulou.core.audit.models import AuditEntry
from bulou.core.places import actions, queries
from bulou.core.places.actions import NewPlace
from bulou.core.places.models import Place
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.roles import Role
from bulou.lib.refusals import Refusal

pytestmark = pytest.mark.django_db

VILLAGE, NEXT = "141031100200", "141031100201"
DAY = date(2020, 2, 10)
CLERK = Actor(account=1, post=1, role=Role.TOWNSHIP_CLERK, place="141031100", name="invented")


def refused(code, act, *args, **words):
    with pytest.raises(Refusal) as refusal:
        act(*args, **words)
    assert refusal.value.code == code
    assert "%(" not in refusal.value.message


def test_grids_take_the_next_free_numbers_in_their_order():
    first = actions.add(CLERK, VILLAGE, "第一网格", "grid")
    more = actions.add_many(CLERK, [NewPlace(VILLAGE, f"第{n}网格", "grid") for n in "二三"])
    assert [place.code[12:] for place in [first, *more]] == ["001", "002", "003"]
    assert queries.children(VILLAGE) == [first, *more]


def test_a_number_is_never_given_twice_even_after_its_place_ended():
    actions.end(SYSTEM, actions.add(SYSTEM, VILLAGE, "旧网格", "grid").code, DAY)
    assert actions.add(SYSTEM, VILLAGE, "新网格", "grid").code == VILLAGE + "002"


def test_a_parent_and_its_children_can_be_set_up_together():
    rows = [
        NewPlace("141031100", "高铁社区", "community", "141031100901"),
        NewPlace("141031100901", "站前小区", "compound"),
    ]
    made = actions.add_many(SYSTEM, rows)
    assert queries.describe(made[1].code, below="141031") == "龙泉镇高铁社区站前小区"


def test_own_places_of_official_levels_keep_clear_of_official_numbers():
    assert actions.add(SYSTEM, "141031", "隰州宾馆", "site").code == "141031900"
    assert actions.add(SYSTEM, "141031100", "便民服务点", "site").code == "141031100900"


def test_all_are_set_up_or_none():
    rows = [NewPlace(VILLAGE, "甲网格", "grid"), NewPlace(VILLAGE, "甲网格", "grid")]
    refused("place-name-taken", actions.add_many, SYSTEM, rows)
    assert not queries.children(VILLAGE)


def test_no_rows_are_no_act():
    assert actions.add_many(SYSTEM, []) == []


def test_setting_up_refuses_what_cannot_be():
    grid = actions.add(SYSTEM, VILLAGE, "甲网格", "grid").code
    for code, parent, name, kind, own in [
        ("place-unknown", "141031100999", "某网格", "grid", None),
        ("place-name", VILLAGE, "  ", "grid", None),
        ("place-name", VILLAGE, "长" * 61, "grid", None),
        ("place-kind", VILLAGE, "某网格", "castle", None),
        ("place-name-taken", VILLAGE, "甲 网格", "grid", None),
        ("place-too-deep", grid, "某单元", "compound", None),
        ("place-code", VILLAGE, "某网格", "grid", NEXT + "001"),
        ("place-code", VILLAGE, "某网格", "grid", VILLAGE + "01"),
        ("place-code-taken", VILLAGE, "某网格", "grid", grid),
    ]:
        refused(code, actions.add, SYSTEM, parent, name, kind, own)


def test_a_village_without_a_free_number_says_so():
    actions.add_many(SYSTEM, [NewPlace(VILLAGE, f"{n}号网格", "grid") for n in range(998)])
    refused("place-full", actions.add, SYSTEM, VILLAGE, "再一网格", "grid")


def test_not_yours_and_not_there_are_one_answer():
    for place in ("141031101200", "141031100999"):
        refused("place-unknown", actions.add, CLERK, place, "某网格", "grid")
        refused("place-unknown", actions.rename, CLERK, place, "某村")
        refused("place-unknown", actions.merge, CLERK, place, VILLAGE)
        refused("place-unknown", actions.end, CLERK, place)


def test_a_volunteer_changes_nothing():
    volunteer = Actor(account=2, post=2, role=Role.VOLUNTEER, place=VILLAGE, name="invented")
    refused("not-allowed", actions.add, volunteer, VILLAGE, "某网格", "grid")


def test_what_changed_is_in_the_audit_with_the_place():
    code = actions.add(CLERK, VILLAGE, "甲网格", "grid").code
    entry = AuditEntry.objects.latest("pk")
    assert (entry.act, entry.place, entry.subject_id, entry.count) == ("places.add", VILLAGE, code, 1)


def test_a_renamed_place_is_still_found_by_its_old_name():
    actions.rename(SYSTEM, VILLAGE, "新城村", DAY)
    assert [p.code for p in queries.named("城关村委会", "141031")] == [VILLAGE]
    assert [p.code for p in queries.named("新城", "141031")] == [VILLAGE]
    assert [p.code for p in queries.search("xinc", "141031")] == [VILLAGE]


def test_a_place_can_have_its_old_name_back():
    actions.rename(SYSTEM, VILLAGE, "新城村")
    actions.rename(SYSTEM, VILLAGE, "城关村")
    actions.rename(SYSTEM, VILLAGE, "新城村")
    assert queries.get(VILLAGE).name == "新城村"


def test_a_name_of_a_sibling_is_refused():
    refused("place-name-taken", actions.rename, SYSTEM, VILLAGE, queries.get(NEXT).name)


def test_a_merged_village_is_there_before_the_day_and_leads_on_after_it():
    old = queries.get(VILLAGE).name
    actions.merge(SYSTEM, VILLAGE, NEXT, DAY)
    assert VILLAGE in {p.code for p in queries.children("141031100", date(2020, 2, 9))}
    assert VILLAGE not in {p.code for p in queries.children("141031100", DAY)}
    assert [p.code for p in queries.named(old, "141031", date(2020, 2, 9))] == [VILLAGE]
    assert [p.code for p in queries.named(old, "141031", DAY)] == [NEXT]
    assert queries.names([VILLAGE]) == {VILLAGE: old}


def test_merges_in_a_row_lead_to_the_last():
    old, third = queries.get(VILLAGE).name, "141031100202"
    actions.merge(SYSTEM, VILLAGE, NEXT, DAY)
    actions.merge(SYSTEM, NEXT, third, date(2020, 2, 20))
    assert [p.code for p in queries.named(old, "141031", date(2020, 2, 15))] == [NEXT]
    assert [p.code for p in queries.named(old, "141031", date(2020, 2, 20))] == [third]


def test_merging_again_is_no_harm_and_merging_elsewhere_is_refused():
    actions.merge(SYSTEM, VILLAGE, NEXT, DAY)
    actions.merge(SYSTEM, VILLAGE, NEXT, DAY)
    refused("place-ended", actions.merge, SYSTEM, VILLAGE, "141031100202", DAY)
    refused("place-ended", actions.merge, SYSTEM, "141031100202", VILLAGE, DAY)


def test_merging_refuses_what_makes_no_sense():
    refused("place-into-itself", actions.merge, SYSTEM, VILLAGE, VILLAGE)
    refused("place-other-level", actions.merge, SYSTEM, VILLAGE, "141031101")
    refused("place-has-parts", actions.merge, SYSTEM, "141031100", "141031101")


def test_a_split_village_lives_on_in_parts_that_know_where_they_came_from():
    parts = actions.split(SYSTEM, VILLAGE, [("东城关村", "village"), ("西城关村", "village")], DAY)
    assert {(p.split_from, p.from_day) for p in parts} == {(VILLAGE, DAY)}
    assert {p.code for p in parts} <= {p.code for p in queries.children("141031100", DAY)}
    assert not {p.code for p in parts} & {p.code for p in queries.children("141031100", date(2020, 2, 9))}
    assert queries.get(VILLAGE).to_day == DAY


def test_a_part_can_leave_a_village_that_stays():
    actions.split(SYSTEM, VILLAGE, [("新区社区", "community")], DAY, ends=False)
    assert queries.get(VILLAGE).to_day is None


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from([VILLAGE, NEXT, "141031100002"]), min_size=1, max_size=30))
def test_however_grids_are_set_up_codes_are_unique_and_under_their_parents(parents):
    before = Place.objects.count()
    made = actions.add_many(SYSTEM, [NewPlace(p, f"格{before}{n}", "grid") for n, p in enumerate(parents)])
    assert len({place.code for place in made}) == len(parents)
    assert [place.parent for place in made] == parents
    assert all(queries.ancestor(place.code, 5) == place.parent for place in made)
    Place.objects.filter(level=6).delete()
