"""Partners of the Corporate University: universities, ministries, communities, OPD."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.search import index

from content import queries
from content.models.placed import PlacedMixin


class PartnerKind(models.TextChoices):
    """What a partner is. The stored words are those of the list of partners."""

    ORGANISER = "penyelenggara", _("organiser")
    MINISTRY = "lembaga_pusat", _("national agency")
    UNIVERSITY = "perguruan_tinggi", _("university")
    COMMUNITY = "komunitas", _("community")
    NONPROFIT = "organisasi_nirlaba", _("non-profit organisation")
    GOVERNMENT = "pemda", _("regional government")
    OPD = "perangkat_daerah", _("unit of the province")


class PartnerIndexPage(Page):  # type: ignore[misc]  # Wagtail is untyped
    """All partners, at `/mitra/`."""

    introduction = models.TextField(_("introduction"), max_length=300, blank=True)

    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("introduction")]

    parent_page_types: ClassVar[list[str]] = ["content.HomePage"]
    subpage_types: ClassVar[list[str]] = ["content.PartnerPage"]
    template = "content/partner_index_page.html"
    max_count = 1

    class Meta:
        verbose_name = _("list of partners")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context(request, *args, **kwargs),
            "partners_by_kind": queries.partners_by_kind(list(PartnerKind)),
        }


class PartnerPage(PlacedMixin, Page):  # type: ignore[misc]  # Wagtail is untyped
    """One partner.

    A page and not a snippet: visitors open it, and its workflow, history and
    permissions are those of every other page.
    """

    code = models.CharField(_("code"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=PartnerKind.choices)
    logo = models.ForeignKey(
        "content.Picture",
        verbose_name=_("logo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    since_year = models.PositiveSmallIntegerField(_("partner since"), null=True, blank=True)
    scope = models.CharField(_("scope of the cooperation"), max_length=255, blank=True)
    about = RichTextField(_("about"), blank=True, features=["bold", "italic", "ul", "link"])
    status_data = models.CharField(
        _("state of the data"), max_length=60, blank=True, help_text=_("Real, unverified or made up.")
    )
    source = models.CharField(_("source"), max_length=255, blank=True)

    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldRowPanel([FieldPanel("code"), FieldPanel("kind"), FieldPanel("since_year")]),
        FieldPanel("scope"),
        FieldPanel("about"),
        FieldPanel("logo"),
        MultiFieldPanel(
            [FieldPanel("status_data"), FieldPanel("source")], heading=_("Where this comes from")
        ),
    ]
    search_fields: ClassVar[list[index.BaseField]] = [
        *Page.search_fields,
        index.SearchField("scope"),
        index.FilterField("kind"),
    ]

    parent_page_types: ClassVar[list[str]] = ["content.PartnerIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "content/partner_page.html"

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context(request, *args, **kwargs),
            "trail": queries.trail_of(self),
            "tracks": queries.tracks_of(self),
            "episodes": queries.episodes_of(self, count=6),
        }
