"""The index of what may be found, with the part that only one kind of database has."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from content.search import engine


def install(apps, schema_editor):
    engine.install(schema_editor.connection)


def remove(apps, schema_editor):
    engine.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0004_edition"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "page",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("module", "module"),
                            ("episode", "episode"),
                            ("track", "track"),
                            ("partner", "partner"),
                            ("article", "article"),
                        ],
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(max_length=255)),
                ("summary", models.TextField(blank=True)),
                ("text", models.TextField(blank=True)),
                ("minutes", models.PositiveSmallIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("word", models.CharField(max_length=40)),
                ("stem", models.CharField(db_index=True, max_length=40)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("word", "stem"), name="one_row_per_word_and_stem")
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchFacet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "facet",
                    models.CharField(
                        choices=[
                            ("kind", "Kind"),
                            ("competency", "Competency"),
                            ("level", "Level"),
                            ("duration", "Duration"),
                            ("partner", "Partner"),
                            ("value", "Value"),
                        ],
                        max_length=12,
                    ),
                ),
                ("value", models.CharField(max_length=40)),
                (
                    "entry",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="facets",
                        to="content.searchentry",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["facet", "value", "entry"], name="entries_of_a_facet_value")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("entry", "facet", "value"), name="one_row_per_entry_and_facet"
                    )
                ],
            },
        ),
        migrations.RunPython(install, remove),
    ]
