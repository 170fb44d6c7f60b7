"""Declared time joins the ledger: what the database refuses of it. SQLite makes the table anew, guards and all."""

from django.conf import settings
from django.db import migrations, models

from learning.study import guards


def install(apps, schema_editor):
    guards.install(schema_editor.connection)


def remove(apps, schema_editor):
    guards.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("study", "0006_year_of_what_is_sealed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(remove, install),
        migrations.RemoveConstraint(
            model_name="studyentry",
            name="credit_is_within_the_claim",
        ),
        migrations.AlterField(
            model_name="weektotal",
            name="covered_until",
            field=models.DateTimeField(help_text="Nothing credited in this week ends later.", null=True),
        ),
        migrations.AddConstraint(
            model_name="studyentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", "adjusted"),
                    models.Q(("credited_s__gte", 0), ("credited_s__lte", models.F("claimed_s"))),
                    _connector="OR",
                ),
                name="credit_is_within_the_claim",
            ),
        ),
        migrations.AddConstraint(
            model_name="studyentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "adjusted"), ("corrects__isnull", True), _connector="OR"),
                name="only_an_adjustment_corrects_an_entry",
            ),
        ),
        migrations.AddConstraint(
            model_name="studyentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ("declared", "adjusted")), _negated=True),
                    ("actor__isnull", False),
                    _connector="OR",
                ),
                name="what_somebody_decided_names_them",
            ),
        ),
        migrations.AddConstraint(
            model_name="studyentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("actor__isnull", True),
                    models.Q(("actor", models.F("person")), _negated=True),
                    _connector="OR",
                ),
                name="nobody_decides_about_their_own_ledger",
            ),
        ),
        migrations.AddConstraint(
            model_name="studyentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "declared"), _negated=True),
                    ("started_at__lt", models.F("received_at")),
                    _connector="OR",
                ),
                name="declared_time_lies_in_the_past",
            ),
        ),
        migrations.RunPython(install, remove),
    ]
