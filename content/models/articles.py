"""Articles: what is neither studied nor counted (about, help, news)."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from content import queries
from content.blocks import ArticleStream
from content.models.placed import PlacedMixin


class ArticlePage(PlacedMixin, Page):  # type: ignore[misc]  # Wagtail is untyped
    """One article."""

    summary = models.TextField(_("summary"), max_length=300, blank=True)
    body = StreamField(ArticleStream(required=False), verbose_name=_("text"), blank=True)

    review_by = models.DateField(
        _("review by"), null=True, blank=True, help_text=_("When somebody should check that it still holds.")
    )

    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("body"),
        FieldPanel("review_by"),
    ]
    search_fields: ClassVar[list[index.BaseField]] = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.SearchField("body"),
    ]

    parent_page_types: ClassVar[list[str]] = ["content.HomePage", "content.ArticlePage"]
    subpage_types: ClassVar[list[str]] = ["content.ArticlePage"]
    template = "content/article_page.html"

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context(request, *args, **kwargs),
            "trail": queries.trail_of(self),
            "children": list(self.get_children().live()),
        }
