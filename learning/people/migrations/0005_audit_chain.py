"""The audit log is only added to, and chained day by day."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from learning.people.audit import guards


def install(apps, schema_editor):
    guards.install(schema_editor.connection)


def remove(apps, schema_editor):
    guards.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_letters_and_attempts"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditDay",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False, verbose_name="day")),
                ("entries", models.PositiveIntegerField(verbose_name="entries")),
                ("digest", models.CharField(max_length=64, verbose_name="digest")),
                ("previous", models.CharField(max_length=64, verbose_name="digest of the day before")),
            ],
            options={
                "verbose_name": "audit day",
                "verbose_name_plural": "audit days",
            },
        ),
        migrations.AddField(
            model_name="auditentry",
            name="on_behalf_of",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.unit",
            ),
        ),
        migrations.AlterField(
            model_name="auditentry",
            name="actor",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="Empty: a command on the server.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deeds",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="auditentry",
            name="subject",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="looks_at_me",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["actor", "-at"], name="deeds_of_a_person"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["unit", "-at"], name="looks_at_a_unit"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["action", "-at"], name="deeds_of_a_kind"),
        ),
        migrations.AlterField(
            model_name="person",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="people",
                to="people.unit",
                verbose_name="unit",
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(("is_active", True)), fields=["unit", "id"], name="active_people_of_a_unit"
            ),
        ),
        migrations.RunPython(install, remove),
    ]
