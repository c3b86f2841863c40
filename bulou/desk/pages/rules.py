"""The rules in force on a day at a place: what, by which order, since when; and new orders, checked first."""

from __future__ import annotations

import json
import tempfile
import tomllib
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache

from bulou.core.places import queries as places
from bulou.core.room import all_rooms
from bulou.core.rulebook import actions, book, policy, queries, telling
from bulou.core.rulebook.parse import read_file
from bulou.core.rulebook.words import said
from bulou.core.staff.actor import Actor
from bulou.core.staff.gate import acting
from bulou.desk import common, lists
from bulou.desk.menu import RULE_READERS
from bulou.desk.pages.rules_excel import as_excel
from bulou.lib import clock
from bulou.lib.refusals import Refusal
from bulou.lib.tongue import chinese

_MOST_BYTES = 1024 * 1024


def _day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.GET["day"]) if request.GET.get("day") else clock.today()
    except ValueError as error:
        raise Http404 from error


def _disease(request: HttpRequest, place: str, day: date) -> str:
    asked = request.GET.get("profile", "")
    if asked and asked not in queries.profiles():
        raise Http404
    return asked or queries.profile(place, day)


@acting(RULE_READERS)
def index(request: HttpRequest, by: Actor) -> HttpResponse:
    """All rules in force, by the work they belong to, each with its source."""
    place, day = common.place_asked(request, by), _day(request)
    disease = _disease(request, place, day)
    found = queries.in_force(place, day, disease)
    titles = {room.name: room.title for room in all_rooms()}
    groups: dict[str, list[dict[str, Any]]] = {}
    for line in found:
        groups.setdefault(line.room if line.room in titles else "", []).append(_line(line))
    ordered = [name for name in (*titles, "") if name in groups]
    where = lists.place_names({line.entry.place for line in found if line.entry.place}, place)
    profiles = queries.profiles()
    words = {
        "place": place, "day": day, "today": clock.today(), "disease": disease,
        "groups": [{"title": titles.get(name, _("The house")), "lines": groups[name]} for name in ordered],
        "where": where, "orders": _orders(by, place), "may_rule": by.role in actions.RULERS,
        "profiles": common.words(request, "profile", {one: telling.profile(one) for one in profiles}, disease),
        "columns": [_("Rule"), _("In force"), _("Source"), _("Since")],
    }  # fmt: skip
    return render(request, "desk/rules.html", words)


def _line(line: queries.Line) -> dict[str, Any]:
    """A rule for a page: its words, its value in words, where it is written for."""
    entry = line.entry
    return {
        "key": entry.key, "title": telling.title(entry),
        "value": "" if line.is_table else telling.value(entry.value, entry.unit, entry.key),
        "source": telling.source(entry.source),
        "rows": len(entry.table.rows) if entry.table else 0, "entry": entry,
        "place": places.describe(entry.place) if entry.place else "",
    }  # fmt: skip


# Units of rules, so that they are said in the reader's language.
UNITS = (
    gettext_noop("hours"),
    gettext_noop("days"),
    gettext_noop("minutes"),
    gettext_noop("turns"),
    gettext_noop("people"),
    gettext_noop("seconds"),
    gettext_noop("readings a day"),
)


def _orders(by: Actor, place: str) -> list[dict[str, Any]]:
    found = list(queries.orders(by, place)[:20])
    where = lists.place_names({one.place for one in found}, by.place)
    return [{"order": one, "where": where.get(one.place, one.place)} for one in found]


@acting(RULE_READERS)
def rule(request: HttpRequest, by: Actor, key: str) -> HttpResponse:
    """One rule: the table drawn as a table, or the value; and how it came to be. `?excel=1`: the table as a file."""
    place, day = common.place_asked(request, by), _day(request)
    disease = _disease(request, place, day)
    line = next((one for one in queries.in_force(place, day, disease) if one.key == key), None)
    history = queries.history(key, place, disease)
    if line is None and not history:
        raise Http404
    chosen = line or history[0]
    table = chosen.entry.table
    if request.GET.get("excel"):
        return as_excel(chosen.entry, by)
    words = {
        "place": place, "day": day, "line": _line(chosen), "in_force": line is not None, "disease": disease,
        "history": [_line(one) for one in history], "chinese": chinese(),
        "may_rule": by.role in actions.RULERS,
    }  # fmt: skip
    if table is not None:
        words |= {
            "facts": [telling.word(name, key) for name in table.facts],
            "outcomes": [telling.word(name, key) for name in table.outcomes],
            "rows": [_row(row, key, place, day, disease) for row in queries.table_rows(table)],
        }  # fmt: skip
    return render(request, "desk/rule.html", words)


def _row(row: dict[str, Any], key: str, place: str, day: date, disease: str) -> dict[str, Any]:
    """A row of a table in words."""
    when = [_cell(condition, key) for condition in row["when"]]
    then = [_then(one, key, place, day, disease) for one in row["then"]]
    return {**row, "when": when, "then": then, "source": telling.source(row["source"])}


def _then(named: Any, key: str, place: str, day: date, disease: str) -> str:
    """An outcome; where it names a value, the value in force."""
    entry = book().find(named, place, day, disease) if isinstance(named, str) and "." in named else None
    return (
        telling.value(entry.value, entry.unit, entry.key)
        if entry is not None and entry.table is None
        else _cell(named, key)
    )


def _cell(condition: Any, key: str) -> str:
    if condition is None:
        return ""
    if isinstance(condition, list):
        return _(" or ").join(_cell(one, key) for one in condition)
    if isinstance(condition, bool):
        return str(_("Yes") if condition else _("No"))
    return telling.word(condition, key) if isinstance(condition, str) else str(condition)


@never_cache
@acting(actions.RULERS)
def order(request: HttpRequest, by: Actor) -> HttpResponse:
    """A new order, pasted as TOML or as a file: checked, tried, and only then put in force."""
    text, why = request.POST.get("text", ""), request.POST.get("why", "")
    text = text or _begun(request.GET.get("key", ""), by)
    words: dict[str, Any] = {
        "text": text, "why": why, "place": by.place, "tomorrow": clock.today() + timedelta(days=1),
    }  # fmt: skip
    status = 200
    if request.method == "POST":
        try:
            content, path = _given(request, text)
            words["text"] = text or _as_text(path)
            words["check"], words["trial"] = policy.check_file(path, territory=by.place), None
            if words["check"].sound:
                words["trial"] = policy.try_(path, by.place)
                words |= _told(words["trial"])
            if request.POST.get("act") == "force" and words["check"].sound:
                made = actions.put_in_force(by, content, why)
                messages.success(request, _("In force from %(day)s.") % {"day": made.day_from.isoformat()})
                return redirect("rules-one-order", pk=made.pk)
        except Refusal as refusal:
            words["error"], status = refusal.message, 422
    return render(request, "desk/rules_order.html", words, status=status)


def _begun(key: str, by: Actor) -> str:
    """An order begun with the value that is in force, for somebody to change; nothing for a table."""
    day = clock.today()
    found = (
        one.entry for one in queries.in_force(by.place, day, queries.profile(by.place, day)) if one.key == key
    )
    entry = next((one for one in found if one.table is None), None)
    if entry is None or not isinstance(entry.value, (str, int, float, list)):
        return ""
    unit = f'unit = "{entry.unit}"\n' if entry.unit else ""
    return (
        f'[order]\nsource = ""\nfrom = {day + timedelta(days=1)}\n\n'
        f'[[value]]\nkey = "{key}"\nvalue = {json.dumps(entry.value, ensure_ascii=False)}\n{unit}'
    )


def _told(trial: policy.Trial) -> dict[str, Any]:
    """A trial in words: who changes where, and the values before and after."""
    where = places.described(
        {one.place for one in (*trial.changes, *trial.placed)} | {*trial.terms}, below=trial.place
    )

    def lines(changes: Iterable[policy.Change]) -> list[dict[str, Any]]:
        return [
            {
                "place": where.get(one.place) or one.place,
                "before": said(one.before),
                "after": said(one.after),
                "why": telling.either(one.zh, one.en) or one.row,
                "people": one.people,
            }
            for one in changes
        ]

    return {
        "changes": lines(trial.changes),
        "placed": lines(trial.placed),
        "lasting": telling.lasting(trial.lasting, trial.day) if trial.lasting else [],
        "terms": [{"place": where.get(code) or code, "people": n} for code, n in trial.terms.items()],
        "values": [
            {
                "title": telling.either(one["zh"], one["en"]) or one["key"],
                **{when: telling.value(one[when], one["unit"], one["key"]) for when in ("before", "after")},
            }
            for one in trial.values
        ],
    }  # fmt: skip


def _given(request: HttpRequest, text: str) -> tuple[dict[str, Any], Path]:
    """What was pasted or handed in, as content and as a file. Refuses rule-file-unreadable."""
    handed = request.FILES.get("file")
    folder = Path(tempfile.mkdtemp(prefix="bulou-order-"))
    if handed is not None:
        if (handed.size or 0) > _MOST_BYTES:
            raise Refusal("rule-file-unreadable", reason=_("it is larger than 1 MB"))
        path = folder / ("order.xlsx" if str(handed.name).endswith(".xlsx") else "order.toml")
        path.write_bytes(handed.read())
    else:
        path = folder / "order.toml"
        path.write_text(text, encoding="utf-8")
    content, findings = read_file(path)
    if findings:
        raise Refusal(findings[0].code, **findings[0].words)
    return content, path


def _as_text(path: Path) -> str:
    if path.suffix != ".toml":
        return ""
    text = path.read_text(encoding="utf-8")
    tomllib.loads(text)
    return text


@acting(RULE_READERS)
def one_order(request: HttpRequest, by: Actor, pk: UUID) -> HttpResponse:
    """One order as it was put in force; whoever rules may set its last day."""
    found = queries.order(by, pk)
    if found is None:
        raise Http404
    if request.method == "POST":
        if by.role not in actions.RULERS:
            raise Http404
        try:
            last = date.fromisoformat(request.POST.get("last", ""))
        except ValueError:
            messages.error(request, _("Choose the last day."))
            return redirect("rules-one-order", pk=pk)
        done, here = _("The last day is set."), f"/rules/orders/{pk}/"
        return common.acted(request, lambda: actions.lift(by, pk, last), done, here)
    words = {
        "order": found, "place": found.place if by.reaches(found.place) else by.place,
        "content": _content(found.content), "may_rule": by.role in actions.RULERS and by.reaches(found.place),
        "today": clock.today(),
    }  # fmt: skip
    return render(request, "desk/rules_one_order.html", words)


def _content(content: dict[str, Any]) -> Sequence[dict[str, Any]]:
    """The values and tables of an order, in a line each."""
    found = [
        {
            "key": _titled(one),
            "says": telling.value(one.get("value"), one.get("unit", ""), one.get("key", "")),
        }
        for one in content.get("value", [])
    ]
    return [*found, *({"key": _titled(one), "says": _("a table of %(n)s rows") % {"n": len(one.get("row", []))}}
                      for one in content.get("table", []))]  # fmt: skip


def _titled(one: dict[str, Any]) -> str:
    named = telling.either(one.get("zh", ""), one.get("en", ""))
    return named or telling.titled(one.get("key", ""))
