"""The triggers that keep the ledger, and the first version of its policy."""

import datetime as dt

from django.db import migrations

from learning.study import guards


def install(apps, schema_editor):
    guards.install(schema_editor.connection)


def remove(apps, schema_editor):
    guards.remove(schema_editor.connection)


def first_policy(apps, schema_editor):
    apps.get_model("study", "StudyPolicy").objects.get_or_create(
        version=1, defaults={"valid_from": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}
    )


class Migration(migrations.Migration):
    dependencies = [("study", "0001_initial")]
    operations = [
        migrations.RunPython(install, remove),
        migrations.RunPython(first_policy, migrations.RunPython.noop),
    ]
