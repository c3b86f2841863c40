"""The phone decides as the server does: the same cases, and random facts through the county's own tables."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import tomllib
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bulou.core.rulebook.parse import parse
from bulou.core.rulebook.queries import table_json
from bulou.core.rulebook.store import base
from bulou.core.rulebook.tables import Domain, Table
from bulou.core.sync import changes
from bulou.lib import ids, plates
from bulou.lib.refusals import Refusal
from bulou.work.checkpoints import rules as posts
from bulou.work.observation import rules
from bulou.work.observation.carried import DIGITS
from bulou.work.observation.papers import address
from bulou.work.screening import rules as screening
from bulou.work.screening.forms import AnswerIn

ROOT = Path(__file__).resolve().parents[2]
READING = tomllib.loads((ROOT / "bulou/work/observation/tests/cases/reading.toml").read_text())
PASS = tomllib.loads((ROOT / "bulou/work/checkpoints/tests/cases/pass.toml").read_text())
DECIDE = tomllib.loads((ROOT / "bulou/core/rulebook/tests/cases/decide.toml").read_text())
TABLE = parse({"table": DECIDE["table"]}).entries[0].table


def on_the_phone(**asked: Any) -> dict[str, Any]:
    """What the phone's own code answers. Skips where it cannot be built."""
    node = shutil.which("node")
    if node is None or not (ROOT / "node_modules/vite").is_dir():
        pytest.skip("no Node.js with the front-end parts here (script/install)")
    whole = {"tables": [], "readings": {"line": 0, "alarming": [], "cases": []}, "typed": []} | asked
    command = [node, "bulou/field/phone/cases.mjs"]
    done = subprocess.run(
        command, cwd=ROOT, input=json.dumps(whole), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def tenths(case: dict[str, Any]) -> int | None:
    return None if case["tenths"] < 0 else case["tenths"]


def test_what_is_sent_of_somebody_at_a_door_is_what_was_asked_and_told() -> None:
    home = sorted(screening.of_person(["who", "health", "household"]))
    told = {"phone": " 15400000077 ", "address": " 新院三号 ", "relation": "子女", "from_place": "湖北武汉"}
    asked = [
        {"absent": "left", "told": told, "asked": home, "clear": True},
        {"absent": "gone", "told": {}, "asked": home, "clear": True},
        {"told": told, "asked": home, "clear": False},
        {"told": told, "asked": ["address"], "clear": True},
        {"told": {"address": "  "}, "asked": home, "clear": False},
        {"told": {}, "asked": home, "clear": True},
    ]
    sent = on_the_phone(doors=asked)["doors"]
    new = {"phone": "15400000077", "address": "新院三号", "relation": "子女"}
    assert sent == [
        {"found": "away", "left": True}, {"found": "gone"}, {"found": "here", **new},
        {"found": "here", "address": "新院三号"}, None, {"found": "here", "fever": False, "symptoms": False},
    ]  # fmt: skip
    for one in filter(None, sent):
        AnswerIn.model_validate(one)  # the server knows each of these fields


def test_the_phones_sources_are_sound() -> None:
    checker = ROOT / "node_modules/.bin/tsc"
    if not checker.exists():
        pytest.skip("no TypeScript here (script/install)")
    command = [str(checker), "-p", "bulou/field/phone/tsconfig.json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("case", READING["case"], ids=lambda case: case["name"])
def test_the_server_decides_about_a_reading_as_written(case: dict[str, Any]) -> None:
    line, alarming = READING["rules"]["line"], READING["rules"]["alarming"]
    fever = rules.is_fever(tenths(case), line)
    assert fever is case["fever"]
    assert rules.is_alarm(fever, case["symptoms"], alarming) is case["alarm"]


@pytest.mark.parametrize("case", DECIDE["case"], ids=lambda case: str(case["facts"]))
def test_the_server_decides_by_a_table_as_written(case: dict[str, Any]) -> None:
    assert TABLE is not None and TABLE.decide(case["facts"]).name == case["row"]


def test_the_phone_decides_as_written() -> None:
    assert TABLE is not None
    said = on_the_phone(
        tables=[{"table": table_json(TABLE), "facts": [case["facts"] for case in DECIDE["case"]]}],
        readings=READING["rules"] | {"cases": READING["case"]},
        typed=[case["digits"] for case in READING["typed"]],
    )
    assert said["tables"] == [[case["row"] for case in DECIDE["case"]]]
    assert said["readings"] == [[case["fever"], case["alarm"]] for case in READING["case"]]
    assert said["typed"] == [case["tenths"] for case in READING["typed"]]


def test_the_phone_reads_from_a_notice_what_the_server_draws_on_it() -> None:
    plan, stranger, person = ids.new(), ids.new(), ids.new()
    papers = {plan.hex[-DIGITS:]: person.hex}
    drawn = [f"https://county.example:8443{address(str(one))}" for one in (plan, stranger)]
    texts = [
        *drawn,
        f"{drawn[0]}&lang=en",
        drawn[0].upper().replace("NUMBER", "number"),
        str(plan),
        "",
        "http://[?number=",
    ]
    said = on_the_phone(squares={"texts": texts, "papers": papers})
    assert said["squares"] == [person.hex, "", person.hex, person.hex, "", "", ""]


def before(case: dict[str, Any]) -> posts.Before:
    return posts.Before(**{**case["before"], "tenths": tenths(case["before"])})


def the_table_of_posts() -> Table:
    return next(
        entry.table for entry in base().entries if entry.table is not None and entry.key == posts.TABLE
    )


@pytest.mark.parametrize("case", PASS["case"], ids=lambda case: case["name"])
def test_the_server_decides_at_a_post_as_written(case: dict[str, Any]) -> None:
    facts = posts.facts(before(case), posts.Post(**case.get("post", {})), PASS["line"])
    said = the_table_of_posts().decide(facts)
    assert (said.name, said["outcome"]) == (case["row"], case["outcome"])
    told = posts.tells(said["tell"], said["outcome"], before(case).origin, before(case).direction)
    assert told is case.get("tells", False)


@pytest.mark.parametrize("plate", PASS["plate"], ids=lambda plate: plate["text"])
def test_the_server_knows_a_plate_as_written(plate: dict[str, Any]) -> None:
    try:
        plates.read(plate["text"])
    except Refusal:
        assert not plate["good"]
    else:
        assert plate["good"]


def test_the_phone_decides_at_a_post_as_written() -> None:
    asked = [
        {"before": asdict(before(c)), "post": asdict(posts.Post(**c.get("post", {})))} for c in PASS["case"]
    ]
    texts = [plate["text"] for plate in PASS["plate"]]
    table = table_json(the_table_of_posts())
    said = on_the_phone(passes={"table": table, "line": PASS["line"], "cases": asked, "plates": texts})
    assert said["passes"] == [[c["row"], c["outcome"], c.get("tells", False)] for c in PASS["case"]]
    assert said["plates"] == [plate["good"] for plate in PASS["plate"]]


def some(domain: Domain, chance: random.Random) -> Any:
    """A value of a domain or near it."""
    odd: list[Any] = [None, "unknown", "no-such", 37.5, -1]
    good: list[Any] = {
        "bool": [True, False, 0, 1],
        "int": [0, 1, 14, 365, 373, 381],
        "words": list(domain.words),
    }.get(domain.kind, ["x"])
    return chance.choice(good if chance.random() < 0.8 else odd)


def test_the_phone_and_the_server_agree_on_every_table_of_the_house() -> None:
    chance = random.Random(7)
    day = date(2020, 2, 12)
    tables: list[Table] = [
        entry.table for entry in base().entries if entry.table is not None and entry.holds(day)
    ]
    assert tables
    facts = [[{f: some(d, chance) for f, d in t.facts.items()} for _ in range(200)] for t in tables]
    asked = [{"table": table_json(t), "facts": each} for t, each in zip(tables, facts, strict=True)]
    said = on_the_phone(tables=asked)["tables"]
    expected = [[t.decide(one).name for one in each] for t, each in zip(tables, facts, strict=True)]
    assert said == expected


def a_post(chance: random.Random, of: dict[str, list[Any]]) -> dict[str, Any]:
    """A post with some of the rows that there are, in the order in which the server tells them."""
    some = {part: chance.sample(rows, chance.randint(0, len(rows))) for part, rows in of.items()}
    some["tasks"].sort(key=lambda row: (row[6], row[2]))
    others = {"calls": {"1": [["辛", str(chance.randint(0, 2))]]}, "rooms": {"a": chance.randint(0, 2)}}
    return {**some, "people": sorted(some["people"]), "households": sorted(some["households"]), **others}


def test_the_phone_makes_of_what_changed_what_the_server_holds() -> None:
    chance = random.Random(20200212)
    known = [chance.randbytes(16).hex() for _ in range(60)]
    of: dict[str, list[Any]] = {
        "tasks": [[n % 3, "person", one, str(n), "141031", 0, 100 + n % 5, 0, ""] for n, one in enumerate(known)],
        "people": [[one, "辛", "女", 40, ""] for one in known] + [[one, "辛", "女", 41, ""] for one in known[:9]],
        "households": [[one, "1号", "", "141031"] for one in known],
    }  # fmt: skip
    asked, wanted = [], []
    for _pair in range(40):
        before, after = a_post(chance, of), a_post(chance, of)
        if chance.random() < 0.5:  # one task is done, and nothing else
            after = {**before, "tasks": before["tasks"][1:]}
        said = changes.since(changes.version(changes.marks(before)), after, changes.marks(after))
        asked.append({"before": before, "difference": said})
        wanted.append(after)
    assert all(one["difference"] is not None for one in asked)
    assert on_the_phone(posts=asked)["posts"] == wanted


def test_what_has_risen_stands_until_it_is_done_here_or_is_news_no_longer() -> None:
    rows = [
        [f"observation.reading|{n:032x}|2020-02-12/am", "测体温", f"辛{n}", "141031", 0, 1000 + n, ""]
        for n in range(3)
    ]
    heard = {"count": 40, "rows": rows}
    cases: list[tuple[int, list[str], int, list[list[Any]]]] = [
        (999_000, [], 40, rows),
        (1_000_000, [], 39, rows[1:]),  # the moment at which the first is news no longer
        (999_000, [rows[1][0]], 39, [rows[0], rows[2]]),
        (2_000_000, [rows[1][0]], 37, []),
    ]  # fmt: skip
    said = on_the_phone(risen=[{"heard": heard, "at": at, "done": done} for at, done, *_ in cases])
    assert said["risen"] == [{"count": count, "rows": left} for _at, _done, count, left in cases]
