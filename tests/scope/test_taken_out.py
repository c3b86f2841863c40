"""Every list that can be taken out, whichever a room declares: nothing in its file runs, whatever stands in the books.

What a list must be asked with (a round, a post, a day) is found, not listed.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db.models import CharField, F, Value
from django.db.models.functions import Concat, Left
from django.utils import translation

from bulou.core import exports
from bulou.core.exports import EXPORTERS, Asked, OutList
from bulou.core.figures.figure import figures
from bulou.core.records.intake import take
from bulou.core.records.models import Record
from bulou.core.staff.actor import SYSTEM, Actor
from bulou.core.staff.roles import Role
from bulou.exchange.out.lines import lines, titles
from bulou.exchange.out.models import Export
from bulou.exchange.out.write import Notice, csv_pieces, write_xlsx
from bulou.lib import clock, invented
from bulou.lib.refusals import Refusal
from tests.scope.world import COUNTY, VILLAGE, World, _record

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# Columns of the books in which a text of somebody's own stands.
FREE = {
    "name", "title", "text", "service", "issued_by", "given_by", "made_by", "holder_name", "unit_name", "decided_by",
    "why", "other", "vehicle", "transport",
}  # fmt: skip
TRICKS = ["=1+1|", "+1+1|", "-1+1|", "@A(1)|", "\t=1|", "＝1+1|", " =1|"]
NOTICE = Notice("名单", "说明", "7K3M-9QXA")


@pytest.fixture(scope="module")
def spoiled(world: World) -> World:
    """A world in which every name and title begins like something to work out."""
    _more(world)
    n = 0
    for model in apps.get_models():
        if not model.__module__.startswith("bulou."):
            continue
        for field in model._meta.concrete_fields:
            if field.name in FREE and isinstance(field, CharField) and not field.primary_key:
                trick = TRICKS[n % len(TRICKS)]
                text = Left(Concat(Value(trick), F(field.name)), field.max_length or 200)
                model._default_manager.exclude(**{field.name: ""}).update(**{field.name: text})
                n += 1
    return world


def _more(world: World) -> None:
    """What the rooms of duty and of posts keep, a unit, somebody answered for, somebody found beside a round."""
    from bulou.core.people.models import Unit
    from bulou.core.staff.models import Post, Responsibility
    from bulou.core.tasks.lay import lay
    from bulou.work.checkpoints.models import Checkpoint, Permit
    from bulou.work.roster.models import Member, Pairing, Team
    from bulou.work.screening.models import Round

    now, today, person = clock.now(), clock.today(), world.people[VILLAGE][0]
    post = Checkpoint.objects.create(
        place=VILLAGE, kind="road", name="路口", opened_at=now - timedelta(days=9), made_by="甲"
    )
    who = {"name": "辛甲", "doc_number": invented.make_id(COUNTY, today - timedelta(days=9999), "女", 7)}
    said = _record("checkpoints.pass", VILLAGE, 1, checkpoint=str(post.id), tenths=365, who=who)
    (result,) = take([said], SYSTEM)
    assert result.status == "accepted", result
    Permit.objects.create(
        place=VILLAGE, person=person, kind="work", from_day=today, to_day=today, given_by="甲", given_at=now
    )
    Member.objects.create(place=VILLAGE, name="甲", origin="member", from_at=now)
    Team.objects.create(place=VILLAGE, name="队", colour="red", service="送", made_at=now)
    take([_record("roster.applied", VILLAGE, 1, name="辛丙", phone="15400000001", note="=1+1|")], SYSTEM)
    unit = Unit.objects.create(place=VILLAGE, name="厂")
    Pairing.objects.create(place=VILLAGE, unit=unit.id, unit_name="厂", from_day=today)
    Responsibility.objects.create(
        role="doctor",
        holder_name="甲",
        subject_type="person",
        subject_id=person,
        place=VILLAGE,
        from_day=today,
    )
    Post.objects.update(from_at=now - timedelta(days=7))  # since then reports are owed
    lay(kinds={"reports.village"})
    plan = Round.objects.filter(place=VILLAGE).latest("id")
    told = {"round": str(plan.id), "who": {"name": "辛乙"}, "found": "here"}
    (result,) = take([_record("screening.answer", VILLAGE, 1, **told)], SYSTEM)
    assert result.status == "accepted", result


class Words(dict[str, str]):
    """The words that a list is asked with, and which of them it looked at last."""

    last = ""

    def get(self, word: str, default: Any = None) -> Any:
        self.last = word
        return super().get(word, default)


def answers() -> Iterator[str]:
    """What a list may be asked with: any plan of any room, and the days and figures that are told of."""
    yield clock.today().isoformat()
    yield from figures()
    for model in apps.get_models():
        if model.__module__.startswith("bulou.") and not issubclass(model, Record):
            key = model._meta.pk
            if key is not None and key.get_internal_type() == "UUIDField":
                yield from map(str, model._default_manager.order_by("-pk").values_list("pk", flat=True)[:20])


def asked_so(listed: OutList, by: Actor, said: dict[str, str]) -> tuple[Asked, list[Sequence[Any]]] | None:
    """A way to ask for a list so that it has lines, with those lines."""
    words = Words(said)
    asked = Asked(by, COUNTY, words)
    try:
        told = list(lines(listed, asked, Export.PLAIN))
    except Refusal:
        word = words.last
        tried = (
            (asked_so(listed, by, said | {word: one}) for one in answers()) if word not in said else iter(())
        )
        return next((found for found in tried if found), None)
    return (asked, told) if told else None


@pytest.mark.parametrize("name", sorted(exports.every()))
def test_nothing_in_the_file_of_a_list_runs(name: str, spoiled: World) -> None:
    listed = exports.every()[name]
    roles = sorted(listed.roles & EXPORTERS, key=lambda role: role != Role.COUNTY_OFFICE)
    with translation.override("zh-hans"):
        found = next((found for r in roles if (found := asked_so(listed, spoiled.actors[r], {}))), None)
        assert found, "no line: lay something of this list in the world"
        asked, told = found
        heads = titles(listed, asked, Export.PLAIN)
    texts = {cell for line in told for cell in line if isinstance(cell, str)}
    assert any(text.startswith(tuple(TRICKS)) for text in texts), "no text to try: name its column in FREE"
    rows = list(
        csv.reader(io.StringIO(b"".join(csv_pieces(heads, told, NOTICE)).decode("utf-8-sig"), newline=""))
    )
    assert len(rows) == len(told) + 1
    bad = re.compile(r"[\s\u200b]*[=+\-@＝＋－＠]")
    assert [cell for row in rows for cell in row if bad.match(cell) and not is_number(cell)] == []
    out = io.BytesIO()
    write_xlsx(out, heads, told, NOTICE)
    with zipfile.ZipFile(out) as packed:
        page = packed.read("xl/worksheets/sheet1.xml").decode()
        assert not [part for part in packed.namelist() if "external" in part or "vba" in part]
    assert "<f>" not in page and "<f " not in page and "hyperlink" not in page


def is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None
