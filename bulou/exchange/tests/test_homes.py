"""A roster makes households: who lives with whom, once, however often it is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bulou.core.people.addresses import normal
from bulou.core.people.models import Household, Person
from bulou.core.people.queries import identifiers
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.exchange import take as take_module
from bulou.exchange.deciding import CORRECT, correct
from bulou.exchange.models import ImportRow, ImportRun
from bulou.exchange.take import Taken, take_ledger
from bulou.exchange.tests.conftest import TOWNSHIP, VILLAGE, clerk, number
from bulou.lib import clock, ids, invented

pytestmark = pytest.mark.django_db
Ledger = Callable[..., Path]
HEADS = ["户主", "姓名", "与户主关系", "性别", "身份证号", "电话", "住址"]


def member(n: int, relation: str = "", head: str = "", address: str = "", **said: str) -> list[str]:
    sex = "男" if n % 2 else "女"
    name = said.get("name") or invented.make_name(n, sex)
    return [head, name, relation, sex, said.get("number", number(n)), "", address]


def homes(ledger: Ledger, lines: list[list[Any]], place: str = VILLAGE, name: str = "roster.csv") -> Taken:
    return take_ledger(ledger(lines, name=name, heads=HEADS), place, clerk())


def together() -> list[list[str]]:
    """Who lives with whom by now, household by household."""
    living: dict[Any, list[str]] = {}
    for one, home in Person.objects.exclude(household=None).order_by("name").values_list("name", "household"):
        living.setdefault(home, []).append(one)
    assert set(living) == set(Household.objects.values_list("pk", flat=True))
    return sorted(living.values())


def called(*ns: int) -> list[str]:
    return sorted(invented.make_name(n, "男" if n % 2 else "女") for n in ns)


def test_members_below_a_head_live_with_him_though_only_his_line_names_him(ledger: Ledger) -> None:
    first, second = called(1)[0], called(4)[0]
    lines = [
        member(1, "户主", first, "1组12号"), member(2, "妻"), member(3, "子"),
        member(4, "本人", second, "1组14号"), member(5, "母亲"),
    ]  # fmt: skip
    taken = homes(ledger, lines)
    assert taken.reading.kind == "roster"
    assert together() == sorted([called(1, 2, 3), called(4, 5)])
    home = Household.objects.get(number="12")
    assert (home.place, home.head) == (VILLAGE, Person.objects.get(name=first).pk)
    assert Person.objects.get(name=called(2)[0]).relation == "妻"
    below = taken.reading.rows[2]
    assert (below.values["household_head"], below.values["address"], "DITTO" in below.codes) == (
        first, "1组12号", True,
    )  # fmt: skip


def test_the_same_roster_again_makes_no_household_and_a_later_birth_joins_its_family(ledger: Ledger) -> None:
    first = called(1)[0]
    lines = [member(1, "户主", first, "1组12号"), member(2, "妻", first, "1组12号")]
    homes(ledger, lines)
    homes(ledger, lines, name="renamed.csv")
    assert together() == [called(1, 2)]
    homes(ledger, [*lines, member(3, "女", first)], name="later.csv")
    assert together() == [called(1, 2, 3)]


def test_two_heads_of_one_name_have_each_their_own_household(ledger: Ledger) -> None:
    head = called(1)[0]
    lines = [
        member(1, "户主", head), member(2, "妻", head),
        member(9, "户主", head, name=head), member(4, "妻", head),
    ]  # fmt: skip
    homes(ledger, lines)
    assert together() == sorted([sorted([head, called(2)[0]]), sorted([head, called(4)[0]])])


def test_nobody_is_moved_from_the_household_that_they_live_in(ledger: Ledger) -> None:
    first, second = called(1)[0], called(4)[0]
    homes(ledger, [member(1, "户主", first), member(2, "妻", first)])
    homes(ledger, [member(4, "户主", second), member(2, "母亲", second)], name="other.csv")
    assert together() == sorted([called(1, 2), called(4)])


def test_whose_village_is_not_known_yet_lives_in_no_household(ledger: Ledger) -> None:
    homes(ledger, [member(1, "户主", called(1)[0], "无此村3号")], place=TOWNSHIP)
    assert (Person.objects.count(), Household.objects.count()) == (1, 0)


def assign(*people: str) -> None:
    """Give these people their village in one go, as one does who ticks them on the page."""
    found = Person.objects.filter(name__in=people)
    came = [
        Incoming("exchange.assigned", ids.new(), VILLAGE, clock.now(), {"person": str(one.pk)})
        for one in found
    ]
    assert {result.status for result in take(came, clerk())} == {"accepted"}


def test_a_family_given_its_village_later_has_its_household_and_its_address(ledger: Ledger) -> None:
    first, second, third = called(1)[0], called(2)[0], called(3)[0]
    homes(ledger, [member(1, "户主", first, "无此村3号"), member(2, "妻"), member(3, "子")], place=TOWNSHIP)
    assign(second)
    assign(first, third)
    assert together() == [called(1, 2, 3)]
    home = Household.objects.get()
    assert (home.place, home.number, home.head) == (VILLAGE, "3", Person.objects.get(name=first).pk)
    assert Person.objects.get(name=second).relation == "妻"
    persons = Person.objects.values_list("pk", flat=True)
    assert {told["address"] for told in identifiers(persons).values()} == {"无此村3号"}


@pytest.mark.parametrize("address", ["无此村1组十二号", ""])
def test_who_is_given_a_village_joins_the_head_of_that_name_whose_address_is_theirs_too(
    ledger: Ledger, address: str
) -> None:
    first, second = called(1)[0], called(2)[0]
    homes(ledger, [member(1, "户主", first, "无此村1组12号")])
    homes(
        ledger,
        [member(2, "妻", first, address), member(4, "户主", called(4)[0], "无此村")],
        TOWNSHIP,
        "b.csv",
    )
    assign(second)
    assert together() == [called(1, 2)]


@pytest.mark.parametrize("together_with_head", [True, False])
def test_a_head_of_the_same_name_elsewhere_in_the_village_is_no_reason_to_live_with_him(
    ledger: Ledger, together_with_head: bool
) -> None:
    head, wife = called(1)[0], called(2)[0]
    homes(ledger, [member(1, "户主", head, "1组12号"), member(3, "子", head)])
    other = [member(9, "户主", head, "无此村3号", name=head), member(2, "妻", head, "无此村县城8号")]
    homes(ledger, other if together_with_head else other[1:], TOWNSHIP, "other.csv")
    assign(wife)
    assert together() == sorted([called(1, 3), [wife]])
    if together_with_head:
        came = Person.objects.get(name=head, household=None).pk
        take([Incoming("exchange.assigned", ids.new(), VILLAGE, clock.now(), {"person": str(came)})], clerk())
        assert together() == sorted([called(1, 3), sorted([head, wife])])


def test_two_heads_of_one_name_given_one_village_have_each_their_own_family(ledger: Ledger) -> None:
    head = called(1)[0]
    lines = [
        member(1, "户主", head, "无此村12号"), member(2, "妻", head, "无此村12号"),
        member(9, "户主", head, "无此村5号", name=head), member(4, "妻", head, "无此村五号院"),
    ]  # fmt: skip
    homes(ledger, lines, place=TOWNSHIP)
    assign(head, called(2)[0], called(4)[0])
    assert together() == sorted([sorted([head, called(2)[0]]), sorted([head, called(4)[0]])])


def test_a_member_who_waited_lives_with_the_family_once_decided(ledger: Ledger) -> None:
    first = called(1)[0]
    lines = [member(1, "户主", first, "1组12号"), member(2, "妻", number=number(2)[:15]), member(3, "子")]
    homes(ledger, lines)
    run = ImportRun.objects.get()
    assert together() == [called(1, 3)]
    waiting = ImportRow.objects.get(run=run.pk, verdict="held")
    correct(run, waiting.at, {"id_number": number(2)}, clerk())
    assert ImportRow.objects.get(pk=waiting.pk).decision == CORRECT
    assert together() == [called(1, 2, 3)]


def test_a_head_who_waited_is_the_head_once_decided(ledger: Ledger) -> None:
    first = called(1)[0]
    homes(ledger, [member(1, "户主", first, "1组12号", number=number(1)[:15]), member(2, "妻")])
    assert Household.objects.get().head is None
    run = ImportRun.objects.get()
    correct(run, ImportRow.objects.get(run=run.pk, verdict="held").at, {"id_number": number(1)}, clerk())
    assert Household.objects.get().head == Person.objects.get(name=first).pk
    assert together() == [called(1, 2)]


@pytest.mark.parametrize(
    "written",
    ["村东三号", "村东3号", "村东 3 号院", "村东03号", "村东3#", "龙泉镇城关村村东三号院",
     "城关村委会村东3号", "城关村东3号", "山西省隰县龙泉镇城关村村东3号"],
)  # fmt: skip
@pytest.mark.parametrize("village", ["城关村", "城关村委会"])
def test_an_address_is_one_however_it_is_written(written: str, village: str) -> None:
    assert normal(written, village) == "东3号"


@pytest.mark.parametrize(
    ("written", "village"),
    [("一组十二号", ""), ("第一村民小组12号", ""), ("1小组-12号", ""), ("城南社区1组12号", "城南社区居委会"),
     ("城南1组12号", "城南社区居委会"), ("城南社区居民委员会1组12号", "城南居委会")],
)  # fmt: skip
def test_a_group_is_one_however_it_is_called(written: str, village: str) -> None:
    assert normal(written, village) == "1组12号"


def test_the_name_of_the_village_alone_is_no_address() -> None:
    assert normal("龙泉镇城关村", "城关村委会") == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("1组3号", "2组3号"), ("村东3号", "村西3号"), ("3号", "13号"), ("村东3号", "3号"), ("3-1号", "31号"),
     ("十三号", "三号"), ("三里屯5号", "3里屯5号"), ("1、12号", "11、2号"), ("1.12号", "112号"), ("1 12号", "112号"),
     ("西城关村3号", "城关村3号"), ("城关镇3号", "城关村3号"), ("3号院2号楼", "3号2号楼")],
)  # fmt: skip
def test_what_differs_in_an_address_stays_different(one: str, other: str) -> None:
    assert normal(one, "城关村") != normal(other, "城关村")


def test_two_rosters_that_write_one_address_differently_mean_one_household(ledger: Ledger) -> None:
    first = called(1)[0]
    homes(ledger, [member(2, "妻", first, "村东三号")])
    homes(ledger, [member(3, "子", first, "村东3号院")], name="other.csv")
    assert together() == [called(2, 3)]


def test_who_names_the_only_head_of_that_name_lives_with_him_and_keeps_an_address_of_their_own(
    ledger: Ledger,
) -> None:
    first = called(1)[0]
    taken = homes(
        ledger,
        [
            member(2, "子", first, "县城幸福路8号"),
            member(1, "户主", first, "1组12号"),
            member(3, "女", first),
        ],
    )
    assert together() == [called(1, 2, 3)]
    assert taken.reading.rows[1].values["address"] == "县城幸福路8号"


def test_with_two_heads_of_one_name_the_address_says_whose_family_it_is(ledger: Ledger) -> None:
    head = called(1)[0]
    lines = [
        member(1, "户主", head, "1组12号"), member(9, "户主", head, "2组5号", name=head),
        member(2, "妻", head, "2组五号院"), member(4, "妻", head, "1组12号"),
    ]  # fmt: skip
    homes(ledger, lines)
    assert together() == sorted([sorted([head, called(2)[0]]), sorted([head, called(4)[0]])])


def test_a_head_whose_line_waits_is_a_second_head_all_the_same(ledger: Ledger) -> None:
    head = called(1)[0]
    lines = [
        member(1, "户主", head, "1组12号"), member(9, "户主", head, "2组5号", name=head, number=number(9)[:15]),
        member(2, "妻", head, "2组5号"),
    ]  # fmt: skip
    homes(ledger, lines)
    assert together() == sorted([[head], called(2)])


def settled(taken: Taken, line: int, **said: str) -> None:
    correct(ImportRun.objects.get(pk=taken.run), line, said, clerk())


def test_whose_line_waited_lives_with_the_head_of_the_file_whatever_address_is_theirs(ledger: Ledger) -> None:
    head = called(1)[0]
    lines = [
        member(1, "户主", head, "1组12号"), member(2, "妻", head, "县城幸福路8号", number=number(2)[:15]),
        member(3, "子", head, "县城幸福路8号"),
    ]  # fmt: skip
    settled(homes(ledger, lines), 2, id_number=number(2))
    assert together() == [called(1, 2, 3)]


def test_whose_line_waited_lives_with_a_head_whom_the_register_had_in_a_household_already(
    ledger: Ledger,
) -> None:
    head = called(1)[0]
    homes(ledger, [member(1, "户主", head, "3组7号"), member(4, "母亲", head)], name="earlier.csv")
    lines = [
        member(1, "户主", head, "1组12号"), member(2, "妻", head, "1组12号", number=number(2)[:15]),
        member(3, "子", head, "1组12号"),
    ]  # fmt: skip
    settled(homes(ledger, lines), 2, id_number=number(2))
    assert together() == [called(1, 2, 3, 4)]


def test_whose_line_waited_goes_to_the_one_of_two_heads_whose_address_is_theirs(ledger: Ledger) -> None:
    head = called(1)[0]
    lines = [
        member(1, "户主", head, "1组12号"), member(9, "户主", head, "2组5号", name=head, number=number(9)[:15]),
        member(2, "妻", head, "2组5号", number=number(2)[:15]), member(4, "妻", head, "1组12号", number=number(4)[:15]),
    ]  # fmt: skip
    taken = homes(ledger, lines)
    for line, n in ((3, 2), (4, 4), (2, 9)):
        settled(taken, line, id_number=number(n))
    assert together() == sorted([sorted([head, called(2)[0]]), sorted([head, called(4)[0]])])


@pytest.mark.parametrize("size", [4, 400])
def test_who_lives_with_whom_is_the_same_however_a_roster_is_cut_into_pieces(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(take_module, "CHUNK", size)
    head, other = called(1)[0], called(3)[0]
    lines = [
        member(1, "户主", head, "1组12号"), member(2, "妻", head, "2组5号"), member(4, "母亲", other, "县城8号"),
        member(9, "户主", head, "2组5号", name=head), member(3, "户主", other, "1组7号"),
    ]  # fmt: skip
    homes(ledger, lines)
    assert together() == sorted([[head], sorted([head, called(2)[0]]), called(3, 4)])
