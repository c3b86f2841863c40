"""Titles as counties write them: each with its own name in them, and two matters in one column."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulou.exchange.ledger.complaints import tells_of_fever
from bulou.exchange.ledger.titles import joined_meaning

from .sheets import by_row, people, take, write_xlsx


@pytest.mark.parametrize(
    "titles, field",
    [
        (("返临前居住地",), "from_place"),
        (("返藤前住址",), "from_place"),
        (("返富后居住地址",), "address"),
        (("返富时间",), "return_date"),
        (("什么时候回来的",), "return_date"),
        (("返藤情况", "时间", "返藤"), "return_date"),
        (("行程", "时间", "离鄂"), "left_date"),
        (("返回方式及车次",), "transport"),
        (("交通工具及车次",), "transport"),
        (("包抓责任人",), "responsible"),
        (("包抓干部电话",), "other"),
        (("村组",), "address"),
        (("户主信息", "姓名"), "household_head"),
        (("户主信息", "电话"), "other"),
        (("返乡情况", "方式"), "transport"),
        (("同行人员", "关系"), "other"),
        (("户主", "与户主关系"), "relation"),
        (("体温（晚）（必填）",), "temp_pm"),
        (("离开务工地时间（必填）",), "left_date"),
        (("武汉住址",), "from_place"),
        (("在外居住地",), "from_place"),
        (("打工地点",), "from_place"),
        (("从武汉出发时间",), "left_date"),
        (("近期是否去过湖北",), "affected_area_history"),
        (("包户干部",), "responsible"),
        (("班次号",), "transport_no"),
        (("被测人",), "name"),
        (("姓名/Name",), "name"),
        (("Tel 联系电话",), "phone"),
        (("1、您的姓名：",), "name"),
        (("6、您是否从湖北返回？",), "affected_area_history"),
        (("请填写您的体温",), "temperature"),
        (("学校所在地",), "from_place"),
        (("村委",), "village"),
        (("门牌",), "address"),
        (("返自",), "from_place"),
        (("From",), "from_place"),
        (("在鄂具体地址",), "from_place"),
        (("来返地（精确到区县）",), "from_place"),
        (("现住村庄",), "village"),
        (("被随访人",), "name"),
        (("监测对象",), "name"),
        (("随访人",), "responsible"),
        (("固话",), "phone2"),
        (("何日到家",), "return_date"),
        (("学生姓名",), "name"),
        (("辖区村",), "village"),
        (("居家隔离地址",), "address"),
        (("县内住址",), "address"),
        (("来自哪个城市",), "from_place"),
        (("疫区具体地点",), "from_place"),
        (("进村时间",), "return_date"),
        (("入住日期",), "other"),
        (("离开来源地时间",), "left_date"),
        (("武汉出发日期",), "left_date"),
        (("返乡途径",), "transport"),
        (("AM体温",), "temp_am"),
        (("是否出现发热、乏力、干咳",), "symptoms"),
        (("帮扶责任人",), "responsible"),
        (("湖北返乡（是/否）",), "affected_area_history"),
        (("何日离鄂",), "left_date"),
        (("在外何处",), "from_place"),
        (("坐什么车回来",), "transport"),
        (("咋回来的",), "transport"),
        (("打哪儿回来",), "from_place"),
        (("被代理人电话",), "phone"),
        (("有无湖北返乡人员",), "other"),
        (("几次车",), "transport_no"),
        (("身体怎样",), "symptoms"),
        (("返乡信息-返乡前居住城市",), "from_place"),
        (("责任人-电话",), "other"),
        (("是不是去过湖北",), "affected_area_history"),
        (("到过武汉没",), "affected_area_history"),
        (("来自何方",), "from_place"),
        (("从何时返回",), "return_date"),
        (("如今住哪",), "address"),
        (("谁负责",), "responsible"),
        (("测温员",), "other"),
        (("体温监测员",), "other"),
        (("被监测人员",), "name"),
    ],
)
def test_a_title_is_understood_with_a_countys_own_name_in_it(titles: tuple[str, ...], field: str) -> None:
    meant = joined_meaning(titles)
    assert meant is not None
    assert meant.field == field


def test_means_and_number_of_a_journey_in_one_column_go_apart(tmp_path: Path) -> None:
    (a,) = people(1)
    rows = [["姓名", "身份证号", "返回时间", "返回方式及车次"], [a.name, a.number, "1月20日", "火车K1098"]]
    values = take(write_xlsx(tmp_path / "a.xlsx", rows)).rows[1].values
    assert (values["transport"], values["transport_no"]) == ("火车", "K1098")


def test_a_numbered_heading_is_the_village_without_its_number(tmp_path: Path) -> None:
    (a,) = people(1)
    rows = [["姓名", "身份证号", "返回时间"], ["二、东红村："], [a.name, a.number, "1月20日"]]
    row = by_row(take(write_xlsx(tmp_path / "a.xlsx", rows)))[3]
    assert row.values["village"] == "东红村"


def test_of_the_counts_of_a_total_that_of_people_is_held_against_the_lines(tmp_path: Path) -> None:
    a, b = people(2)
    rows = [["姓名", "身份证号", "返回时间"], *([one.name, one.number, "1月20日"] for one in (a, b))]
    right = take(write_xlsx(tmp_path / "a.xlsx", [*rows, ["合计", "1户", "2人"]])).rows[-1]
    wrong = take(write_xlsx(tmp_path / "b.xlsx", [*rows, ["合计", "2户", "3人"]])).rows[-1]
    assert (right.codes, "TOTAL_MISMATCH" in wrong.codes) == (["ROW_SUBTOTAL"], True)


def test_who_stands_beside_somebody_in_one_line_is_not_lost_and_lends_no_phone(tmp_path: Path) -> None:
    a, b, c = people(3)
    rows = [
        ["姓名", "身份证号", "电话", "姓名", "身份证号", "电话"],
        [a.name, a.number, a.phone, b.name, b.number, b.phone],
        [c.name, c.number, c.phone],
    ]
    both, alone = take(write_xlsx(tmp_path / "a.xlsx", rows)).rows[1:]
    assert (both.verdict, both.codes, both.values["phone"]) == ("held", ["NAME_BESIDE"], a.phone)
    assert "phone2" not in both.values
    assert alone.verdict == "accepted"


def test_a_yes_under_a_question_of_fever_is_a_fever_that_somebody_looks_at(tmp_path: Path) -> None:
    crowd = people(4)
    told = [("是", ""), ("否", ""), ("是", 36.5), ("有", "")]
    rows = [["姓名", "身份证号", "返回时间", "是否发热", "体温"]]
    rows += [[a.name, a.number, "1月20日", *cells] for a, cells in zip(crowd, told, strict=True)]
    yes, no, measured, there = take(write_xlsx(tmp_path / "a.xlsx", rows)).rows[1:]
    for row in (yes, there):
        assert (row.verdict, row.values["symptoms"]) == ("held", "发热")
        assert {"FEVER", "FEVER_WORD"} <= set(row.codes)
    assert (no.verdict, no.values["symptoms"]) == ("accepted", "否")
    assert (measured.verdict, measured.values["symptoms"]) == ("accepted", "发热")


def test_a_fever_told_in_words_alone_is_looked_at_and_not_taken_for_a_remark(tmp_path: Path) -> None:
    crowd = people(6)
    told = [
        ("发热", ""),
        ("发烧38.5，咳嗽", "正常"),
        ("无发热", ""),
        ("咳嗽", ""),
        ("发热", 36.5),
        ("低烧", ""),
    ]
    rows = [["姓名", "身份证号", "返回时间", "症状", "体温"]]
    rows += [[a.name, a.number, "1月20日", *cells] for a, cells in zip(crowd, told, strict=True)]
    fever, hot, none, cough, measured, low = take(write_xlsx(tmp_path / "a.xlsx", rows)).rows[1:]
    for row in (fever, hot, low):
        assert row.verdict == "held"
        assert {"FEVER", "FEVER_WORD"} <= set(row.codes)
    for row in (none, cough, measured):
        assert row.verdict == "accepted"
        assert "FEVER" not in row.codes


_FEVERS = (
    "发烧38.5℃", "现发热", "今日发热，已送发热门诊", "体温38.2", "发热，咳嗽", "低烧两天",
    "昨晚开始发烧", "高烧不退", "身体不适发烧", "不明原因发热", "从武汉回来，目前发热", "咳嗽 发热 乏力",
    "无咳嗽，有发热", "发热（38.1）", "下午体温37.8度", "已发热3天", "家中老人发热", "其母发烧",
    "孩子发烧39", "发烧，已上报", "烧到39度", "体温高达39.2℃", "自述发热", "伴低热",
    "夜间发热，白天正常", "37.9℃", "体温：37．6", "发热未就医", "发热没去医院", "发热门诊就诊，发烧",
)  # fmt: skip
_NO_FEVERS = (
    "无发热", "无发热、咳嗽", "未发热", "不发烧", "没发烧", "没有发烧",
    "无发热症状", "体温正常", "体温36.5", "体温36.5℃，无异常", "1月曾发热，已愈", "曾发烧",
    "发烧已退", "已退烧", "与发热病人接触", "接触过发热患者", "如发热及时就医", "如有发热立即报告",
    "注意监测体温", "是否发热：否", "有无发热：无", "发热：无", "发热（无）", "否认发热",
    "否认发热咳嗽等症状", "身体健康", "一切正常，无发热咳嗽乏力", "热心人士", "电热毯一床", "家中5人,均已测温",
    "发热门诊排除", "今日发热门诊复查正常",
    "核酸检测阴性，发热门诊已排查", "监测有无发热", "出现发热症状及时报告", "未出现发热", "无发热史", "热",
    "温泉村人", "热力公司上班", "烧烤店员工", "已签承诺书，如发热立即上报", "1月20日发热，现已痊愈", "38.5公里",
    "返程车次K138.5", "没有发热、咳嗽等症状", "体温37.2", "去年曾高烧住院",
)  # fmt: skip


def test_a_remark_tells_of_a_fever_or_denies_it_or_speaks_of_another_time() -> None:
    told = {remark: tells_of_fever(remark, 373) for remark in _FEVERS + _NO_FEVERS}
    assert told == dict.fromkeys(_FEVERS, True) | dict.fromkeys(_NO_FEVERS, False)


def test_a_fever_that_stands_in_the_remarks_alone_is_looked_at(tmp_path: Path) -> None:
    a, b, c, d = people(4)
    rows = [["姓名", "身份证号", "返回时间", "体温", "备注"]]
    rows += [[d.name, d.number, "1月20日", 36.4, "夜里发烧38.5℃"]]
    rows += [
        [a.name, a.number, "1月20日", "", "发烧38.5℃"],
        [b.name, b.number, "1月20日", 36.5, "发热门诊已排除"],
    ]
    rows += [[c.name, c.number, "1月20日", "", "如有发热立即报告"]]
    beside, noted, measured, warned = take(write_xlsx(tmp_path / "a.xlsx", rows)).rows[1:]
    assert (beside.verdict, set(beside.codes)) == ("held", {"FEVER", "FEVER_NOTED"})
    assert (noted.verdict, set(noted.codes) >= {"FEVER", "FEVER_WORD"}) == ("held", True)
    assert noted.values["note"] == "发烧38.5℃"
    assert (measured.verdict, warned.verdict) == ("accepted", "accepted")


def test_two_numbers_under_morning_and_evening_are_both_halves_of_the_day(tmp_path: Path) -> None:
    a, b = people(2)
    rows = [["姓名", "身份证号", "返回时间", "体温（上午/下午）"]]
    rows += [[a.name, a.number, "1月20日", "36.5/37.6"], [b.name, b.number, "1月20日", "36.5"]]
    two, one = take(write_xlsx(tmp_path / "a.xlsx", rows)).rows[1:]
    assert (two.values["temp_am"], two.values["temp_pm"], "FEVER" in two.codes) == (36.5, 37.6, True)
    assert one.values["temperature"] == 36.5


def test_at_a_post_whoever_drives_is_who_passes_and_what_was_done_is_nobodys_name(tmp_path: Path) -> None:
    some = people(4)
    rows = [
        ["时间", "车牌", "司机", "", "", "始发地", "测温结果", "处理意见"],
        ["", "", "姓名", "身份证", "电话", "", "", ""],
        *(["9:20", "桂D88760", a.name, a.number, a.phone, "肇庆市", 36.5, "放行"] for a in some),
    ]
    merged = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 4), (0, 5, 1, 5), (0, 6, 1, 6), (0, 7, 1, 7)]
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows, merged), kind="passes")
    assert [row.values["name"] for row in reading.rows[2:]] == [a.name for a in some]
    assert [row.values["phone"] for row in reading.rows[2:]] == [a.phone for a in some]


def test_a_driver_beside_the_traveller_stays_somebody_else(tmp_path: Path) -> None:
    a, b = people(2)
    rows = [
        ["姓名", "身份证号", "返回时间", "司机", "司机电话"],
        [a.name, a.number, "1月20日", b.name, b.phone],
    ]
    values = take(write_xlsx(tmp_path / "a.xlsx", rows)).rows[1].values
    assert (values["name"], values.get("phone")) == (a.name, None)


def test_words_that_repeat_under_an_unknown_title_are_no_names(tmp_path: Path) -> None:
    some = people(4)
    rows = [["身份证号", "联系电话", "研判结论"], *([a.number, a.phone, "居家"] for a in some)]
    reading = take(write_xlsx(tmp_path / "a.xlsx", rows))
    assert [row.codes for row in reading.rows[1:]] == [["NAME_MISSING"]] * 4


@pytest.mark.parametrize("halves", [("早", "晚"), ("上午", "下午"), ("晨检", "午检")])
def test_bare_halves_of_the_day_are_temperatures_where_temperatures_stand(
    tmp_path: Path, halves: tuple[str, str]
) -> None:
    (a,) = people(1)
    rows = [["姓名", "身份证号", *halves], [a.name, a.number, 36.5, "36。8"]]
    values = take(write_xlsx(tmp_path / "a.xlsx", rows)).rows[1].values
    assert (values["temp_am"], values["temp_pm"]) == (36.5, 36.8)


def test_the_day_at_the_border_is_the_return_only_where_no_other_is_asked_for(tmp_path: Path) -> None:
    (a,) = people(1)
    head, line = ["姓名", "护照号", "入境日期", "抵藤日期"], [a.name, "EH1234567", "2月1日", "2月3日"]
    both = take(write_xlsx(tmp_path / "a.xlsx", [head, line])).rows[1].values
    alone = take(write_xlsx(tmp_path / "b.xlsx", [head[:3], line[:3]])).rows[1].values
    assert (both["return_date"], alone["return_date"]) == ("2020-02-03", "2020-02-01")


@pytest.mark.parametrize("titles", [("上午(8:00)", "下午(16:00)"), ("早8时", "晚8时"), ("7:30", "19:30")])
def test_an_hour_over_temperatures_says_which_half_of_the_day_is_meant(
    tmp_path: Path, titles: tuple[str, str]
) -> None:
    (a,) = people(1)
    rows = [["姓名", "身份证号", *titles], [a.name, a.number, 36.4, 36.7]]
    values = take(write_xlsx(tmp_path / "a.xlsx", rows)).rows[1].values
    assert (values["temp_am"], values["temp_pm"]) == (36.4, 36.7)


def test_few_titles_beside_many_days_are_titles(tmp_path: Path) -> None:
    (a,) = people(1)
    rows = [
        ["居家人员体温登记（2020年）"],
        ["姓名", "身份证号", "2月1日", "", "2月2日", "", "2月3日", ""],
        ["", "", "早", "晚", "早", "晚", "早", "晚"],
        [a.name, a.number, 36.1, 36.2, 36.3, 36.4, 36.5, 36.6],
    ]
    read = take(write_xlsx(tmp_path / "a.xlsx", rows, [(1, 2, 1, 3), (1, 4, 1, 5), (1, 6, 1, 7)]))
    assert read.rows[3].readings[-1] == {"day": "2020-02-03", "slot": "temp_pm", "temperature": 36.6}
    assert [row.verdict for row in read.rows[:3]] == ["skipped"] * 3


def test_answers_of_a_questionnaire_are_read_without_its_letters_and_its_words_for_nothing(
    tmp_path: Path,
) -> None:
    (a,) = people(1)
    rows = [
        ["1、您的姓名", "2、身份证号码", "3、您是否从湖北返回？", "4、车次", "5、家庭住址"],
        [a.name, a.number, "A.是", "(空)", "(跳过)"],
    ]
    values = take(write_xlsx(tmp_path / "a.xlsx", rows)).rows[1].values
    assert values["affected_area_history"] is True
    assert not {"transport_no", "address"} & values.keys()


def test_a_list_of_drivers_with_where_they_go_is_one_of_passes(tmp_path: Path) -> None:
    (a,) = people(1)
    rows = [
        ["日期", "进站时间", "车牌", "驾驶员姓名", "驾驶员身份证", "始发地", "目的地"],
        ["2月5日", "6:15", "豫P33F05", a.name, a.number, "安徽阜阳", "包屯镇"],
    ]
    assert take(write_xlsx(tmp_path / "a.xlsx", rows)).kind == "passes"


def test_where_somebody_lives_goes_before_where_they_are_registered(tmp_path: Path) -> None:
    (a,) = people(1)
    head = ["姓名", "身份证号", "户籍地址（省、市、县）", "在扶居住地址（详细到门牌号）"]
    line = [a.name, a.number, "河南省扶沟县大新镇", "大新镇大新村3号"]
    both = take(write_xlsx(tmp_path / "a.xlsx", [head, line])).rows[1].values
    alone = take(write_xlsx(tmp_path / "b.xlsx", [head[:3], line[:3]])).rows[1].values
    assert (both["address"], alone["address"]) == ("大新镇大新村3号", "河南省扶沟县大新镇")


def test_hours_of_leaving_and_coming_back_are_those_of_passes_at_a_gate(tmp_path: Path) -> None:
    (a,) = people(1)
    rows = [
        ["村口出入人员登记簿"],
        ["2020年2月4日"],
        ["姓名", "家庭住址", "电话", "事由", "出村时间", "返村时间"],
        [a.name, "3组", a.phone, "买药", "8:30", "10:15"],
    ]
    read = take(write_xlsx(tmp_path / "a.xlsx", rows))
    assert (read.kind, read.rows[3].verdict, read.rows[3].day) == ("passes", "accepted", "2020-02-04T10:15")


def test_an_hour_beside_the_day_of_return_is_no_day(tmp_path: Path) -> None:
    (a,) = people(1)
    rows = [["姓名", "身份证号", "返回时间", "返回日期"], [a.name, a.number, "10:15", "1月20日"]]
    row = take(write_xlsx(tmp_path / "a.xlsx", rows)).rows[1]
    assert (row.verdict, row.values["return_date"]) == ("accepted", "2020-01-20")


def test_a_fever_under_a_title_that_nobody_knows_is_not_passed_over(tmp_path: Path) -> None:
    a, b = people(2)
    rows = [
        ["姓名", "身份证号", "早7:00", "中12:00", "晚19:00", "床号"],
        [a.name, a.number, 36.1, 36.3, 36.5, 36],
        [b.name, b.number, 36.1, 37.8, 36.9, 37],
    ]
    lines = take(write_xlsx(tmp_path / "a.xlsx", rows)).rows
    assert [one["temperature"] for one in lines[2].readings] == [36.1, 37.8, 36.9]
    assert "FEVER" in lines[2].codes
    assert (lines[2].values["temp_am"], lines[2].values["temp_pm"]) == (36.1, 36.9)


def test_contacts_are_the_people_of_their_own_list_and_others_beside_a_name(tmp_path: Path) -> None:
    a, b = people(2)
    alone = [["密切接触者姓名", "密切接触者电话", "末次接触日期"], [a.name, a.phone, "2月3日"]]
    beside = [["姓名", "电话", "密切接触者姓名"], [b.name, b.phone, a.name]]
    first = take(write_xlsx(tmp_path / "a.xlsx", alone)).rows[1].values
    second = take(write_xlsx(tmp_path / "b.xlsx", beside)).rows[1].values
    assert ((first["name"], first["phone"]), second["name"]) == ((a.name, a.phone), b.name)


def test_a_fever_under_a_title_that_is_no_field_is_looked_at_too(tmp_path: Path) -> None:
    a, b, c = people(3)
    rows = [["姓名", "身份证号", "返回时间", "采取措施", "目前状况"]]
    rows += [
        [a.name, a.number, "1月20日", "发热，已送县医院隔离", ""],
        [b.name, b.number, "1月20日", "", "发热"],
    ]
    rows += [[c.name, c.number, "1月20日", "居家，如发热及时报告", "正常"]]
    found = take(write_xlsx(tmp_path / "a.xlsx", rows)).rows[1:]
    assert [(row.verdict, "FEVER" in row.codes) for row in found] == [
        ("held", True), ("held", True), ("accepted", False),
    ]  # fmt: skip


def test_a_number_where_a_fever_is_asked_for_is_a_temperature(tmp_path: Path) -> None:
    a, b, c = people(3)
    rows = [["姓名", "身份证号", "返回时间", "是否发热"], [a.name, a.number, "1月20日", "37.8"]]
    rows += [[b.name, b.number, "1月20日", 36.6], [c.name, c.number, "1月20日", "38.1℃"]]
    found = take(write_xlsx(tmp_path / "a.xlsx", rows)).rows[1:]
    assert [(row.verdict, "FEVER" in row.codes) for row in found] == [
        ("held", True), ("accepted", False), ("held", True),
    ]  # fmt: skip
