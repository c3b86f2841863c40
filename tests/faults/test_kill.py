"""What is acknowledged is kept, and kept once, however often it is sent and the server is killed."""

from __future__ import annotations

import json
import os
import random
import threading
import time
from collections import deque
from signal import SIGKILL

from tests.conftest import PATIENCE
from tests.faults.conftest import Sender, Yard, all_kept_once, senders

# BULOU_KILLS=200 is the long run; each kill needs something left to be sent.
KILLS, PHONES = int(os.environ.get("BULOU_KILLS", "50")), 4
RECORDS = max(1000, 20 * KILLS)
Batches = deque[list[str]]


def _one_to_five_times(ids: list[str], chance: random.Random) -> Batches:
    """Each record once to five times, in any order, in batches of a few."""
    going = [one for one in ids for _time in range(chance.randint(1, 5))]
    chance.shuffle(going)
    found: Batches = deque()
    while going:
        found.append([going.pop() for _ in range(min(len(going), chance.choice((1, 1, 2, 5))))])
    return found


def _work(phone: Sender, going: Batches, answered: threading.Semaphore, stop: threading.Event) -> None:
    """Send batches until told to stop or the line breaks; what got no answer goes again, after the others."""
    while going and not stop.is_set():
        try:
            batch = going.popleft()
        except IndexError:  # another phone took the last
            return
        if phone.chance.random() < 0.2:  # sends it, and does not wait for the answer
            phone.post(batch, timeout=0.002)
            phone.line = None
        if not phone.send(batch):
            going.append(batch)
            return
        answered.release()


def _until_killed(yard: Yard, phones: list[Sender], going: Batches, chance: random.Random) -> int:
    """All phones send at once; after a few answers the server and its processes are killed. What had none."""
    answered, stop = threading.Semaphore(0), threading.Event()
    work = [threading.Thread(target=_work, args=(phone, going, answered, stop)) for phone in phones]
    for one in work:
        one.start()
    for _answer in range(chance.randint(0, 4)):
        answered.acquire(timeout=PATIENCE)
    time.sleep(chance.uniform(0, 0.02))
    yard.end(SIGKILL)
    stop.set()
    for one in work:
        one.join(PATIENCE)
    assert not any(one.is_alive() for one in work)
    return sum(phone.line is None for phone in phones)


def test_records_sent_one_to_five_times_through_kill_after_kill_are_each_there_once(yard: Yard) -> None:
    laid, chance = yard("lay", 40), random.Random(7)
    phones = senders(yard, laid, PHONES, seed=20200212)
    ids = phones[0].make(RECORDS)
    for phone in phones:
        phone.made, phone.unsent = phones[0].made, []
    going, broken = _one_to_five_times(ids, chance), 0
    for _kill in range(KILLS):
        yard.serve()
        broken += _until_killed(yard, phones, going, chance) > 0
    # It was in the midst of something: most kills left phones without an answer, and there was more to send.
    assert broken > KILLS / 2
    assert going
    yard.serve()
    while going:
        assert phones[len(going) % PHONES].send(going.popleft())
    assert [phone.doubts for phone in phones] == [[]] * PHONES
    assert set().union(*(phone.acknowledged for phone in phones)) == set(ids)
    some = chance.sample(ids, 1000)
    _altered_ones_are_conflicts(phones, some[:100])
    _altered_ones_are_conflicts(phones[:1], some[100:])
    yard.end()
    all_kept_once(yard, phones)
    assert yard("look")["conflicts"] == 1000


def _altered_ones_are_conflicts(phones: list[Sender], ids: list[str]) -> None:
    """The same ids with other content, from every phone."""
    altered = [json.loads(json.dumps(phones[0].made[one])) for one in ids]
    for record in altered:
        record["data"]["tenths"] = 371
    for phone in phones:
        came = phone.post_raw(json.dumps({"records": altered}).encode())
        assert came is not None and {r["status"] for r in came[1]["results"]} == {"conflict"}
