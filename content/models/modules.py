"""Modules: small steps to read and watch, then a quiz."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, ObjectList, TabbedInterface
from wagtail.contrib.routable_page.models import path
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from content import queries
from content.blocks import OutcomeStream, StepStream
from content.blocks.packages import packages_in, piece_key
from content.models.quizzes import QUIZ_PATH, QuizPage
from content.models.study_pages import MINUTES, StudyPage
from learning import api


class ModulePage(QuizPage):
    """One module. Step 1 is the page itself, step 2 is `2/`, the quiz is `kuis/`."""

    activity_kind = "module"

    outcomes = StreamField(OutcomeStream(required=False), verbose_name=_("learning outcomes"), blank=True)
    steps = StreamField(StepStream(), verbose_name=_("steps"))
    minimum_minutes = models.PositiveSmallIntegerField(
        _("minimum minutes"),
        null=True,  # as the planned minutes
        validators=MINUTES,
        help_text=_("Needed, with the quiz passed, to complete the module."),
    )

    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("outcomes"),
        FieldPanel("steps"),
    ]
    quiz_panels: ClassVar[list[Any]] = [
        HelpPanel(
            content=_(
                "Without questions a module completes a competency only at level 1, and only when it "
                "holds interactive (H5P) pieces: they score themselves."
            )
        ),
        *QuizPage.quiz_panels,
    ]
    study_panels: ClassVar[list[Any]] = [
        FieldRowPanel([FieldPanel("planned_minutes"), FieldPanel("minimum_minutes")]),
        *StudyPage.study_panels,
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(content_panels, heading=_("Text")),
            ObjectList(quiz_panels, heading=_("Quiz")),
            ObjectList(study_panels, heading=_("Study")),
            ObjectList(StudyPage.promote_panels, heading=_("Address")),
            ObjectList(StudyPage.settings_panels, heading=_("Settings")),
        ]
    )
    search_fields: ClassVar[list[index.BaseField]] = [
        *StudyPage.search_fields,
        index.SearchField("steps"),
        index.SearchField("outcomes"),
    ]

    parent_page_types: ClassVar[list[str]] = ["content.TrackPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "content/module_page.html"

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")

    def clean(self) -> None:
        super().clean()
        if self.minimum_minutes and self.planned_minutes and self.minimum_minutes > self.planned_minutes:
            raise ValidationError({"minimum_minutes": _("More than the planned minutes.")})

    @path("")  # type: ignore[untyped-decorator]
    def first_step(self, request: HttpRequest) -> HttpResponse:
        return self._step(request, 1)

    @path("<int:number>/")  # type: ignore[untyped-decorator]
    def one_step(self, request: HttpRequest, number: int) -> HttpResponse:
        if number == 1:
            return redirect(self.get_url(request), permanent=True)
        return self._step(request, number)

    def _step(self, request: HttpRequest, number: int) -> HttpResponse:
        count = len(self.steps)
        if not 1 <= number <= max(count, 1):
            raise Http404
        step = self.steps[number - 1] if count else None
        url = self.get_url(request)
        response: HttpResponse = self.render(
            request,
            context_overrides={
                "trail": queries.trail_of(self),
                "step": step,
                "number": number,
                "count": count,
                "titles": [each.value["title"] for each in self.steps],
                "url": url,
                "step_href": f"{url}{{n}}/",
                "back_url": None if number == 1 else url if number == 2 else f"{url}{number - 1}/",
                "next_url": f"{url}{number + 1}/" if number < count else None,
                "feedback_url": f"{url}tanggapan/{number}/",
                "quiz_url": f"{url}{QUIZ_PATH}" if self.has_quiz else None,
                "completes_by_pieces": number == count
                and bool(self.completing_pieces)
                and api.is_formative(level for _code, level in self.competency_levels),
                "competency_names": queries.competency_names(self) if number == 1 else [],
                "gate": queries.gate_of(self) if number == 1 and count and len(self.quiz) else None,
                "values": list(self.values.all()) if number == 1 else [],
                "renditions": queries.prefetch_renditions(step),
            },
        )
        return response

    @property
    def steps_to_rate(self) -> int:
        return max(1, len(self.steps))

    def before_quiz(self, url: str) -> tuple[str, int]:
        """The quiz comes after the last step."""
        last = len(self.steps)
        return (f"{url}{last}/" if last > 1 else url), last

    @property
    def completing_pieces(self) -> list[str]:
        if len(self.quiz):
            return []
        return sorted({piece_key(pk) for pk in packages_in(list(self.steps.raw_data))})

    @property
    def activity_minimum_minutes(self) -> int:
        return int(self.minimum_minutes or 0)
