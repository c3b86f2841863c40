"""A unit's own list: whoever names a unit of the register belongs to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bulou.core.people import units
from bulou.core.people.models import Person, Unit
from bulou.core.staff.actor import SYSTEM
from bulou.exchange.deciding import TAKE, decide
from bulou.exchange.models import ImportRow, ImportRun
from bulou.exchange.take import take_ledger
from bulou.exchange.tests.conftest import TOWNSHIP, VILLAGE, clerk, number
from bulou.lib import invented

pytestmark = pytest.mark.django_db
Ledger = Callable[..., Path]
HEADS = ["姓名", "身份证号", "工作单位"]


def named(n: int, unit: str) -> list[str]:
    return [invented.make_name(n, "男" if n % 2 else "女"), number(n), unit]


def of(unit: Unit) -> set[str]:
    return set(Person.objects.filter(unit=unit.pk).values_list("name", flat=True))


def test_whoever_names_a_unit_of_the_register_belongs_to_it_and_none_is_made_up(ledger: Ledger) -> None:
    units.add_units(units.lines("试用 一厂 | 企业\n试用小学 | 学校", SYSTEM, "141031"), by=SYSTEM)
    firm, school = Unit.objects.order_by("kind")
    lines = [
        named(1, "试用一厂"),
        named(2, "同上"),
        named(3, "无"),
        named(4, "无此单位"),
        named(5, "试用小学"),
    ]
    take_ledger(ledger(lines, heads=HEADS), VILLAGE, clerk(), kind="roster")
    assert of(firm) == {lines[0][0], lines[1][0]} and of(school) == {lines[4][0]}
    assert Unit.objects.count() == 2 and Person.objects.filter(unit=None).count() == 2


def test_a_later_list_fills_in_the_unit_of_who_had_none_and_moves_nobody(ledger: Ledger) -> None:
    units.add_units(units.lines("试用一厂 | 企业\n试用小学 | 学校", SYSTEM, TOWNSHIP), by=SYSTEM)
    firm, school = Unit.objects.order_by("kind")
    take_ledger(ledger([named(1, "试用一厂"), named(2, "")], heads=HEADS), VILLAGE, clerk(), kind="roster")
    later = [named(1, "试用小学"), named(2, "试用小学")]
    take_ledger(ledger(later, "later.csv", heads=HEADS), VILLAGE, clerk(), kind="roster")
    assert of(firm) == {later[0][0]} and of(school) == {later[1][0]}


def test_a_line_that_waited_belongs_to_its_unit_once_decided(ledger: Ledger) -> None:
    units.add_units(units.lines("试用一厂 | 企业", SYSTEM, TOWNSHIP), by=SYSTEM)
    wrong = [invented.make_name(1, "男"), number(1)[:-1] + ("0" if number(1)[-1] != "0" else "1"), "试用一厂"]
    take_ledger(ledger([wrong], heads=HEADS), VILLAGE, clerk(), kind="roster")
    row, run = ImportRow.objects.get(verdict="held"), ImportRun.objects.get()
    assert not Person.objects.exists()
    decide(run, [row.at], TAKE, clerk())
    assert of(Unit.objects.get()) == {wrong[0]}
