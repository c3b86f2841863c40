"""How far a missed task has risen is worked out, not written down; PostgreSQL needs no room for it either."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def _no_room(_apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("ALTER TABLE tasks_task RESET (fillfactor)")


class Migration(migrations.Migration):
    dependencies = [("tasks", "0006_until")]
    operations = [
        migrations.RemoveIndex(model_name="task", name="task_rises"),
        migrations.RemoveField(model_name="task", name="escalated"),
        migrations.RunPython(_no_room, migrations.RunPython.noop),
    ]
