"""PostgreSQL counts in place: see the docstring of `_in_place`."""

from __future__ import annotations

from typing import Any

from django.db import migrations

# Name of an index, its table, and its columns without the value.
_READ_BY = (
    ("cell_day_place", "figures_cell", "day, place, figure, dim"),
    ("week_figure", "figures_week", "figure, dim, week, place"),
    ("running_figure", "figures_running", "figure, dim, place"),
)


def _in_place(_apps: Any, editor: Any) -> None:
    """Leave the value out of the indexes, and leave room in the pages for the row as it will be.

    PostgreSQL writes a changed row anew, and into each index once more unless no index holds what changed and
    there is room beside it. A tally changes with each record. SQLite changes the one entry, and reads the board
    out of the index alone: there the value stays in it.
    """
    if editor.connection.vendor != "postgresql":
        return
    for name, table, columns in _READ_BY:
        editor.execute(f"DROP INDEX {name}")
        editor.execute(f"CREATE INDEX {name} ON {table} ({columns})")
        editor.execute(f"ALTER TABLE {table} SET (fillfactor = 70)")


class Migration(migrations.Migration):
    dependencies = [("figures", "0001_initial")]
    operations = [migrations.RunPython(_in_place, migrations.RunPython.noop)]
