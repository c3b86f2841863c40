"""What is acknowledged is kept, and kept once, however often the server is killed."""

from __future__ import annotations

import random
import threading
import time
from signal import SIGKILL

import pytest

from tests.faults.conftest import Sender, Yard, all_kept_once, senders

KILLS, PHONES = 50, 4


def _until_killed(yard: Yard, phones: list[Sender], seconds: float) -> None:
    """Phones send; after so many seconds of it the server and all its processes are killed."""
    stop = threading.Event()
    threads = [threading.Thread(target=phone.work, args=(stop,)) for phone in phones]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    yard.end(SIGKILL)
    stop.set()
    for thread in threads:
        thread.join(40)
    assert not any(thread.is_alive() for thread in threads)


@pytest.mark.slow
@pytest.mark.sqlite
def test_killed_fifty_times_under_load_it_loses_nothing_and_doubles_nothing(yard: Yard) -> None:
    laid = yard("lay", 60)
    phones = senders(yard, laid, PHONES, seed=20200212)
    chance = random.Random(7)
    broken = 0
    for _kill in range(KILLS):
        yard.serve()
        _until_killed(yard, phones, chance.uniform(0.02, 0.4))
        broken += any(phone.unsent for phone in phones)
    yard.serve()
    for phone in phones:
        while phone.unsent:
            assert phone.send(phone.unsent[:1000])
        assert phone.doubts == []
        assert phone.acknowledged == set(phone.made)
    yard.end()
    all_kept_once(yard, phones)
    # It was in the midst of something: most kills left phones without an answer.
    assert broken > KILLS / 2
