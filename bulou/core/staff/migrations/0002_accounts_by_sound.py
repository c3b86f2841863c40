from django.db import migrations

import bulou.core.people.fields
from bulou.core.people.names import normal, reading


def _read(apps, schema_editor):
    account = apps.get_model("staff", "Account")
    rows = list(account.objects.only("id", "name"))
    for row in rows:
        row.pinyin = reading(normal(row.name)).pinyin
    account.objects.bulk_update(rows, ["pinyin"], batch_size=200)


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='account',
            name='pinyin',
            field=bulou.core.people.fields.PlainField(default='', editable=False, max_length=200),
        ),
        migrations.RunPython(_read, migrations.RunPython.noop),
    ]
