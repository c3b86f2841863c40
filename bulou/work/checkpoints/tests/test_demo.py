"""Posts of a demonstration: some who live behind a closed gate may pass; only posts with people on duty owe cover."""

from __future__ import annotations

import tomllib

from bulou.core.tasks.models import Task
from bulou.demo import spec
from bulou.demo.play import Progress, play
from bulou.work.checkpoints.models import Checkpoint, Permit

MORE = """
[[checkpoint]]
at = 2020-01-29T08:00:00
kind = "compound"
count = 4
closed = true
permits = 6

[[checkpoint]]
at = 2020-01-29T08:00:00
kind = "road"
count = 2
places = ["610628001"]
on_duty = 2
"""


def test_closed_gates_have_permits_and_only_posts_with_somebody_on_duty_owe_cover(db: None) -> None:
    said = tomllib.loads((spec.FOLDER / "fuxian.toml").read_text(encoding="utf-8") + MORE)
    said |= {"town": said["town"] | {"households": 80, "people": 240, "compounds": 4}, "round": []}
    county = spec.of("fuxian", said)
    play(county, county.as_of, 1, Progress(lambda *_: None, lambda _n: None))
    gates = Checkpoint.objects.filter(kind="compound")
    permits = Permit.objects.all()
    assert (gates.count(), permits.count()) == (4, 6)
    assert {one.place for one in permits} <= set(gates.values_list("place", flat=True))
    assert {one.kind for one in permits} == {"resident", "visitor"} and len(
        {one.person for one in permits}
    ) == 6
    owed = set(Task.objects.filter(kind="roster.shift").values_list("subject_id", flat=True))
    assert owed == set(Checkpoint.objects.filter(kind="road").values_list("id", flat=True))
