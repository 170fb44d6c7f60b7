"""The roll-up of units gets its kinds, its spread and its queue."""

from typing import Any

from django.db import migrations, models


def begin(apps: Any, schema_editor: Any) -> None:
    """The one row of the run; and what was rolled up before has no spread yet: all of it is due."""
    apps.get_model("reports", "RollUpRun").objects.create(pk=1)
    if apps.get_model("reports", "UnitWeek").objects.exists():
        apps.get_model("reports", "UnitWeekDue").objects.create()


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_posting_recorded_by_index"),
        ("reports", "0002_unitweek_free"),
    ]

    operations = [
        migrations.CreateModel(
            name="RollUpRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "read_until",
                    models.DateTimeField(help_text="Reports received before this are in.", null=True),
                ),
                ("held_until", models.DateTimeField(null=True)),
                ("asked_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="UnitWeekDue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person", models.BigIntegerField(null=True)),
                ("unit", models.BigIntegerField(null=True)),
                ("below", models.BooleanField(default=False, help_text="The units below are meant too.")),
                ("first", models.DateField(null=True)),
                ("last", models.DateField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="unitweek",
            name="one_row_per_unit_and_week",
        ),
        migrations.AddField(
            model_name="unitweek",
            name="adjusted_s",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="unitweek",
            name="attended_s",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="unitweek",
            name="bucket_0",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="unitweek",
            name="bucket_1",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="unitweek",
            name="bucket_10",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="unitweek",
            name="bucket_11",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="unitweek",
            name="bucket_12",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="unitweek",
            name="bucket_2",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="unitweek",
            name="bucket_3",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="unitweek",
            name="bucket_4",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="unitweek",
            name="bucket_5",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="unitweek",
            name="bucket_6",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="unitweek",
            name="bucket_7",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="unitweek",
            name="bucket_8",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="unitweek",
            name="bucket_9",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="unitweek",
            name="coarse_s",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="unitweek",
            name="declared_s",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="unitweek",
            name="measured_s",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="unitweek",
            name="offline_s",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name="unitweek",
            constraint=models.UniqueConstraint(fields=("week", "unit"), name="one_row_per_week_and_unit"),
        ),
        migrations.AddConstraint(
            model_name="rolluprun",
            constraint=models.CheckConstraint(condition=models.Q(("pk", 1)), name="there_is_one_roll_up_run"),
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
