"""What a module and an episode share: both are studied, so both point at an activity."""

import datetime as dt
from typing import Any, ClassVar, Self

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from content.blocks import CompetencyStream
from content.models.placed import PlacedMixin

MINUTES = (MinValueValidator(1), MaxValueValidator(600))


class StudyPage(PlacedMixin, Page):  # type: ignore[misc]  # Wagtail is untyped
    """A page that is studied.

    Minutes and completions belong to the activity, never to the page: a page may be
    rewritten, moved or archived, and what was studied stays.
    """

    activity_kind: ClassVar[str]

    summary = models.TextField(
        _("summary"), max_length=400, help_text=_("One or two sentences for lists and search results.")
    )
    planned_minutes = models.PositiveSmallIntegerField(
        _("planned minutes"),
        null=True,  # a draft may leave it open, a published page cannot
        validators=MINUTES,
        help_text=_("How long most people need. At most twice this time is credited."),
    )
    competencies = StreamField(CompetencyStream(), verbose_name=_("competencies"))
    values = ParentalManyToManyField("content.Value", verbose_name=_("values"), blank=True, related_name="+")
    review_by = models.DateField(
        _("review by"), null=True, blank=True, help_text=_("When somebody should check that it still holds.")
    )
    activity = models.OneToOneField(
        "study.Activity",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    study_panels: ClassVar[list[Any]] = [
        FieldPanel("competencies"),
        FieldPanel("values", widget=forms.CheckboxSelectMultiple),
        FieldPanel("review_by"),
    ]
    promote_panels: ClassVar[list[Any]] = [
        MultiFieldPanel(
            [FieldPanel("slug"), FieldPanel("seo_title"), FieldPanel("search_description")],
            heading=_("Address and search engines"),
        ),
        HelpPanel(content=_("The address may change: minutes and completions stay with the activity.")),
    ]
    search_fields: ClassVar[list[index.BaseField]] = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.FilterField("planned_minutes"),
    ]
    exclude_fields_in_copy: ClassVar[list[str]] = ["activity"]
    show_in_menus_default = False

    class Meta:
        abstract = True

    def with_content_json(self, content: dict[str, Any]) -> Self:
        """A revision written before the first publication knows no activity: the page's own stays.

        Asked of the database: losing the activity would cut the page off from its records.
        """
        page: Self = super().with_content_json(content)
        own = type(page).objects.filter(pk=self.pk).values_list("activity_id", flat=True)
        page.activity_id = own.first()
        return page

    @property
    def competency_levels(self) -> list[tuple[str, int]]:
        """(code, level) of each competency."""
        # As it is written down: the blocks would ask for all competencies to offer them.
        rows = [child["value"] for child in self.competencies.raw_data]
        return [(row["code"], int(row["level"])) for row in rows]

    @property
    def activity_title(self) -> str:
        """The title as a record names it."""
        return str(self.title)

    @property
    def activity_minimum_minutes(self) -> int:
        """Minutes needed to complete it."""
        return 0

    @property
    def activity_starts_at(self) -> dt.datetime | None:
        """When it begins, if it begins at a time."""
        return None
