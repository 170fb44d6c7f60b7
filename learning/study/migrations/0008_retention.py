"""Day rows, retired days, and the guards around them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import learning.study.models
from learning.study import guards


def install(apps, schema_editor):
    guards.install(schema_editor.connection)


def remove(apps, schema_editor):
    guards.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("study", "0007_declared_time"),
    ]
    operations = [
        # SQLite copies a table to change it, and forgets its triggers: they step aside meanwhile.
        migrations.RunPython(remove, install),
        migrations.CreateModel(
            name="Retirement",
            fields=[
                (
                    "day",
                    models.OneToOneField(
                        db_column="day",
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="retirement",
                        serialize=False,
                        to="study.ledgerday",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="time")),
            ],
            options={
                "verbose_name": "retired ledger day",
                "verbose_name_plural": "retired ledger days",
            },
        ),
        migrations.CreateModel(
            name="StudyDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("week", models.DateField(verbose_name="week")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("measured", "measured"),
                            ("attended", "attended"),
                            ("declared", "declared"),
                            ("adjusted", "adjusted"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("live", "live"), ("offline", "offline"), ("coarse", "coarse")],
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                ("claimed_s", models.PositiveIntegerField(verbose_name="claimed seconds")),
                ("credited_s", models.IntegerField(verbose_name="credited seconds")),
                ("entries", models.PositiveIntegerField(verbose_name="entries")),
                ("ended_at", models.DateTimeField(verbose_name="end of the last")),
                ("digest", models.CharField(max_length=64, verbose_name="digest")),
                (
                    "activity",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="study.activity",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sealed_on",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="study_days",
                        to="study.ledgerday",
                    ),
                ),
            ],
            options={
                "verbose_name": "study day",
                "verbose_name_plural": "study days",
                "indexes": [models.Index(fields=["person", "day"], name="study_days_of_a_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=learning.study.models.IsMonday("week"), name="study_day_week_is_a_monday"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("entries__gte", 1)), name="a_study_day_stands_for_an_entry"
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="studyentry",
            index=models.Index(
                condition=models.Q(("corrects__isnull", False)), fields=["corrects"], name="corrections"
            ),
        ),
        migrations.RunPython(install, remove),
    ]
