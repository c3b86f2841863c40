"""What departments' titles mean: one figure that means just that, or those it may be, left to a person."""

from __future__ import annotations

import pytest

from bulou.exchange.out.meant import Meant, meant


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("在观人数", "observation.now"), ("正在医学观察人数", "observation.now"), ("在管人员", "observation.now"),
        ("今日正在观察人数", "observation.now"),  # how many there are; a day's change is no number of people
        ("现有观察人数", "observation.now"), ("累计观察人数", "observation.opened"),
        ("集中隔离人数", "observation.lodged"), ("解除观察人数", "observation.released"),
        ("今日解除", "observation.released:day"), ("累计解除隔离人数", "observation.released"),
        ("测温人次", "observation.readings"), ("返乡人员", "arrivals.arrived"), ("返乡总人数", "arrivals.arrived"),
        ("当日新增返乡人数", "arrivals.arrived:day"), ("其中：省外返乡人数", "arrivals.other_provinces"),
        ("摸排户数", "screening.entered"), ("应排查户数", "screening.households"), ("未入户户数", "screening.left"),
        ("应报数", "reports.due:day"), ("实报", "reports.in_hand:day"), ("今日未报", "reports.wanting:day"),
        ("累计应报", "reports.due"),
        ("今日漏测", "observation.reading.owed:day"), ("漏测人次", "observation.reading.owed:day"),
        ("当日未测温人次", "observation.reading.owed:day"), ("累计漏测", "observation.reading.owed"),
        ("检查车辆数", "checkpoints.vehicles"), ("累计确诊病例", "cases.confirmed"), ("填报单位：", "here"),
    ],
)  # fmt: skip
def test_a_title_that_one_figure_has_finds_it(title: str, name: str) -> None:
    assert meant(title) == Meant(name)


@pytest.mark.parametrize(
    ("title", "perhaps"),
    [
        # Those at a central site are among the observed; a fever read twice is two readings of one person.
        ("居家观察人数", ("observation.opened", "observation.now")),
        ("累计居家隔离人数", ("observation.opened",)),
        ("今日发热人数", ("observation.fevers:day", "cases.reported:day")),
        ("体温异常人数", ("observation.fevers", "cases.reported")),
        ("确诊病例", ("cases.confirmed", "cases.confirmed_now")),
        ("新增返回人员", ("arrivals.arrived:day",)),  # since when?
        ("武汉返乡人数", ("arrivals.arrived",)),
    ],
)
def test_a_title_that_may_mean_several_or_less_is_left_with_them(
    title: str, perhaps: tuple[str, ...]
) -> None:
    assert meant(title) == Meant("", perhaps)


@pytest.mark.parametrize(
    "title",
    [
        "应解除观察人数",
        "未解除观察人数",
        "未测温人数",
        "今日漏测人数",
        "应报人数",
        "测温人数",
        "总户数",
        "总人数",
        "宠物数量",
        "合计",
    ],
)
def test_a_title_that_is_only_like_one_is_not_filled(title: str) -> None:
    assert meant(title).name == ""


def test_what_stands_over_a_column_or_before_a_row_is_part_of_its_title() -> None:
    assert meant("当日新增", over="返乡人员").name == "arrivals.arrived:day"
    assert meant("累计", over="返乡人员").name == "arrivals.arrived"
    assert meant("户数", over="摸排").name == "screening.entered"
    assert meant("返乡人数", over="人员情况").name == "arrivals.arrived"
    assert (
        meant("返乡人数", over="男").name == "" and "arrivals.arrived" in meant("返乡人数", over="男").perhaps
    )


def test_titles_of_a_list_find_its_fields() -> None:
    assert meant("身份证号码", "people").name == "id_number" and meant("联系电话", "people").name == "phone"
