"""The index of what may be found. Kept by `content/search/indexing.py`, asked by `content/search/queries.py`.

Each row is made of a published page and can be made again (`manage.py search rebuild`). Beside it stands what
only one database can hold: an FTS5 table on SQLite, a `tsvector` column on PostgreSQL (migration 0005).
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class SearchEntry(models.Model):
    """One page as a result shows it."""

    class Kind(models.TextChoices):
        MODULE = "module", _("module")
        EPISODE = "episode", _("episode")
        TRACK = "track", _("track")
        PARTNER = "partner", _("partner")
        ARTICLE = "article", _("article")

    page = models.OneToOneField(
        "wagtailcore.Page", primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    title = models.CharField(max_length=255)
    summary = models.TextField(blank=True)
    text = models.TextField(blank=True)
    minutes = models.PositiveSmallIntegerField(null=True)

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return self.title


class SearchFacet(models.Model):
    """One property of a page that a search may be narrowed by."""

    class Facet(models.TextChoices):
        KIND = "kind", _("Kind")
        COMPETENCY = "competency", _("Competency")
        LEVEL = "level", _("Level")
        DURATION = "duration", _("Duration")
        PARTNER = "partner", _("Partner")
        VALUE = "value", _("Value")

    entry = models.ForeignKey(SearchEntry, on_delete=models.CASCADE, related_name="facets", db_index=False)
    facet = models.CharField(max_length=12, choices=Facet.choices)
    value = models.CharField(max_length=40)

    wagtail_reference_index_ignore = True

    class Meta:
        constraints: ClassVar[tuple[models.UniqueConstraint, ...]] = (
            models.UniqueConstraint(fields=("entry", "facet", "value"), name="one_row_per_entry_and_facet"),
        )
        indexes: ClassVar[tuple[models.Index, ...]] = (
            models.Index(fields=("facet", "value", "entry"), name="entries_of_a_facet_value"),
        )

    def __str__(self) -> str:
        return f"{self.facet}: {self.value}"


class SearchWord(models.Model):
    """A word that stands in some page, with one of its stems: what a misspelt word may have meant."""

    word = models.CharField(max_length=40)
    stem = models.CharField(max_length=40, db_index=True)

    wagtail_reference_index_ignore = True

    class Meta:
        constraints: ClassVar[tuple[models.UniqueConstraint, ...]] = (
            models.UniqueConstraint(fields=("word", "stem"), name="one_row_per_word_and_stem"),
        )

    def __str__(self) -> str:
        return self.word
