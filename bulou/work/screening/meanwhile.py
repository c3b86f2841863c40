"""What was answered of people, by a phone or another desk, while a door's page stood open: shown, not overwritten."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from bulou.core.people import queries as people
from bulou.core.people.models import Person
from bulou.core.staff.actor import Actor
from bulou.core.tasks.models import Task
from bulou.lib import ids
from bulou.work.screening import earlier
from bulou.work.screening.models import Round
from bulou.work.screening.typed import SEALED, Before, Told

_ROW = re.compile(r"([0-9a-f]{32})-found")


def caught_up(
    by: Actor,
    plan: Round,
    task: Task,
    living: Sequence[Person],
    now: Sequence[Before | None],
    sent: QueryDict,
) -> tuple[QueryDict, dict[UUID, str]]:
    """What was sent, with what was answered since where nothing else was typed, and {person: what that is}.

    `now`: what is known of each of these people, in order. What this very page sent before is nothing newer.
    """
    record, data, told = _id(sent.get("record")), sent.copy(), dict[UUID, str]()
    late: list[tuple[Person, Before]] = []
    for person, last in zip(living, now, strict=True):
        own = ids.derived("screening.answer", record, person.pk) if record else None
        if last is not None and last.answer not in (_id(sent.get(f"{person.pk.hex}-last")), own):
            late.append((person, last))
    if not late:
        return data, told
    seen = {_id(sent.get(f"{person.pk.hex}-last")) for person, _last in late}
    opened = earlier.of(by, plan, [person for person, _last in late], {one for one in seen if one})
    for (person, last), first in zip(late, opened, strict=True):
        forms = [
            Told(None, plan.questions, person.pk.hex, task.subject_type == "household", one)
            for one in (first, last)
        ]
        changed = _adopt(data, forms[0], forms[1])
        changed += [name for name in SEALED if data.get(f"{person.pk.hex}-{name}") and name in last.sealed]
        data[f"{person.pk.hex}-last"] = str(last.answer)
        if changed:
            told[person.pk] = _(", ").join(_in_words(forms[1], name) for name in changed)
    return data, told


def _adopt(data: QueryDict, opened: Told, newer: Told) -> list[str]:
    """Put in what is newer where what stood in the page was left as it was; the fields that are."""
    changed = []
    for name in newer.asked:
        was, now = _shown(opened, name), _shown(newer, name)
        if was != now:
            changed.append(name)
            key = newer.add_prefix(name)
            data[key] = now if data.get(key, "") == was else data.get(key, "")
    return changed


def _shown(form: Told, name: str) -> str:
    """What a field shows, as a browser sends it."""
    value = form[name].value()
    return "on" if value is True else str(value or "")


def _in_words(form: Told, name: str) -> str:
    field: Any = form.fields[name]
    if name in SEALED:
        return str(field.label)
    value = _shown(form, name)
    words = str(dict(getattr(field, "choices", ())).get(value, value)) if value != "on" else _("Yes")
    return f"{field.label}{_(': ')}{words or '—'}"


def gone(by: Actor, living: Sequence[Person], sent: QueryDict) -> list[str]:
    """The names of those of whom the page told and who are no longer on the register at this door."""
    rows = {UUID(found[1]) for key in sent if (found := _ROW.fullmatch(key))}
    missing = rows - {person.pk for person in living}
    if not missing:
        return []
    return list(people.visible(by).filter(pk__in=missing).order_by("name").values_list("name", flat=True))


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
