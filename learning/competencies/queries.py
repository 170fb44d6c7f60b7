"""What readers ask about mastery: outcomes of quizzes, completions, competencies proved."""

import datetime as dt
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, When
from django.utils.translation import gettext as _

from learning.competencies import rules
from learning.competencies.actions import questions_of
from learning.competencies.item_rules import FEWEST, Figures, figures_of
from learning.competencies.models import ActivityCompetency, CompetencyRecord, Completion, QuizAttempt
from learning.people.models import Person
from learning.study.models import Activity, ActivityTotal

LEVEL_NAMES = {1: "Paham", 2: "Dasar", 3: "Menengah", 4: "Mumpuni", 5: "Ahli"}  # PermenPANRB 38/2017


@dataclass(frozen=True, slots=True)
class Graded:
    """One question of an answered attempt, with what was chosen and what was right."""

    text: str
    kind: str
    explanation: str
    correct: bool
    per_cent: int  # of the question's point
    choices: list[dict[str, object]]
    items: list[dict[str, object]]
    given: str  # a short text, as it was typed
    accepted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answered attempt, and what is still missing for completion."""

    score: int
    passed: bool
    pass_mark: int
    per_question: list[Graded]
    missing_seconds: int
    is_complete: bool
    answered_at: dt.datetime | None


def outcome_of(attempt: QuizAttempt) -> Outcome:
    """What an answered attempt came to."""
    questions = questions_of(attempt)
    answers = attempt.answers or {}
    total = ActivityTotal.objects.filter(person=attempt.person_id, activity=attempt.activity_id).first()
    activity = Activity.objects.get(pk=attempt.activity_id)
    return Outcome(
        score=attempt.score or 0,
        passed=bool(attempt.passed),
        pass_mark=attempt.pass_mark,
        per_question=[_graded(question, answers.get(question.key, ())) for question in questions],
        missing_seconds=max(0, activity.minimum_minutes * 60 - (total.credited_s if total else 0)),
        is_complete=Completion.objects.filter(
            person=attempt.person_id, activity=attempt.activity_id
        ).exists(),
        answered_at=attempt.answered_at,
    )


def _graded(question: rules.Question, chosen: Sequence[str]) -> Graded:
    points = rules.points_of(question, chosen)
    given = rules.given_items(chosen)
    names = {choice.key: choice.text for choice in question.choices}
    return Graded(
        text=question.text,
        kind=question.kind,
        explanation=question.explanation,
        correct=points == 1,
        per_cent=int(100 * points),
        choices=[
            {"text": choice.text, "is_correct": choice.is_correct, "chosen": choice.key in chosen}
            for choice in question.choices
            if question.kind in rules.CHOICES
        ],
        items=[
            {
                "text": item.text,
                "chosen": names.get(given.get(item.key, ""), given.get(item.key, "")),
                "right": names.get(item.right, item.right),
                "is_right": given.get(item.key) == item.right,
            }
            for item in sorted(question.items, key=lambda each: each.right)
        ],
        given=" ".join(chosen) if question.kind == rules.SHORT_TEXT else "",
        accepted=question.accepted,
    )


def last_answered(person: Person, activity_id: int) -> QuizAttempt | None:
    """The person's last graded attempt."""
    return (
        QuizAttempt.objects.filter(person=person, activity_id=activity_id, answered_at__isnull=False)
        .order_by("-answered_at")
        .first()
    )


ATTEMPTS_COUNTED = 2000  # the newest; enough for a steady figure, and a bound on the time it takes


def question_figures(activity_id: int) -> list[Figures]:
    """What first attempts say about the questions of an activity, by question and version.

    Later attempts know the explanations, so they are left out; so is what ran out of time.
    """
    attempts = QuizAttempt.objects.filter(activity_id=activity_id, answered_at__isnull=False)
    earlier = attempts.filter(person=OuterRef("person"), answered_at__lt=OuterRef("answered_at"))
    first = attempts.exclude(answers={}).filter(~Exists(earlier)).order_by("-answered_at")
    rows = first.values_list("questions", "answers")[:ATTEMPTS_COUNTED]
    return figures_of(
        ([rules.question_from(each) for each in questions], answers or {}) for questions, answers in rows
    )


@dataclass(frozen=True, slots=True)
class Proof:
    """A competency recognised, by what, and until when."""

    record_id: int
    code: str
    competency: str
    level: int
    recognised_on: dt.date
    valid_until: dt.date | None
    is_standing: bool
    may_renew: bool
    is_decided: bool = False
    completed_at: dt.datetime | None = None
    activity_title: str = ""
    activity_url: str = ""
    score: int = 0
    minutes: int = 0
    rule: str = ""

    @property
    def level_name(self) -> str:
        return LEVEL_NAMES[self.level]

    @property
    def rule_in_words(self) -> str:
        """The rule of the completion as a sentence; an unknown one as it was written."""
        known = re.fullmatch(r"quiz>=(\d+)%, minutes>=(\d+)", self.rule)
        if known is None:
            return self.rule
        return _("Quiz at least %(mark)s%% and at least %(minutes)s minutes of study.") % {
            "mark": known[1],
            "minutes": known[2],
        }


def proofs(person: Person, today: dt.date) -> list[Proof]:
    """All that was recognised of the person, newest first; what lapsed is marked, what was ended left out."""
    records = CompetencyRecord.objects.filter(person=person, ended_on__isnull=True).select_related(
        "competency", "completion__activity"
    )
    found = []
    for record in records.order_by("-recognised_on", "-completion__completed_at", "competency__code"):
        done, until = record.completion, record.valid_until
        found.append(
            Proof(
                record_id=record.pk,
                code=record.competency.code,
                competency=record.competency.name,
                level=record.level,
                recognised_on=record.recognised_on,
                valid_until=until,
                is_standing=until is None or until >= today,
                may_renew=until is not None and today >= rules.renewal_opens(until),
                is_decided=done is None,
                completed_at=done.completed_at if done else None,
                activity_title=done.activity.title if done else "",
                activity_url=done.activity.path if done else "",
                score=(done.score or 0) if done else 0,
                minutes=done.credited_s // 60 if done else 0,
                rule=done.rule if done else "",
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Next:
    """A module to go on with."""

    activity_id: int
    title: str
    url: str
    minutes_left: int
    step: int
    state: str


def _next(activity: Activity, total: ActivityTotal | None) -> Next:
    spent = total.credited_s // 60 if total else 0
    return Next(
        activity_id=activity.pk,
        title=activity.title,
        url=activity.path,
        minutes_left=max(1, activity.planned_minutes - spent),
        step=total.last_step if total else 1,
        state="started" if total else "new",
    )


def modules_to_offer(person: Person, minutes_to_go: int, count: int = 4) -> list[Next]:
    """The one next module for the minutes that are left, then some others.

    Of the modules that fit into `minutes_to_go`, begun or new, the one that fills them best (of
    equal ones, the one begun). When none fits, or nothing is left to do, the one in progress; with
    none in progress, the shortest.
    """
    started, new = _started(person, MOST_STARTED), _new(person, count, minutes_to_go)
    fitting = [each for each in (*started, *new) if each.minutes_left <= minutes_to_go]
    if fitting:
        best = max(fitting, key=lambda each: each.minutes_left)
    elif started or new:
        best = (started or new)[0]
    else:
        return []
    return [best, *(each for each in (*started, *new) if each is not best)][:count]


MOST_STARTED = 50  # nobody has more modules open at once, but a script may


def _started(person: Person, count: int) -> list[Next]:
    """Open modules begun and not completed, the one studied last first."""
    totals = (
        ActivityTotal.objects.filter(person=person, activity__kind="module", activity__is_open=True)
        .exclude(activity__completions__person=person)
        .select_related("activity")
        .order_by("-last_at")[:count]
    )
    return [_next(total.activity, total) for total in totals]


def _new(person: Person, count: int, minutes_to_go: int) -> list[Next]:
    """Open modules not begun: in the order of the tracks, or as they fit into `minutes_to_go`."""
    new = (
        Activity.objects.filter(kind="module", is_open=True)
        .exclude(completions__person=person)
        .exclude(pk__in=ActivityTotal.objects.filter(person=person).values("activity"))
        .order_by("pk")
    )
    if minutes_to_go:
        fits = Q(planned_minutes__lte=minutes_to_go)
        new = new.order_by(
            Case(When(fits, then=0), default=1, output_field=IntegerField()),
            Case(
                When(fits, then=minutes_to_go - F("planned_minutes")),
                default=F("planned_minutes"),
                output_field=IntegerField(),
            ),
            "pk",
        )
    return [_next(activity, None) for activity in new[:count]]


@dataclass(frozen=True, slots=True)
class InProgress:
    """A competency on the way: a started module that proves it, and what it still needs."""

    competency: str
    level: int
    activity_title: str
    activity_url: str
    minutes: int
    minimum_minutes: int
    has_passed: bool

    @property
    def level_name(self) -> str:
        return LEVEL_NAMES[self.level]


def in_progress(person: Person) -> list[InProgress]:
    """What the open modules that the person has started, but not completed, would prove."""
    totals = {
        total.activity_id: total
        for total in ActivityTotal.objects.filter(
            person=person, activity__kind="module", activity__is_open=True
        )
        .exclude(activity__completions__person=person)
        .select_related("activity")
        .order_by("-last_at")
    }
    passed = set(
        QuizAttempt.objects.filter(person=person, passed=True, activity__in=totals).values_list(
            "activity_id", flat=True
        )
    )
    links: dict[int, list[ActivityCompetency]] = {}
    for link in ActivityCompetency.objects.filter(activity__in=totals).select_related("competency"):
        links.setdefault(link.activity_id, []).append(link)
    return [
        InProgress(
            competency=link.competency.name,
            level=link.level,
            activity_title=total.activity.title,
            activity_url=total.activity.path,
            minutes=total.credited_s // 60,
            minimum_minutes=total.activity.minimum_minutes,
            has_passed=activity_id in passed,
        )
        for activity_id, total in totals.items()
        for link in links.get(activity_id, ())
    ]


def ready_to_complete(person: Person) -> list[Activity]:
    """Modules whose quiz is passed and whose minutes are reached, but not yet completed."""
    passed = QuizAttempt.objects.filter(person=person, passed=True).exclude(
        activity__completions__person=person
    )
    activities = Activity.objects.filter(pk__in=passed.values("activity_id"))
    spent = dict(
        ActivityTotal.objects.filter(person=person, activity__in=activities).values_list(
            "activity_id", "credited_s"
        )
    )
    return [activity for activity in activities if spent.get(activity.pk, 0) >= activity.minimum_minutes * 60]


def completions_in_week(people: Collection[int], week: dt.date) -> dict[int, int]:
    """How many modules each of `people` completed in `week`."""
    counts: dict[int, int] = {}
    completions = Completion.objects.filter(person__in=people, week=week, attempt__isnull=False)
    for person_id in completions.values_list("person_id", flat=True):
        counts[person_id] = counts.get(person_id, 0) + 1
    return counts


def has_records(activity_id: int) -> bool:
    """Does anything recorded refer to the activity?"""
    return (
        QuizAttempt.objects.filter(activity=activity_id).exists()
        or ActivityTotal.objects.filter(activity=activity_id).exists()
        or Completion.objects.filter(activity=activity_id).exists()
    )


def competencies_of(activity_id: int) -> list[tuple[str, int]]:
    """Name and level of what completing the activity proves."""
    links = ActivityCompetency.objects.filter(activity=activity_id).select_related("competency")
    return [(link.competency.name, link.level) for link in links]


@dataclass(frozen=True, slots=True)
class ActivityFigures:
    """How an activity does. None where fewer than `FEWEST` people stand behind a figure."""

    learners: int
    completed: int | None
    median_minutes: int | None  # of those who completed it


def activity_figures(activity_id: int) -> ActivityFigures | None:
    """Figures for whoever writes the page; None while fewer than five people have studied. Never who."""
    learners = ActivityTotal.objects.filter(activity=activity_id, credited_s__gt=0).count()
    if learners < FEWEST:
        return None
    credited = Completion.objects.filter(activity=activity_id, attempt__isnull=False).order_by("credited_s")
    completed = credited.count()
    if completed < FEWEST:
        return ActivityFigures(learners, None, None)
    median_s = credited.values_list("credited_s", flat=True)[completed // 2]
    return ActivityFigures(learners, completed, round(median_s / 60))
