"""The one list of rooms: adding a kind of work is a folder in `bulou/work` and a line here."""

ROOMS = (
    "bulou.work.arrivals",
    "bulou.work.observation",
    "bulou.work.cases",
    "bulou.work.directives",
    "bulou.work.screening",
    "bulou.work.checkpoints",
    "bulou.work.roster",
)
