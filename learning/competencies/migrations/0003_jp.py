"""The rules of learning hours with their first rows, and the awards, which the database keeps."""

import csv
import datetime as dt
from pathlib import Path

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import learning.competencies.models
from learning.competencies.jp import guards


def install(apps, schema_editor):
    guards.install(schema_editor.connection)


def remove(apps, schema_editor):
    guards.remove(schema_editor.connection)


def first_rules(apps, schema_editor):
    """One rule for each of SIASN's 25 forms of learning."""
    path = Path(__file__).resolve().parents[1] / "fixtures" / "jenis_bangkom.csv"
    with path.open(encoding="utf-8", newline="") as file:
        apps.get_model("competencies", "JPRule").objects.bulk_create(
            apps.get_model("competencies", "JPRule")(
                code=row["kode_aturan"],
                form=int(row["siasn_jenis_diklat_id"]),
                form_name=row["nama_siasn"],
                unit=row["satuan_hitung"],
                minutes_per_jp=int(row["menit_per_jp"]),
                jp=int(row["jp"]),
                cap_jp=int(row["batas_jp"]) if row["batas_jp"] else None,
                cap_period=row["batas_per"],
                valid_from=dt.date.fromisoformat(row["berlaku_sejak"]),
                valid_to=dt.date.fromisoformat(row["berlaku_sampai"]) if row["berlaku_sampai"] else None,
                source=row["sumber"],
                confidence=row["tingkat_keyakinan"],
            )
            for row in csv.DictReader(file)
        )


class Migration(migrations.Migration):
    dependencies = [
        ("competencies", "0002_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="JPRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40, unique=True, verbose_name="code")),
                (
                    "form",
                    models.PositiveSmallIntegerField(
                        help_text="The id of SIASN’s jenisDiklat.", verbose_name="form"
                    ),
                ),
                ("form_name", models.CharField(max_length=120, verbose_name="name of the form")),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("minutes", "measured minutes"),
                            ("day", "days"),
                            ("activity", "activities"),
                            ("programme", "hours of the programme"),
                        ],
                        max_length=10,
                        verbose_name="counted by",
                    ),
                ),
                (
                    "minutes_per_jp",
                    models.PositiveSmallIntegerField(default=45, verbose_name="minutes per JP"),
                ),
                ("jp", models.PositiveSmallIntegerField(default=1, verbose_name="JP per unit")),
                ("cap_jp", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="most JP")),
                (
                    "cap_period",
                    models.CharField(
                        choices=[("day", "a day"), ("month", "a month"), ("none", "no ceiling")],
                        default="none",
                        max_length=10,
                        verbose_name="most JP in",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="valid from")),
                (
                    "valid_to",
                    models.DateField(blank=True, null=True, verbose_name="valid until, not included"),
                ),
                ("source", models.CharField(max_length=255, verbose_name="source")),
                (
                    "confidence",
                    models.CharField(
                        choices=[("high", "high"), ("medium", "medium"), ("low", "low")],
                        max_length=10,
                        verbose_name="confidence",
                    ),
                ),
            ],
            options={
                "verbose_name": "JP rule",
                "verbose_name_plural": "JP rules",
                "ordering": ["form", "valid_from"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("form", "valid_from"), name="one_jp_rule_per_form_and_date"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes_per_jp__gte", 1)), name="a_jp_lasts_a_minute_or_more"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_to__gt", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="a_jp_rule_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cap_jp__isnull", True), ("cap_period", "none")),
                            models.Q(
                                ("cap_jp__isnull", False), models.Q(("cap_period", "none"), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="a_jp_ceiling_has_a_number_and_a_period",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="JPAward",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("minutes_counted", models.PositiveIntegerField(verbose_name="minutes counted")),
                (
                    "carried_minutes",
                    models.PositiveIntegerField(default=0, verbose_name="minutes carried in"),
                ),
                ("jp", models.PositiveSmallIntegerField(verbose_name="JP")),
                ("cut_jp", models.PositiveSmallIntegerField(default=0, verbose_name="JP above the ceiling")),
                (
                    "remainder_minutes",
                    models.PositiveIntegerField(default=0, verbose_name="minutes carried on"),
                ),
                (
                    "minutes_per_jp",
                    models.PositiveSmallIntegerField(
                        help_text="Only where minutes are carried on.",
                        null=True,
                        verbose_name="minutes per JP",
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                (
                    "verified_by",
                    models.CharField(
                        choices=[("aturan", "rule")],
                        default="aturan",
                        max_length=10,
                        verbose_name="verified by",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="awarded")),
                ("reason", models.CharField(blank=True, max_length=255, verbose_name="reason")),
                (
                    "actor",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "completion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="jp_awards",
                        to="competencies.completion",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="jp_awards",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="competencies.jpaward",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="awards",
                        to="competencies.jprule",
                    ),
                ),
            ],
            options={
                "verbose_name": "JP award",
                "verbose_name_plural": "JP awards",
                "indexes": [models.Index(fields=["person", "year"], name="jp_awards_of_a_year")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("replaces__isnull", True)),
                        fields=("completion",),
                        name="one_first_award_per_completion",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("actor__isnull", True), ("reason", ""), ("replaces__isnull", True)),
                            models.Q(
                                ("actor__isnull", False),
                                ("replaces__isnull", False),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="an_award_computed_anew_says_by_whom_and_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("year", learning.competencies.models.YearOf("day"))),
                        name="an_award_lies_in_its_year",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("carried_minutes", 0),
                                ("minutes_per_jp__isnull", True),
                                ("remainder_minutes", 0),
                            ),
                            models.Q(
                                ("minutes_per_jp__isnull", False),
                                (
                                    "remainder_minutes",
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("minutes_counted"), "+", models.F("carried_minutes")
                                        ),
                                        "-",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("jp"), "+", models.F("cut_jp")
                                            ),
                                            "*",
                                            models.F("minutes_per_jp"),
                                        ),
                                    ),
                                ),
                                ("remainder_minutes__lt", models.F("minutes_per_jp")),
                            ),
                            _connector="OR",
                        ),
                        name="the_sum_of_an_award_is_right",
                    ),
                ],
            },
        ),
        migrations.RunPython(install, remove),
        migrations.RunPython(first_rules, migrations.RunPython.noop),
    ]
