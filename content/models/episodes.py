"""Thursday's episodes, live and afterwards."""

import datetime as dt
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, PageChooserPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from content import queries
from content.blocks import MaterialStream, ProseStream, SpeakerStream
from content.models.quizzes import QUIZ_PATH, QuizPage
from content.models.study_pages import MINUTES, StudyPage

DOORS_OPEN = dt.timedelta(minutes=15)  # how long before its start an episode is "live"


class EpisodeIndexPage(RoutablePageMixin, Page):  # type: ignore[misc]  # Wagtail is untyped
    """All episodes, one year on a screen, at `/episode/`."""

    introduction = models.TextField(_("introduction"), max_length=300, blank=True)

    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("introduction")]

    parent_page_types: ClassVar[list[str]] = ["content.HomePage"]
    subpage_types: ClassVar[list[str]] = ["content.EpisodePage"]
    template = "content/episode_index_page.html"
    max_count = 1

    class Meta:
        verbose_name = _("list of episodes")

    @path("")  # type: ignore[untyped-decorator]
    def newest_year(self, request: HttpRequest) -> HttpResponse:
        years = queries.episode_years()
        return self._year(request, years[0] if years else None, years)

    @path("<int:year>/")  # type: ignore[untyped-decorator]
    def one_year(self, request: HttpRequest, year: int) -> HttpResponse:
        years = queries.episode_years()
        if year not in years:
            raise Http404
        return self._year(request, year, years)

    def _year(self, request: HttpRequest, year: int | None, years: list[int]) -> HttpResponse:
        now = timezone.now()
        episodes = queries.episodes_in(year) if year else []
        response: HttpResponse = self.render(
            request,
            context_overrides={
                "year": year,
                "years": years,
                "upcoming": [each for each in episodes if not each.is_over(now)],
                "past": [each for each in reversed(episodes) if each.is_over(now)],
                "now": now,
            },
        )
        return response


class EpisodePage(QuizPage):
    """One episode: when, live link, recording, materials, quiz, all on one page."""

    activity_kind = "episode"

    series = models.PositiveSmallIntegerField(_("series number"))
    year = models.PositiveSmallIntegerField(_("year"))
    starts_at = models.DateTimeField(_("starts"))
    partner = models.ForeignKey(
        "content.PartnerPage",
        verbose_name=_("partner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="episodes",
    )
    jp = models.PositiveSmallIntegerField("JP", default=3)
    live_url = models.URLField(
        _("live link"), blank=True, help_text=_("Zoom or YouTube, opened in a new page.")
    )
    recording = models.ForeignKey(
        "content.Recording",
        verbose_name=_("recording"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    speakers = StreamField(SpeakerStream(required=False), verbose_name=_("speakers"), blank=True)
    body = StreamField(ProseStream(required=False), verbose_name=_("text"), blank=True)
    materials = StreamField(MaterialStream(required=False), verbose_name=_("materials"), blank=True)
    quiz_opens_at = models.DateTimeField(
        _("quiz opens"), null=True, blank=True, help_text=_("Empty: when the episode begins.")
    )
    quiz_closes_at = models.DateTimeField(
        _("quiz closes"), null=True, blank=True, help_text=_("Empty: it stays open.")
    )
    minimum_minutes = models.PositiveSmallIntegerField(
        _("minimum minutes"),
        null=True,
        blank=True,
        validators=MINUTES,
        help_text=_(
            "Needed, with the quiz passed, to complete the episode. Empty: half of the planned minutes."
        ),
    )
    status_data = models.CharField(
        _("state of the data"), max_length=60, blank=True, help_text=_("Real, unverified or made up.")
    )
    source = models.CharField(_("source"), max_length=255, blank=True)

    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldRowPanel([FieldPanel("series"), FieldPanel("year"), FieldPanel("starts_at")]),
        FieldPanel("summary"),
        PageChooserPanel("partner", "content.PartnerPage"),
        FieldPanel("live_url"),
        FieldPanel("recording"),
        FieldPanel("speakers"),
        FieldPanel("body"),
        FieldPanel("materials"),
        FieldRowPanel([FieldPanel("planned_minutes"), FieldPanel("jp")]),
        *StudyPage.study_panels,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("quiz_opens_at"), FieldPanel("quiz_closes_at")]),
                FieldPanel("minimum_minutes"),
                *QuizPage.quiz_panels,
            ],
            heading=_("Quiz"),
        ),
        MultiFieldPanel(
            [FieldPanel("status_data"), FieldPanel("source")], heading=_("Where this comes from")
        ),
    ]
    search_fields: ClassVar[list[index.BaseField]] = [
        *StudyPage.search_fields,
        index.SearchField("body"),
        index.SearchField("speakers"),
        index.FilterField("year"),
        index.FilterField("starts_at"),
    ]

    parent_page_types: ClassVar[list[str]] = ["content.EpisodeIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "content/episode_page.html"

    class Meta:
        verbose_name = _("episode")
        verbose_name_plural = _("episodes")

    def clean(self) -> None:
        super().clean()
        twins = EpisodePage.objects.filter(series=self.series, year=self.year).exclude(pk=self.pk)
        if self.series and self.year and twins.exists():
            raise ValidationError({"series": _("There is already an episode with this number in this year.")})
        if self.quiz_closes_at and self.quiz_opens and self.quiz_closes_at <= self.quiz_opens:
            raise ValidationError({"quiz_closes_at": _("The quiz closes before it opens.")})
        if self.minimum_minutes and self.planned_minutes and self.minimum_minutes > self.planned_minutes:
            raise ValidationError({"minimum_minutes": _("More than the planned minutes.")})

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        return {
            **super().get_context(request, *args, **kwargs),
            "trail": queries.trail_of(self),
            "state": (state := self.state(now)),
            "meter_kind": "live" if state == "live" else "reading",
            "competency_names": queries.competency_names(self),
            "values": list(self.values.all()),
            "now": now,
            "feedback_url": f"{self.get_url(request)}tanggapan/1/",
            "quiz_url": f"{self.get_url(request)}{QUIZ_PATH}" if self.has_quiz else None,
        }

    def get_admin_display_title(self) -> str:
        return f"{self.label} · {super().get_admin_display_title()}"

    @property
    def label(self) -> str:
        """The number as the programme says it: "Seri 29 | 2026"."""
        return f"Seri {self.series} | {self.year}"

    @property
    def activity_title(self) -> str:
        return f"ASN Belajar {self.label} – {self.title}"

    @property
    def activity_starts_at(self) -> dt.datetime | None:
        starts_at: dt.datetime = self.starts_at
        return starts_at

    @property
    def activity_minimum_minutes(self) -> int:
        """Without a quiz nothing completes an episode, so nothing is needed either."""
        if not self.has_quiz:
            return 0
        return int(self.minimum_minutes or self.planned_minutes // 2)

    @property
    def quiz_opens(self) -> dt.datetime | None:
        opens_at: dt.datetime | None = self.quiz_opens_at or self.starts_at
        return opens_at

    @property
    def quiz_closes(self) -> dt.datetime | None:
        closes_at: dt.datetime | None = self.quiz_closes_at
        return closes_at

    @property
    def ends_at(self) -> dt.datetime:
        end: dt.datetime = self.starts_at + dt.timedelta(minutes=self.planned_minutes or 0)
        return end

    def is_over(self, now: dt.datetime) -> bool:
        return now >= self.ends_at

    def state(self, now: dt.datetime) -> str:
        """Where the episode stands in time: coming, live, recorded, over."""
        if now < self.starts_at - DOORS_OPEN:
            return "coming"
        if not self.is_over(now):
            return "live"
        return "recorded" if self.recording_id else "over"
