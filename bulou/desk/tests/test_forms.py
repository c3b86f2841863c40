"""Common forms: days and hours as browsers ask for them in every language, several choices each with its own box."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Literal

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from pydantic import BaseModel

from bulou.core.people.models import Person
from bulou.core.staff.roles import Role
from bulou.desk.common import form_of
from bulou.desk.tests.conftest import arrived, desk


class Shape(BaseModel):
    day: date
    hour: time | None = None
    skills: list[Literal["lead", "register"]] = []
    degrees: float | None = None


LABELS = {name: name for name in Shape.model_fields}
CHOICES = {"skills": [("lead", "Leads"), ("register", "Registers")]}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_stands_in_a_field_of_a_day_or_an_hour_is_what_a_browser_shows(language: str) -> None:
    with translation.override(language):
        form = form_of(Shape, LABELS, CHOICES)(initial={"day": date(2020, 2, 12), "hour": time(8, 0)})
        assert 'value="2020-02-12"' in str(form["day"]) and 'type="date"' in str(form["day"])
        assert 'value="08:00"' in str(form["hour"]) and 'type="time"' in str(form["hour"])
        sent = form_of(Shape, LABELS, CHOICES)({"day": "2020-02-13", "hour": "20:30", "skills": ["lead"]})
        assert sent.is_valid()
        assert sent.cleaned_data == {
            "day": date(2020, 2, 13),
            "hour": time(20, 30),
            "skills": ["lead"],
            "degrees": None,
        }


def test_a_number_with_a_decimal_is_typed_on_a_line_and_not_in_a_box() -> None:
    shown = str(form_of(Shape, LABELS, CHOICES)()["degrees"])
    assert 'type="number"' in shown and 'step="any"' in shown
    sent = form_of(Shape, LABELS, CHOICES)({"day": "2020-02-13", "degrees": "38.2"})
    assert sent.is_valid()
    assert sent.cleaned_data["degrees"] == 38.2


def test_each_of_several_choices_has_its_own_label_in_a_named_group() -> None:
    form = form_of(Shape, LABELS, CHOICES)()
    shown = render_to_string("desk/common_form.html", {"form": form, "title": "T"})
    group = re.search(r"<fieldset.*?</fieldset>", shown, re.DOTALL)
    assert group is not None and "<legend" in group[0]
    assert group[0].count("<label") == group[0].count('type="checkbox"') == len(CHOICES["skills"])


@pytest.mark.django_db
def test_correcting_a_person_in_chinese_keeps_their_day_of_birth() -> None:
    person, client = arrived(1), desk(Role.COUNTY_OFFICE)
    client.cookies["django_language"] = "zh-hans"
    born = Person.objects.get(pk=person).birth_date
    assert born is not None
    shown = client.get(f"/people/{person}/correct/").content.decode()
    assert f'value="{born.isoformat()}"' in shown


@pytest.mark.django_db
def test_what_is_to_be_known_of_a_field_stands_under_it_and_is_read_with_it() -> None:
    shown = desk(Role.COUNTY_OFFICE).get("/units/new/").content.decode()
    assert re.search(r'<label class="form-label" for="id_units">Units', shown)
    assert 'aria-describedby="id_units_helptext"' in shown
    assert re.search(r'<div class="form-hint" id="id_units_helptext">A line for each', shown)
