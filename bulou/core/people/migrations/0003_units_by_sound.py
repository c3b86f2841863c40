from django.db import migrations, models

from bulou.core.places.words import joined, spelled
from bulou.lib import sql
from bulou.lib.terminal import say

_PIECE = 5000
_TYPES = ("uuid", "varchar", "varchar")


def _spell(apps, schema_editor):
    """Say of every unit how its name sounds, piece by piece."""
    unit = apps.get_model("people", "Unit")
    rest, done = unit.objects.order_by("pk").values_list("pk", "name"), 0
    total = rest.count()
    while piece := list(rest[:_PIECE]):
        read = [(pk, *joined(spelled(name))) for pk, name in piece]
        rows = [(sql.uid(pk), pinyin[:480], initials[:120]) for pk, pinyin, initials in read]
        sql.update("people_unit", ("id", "pinyin", "initials"), rows, _TYPES)
        rest, done = rest.filter(pk__gt=piece[-1][0]), done + len(piece)
        say(f"bulou: names of units spelled: {done} of {total}")


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_doubles'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='unit',
            name='unit_place',
        ),
        migrations.AddField(
            model_name='unit',
            name='initials',
            field=models.CharField(default='', editable=False, max_length=120),
        ),
        migrations.AddField(
            model_name='unit',
            name='pinyin',
            field=models.CharField(default='', editable=False, max_length=480),
        ),
        migrations.RunPython(_spell, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='unit',
            index=models.Index(fields=['place', 'name', 'id', 'pinyin', 'initials'], name='unit_found'),
        ),
    ]
