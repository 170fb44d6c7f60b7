"""Closed days, and the guards around them."""

from django.db import migrations, models

from learning.study import guards


def install(apps, schema_editor):
    guards.install(schema_editor.connection)


def remove(apps, schema_editor):
    guards.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("study", "0003_permits")]
    operations = [
        # SQLite copies a table to change it, and forgets its triggers: they step aside meanwhile.
        migrations.RunPython(remove, install),
        migrations.CreateModel(
            name="LedgerDay",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False, verbose_name="day")),
                ("entries", models.PositiveIntegerField(verbose_name="entries")),
                ("seconds", models.BigIntegerField(verbose_name="credited seconds")),
                ("digest", models.CharField(max_length=64, verbose_name="digest")),
                ("previous", models.CharField(max_length=64, verbose_name="digest of the day before")),
            ],
            options={"verbose_name": "ledger day", "verbose_name_plural": "ledger days"},
        ),
        migrations.AddIndex(
            model_name="studyentry",
            index=models.Index(
                condition=models.Q(("sealed_at__isnull", True)), fields=["started_at"], name="open_entries"
            ),
        ),
        migrations.AddIndex(
            model_name="studyentry",
            index=models.Index(
                condition=models.Q(("sealed_at__isnull", False)), fields=["sealed_at"], name="sealed_entries"
            ),
        ),
        migrations.AddConstraint(
            model_name="studyentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "measured"), ("sealed_at__isnull", False), _connector="OR"),
                name="only_a_measured_entry_is_ever_open",
            ),
        ),
        migrations.RunPython(install, remove),
    ]
