"""Posts of a demonstration: some who live behind a closed gate may pass; only posts with people on duty owe cover."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from itertools import groupby, pairwise

from bulou.core.tasks.models import Task
from bulou.demo import spec
from bulou.demo.play import Progress, play
from bulou.work.checkpoints.models import Checkpoint, Permit
from bulou.work.roster.models import Stand

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

[[duty]]
at = 2020-01-29T08:00:00
place = "610628001"
members = 9

[[checkpoint]]
at = 2020-01-29T08:00:00
kind = "road"
count = 1
places = ["610628103"]
on_duty = 1

[[duty]]
at = 2020-01-29T08:00:00
place = "610628103"
members = 3
kept_from = 2020-01-31
order = "〔2020〕1号"
shifts = [{ name = "day", from = "08:00", to = "20:00" }]
rest = 12
"""


def test_closed_gates_have_permits_and_posts_with_people_on_duty_are_manned_from_the_first_hour(
    db: None,
) -> None:
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
    shifts = Task.objects.filter(kind="roster.shift")
    owed = set(shifts.values_list("subject_id", flat=True))
    assert owed == set(Checkpoint.objects.filter(kind="road").values_list("id", flat=True))
    # Every shift since the first was stood, and who stands in the next ones is on the roster.
    begun, coming = shifts.filter(due_at__lt=county.as_of), shifts.filter(due_at__gt=county.as_of)
    assert begun.count() == 2 * 3 + 1 and not begun.filter(done_at=None).exists()
    assert not shifts.exclude(withdrawn_at=None).exists()  # nothing was owed before a roster was kept
    assert coming.exists() and not coming.filter(detail="").exists()
    stands = Stand.objects.order_by("member", "starts_at").values_list("member", "starts_at", "ends_at")
    for _member, own in groupby(stands, key=lambda row: row[0]):
        assert all(later[1] - one[2] >= timedelta(hours=12) for one, later in pairwise(own))
