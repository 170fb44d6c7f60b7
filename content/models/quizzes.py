"""What a page with a quiz has, whatever kind of page it is."""

import datetime as dt
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import StreamField

from content import feedback, quiz
from content.blocks import QuizStream
from content.blocks.questions import asked_in, questions_of
from content.models.study_pages import StudyPage

QUIZ_PATH = "kuis/"


class QuizPage(RoutablePageMixin, StudyPage):  # type: ignore[misc]  # Wagtail is untyped
    """Questions and how they are asked. The quiz itself is at `kuis/` below the page."""

    quiz = StreamField(QuizStream(required=False), verbose_name=_("questions"), blank=True)
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

    quiz_panels: ClassVar[list[Any]] = [
        FieldRowPanel([FieldPanel("pass_mark"), FieldPanel("quiz_minutes")]),
        FieldPanel("quiz"),
    ]

    class Meta:
        abstract = True

    @path(QUIZ_PATH)  # type: ignore[untyped-decorator]
    def take_quiz(self, request: HttpRequest) -> HttpResponse:
        return quiz.serve(request, self)

    @path("tanggapan/<int:step>/")  # type: ignore[untyped-decorator]
    def take_feedback(self, request: HttpRequest, step: int) -> HttpResponse:
        return feedback.serve(request, self, step)

    @property
    def steps_to_rate(self) -> int:
        return 1

    def before_quiz(self, url: str) -> tuple[str, int]:
        """The address of what is studied before the quiz, and which step that is."""
        return url, 1

    @property
    def has_quiz(self) -> bool:
        return len(self.quiz) > 0

    @property
    def questions(self) -> list[dict[str, Any]]:
        """All questions with their key. For the server only."""
        return questions_of(self.quiz)

    @property
    def questions_asked(self) -> int:
        return asked_in(self.quiz)

    @property
    def quiz_opens(self) -> dt.datetime | None:
        """From when on the quiz may be begun; None: always."""
        return None

    @property
    def quiz_closes(self) -> dt.datetime | None:
        """When the last answer must be in; None: never."""
        return None
