"""Lines that wait are decided on a page: evidence side by side, many at a time, nothing shown in full."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from bulou.core.people.models import Person
from bulou.core.places.models import Place
from bulou.core.staff.roles import Role
from bulou.exchange.models import ImportRow, ImportRun, Mapping
from bulou.exchange.tests.conftest import HEADS, OTHER, TOWNSHIP, line, number
from bulou.exchange.tests.test_pages import actor, browser, dropped, signed_in
from bulou.work.arrivals.models import Arrival

__all__ = ["browser"]
pytestmark = pytest.mark.django_db
Ledger = Callable[..., Path]


def taken(browser: Client, path: Path) -> ImportRun:
    run = dropped(browser, path)
    browser.post(f"/import/{run.id}/take/")
    run.refresh_from_db()
    return run


def test_the_evidence_stands_side_by_side_and_only_what_differs_is_shown(
    browser: Client, ledger: Ledger
) -> None:
    swapped = number(1)[:12] + number(1)[13] + number(1)[12] + number(1)[14:]
    lines = [line(1), line(1, 身份证号=swapped), line(1, 电话="15400990001")]
    run = taken(browser, ledger(lines))
    page = browser.get(f"/import/{run.id}/?show=held").content.decode()
    assert page.count("beside") >= 2
    assert number(1) not in page
    assert swapped not in page
    assert "············" in page
    assert 'accesskey="1"' in page
    # The line's own page names the line that it repeats, and not itself.
    (first, *others) = ImportRow.objects.filter(run=run.id, verdict__in=["accepted", "held"]).order_by("at")
    assert others
    for other in others:
        own = browser.get(f"/import/{run.id}/lines/{other.at}/").content.decode()
        why = own.split('class="note note-warning"')[1].split("</div>")[0]
        assert f"第 {first.number} 行" in why
        assert f"第 {other.number} 行" not in why


def test_beside_a_line_stands_where_the_one_of_the_register_lives(browser: Client, ledger: Ledger) -> None:
    taken(browser, ledger([line(1, 家庭住址="午城村3组")], "a.csv"))
    heads = ["姓名", "所在村", "体温", "日期"]
    run = taken(browser, ledger([[line(1)[0], "川口村", "36.8", "2月6日"]], "体温.csv", heads))
    page = browser.get(f"/import/{run.id}/?show=held").content.decode()
    beside = page[page.index('class="sub beside"') :]
    assert "午城村" in beside[: beside.index("</div>")]


def test_beside_a_line_the_grid_of_the_one_of_the_register_has_its_village(
    browser: Client, ledger: Ledger
) -> None:
    taken(browser, ledger([line(1, 家庭住址="午城村3组")], "a.csv"))
    village = Person.objects.get().place
    Place.objects.create(code=f"{village}006", name="第6网格", kind="grid", level=15, parent=village)
    Person.objects.update(place=f"{village}006")
    heads = ["姓名", "所在村", "体温", "日期"]
    run = taken(browser, ledger([[line(1)[0], "川口村", "36.8", "2月6日"]], "体温.csv", heads))
    beside = browser.get(f"/import/{run.id}/?show=held").content.decode().split('class="sub beside"')[1]
    assert "午城镇午城村第6网格" in beside[: beside.index("</div>")]


def test_who_cannot_be_the_same_person_yet_is_told_why_and_what_to_do(
    browser: Client, ledger: Ledger
) -> None:
    taken(browser, ledger([line(1, 身份证号=number(900))], "a.csv"))
    run = taken(browser, ledger([line(1), line(1, 姓名=line(1)[0][:-1] + "槐")], "b.csv"))
    address = f"/import/{run.id}/lines/2/"
    answer = browser.post(address, {"way": "same"}, follow=True)
    assert "请先处理它所重复的那一行" in answer.content.decode()
    # The line that was not decided stays open: what is to be done is done there.
    assert answer.redirect_chain[-1][0] == address
    several = browser.post(f"/import/{run.id}/decide/", {"line": ["1"], "way": "take"}, follow=True)
    assert "存疑之处不能这样处理" in several.content.decode()


def test_a_spreadsheets_error_is_shown_as_it_stands_and_a_number_masked(
    browser: Client, ledger: Ledger
) -> None:
    run = taken(browser, ledger([line(1, 身份证号="#N/A"), line(2, 身份证号=number(2)[:17])]))
    page = browser.get(f"/import/{run.id}/?show=held").content.decode()
    assert "#N/A" in page
    assert number(2)[:17] not in page


def test_many_lines_are_decided_at_once(browser: Client, ledger: Ledger) -> None:
    run = taken(browser, ledger([line(n, 体温="63.5") for n in range(1, 8)] + [line(9, 姓名="张*")]))
    ats = [
        str(at) for at in ImportRow.objects.filter(run=run.id, verdict="held").values_list("at", flat=True)
    ]
    answer = browser.post(
        f"/import/{run.id}/decide/", {"line": ats, "way": "take", "show": "held"}, follow=True
    )
    assert "1 行仍待核定：存疑之处不能这样处理" in answer.content.decode()
    assert (Person.objects.count(), Arrival.objects.count()) == (7, 7)
    browser.post(f"/import/{run.id}/decide/", {"line": ats, "way": "leave", "show": "held"})
    run.refresh_from_db()
    assert (run.counts["held"], run.counts["accepted"], run.counts["skipped"]) == (0, 7, 2)
    assert browser.post(f"/import/{run.id}/decide/", {"way": "leave"}).status_code == 302


def test_a_line_is_corrected_on_a_page_of_its_own_and_the_next_one_comes(
    browser: Client, ledger: Ledger
) -> None:
    run = taken(browser, ledger([line(1, 返回日期="2月30日"), line(2, 返回日期="1月底")]))
    page = browser.get(f"/import/{run.id}/lines/1/").content.decode()
    assert "2月30日" in page
    assert "返回日期" in page
    answer = browser.post(f"/import/{run.id}/lines/1/", {"return_date": "2月1日"})
    assert answer.headers["Location"] == f"/import/{run.id}/lines/2/"
    answer = browser.post(f"/import/{run.id}/lines/2/", {"return_date": "还不知道"})
    assert answer.headers["Location"] == f"/import/{run.id}/lines/2/"
    browser.post(f"/import/{run.id}/lines/2/", {"return_date": "1月31日"})
    assert Arrival.objects.count() == 2
    assert browser.get(f"/import/{run.id}/lines/2/").status_code == 404


def test_columns_are_said_once_and_remembered_for_the_layout(browser: Client, ledger: Ledger) -> None:
    heads = ["姓名", "身份证号", "电话", "家庭住址", "甲", "乙", "体温"]
    run = dropped(browser, ledger([line(1)], heads=heads))
    (table,) = run.tables
    assert table["columns"][4]["field"] is None
    browser.post(
        f"/import/{run.id}/columns/",
        {"layout": table["layout"], "c4": "from_place", "c5": "return_date", "c0": "name"},
    )
    run.refresh_from_db()
    assert run.tables[0]["columns"][5]["field"] == "return_date"
    assert Mapping.objects.get().fields == {"4": "from_place", "5": "return_date"}
    browser.post(f"/import/{run.id}/take/")
    assert Arrival.objects.get().day.isoformat() == "2020-02-01"
    again = dropped(browser, ledger([line(2)], "b.csv", heads))
    assert again.tables[0]["columns"][4]["field"] == "from_place"
    browser.post(f"/import/{again.id}/columns/", {"layout": table["layout"], "forget": "1"})
    again.refresh_from_db()
    assert again.tables[0]["columns"][4]["field"] is None
    assert not Mapping.objects.exists()


def test_nobody_of_another_township_sees_or_decides_a_line(browser: Client, ledger: Ledger) -> None:
    run = taken(browser, ledger([line(1, 体温="63.5")]))
    other = signed_in(Client(), actor(Role.TOWNSHIP_CLERK, OTHER))
    assert other.get(f"/import/{run.id}/lines/1/").status_code == 404
    assert other.post(f"/import/{run.id}/decide/", {"line": "1", "way": "take"}).status_code == 404
    assert other.post(f"/import/{run.id}/columns/", {}).status_code == 404
    volunteer = signed_in(Client(), actor(Role.VOLUNTEER, TOWNSHIP))
    assert volunteer.post(f"/import/{run.id}/decide/", {"line": "1", "way": "take"}).status_code in (403, 404)
    assert Person.objects.count() == 0


def test_of_namesakes_the_one_whom_a_line_means_is_chosen_by_a_key(browser: Client, ledger: Ledger) -> None:
    from bulou.work.observation.models import Reading

    name = "欧阳同名"
    taken(browser, ledger([line(1, 姓名=name), line(2, 姓名=name), line(3)]))
    heads = ["姓名", "上午体温"]
    sheet = ledger([[name, "36.4"], [name, "37.9"]], "体温.csv", heads)
    run = taken(browser, sheet)
    assert run.counts["held"] == 2
    one, other = Person.objects.filter(name=name).order_by("birth_date")
    page = browser.get(f"/import/{run.id}/lines/1/").content.decode()
    assert page.index(f'value="{one.id}" data-key="1"') < page.index(f'value="{other.id}" data-key="2"')
    assert number(1) not in page
    stranger = Person.objects.exclude(name=name).get()
    browser.post(f"/import/{run.id}/lines/1/", {"who": stranger.id})
    run.refresh_from_db()
    assert run.counts["held"] == 2  # nobody of another name is chosen this way
    answer = browser.post(f"/import/{run.id}/lines/1/", {"who": one.id})
    assert answer.headers["Location"] == f"/import/{run.id}/lines/2/"
    browser.post(f"/import/{run.id}/lines/2/", {"who": other.id})
    told = dict(
        Reading.objects.filter(day="2020-02-06", tenths__in=(364, 379)).values_list("tenths", "person")
    )
    assert told == {364: one.id, 379: other.id}
    run.refresh_from_db()
    assert run.counts["held"] == 0


@pytest.mark.parametrize("none_of_them", [False, True])
def test_of_several_likely_people_all_are_shown_and_one_is_chosen_or_none(
    browser: Client, ledger: Ledger, none_of_them: bool
) -> None:
    before = taken(browser, ledger([line(1), line(1, 身份证号=number(901))]))
    browser.post(f"/import/{before.id}/decide/", {"line": "2", "way": "other"})
    run = taken(browser, ledger([line(1, 身份证号="", 返回日期="2020-01-10")], "b.csv"))
    listed = browser.get(f"/import/{run.id}/?show=held").content.decode()
    assert "2 位可能是此人" in listed
    one, other = Person.objects.order_by("birth_date")
    page = browser.get(f"/import/{run.id}/lines/1/").content.decode()
    assert page.index(f'value="{one.id}" data-key="1"') < page.index(f'value="{other.id}" data-key="2"')
    assert page.count("154******01") == 2  # both have the phone of the line
    assert not any(whole in page for whole in (number(1), number(901)))
    browser.post(f"/import/{run.id}/decide/", {"line": "1", "way": "same"})
    assert Arrival.objects.count() == 2  # the first is never taken by itself
    browser.post(f"/import/{run.id}/lines/1/", {"way": "other"} if none_of_them else {"who": other.id})
    assert Arrival.objects.filter(person=other.id).count() == (1 if none_of_them else 2)
    assert (Person.objects.count(), Arrival.objects.count()) == (3 if none_of_them else 2, 3)
    assert "2 位可能是此人" not in browser.get(f"/import/{run.id}/?show=accepted").content.decode()


def test_a_line_that_waits_shows_what_was_written_and_offers_it_to_be_mended(
    browser: Client, ledger: Ledger
) -> None:
    wrong = number(3)[:-1] + ("1" if number(3)[-1] != "1" else "2")
    run = taken(browser, ledger([line(1, 体温="63.5"), line(2, 返回日期="2月30日"), line(3, 身份证号=wrong)]))
    page = browser.get(f"/import/{run.id}/?show=held").content.decode()
    assert "63.5" in page
    assert "2月30日" in page
    assert wrong not in page
    page = browser.get(f"/import/{run.id}/lines/1/").content.decode()
    assert 'value="63.5"' in page
    assert page.count('name="temp') == 1  # the file has one column of temperatures
    assert f'value="{wrong}"' in browser.get(f"/import/{run.id}/lines/3/").content.decode()


def test_a_line_can_be_passed_over_or_decided_where_it_stands(browser: Client, ledger: Ledger) -> None:
    run = taken(browser, ledger([line(n, 体温="63.5") for n in (1, 2)]))
    assert (
        f'href="/import/{run.id}/lines/2/" data-next'
        in browser.get(f"/import/{run.id}/lines/1/").content.decode()
    )
    assert (
        f'href="/import/{run.id}/lines/1/" data-next'
        in browser.get(f"/import/{run.id}/lines/2/").content.decode()
    )
    answer = browser.post(f"/import/{run.id}/lines/2/", {"way": "take"})
    assert answer.headers["Location"] == f"/import/{run.id}/lines/1/"
    answer = browser.post(f"/import/{run.id}/lines/1/", {"way": "leave"})
    assert answer.headers["Location"] == f"/import/{run.id}/?show=held"
    run.refresh_from_db()
    assert (run.counts["held"], run.counts["accepted"], Person.objects.count()) == (0, 1, 1)


def test_a_day_that_was_not_understood_is_not_shown_as_another(browser: Client, ledger: Ledger) -> None:
    run = taken(browser, ledger([line(1, 返回日期="2月30日")]))
    (row,) = browser.get(f"/import/{run.id}/?show=held").context["rows"]
    assert row["day"] is None


def test_a_file_that_was_looked_at_says_what_could_be_taken_in_and_which_columns_it_does_not_know(
    browser: Client, ledger: Ledger
) -> None:
    heads = ["姓名", "身份证号", "电话", "家庭住址", "甲", "乙", "体温"]
    run = dropped(browser, ledger([line(1)], heads=heads))
    page = browser.get(f"/import/{run.id}/").content.decode()
    assert "未能识别：甲、乙" in page
    assert "已收入" not in page


def test_a_number_of_a_workbook_is_shown_as_it_was_typed(browser: Client, tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "体温.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["序号", *HEADS])
        sheet.write_row(1, 0, [7, *line(1, 体温="63.5")])
    run = taken(browser, path)
    page = browser.get(f"/import/{run.id}/lines/1/").content.decode()
    assert "<dd>7</dd>" in page
    assert "7.0" not in page
