"""PostgreSQL keeps a task where it is when it is escalated: in its page there is room for it as it will be."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def _room(_apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("ALTER TABLE tasks_task SET (fillfactor = 80)")


class Migration(migrations.Migration):
    dependencies = [("tasks", "0001_initial")]
    operations = [migrations.RunPython(_room, migrations.RunPython.noop)]
