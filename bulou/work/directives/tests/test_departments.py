"""An order goes to departments: to all of them, or to those that were chosen, each by its own name."""

from __future__ import annotations

from typing import Any

import pytest

from bulou.core.people import actions as people
from bulou.core.records.intake import take
from bulou.core.staff.actor import SYSTEM, Actor, of_post
from bulou.core.staff.models import Post
from bulou.core.staff.roles import Role
from bulou.core.staff.testing import actor
from bulou.core.tasks.api import subject_names
from bulou.core.tasks.models import Task
from bulou.core.tasks.owners import owners
from bulou.lib import clock
from bulou.work.directives.models import Issued
from bulou.work.directives.tests.test_orders import (
    COUNTY,
    TOWNSHIP,
    at,
    desk,
    order,
    page,
    refused,
    said,
)  # fmt: skip

pytestmark = pytest.mark.django_db
__all__ = ["at"]  # the moment of these tests


def department(name: str, holder: str, place: str = COUNTY) -> Actor:
    """Somebody in the post of a department that is a unit of the register."""
    unit = people.add_unit(name, place, SYSTEM, kind="department")
    return posted(holder, unit, place)


def posted(holder: str, unit: Any, place: str = COUNTY) -> Actor:
    post = Post.objects.get(pk=actor(Role.DEPARTMENT, place, holder).post)
    post.unit = unit
    post.save()
    return of_post(post)


def recipients(sent: Any) -> list[str]:
    return sorted(Issued.objects.filter(round=sent.id).values_list("name", flat=True))


def test_an_order_goes_to_departments() -> None:
    health = actor(Role.DEPARTMENT, COUNTY, "卫健部门")
    other = actor(Role.DEPARTMENT, COUNTY, "交通部门")
    sent = order(to="department")
    tasks = list(Task.objects.filter(source=sent.id, kind="directives.acknowledge"))
    assert set(subject_names(tasks, health).values()) == {"卫健部门", "交通部门"}
    assert {who.name for who in owners(tasks).values()} == {"卫健部门", "交通部门"}
    client = desk(health)
    assert client.post(f"/orders/{sent.id}/").status_code == 302
    done = {t.subject_id for t in Task.objects.filter(kind="directives.acknowledge").exclude(done_at=None)}
    assert done == {Issued.objects.get(post=health.post).recipient}
    assert other.post != health.post


def test_a_chosen_department_alone_owes_it_and_is_called_as_its_unit_is() -> None:
    health, _traffic = department("卫生健康局", "江试一"), department("交通运输局", "柳试二")
    actor(Role.DEPARTMENT, COUNTY, "宣传部")  # a post of no unit is called as its account
    assert recipients(order(to="department")) == ["交通运输局", "卫生健康局", "宣传部"]
    sent = order(to="departments", departments=[str(health.unit), "宣传部"])
    assert recipients(sent) == ["卫生健康局", "宣传部"]
    office = desk(actor(Role.COUNTY_OFFICE, COUNTY))
    for url in (f"/orders/{sent.id}/", "/orders/?list=sent"):
        assert "卫生健康局" in page(office, url)
    assert "交通运输局" not in page(office, f"/orders/{sent.id}/")
    assert "江试一" not in page(office, f"/orders/{sent.id}/")
    desk(health).post(f"/orders/{sent.id}/answer/", {"text": "已落实"})
    owing = Task.objects.filter(source=sent.id, done_at=None)
    assert set(subject_names(list(owing), SYSTEM).values()) == {"宣传部"}


def test_a_department_is_one_recipient_and_whoever_holds_a_post_in_it_answers() -> None:
    first = department("卫生健康局", "江试一")
    second = posted("柳试二", first.unit)
    sent = order(to="department")
    assert recipients(sent) == ["卫生健康局"]
    later = posted("秦试三", first.unit)  # came after the order was sent
    for one in (first, second, later):
        assert sent.title in page(desk(one), "/orders/")
    (result,) = take([said(Issued.objects.get())], later)
    assert result.status == "accepted"
    assert Task.objects.get(kind="directives.acknowledge").done_at is not None


def test_a_department_says_nothing_about_what_went_to_another() -> None:
    health, traffic = department("卫生健康局", "江试一"), department("交通运输局", "柳试二")
    sent = order(to="departments", departments=["卫生健康局"])
    (result,) = take([said(Issued.objects.get())], traffic)
    assert result.code == "round-not-yours"
    assert desk(traffic).get(f"/orders/{sent.id}/answer/").status_code == 404
    liaison = Post.objects.get(pk=actor(Role.UNIT_LIAISON, COUNTY).post)
    liaison.unit = health.unit
    (result,) = take([said(Issued.objects.get())], of_post(liaison))
    assert result.status == "refused"


def test_what_means_no_department_or_others_than_it_goes_to_is_refused() -> None:
    department("卫生健康局", "江试一")
    department("档案局", "柳试二"), department("档案局", "秦试三", TOWNSHIP)
    assert refused(order, to="departments") == "addressee-nobody"
    assert refused(order, to="departments", departments=["不存在的局"]) == "addressee-department"
    assert refused(order, to="departments", departments=["档案局"]) == "addressee-department"
    assert refused(order, to="department", departments=["卫生健康局"]) == "addressee-unmeant"
    assert refused(order, to="township", places=TOWNSHIP) == "addressee-unmeant"
    clerk = actor(Role.TOWNSHIP_CLERK, TOWNSHIP)
    assert refused(order, clerk, to="departments", departments=["卫生健康局"]) == "addressee-department"
    assert recipients(order(clerk, to="department")) == ["档案局"]
    assert recipients(order(to="department", under=TOWNSHIP)) == ["档案局"]


def test_departments_are_chosen_on_the_form_where_there_are_any() -> None:
    health = department("卫生健康局", "江试一")
    department("交通运输局", "柳试二")
    client = desk(actor(Role.COUNTY_OFFICE, COUNTY))
    assert f'value="{health.unit}"' in page(client, "/orders/new/")
    typed = {
        "title": "核实返乡车辆", "text": "逐车登记。", "to": "departments", "departments": [str(health.unit)],
        "due_at": f"{clock.local(clock.now()):%Y-%m-%d}T18:00",
    }  # fmt: skip
    assert client.post("/orders/new/", typed).status_code == 302
    assert list(Issued.objects.values_list("name", flat=True)) == ["卫生健康局"]
    elsewhere = client.post("/orders/new/", {**typed, "departments": ["99"]})
    assert elsewhere.status_code == 422
    assert "departments" not in page(desk(actor(Role.TOWNSHIP_CLERK, TOWNSHIP)), "/orders/new/")
