"""Reminders that were sent."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import learning.study.models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0003_unit_week_spread"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Nudge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("week", models.DateField(verbose_name="week")),
                (
                    "channel",
                    models.CharField(
                        choices=[("whatsapp", "WhatsApp"), ("email", "e-mail")],
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="time")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nudges",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "week"), name="one_reminder_per_person_and_week"
                    ),
                    models.CheckConstraint(
                        condition=learning.study.models.IsMonday("week"), name="reminder_week_is_a_monday"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("by", models.F("person")), _negated=True),
                        name="nobody_reminds_themselves",
                    ),
                ],
            },
        ),
    ]
