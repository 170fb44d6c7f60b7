"""Tracks: modules in order, owned by a partner."""

from typing import Any, ClassVar

from django import forms
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, HelpPanel, PageChooserPanel
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.search import index

from content import queries
from content.models.placed import PlacedMixin


class TrackIndexPage(Page):  # type: ignore[misc]  # Wagtail is untyped
    """All tracks, at `/alur/`."""

    introduction = models.TextField(_("introduction"), max_length=300, blank=True)

    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("introduction")]

    parent_page_types: ClassVar[list[str]] = ["content.HomePage"]
    subpage_types: ClassVar[list[str]] = ["content.TrackPage"]
    template = "content/track_index_page.html"
    max_count = 1

    class Meta:
        verbose_name = _("list of tracks")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context(request, *args, **kwargs),
            "tracks": queries.tracks_with_modules(),
        }


class TrackPage(PlacedMixin, Page):  # type: ignore[misc]  # Wagtail is untyped
    """Modules that belong together. Their order is the order of the pages under it."""

    owner_partner = models.ForeignKey(
        "content.PartnerPage",
        verbose_name=_("partner"),
        on_delete=models.PROTECT,
        related_name="tracks",
        help_text=_("Who answers for this track and edits it."),
    )
    summary = models.TextField(_("summary"), max_length=300)
    introduction = RichTextField(_("introduction"), blank=True, features=["bold", "italic", "ul", "link"])
    is_in_order = models.BooleanField(
        _("one module after the other"),
        default=False,
        help_text=_(
            "A module opens when the one before it is completed. Without it everybody begins where they like."
        ),
    )
    values = ParentalManyToManyField("content.Value", verbose_name=_("values"), blank=True, related_name="+")

    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        PageChooserPanel("owner_partner", "content.PartnerPage"),
        FieldPanel("summary"),
        FieldPanel("introduction"),
        FieldPanel("is_in_order"),
        FieldPanel("values", widget=forms.CheckboxSelectMultiple),
        HelpPanel(content=_("Modules stand in the order of the pages below: sort them in the page list.")),
    ]
    search_fields: ClassVar[list[index.BaseField]] = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.SearchField("introduction"),
        index.FilterField("owner_partner"),
    ]

    parent_page_types: ClassVar[list[str]] = ["content.TrackIndexPage"]
    subpage_types: ClassVar[list[str]] = ["content.ModulePage"]
    template = "content/track_page.html"

    class Meta:
        verbose_name = _("track")
        verbose_name_plural = _("tracks")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context(request, *args, **kwargs),
            "trail": queries.trail_of(self),
            "modules": queries.modules_of(self),
            "values": list(self.values.all()),
            "partner": self.owner_partner,
        }
