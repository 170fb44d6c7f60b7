"""Modules: small steps to read and watch, then a quiz."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, ObjectList, TabbedInterface
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from content import queries, quiz
from content.blocks import OutcomeStream, QuizStream, StepStream
from content.blocks.questions import questions_of
from content.models.study_pages import MINUTES, StudyPage


class ModulePage(RoutablePageMixin, StudyPage):  # type: ignore[misc]  # Wagtail is untyped
    """One module. Step 1 is the page itself, step 2 is `2/`, the quiz is `kuis/`."""

    activity_kind = "module"

    outcomes = StreamField(OutcomeStream(required=False), verbose_name=_("learning outcomes"), blank=True)
    steps = StreamField(StepStream(), verbose_name=_("steps"))
    quiz = StreamField(QuizStream(required=False), verbose_name=_("questions"), blank=True)
    minimum_minutes = models.PositiveSmallIntegerField(
        _("minimum minutes"),
        null=True,  # as the planned minutes
        validators=MINUTES,
        help_text=_("Needed, with the quiz passed, to complete the module."),
    )
    pass_mark = models.PositiveSmallIntegerField(
        _("pass mark"),
        default=70,
        validators=(MinValueValidator(1), MaxValueValidator(100)),
        help_text=_("Of 100."),
    )
    quiz_minutes = models.PositiveSmallIntegerField(
        _("minutes for the quiz"),
        default=30,
        validators=(MinValueValidator(5), MaxValueValidator(180)),
        help_text=_("After this time an attempt can no longer be answered; a new one may begin at once."),
    )

    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("outcomes"),
        FieldPanel("steps"),
    ]
    quiz_panels: ClassVar[list[Any]] = [
        HelpPanel(content=_("Without questions a module cannot complete a competency.")),
        FieldRowPanel([FieldPanel("pass_mark"), FieldPanel("quiz_minutes")]),
        FieldPanel("quiz"),
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

    @path("kuis/")  # type: ignore[untyped-decorator]
    def take_quiz(self, request: HttpRequest) -> HttpResponse:
        return quiz.serve(request, self)

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
                "quiz_url": f"{url}kuis/" if len(self.quiz) else None,
                "competency_names": queries.competency_names(self) if number == 1 else [],
                "gate": queries.gate_of(self) if number == 1 and count and len(self.quiz) else None,
                "values": list(self.values.all()) if number == 1 else [],
                "renditions": queries.prefetch_renditions(step),
            },
        )
        return response

    @property
    def questions(self) -> list[dict[str, Any]]:
        """The quiz with its key. For the server only."""
        return questions_of(self.quiz)

    @property
    def activity_minimum_minutes(self) -> int:
        return int(self.minimum_minutes)
