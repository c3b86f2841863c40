"""PostgreSQL knows how many sums a board has: see the docstring of `_groups`."""

from __future__ import annotations

from typing import Any

from django.db import migrations

# How far down a board looks: townships of a county, villages of a township (bulou.core.places.codes).
_LEVELS = (9, 12)


def _groups(_apps: Any, editor: Any) -> None:
    """Let PostgreSQL learn into how many groups a place's tallies fall when they are summed by its children.

    It guesses a tenth of all rows otherwise, and takes carrying so many from one process to another for dearer
    than counting them alone: a board of a million people is then added up on one core. SQLite has one process.
    """
    if editor.connection.vendor != "postgresql":
        return
    for level in _LEVELS:
        editor.execute(
            f"CREATE STATISTICS running_of_{level} ON (SUBSTR(place, 1, {level})), figure, dim FROM figures_running"
        )


class Migration(migrations.Migration):
    dependencies = [("figures", "0002_in_place_on_postgres")]
    operations = [migrations.RunPython(_groups, migrations.RunPython.noop)]
