"""A house of its own for each test of what goes wrong, and phones that keep what is not acknowledged."""

from __future__ import annotations

import http.client
import json
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from signal import SIGKILL, SIGTERM
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
_ANSWERED = PATIENCE / 2  # seconds until a phone gives a request up: before those who wait for the phone do


class Yard:
    """Builds and tears down servers of one house (see yard.py)."""

    def __init__(self, home: dict[str, str], words: Path, module: str = "tests.faults.yard") -> None:
        self.words = words
        command = [sys.executable, "-m", module]
        with words.open("ab") as said:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=home,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            )
        self.server: int | None = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])

    def __call__(self, *order: Any) -> Any:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        said = self.process.stdout.readline()
        assert said, self.words.read_text()[-3000:]
        answer = json.loads(said)
        assert not (isinstance(answer, dict) and "fault" in answer), answer["fault"]
        return answer

    def serve(self) -> None:
        self.server = self("start", self.port)
        end = time.monotonic() + PATIENCE
        while status(self.port, "/healthz") != 200:
            assert time.monotonic() < end, self.words.read_text()[-3000:]
            time.sleep(0.02)

    def end(self, signal: int = SIGTERM) -> None:
        if self.server is not None:
            self("end", self.server, int(signal))
            self.server = None

    def close(self) -> None:
        self.end(SIGKILL)
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(PATIENCE)


def status(port: int, path: str) -> int:
    """The status of an answer; 0 when there is none."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=_ANSWERED)
    try:
        line.request("GET", path)
        return line.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        line.close()


@pytest.fixture
def yard(home: dict[str, str], tmp_path: Path) -> Iterator[Yard]:
    one = Yard(home, tmp_path / "words")
    try:
        yield one
    finally:
        one.close()


@dataclass
class Sender:
    """A phone: makes readings, sends them, and believes only what was acknowledged."""

    port: int
    token: str
    people: list[list[str]]
    chance: random.Random
    made: dict[str, dict[str, Any]] = field(default_factory=dict)
    unsent: list[str] = field(default_factory=list)
    acknowledged: set[str] = field(default_factory=set)
    doubts: list[Any] = field(default_factory=list)  # answers that are neither accepted nor duplicate
    line: http.client.HTTPConnection | None = None

    def make(self, count: int) -> list[str]:
        now = datetime.now(ZoneInfo("Asia/Shanghai"))
        new = []
        for _ in range(count):
            person, place = self.chance.choice(self.people)
            at = now - timedelta(minutes=self.chance.randint(1, 2000))
            data = {"person": person, "tenths": self.chance.randint(355, 369), "symptoms": []}
            record = {"kind": "observation.reading", "id": str(uuid4()), "place": place, "data": data}
            self.made[record["id"]] = record | {"happened_at": at.isoformat(), "device": "phone"}
            new.append(record["id"])
        self.unsent += new
        return new

    def post(self, ids: list[str], timeout: float = _ANSWERED) -> tuple[int, Any] | None:
        """Send these; the status and the answer, None when the line broke."""
        return self.post_raw(json.dumps({"records": [self.made[one] for one in ids]}).encode(), timeout)

    def post_raw(self, body: bytes, timeout: float = _ANSWERED) -> tuple[int, Any] | None:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if self.line is None:
            self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            self.line.request("POST", "/api/v1/records", body, headers | {"Accept-Language": "en"})
            answer = self.line.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException):
            self.line.close()
            self.line = None
            return None

    def send(self, ids: list[str]) -> bool:
        """Send these and take note of what was acknowledged; False when nothing came back."""
        came = self.post(ids)
        if came is None:
            return False
        if came[0] != 200:
            self.doubts.append(came)
            return False
        for one, result in zip(ids, came[1]["results"], strict=True):
            if result["status"] in ("accepted", "duplicate"):
                self.acknowledged.add(one)
            else:
                self.doubts.append(result)
        self.unsent = [one for one in self.unsent if one not in self.acknowledged]
        return True

    def work(self, stop: threading.Event) -> None:
        """Batches and single records, the unsent first, until told to stop or the line breaks."""
        while not stop.is_set():
            going = self.unsent[:500] or self.make(self.chance.choice((1, 1, 1, 5, 40, 200)))
            if not self.send(going):
                return


def senders(yard: Yard, laid: dict[str, Any], count: int, seed: int) -> list[Sender]:
    return [Sender(yard.port, laid["token"], laid["people"], random.Random(seed + n)) for n in range(count)]


def all_kept_once(yard: Yard, phones: list[Sender]) -> None:
    """Every acknowledged record is there once with its content; nothing else is; the figures agree."""
    seen = yard("look")
    made = {one: record for phone in phones for one, record in phone.made.items()}
    acknowledged = set().union(*(phone.acknowledged for phone in phones))
    kept = {one: (person, place, tenths) for one, person, place, tenths in seen["readings"]}
    assert len(kept) == len(seen["readings"])
    assert not acknowledged - set(kept), f"{len(acknowledged - set(kept))} acknowledged records are lost"
    assert not set(kept) - set(made), "there is what nobody sent"
    for one, content in kept.items():
        data = made[one]["data"]
        assert content == (data["person"], made[one]["place"], data["tenths"])
    assert len(seen["book"]) == len(set(seen["book"]))
    assert set(kept) <= set(seen["book"])
    assert seen["differences"] == []
    assert seen["integrity"] == "ok"
