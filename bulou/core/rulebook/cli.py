"""`bulou policy check|try FILE`: is a rule change sound, and what would it do."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bulou.core.places.queries import described
from bulou.core.rulebook import policy, telling, words
from bulou.core.rulebook.needs import Need
from bulou.core.rulebook.policy import Change, Findings, Trial
from bulou.lib import asked
from bulou.lib.refusals import Refusal
from bulou.lib.terminal import say

DONE, LOOK, COULD_NOT = 0, 1, 2


def register(commands: Any) -> None:
    """Add the command `policy`."""
    parser = commands.add_parser("policy", help=_("check a rule change, and try what it would do"))
    does = parser.add_subparsers(title=_("does"), metavar="check|try", required=True)
    check = does.add_parser("check", help=_("find gaps, overlaps and slips in a rule file"))
    check.set_defaults(run=run_check)
    trial = does.add_parser(
        "try", help=_("who would change measure, and what that takes beside what there is")
    )
    trial.add_argument("--day", type=asked.day, metavar="DAY", help=_("as of that day (2020-02-12)"))
    trial.set_defaults(run=run_try)
    for one in (check, trial):
        one.add_argument("file", type=Path, metavar="FILE", help=_("a TOML file or an Excel table"))
        one.add_argument(
            "--place", default="", metavar="CODE", help=_("only there (default: the order's own place)")
        )
        one.add_argument("--json", action="store_true", help=_("print JSON"))


def run_check(args: argparse.Namespace) -> int:
    _known(args.place)
    found = policy.check_file(args.file, place=args.place)
    if args.json:
        print(json.dumps(found.as_json(), ensure_ascii=False))
    else:
        _tell_findings(found)
    return _code(found)


def run_try(args: argparse.Namespace) -> int:
    _known(args.place)
    trial = policy.try_(args.file, args.place, args.day)
    if args.json:
        print(json.dumps(trial.as_json(), ensure_ascii=False))
    else:
        _tell_trial(trial)
    return LOOK if trial.short or not trial.populations or not trial.check.sound else DONE


def _known(code: str) -> None:
    from bulou.core.places import queries as places
    from bulou.core.places import refused

    if code and places.get(code) is None:
        raise Refusal(refused.UNKNOWN)


def _code(found: Findings) -> int:
    if any(finding.code == words.UNREADABLE for finding in found.findings):
        return COULD_NOT
    return DONE if found.sound else LOOK


def _tell_findings(found: Findings) -> None:
    for finding in found.findings:
        if finding.code == words.UNREADABLE:
            say(f"bulou: {finding.code}: {finding.message}")
        else:
            print(f"{'  ' if finding.note else '! '}{finding.message}")
    if found.sound:
        rules = len(found.entries)
        told = ngettext("%(file)s is sound: %(rules)d rule.", "%(file)s is sound: %(rules)d rules.", rules)
        print(told % {"file": found.file, "rules": rules})


def _tell_trial(trial: Trial) -> None:
    _tell_findings(trial.check)
    if not trial.populations:
        print("! " + _("No work says whom this decides over, so nobody was counted."))
    places = described(
        {
            trial.place,
            *(c.place for c in (*trial.changes, *trial.placed)),
            *trial.terms,
            *(str(v["place"]) for v in trial.values),
        }
        - {""}
    )
    everywhere = _("everywhere")
    line = _("%(place)s, %(day)s: %(changed)d of %(people)d people would change measure.")
    print(line % {**vars(trial), "changed": trial.changed, "place": places.get(trial.place) or everywhere})
    _tell_changes(trial.changes, places)
    if trial.placed:
        print(_("Placed by staff, and so they stay; by the rules they would be under another measure:"))
        _tell_changes(trial.placed, places)
    if trial.terms:
        print(
            _("Observed now, and by these rules counted from another day; terms that run stay as they are:")
        )
        for code, people in trial.terms.items():
            print(f"  {places.get(code) or code}\t{people}")
    for value in trial.values:
        where = places.get(str(value["place"])) or everywhere
        turn = " → ".join(
            telling.value(value[when], value["unit"], value["key"]) for when in ("before", "after")
        )
        print(f"  {telling.either(value['zh'], value['en']) or value['key']} ({where}): {turn}")
    for need in trial.needs:
        _tell_need(need)
    if trial.lasting:
        for text in telling.lasting(trial.lasting, trial.day):
            print(text)
        for need in trial.lasting.needs if trial.lasting.begun else ():
            _tell_need(need)


def _tell_changes(changes: Iterable[Change], places: Mapping[str, str]) -> None:
    for change in changes:
        said = f"{words.said(change.before)} → {words.said(change.after)}"
        why = telling.either(change.zh, change.en) or change.row
        print(f"  {places.get(change.place) or change.place}\t{said}\t{change.people}\t{why}")


def _tell_need(need: Need) -> None:
    there = _("not known") if need.there is None else str(need.there)
    line = _("%(need)s: %(before)d now, %(after)d then; there: %(there)s")
    shown = line % {"need": need.title, "before": need.before, "after": need.after, "there": there}
    days = "" if need.days is None else " " + _("(lasts %(days)d days)") % {"days": need.days}
    print(f"{'! ' if need.short else '  '}{shown}{days}")
