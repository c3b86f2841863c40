"""The office's pages of posts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from bulou.core.exports import Asked
from bulou.core.people import actions as people
from bulou.core.records.intake import take
from bulou.core.records.kinds import Incoming
from bulou.core.rulebook import value
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.core.tasks import lay, rising
from bulou.core.tasks.models import Task
from bulou.desk import common
from bulou.desk.pages.person import timeline
from bulou.lib import clock, ids
from bulou.lib.refusals import Refusal
from bulou.work.arrivals.models import Arrival
from bulou.work.checkpoints import actions, forms, today
from bulou.work.checkpoints import out as out_list
from bulou.work.checkpoints.models import Checkpoint, Handed, Own, Pass, Permit, Traveller
from bulou.work.checkpoints.tests.conftest import AWAY, COUNTY, VILLAGE, Post, lives, passed, who

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]


def page(browser: Client, url: str) -> str:
    answer = browser.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.content.decode()


def test_a_post_is_set_up_changed_taken_down_and_set_up_again(browser: Browser) -> None:
    clerk = browser(Role.TOWNSHIP_CLERK, VILLAGE[:9])
    said = {
        "place": VILLAGE,
        "kind": "road",
        "name": "城川路口",
        "people": "2",
        "opens": "08:00",
        "closes": "20:00",
    }
    answer = clerk.post("/checkpoints/new/", {**said, "room": "on", "kit": "口罩 200\n测温枪 2"})
    post = Checkpoint.objects.get()
    assert answer["Location"] == f"/checkpoints/{post.id}/" and post.kit[0] == {"name": "口罩", "count": 200}
    assert "测温枪" in page(clerk, f"/checkpoints/{post.id}/")
    changing = f"/checkpoints/{post.id}/change/"
    assert 'value="20:00"' in page(clerk, changing)
    assert (
        clerk.post(f"{changing}?version=1", {"name": "城川卡口", "people": "3", "kit": ""}).status_code == 302
    )
    assert clerk.post(f"{changing}?version=1", {"name": "别的", "people": "3", "kit": ""}).status_code == 422
    clerk.post(f"/checkpoints/{post.id}/turn/")
    assert "城川卡口" not in page(clerk, "/checkpoints/") and "城川卡口" in page(
        clerk, "/checkpoints/?show=ended"
    )
    clerk.post(f"/checkpoints/{post.id}/turn/")
    assert "城川卡口" in page(clerk, "/checkpoints/?kind=road")
    post.refresh_from_db()
    assert post.ended_at is None and post.name == "城川卡口"


def test_nobody_takes_down_a_post_with_somebody_in_its_isolation_room(browser: Browser, post: Post) -> None:
    passed(here := post(), who=who(1), origin="affected-area")
    clerk = browser(Role.TOWNSHIP_CLERK, VILLAGE[:9])
    clerk.post(f"/checkpoints/{here.id}/turn/")
    assert Checkpoint.objects.get().ended_at is None


def test_a_pass_is_typed_at_the_desk_and_what_is_said_of_it_is_shown(browser: Browser, post: Post) -> None:
    here, cadre = post(closed=True), browser(Role.VILLAGE_CADRE, VILLAGE)
    typed = {"plate": "晋L·12345", "people": "3", "degrees": "36.5", "direction": "in"}
    assert cadre.post(f"/checkpoints/{here.id}/pass/", typed).status_code == 302
    told = Pass.objects.get()
    assert (told.people, told.tenths, told.outcome) == (3, 365, "sent_back")
    shown = page(cadre, f"/checkpoints/{here.id}/")
    assert "晋L***45" in shown and "晋L12345" not in shown
    assert cadre.post(f"/checkpoints/{here.id}/pass/", {**typed, "plate": "12345"}).status_code == 422
    assert cadre.post(f"/checkpoints/{here.id}/pass/", {**typed, "degrees": "36.55"}).status_code == 422


def test_the_page_of_a_post_says_who_is_held_and_what_became_of_those_let_in(
    browser: Browser, post: Post
) -> None:
    here = post()
    person = Traveller.objects.get(record=passed(here, who=who(1), origin="affected-area").id).person
    cadre = browser(Role.CHECKPOINT_STAFF, VILLAGE)
    owed = Task.objects.get(kind="checkpoints.hold", subject_id=person)
    assert who(1)["name"] in page(cadre, today.act(owed))
    data = {"person": str(person), "taker": "village", "to_place": AWAY}
    assert cadre.post(f"/checkpoints/{here.id}/handed/", data).status_code == 302
    assert Arrival.objects.get(person=person).place == AWAY
    hold = Task.objects.get(kind="checkpoints.hold", subject_id=person)
    over = page(cadre, f"/checkpoints/{here.id}/").partition('id="over"')[2].partition("</table>")[0]
    when = (hold.opens_at, Handed.objects.get().happened_at)
    with translation.override("zh-hans"):
        assert who(1)["name"] in over and str(forms.TAKERS["village"]) in over
    assert all(f"{timezone.localtime(moment):%m-%d %H:%M}" in over for moment in when)
    # Let in after all, they too are seen at home, or not.
    assert (
        who(1)["name"]
        in page(cadre, f"/checkpoints/{here.id}/").partition('id="told"')[2].partition("</table>")[0]
    )


def test_a_post_sees_whether_those_it_let_in_were_seen_at_home_and_when_nobody_did_it_rises(
    browser: Browser, post: Post
) -> None:
    here, cadre = post(room=False), browser(Role.CHECKPOINT_STAFF, VILLAGE)
    record = passed(here, who=who(2), origin="affected-area", to_place=AWAY)
    person = Traveller.objects.get(record=record.id).person

    def said() -> str:
        table = page(cadre, f"/checkpoints/{here.id}/").partition('id="told"')[2]
        return table.partition("</table>")[0]

    owed = Task.objects.get(kind="arrivals.visit", subject_id=person)
    assert (
        who(2)["name"] in said()
        and f"{timezone.localtime(owed.due_at):%H:%M}" in said()
        and "遗漏" not in said()
    )
    with clock.standing(owed.due_at + timedelta(minutes=1)):
        assert "遗漏" in said()
    first = int(value("tasks.escalation_hours", "", clock.today())[0])
    with clock.standing(owed.due_at + timedelta(hours=first, minutes=1)):
        assert rising.told(owed, clock.now()) == 5 and "遗漏" in said()
        data = {"person": str(person), "outcome": "at-home"}
        sent = Incoming("arrivals.seen", ids.new(), AWAY, clock.now(), data)
        assert take([sent], actor(Role.VILLAGE_DOCTOR, AWAY))[0].status == "accepted"
        owed.refresh_from_db()
        assert (
            owed.done_at is not None
            and "遗漏" not in said()
            and f"{timezone.localtime(owed.done_at):%H:%M}" in said()
        )


def test_what_needs_somebody_comes_first_and_every_post_comes_once(
    browser: Browser, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet = [post(name=f"{n}号村口", kind="village", place=VILLAGE) for n in range(3)]
    busy, waits = post(name="县界卡口", place=AWAY), post(name="高速出口")
    passed(waits, who=who(1), origin="affected-area")
    for _ in range(2):
        passed(busy)
    passed(quiet[2])
    monkeypatch.setattr(common, "SIZE", 2)
    office, found, cursor = browser(Role.COUNTY_OFFICE, COUNTY), [], ""
    while cursor is not None:
        answer = office.get("/checkpoints/", {"cursor": cursor} if cursor else {})
        found += [row["post"].name for row in answer.context["rows"]]
        cursor = answer.context["next"]
    assert found == ["高速出口", "县界卡口", "2号村口", "0号村口", "1号村口"]


def test_a_number_opens_into_its_passes_and_who_passed_may_be_taken_out(browser: Browser, post: Post) -> None:
    passed(here := post(), who=who(1))
    clerk = browser(Role.TOWNSHIP_CLERK, VILLAGE[:9])
    assert "/figures/checkpoints.people/rows/" in page(clerk, "/checkpoints/")
    assert "36.5" in page(clerk, f"/figures/checkpoints.people/rows/?place={VILLAGE[:9]}&day=2020-02-12")
    there = clerk.get(f"/checkpoints/{here.id}/?export=1")["Location"]
    assert there.startswith("/exports/new/") and page(clerk, there)
    by = actor(Role.TOWNSHIP_CLERK, VILLAGE[:9])
    words = {"post": str(here.id), "day": "2020-02-12"}
    out = next(one for one in out_list.EXPORTS if one.name == "checkpoint-people")
    asked = Asked(by, VILLAGE, words)
    assert [line[0] for line in out.lines(asked, list(out.found(asked)))] == [who(1)["name"]]
    stranger = Asked(actor(Role.VILLAGE_CADRE, AWAY), AWAY, words)
    with pytest.raises(Refusal):
        out.found(stranger)


def test_who_strayed_is_followed_up_on_a_page(browser: Browser, post: Post) -> None:
    from bulou.work.checkpoints.tests.test_passing import observed

    person = observed(1)
    passed(post(), who=who(1))
    cadre = browser(Role.VILLAGE_CADRE, AWAY)
    assert who(1)["name"] in page(cadre, "/checkpoints/strayed/")
    assert "/checkpoints/strayed/" in page(cadre, "/")
    cadre.post("/checkpoints/strayed/", {"person": str(person), "what": "allowed"})
    assert who(1)["name"] not in page(cadre, "/checkpoints/strayed/")


def test_permits_are_given_and_ended(browser: Browser) -> None:
    person, cadre = lives(1, VILLAGE), browser(Role.VILLAGE_CADRE, VILLAGE)
    form = f"/checkpoints/permits/new/?person={person}"
    said = {
        "place": VILLAGE,
        "kind": "visitor",
        "from_day": "2020-02-12",
        "to_day": "2020-02-14",
        "weekdays": ["3", "5"],
    }
    assert page(cadre, form) and cadre.post(form, {**said, "to_day": "2020-02-11"}).status_code == 422
    assert cadre.post(form, said).status_code == 302
    permit = Permit.objects.get()
    assert permit.weekdays == "35" and who(1)["name"] in page(cadre, "/checkpoints/permits/")
    cadre.post(f"/checkpoints/permits/{permit.id}/end/")
    assert who(1)["name"] not in page(cadre, "/checkpoints/permits/")
    assert page(cadre, "/checkpoints/permits/new/")


def test_whoever_is_on_duty_is_measured_twice_a_day(browser: Browser, staff: Actor, post: Post) -> None:
    with clock.standing(clock.now() - timedelta(days=1)):
        post()
    lay.lay(kinds={"checkpoints.own"})
    task = Task.objects.filter(kind="checkpoints.own", opens_at__lte=clock.now()).latest("opens_at")
    mate = browser(Role.CHECKPOINT_STAFF, VILLAGE)
    assert task.account == staff.account and staff.name in page(mate, "/checkpoints/own/")
    mate.post(f"/checkpoints/own/{task.id}/", {"degrees": "37.9"})
    task.refresh_from_db()
    assert Own.objects.get().fever and task.done_at is not None
    assert page(mate, "/missed/")


def test_who_is_on_duty_where_no_post_stands_owes_no_temperature(
    browser: Browser, staff: Actor, post: Post
) -> None:
    def owed() -> set[str]:
        lay.lay(kinds={"checkpoints.own"})
        found = Task.objects.filter(kind="checkpoints.own", withdrawn_at=None)
        return set(found.values_list("slot", flat=True))

    actor(Role.CHECKPOINT_STAFF, AWAY)  # no post ever stands there
    assert owed() == set()
    here, second = post(), post(name="村口卡口", kind="village")
    # It stands since 15:00: the morning's was never owed, the afternoon's and the next days' are.
    first = owed()
    assert {"2020-02-12/pm", "2020-02-13/am"} <= first and "2020-02-12/am" not in first
    actions.close(SYSTEM, here.id)
    assert owed() == first
    actions.close(SYSTEM, second.id)
    assert owed() == set()
    actions.reopen(SYSTEM, here.id)
    assert owed() == first
    assert not Task.objects.filter(kind="checkpoints.own", place=AWAY).exists()
    cadre = browser(Role.VILLAGE_CADRE, AWAY)
    assert "此处没有在用的卡点" in page(cadre, "/checkpoints/own/")  # which is no praise


def test_a_post_of_another_village_is_not_there(browser: Browser, post: Post) -> None:
    here, other = post(), browser(Role.VILLAGE_CADRE, AWAY)
    for url in (
        f"/checkpoints/{here.id}/",
        f"/checkpoints/{here.id}/pass/",
        f"/checkpoints/{here.id}/change/",
    ):
        assert other.get(url).status_code == 404
    assert here.name not in page(other, "/checkpoints/")
    assert here.name in page(browser(Role.COUNTY_OFFICE, COUNTY), "/checkpoints/")


def test_numbers_by_kind_of_post_are_told_in_the_words_of_posts(browser: Browser, post: Post) -> None:
    """A village entry is no village, though both have the same code among what reports count."""
    passed(post(kind="village"))
    office = browser(Role.COUNTY_OFFICE, COUNTY)
    office.cookies["django_language"] = "zh-hans"
    text = page(office, "/figures/")
    assert "村口" in text and ">village" not in text


def test_a_pass_of_somebody_who_was_two_stands_once_on_their_page(browser: Browser, post: Post) -> None:
    here, clerk = post(), actor(Role.TOWNSHIP_CLERK, VILLAGE[:9])
    one, two = lives(1, VILLAGE), lives(2, VILLAGE)
    for person in (one, two):
        passed(here, person=str(person))
    people.merge(one, two, clerk, "同一人")
    told = [entry["record"].id for entry in timeline([one, two]) if entry["kind"] == Pass.kind]
    assert sorted(told) == sorted(Pass.objects.values_list("id", flat=True))
