"""The front page."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from content import queries


class HomePage(Page):  # type: ignore[misc]  # Wagtail is untyped
    """What the site is for, this week's episode, and where to begin."""

    lead = models.TextField(_("lead"), max_length=300, blank=True)
    about_heading = models.CharField(_("heading"), max_length=120, blank=True)
    about = RichTextField(_("text"), blank=True, features=["bold", "italic", "ul", "link"])

    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("lead"),
        MultiFieldPanel([FieldPanel("about_heading"), FieldPanel("about")], heading=_("About")),
    ]

    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = [
        "content.TrackIndexPage",
        "content.EpisodeIndexPage",
        "content.PartnerIndexPage",
        "content.ArticlePage",
    ]
    template = "content/home_page.html"
    max_count = 1

    class Meta:
        verbose_name = _("front page")

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """The page at an address: found at once with all that stand above it, not one step after another."""
        if not path_components:
            return super().route(request, path_components)
        *above, page = queries.pages_along(self, path_components)
        page = queries.whole(page)
        page.pages_above = above
        return page.route(request, path_components[page.depth - self.depth :])

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        return {
            **super().get_context(request, *args, **kwargs),
            "episodes": queries.next_episodes(now, count=1),
            "modules": queries.newest_modules(count=3),
            "tracks": queries.tracks_with_modules(count=6),
            "now": now,
        }
