"""The pages of a quiz. They hold no key: `learning` keeps it, grades, and refuses."""

import datetime as dt
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from content import queries
from learning import api

if TYPE_CHECKING:
    from content.models import ModulePage
    from content.models.quizzes import QuizPage

FIELD = "q-"  # the names of the form's questions begin so
CORRECTABLE = {"made_up_choice"}  # refusals that can be put right in the same form


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def serve(request: HttpRequest, page: "QuizPage") -> HttpResponse:
    """Where one person stands with the quiz, its form, or its result."""
    if not page.activity_id or not page.has_quiz:
        raise Http404
    if not request.user.is_authenticated:
        return redirect_to_login(request.path)
    gate = closed_gate(request, page)
    if gate:
        return closed(request, page, gate)
    if request.method != "POST":
        attempt = api.open_quiz(person=learner(request), activity_id=page.activity_id, now=timezone.now())
        return form(request, page, attempt) if attempt else overview(request, page)
    chosen = chosen_in(request.POST)
    try:
        if "attempt" in request.POST:
            return answer(request, page, chosen)
        attempt = start(request, page)
        # Choices kept from a refused attempt are marked again; a plain start may be reloaded safely.
        return form(request, page, attempt, chosen) if chosen else redirect(request.path)
    except api.Refused as refusal:
        return refused(request, page, refusal, chosen)


def learner(request: HttpRequest) -> Any:
    """Who is signed in. `learning` knows the type; content only hands the person on."""
    return request.user


def closed_gate(request: HttpRequest, page: "QuizPage") -> "ModulePage | None":
    """The module to complete first. An attempt that was begun may always be handed in."""
    gate = queries.gate_of(page)
    person = learner(request)
    if gate is None or api.is_complete(person=person, activity_id=gate.activity_id):
        return None
    is_begun = api.open_quiz(person=person, activity_id=page.activity_id, now=timezone.now())
    return None if is_begun else gate


def closed(request: HttpRequest, page: "QuizPage", gate: "ModulePage") -> HttpResponse:
    """Not yet: another module comes first. Says which, and leads there."""
    status = HTTPStatus.CONFLICT if request.method == "POST" else HTTPStatus.OK
    return render(request, page, "content/quiz/closed.html", {"gate": gate}, status)


def overview(
    request: HttpRequest,
    page: "QuizPage",
    *,
    refusal: api.Refused | None = None,
    kept: list[dict[str, Any]] | None = None,
) -> HttpResponse:
    """What is asked for, what the last attempt was worth and why, and the button to begin."""
    outcome = api.last_outcome(person=learner(request), activity_id=page.activity_id)
    context = {
        "state": api.activity_state(person=learner(request), activity_id=page.activity_id),
        "outcome": outcome,
        "refusal": refusal,
        "kept": kept or [],
        "window": window(page, timezone.now()),
    }
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return render(request, page, "content/quiz/overview.html", context, status)


def start(request: HttpRequest, page: "QuizPage") -> api.OpenQuiz:
    """Begin an attempt, or go on with the open one."""
    return api.start_quiz(
        person=learner(request),
        activity_id=page.activity_id,
        revision=page.live_revision_id,
        questions=page.questions,
        pass_mark=page.pass_mark,
        minutes=page.quiz_minutes,
        now=timezone.now(),
        opens_at=page.quiz_opens,
        closes_at=page.quiz_closes,
    )


def window(page: "QuizPage", now: dt.datetime) -> str:
    """May the quiz be begun: "open", "coming" or "closed"."""
    if page.quiz_opens and now < page.quiz_opens:
        return "coming"
    return "closed" if page.quiz_closes and now >= page.quiz_closes else "open"


def form(
    request: HttpRequest,
    page: "QuizPage",
    attempt: api.OpenQuiz,
    chosen: Mapping[str, list[str]] = MappingProxyType({}),
    *,
    error: str = "",
    problems: Mapping[str, str] = MappingProxyType({}),
) -> HttpResponse:
    """The questions of an open attempt, with what was marked so far."""
    context = {
        "attempt": attempt,
        "questions": as_asked(attempt.questions, chosen, problems),
        "error": error,
        "field": FIELD,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return render(request, page, "content/quiz/form.html", context, status)


def answer(request: HttpRequest, page: "QuizPage", chosen: Mapping[str, list[str]]) -> HttpResponse:
    """Hand the answers in. Once only: `learning` refuses a second time."""
    now = timezone.now()
    posted = request.POST["attempt"]
    attempt_id = int(posted) if posted.isdecimal() and len(posted) < 19 else 0
    attempt = api.open_quiz(person=learner(request), activity_id=page.activity_id, now=now)
    if attempt and attempt.attempt_id == attempt_id:
        problems = problems_in(attempt.questions, chosen)
        if problems:
            error = _("Some questions have no answer yet. Nothing is lost: your other answers are kept.")
            return form(request, page, attempt, chosen, error=error, problems=problems)
    api.answer_quiz(person=learner(request), attempt_id=attempt_id, answers=chosen, now=now)
    return redirect(f"{request.path}#hasil")


def refused(
    request: HttpRequest, page: "QuizPage", refusal: api.Refused, chosen: Mapping[str, list[str]]
) -> HttpResponse:
    """Say why, keep what was chosen; earlier results stay as they are."""
    if refusal.code in CORRECTABLE:
        return form(request, page, start(request, page), chosen, error=str(refusal.message))
    return overview(request, page, refusal=refusal, kept=in_words(page, chosen))


def render(
    request: HttpRequest, page: "QuizPage", template: str, context: dict[str, Any], status: HTTPStatus
) -> HttpResponse:
    url = page.get_url(request)
    before_url, last_step = page.before_quiz(url)
    context = {
        **context,
        "page": page,
        "self": page,
        "trail": [*queries.trail_of(page), page],
        "url": url,
        "quiz_url": f"{url}kuis/",
        "last_step_url": before_url,
        "last_step": last_step,
        "question_count": page.questions_asked,
        "is_episode": page.activity_kind == "episode",
        "longest_text": api.LONGEST_TEXT,
    }
    return TemplateResponse(request, template, context, status=status)


def chosen_in(posted: QueryDict) -> dict[str, list[str]]:
    """Question key → keys of choices, "item=value", or one text; an empty field is no answer."""
    chosen: dict[str, list[str]] = {}
    for name in posted:
        if name.startswith(FIELD):
            question, _dot, item = name.removeprefix(FIELD).partition(".")
            values = [each.strip() for each in posted.getlist(name) if each.strip()]
            chosen.setdefault(question, []).extend(f"{item}={each}" if item else each for each in values)
    return {question: values for question, values in chosen.items() if values}


def problems_in(questions: Any, chosen: Mapping[str, list[str]]) -> dict[str, str]:
    """Question key → what keeps its answer from being taken; nothing is graded while there is one."""
    problems = {}
    for question in questions:
        answer = chosen.get(question["key"], [])
        values = [each.partition("=")[2] for each in answer]
        if not answer:
            problems[question["key"]] = (
                _("Choose an answer.") if question["choices"] else _("Give an answer.")
            )
        elif len(answer) < len(question.get("items", ())):
            problems[question["key"]] = _("Choose something for every line.")
        elif question["kind"] == "ordering" and len(set(values)) < len(values):
            problems[question["key"]] = _("Two lines have the same place. Each place is given once.")
        elif question["kind"] == "short_text" and any(len(each) > api.LONGEST_TEXT for each in answer):
            problems[question["key"]] = _("This answer is too long: at most %(most)s characters.") % {
                "most": api.LONGEST_TEXT
            }
    return problems


def as_asked(
    questions: Any, chosen: Mapping[str, list[str]], problems: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The questions of the form, each knowing what was marked."""
    return [
        {
            "key": question["key"],
            "kind": question["kind"],
            "text": question["text"],
            "problem": problems.get(question["key"], ""),
            "given": "".join(chosen.get(question["key"], ())) if question["kind"] == "short_text" else "",
            "choices": [
                {**choice, "is_chosen": choice["key"] in chosen.get(question["key"], ())}
                for choice in question["choices"]
            ],
            "items": [
                {
                    **item,
                    "options": [
                        {
                            **option,
                            "is_chosen": f"{item['key']}={option['key']}" in chosen.get(question["key"], ()),
                        }
                        for option in options_of(question)
                    ],
                }
                for item in question.get("items", ())
            ],
        }
        for question in questions
    ]


def options_of(question: Mapping[str, Any]) -> list[dict[str, str]]:
    """What may be chosen for each item: a place, or one of the partners."""
    if question["kind"] == "ordering":
        places = range(1, len(question["items"]) + 1)
        return [{"key": str(place), "text": str(place)} for place in places]
    return [{"key": choice["key"], "text": choice["text"]} for choice in question["choices"]]


def in_words(page: "QuizPage", chosen: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    """What was chosen, in words, with the fields the form needs to mark it again."""
    kept = []
    for question in page.questions:
        answer = chosen.get(question["key"], [])
        question = {"choices": [], "items": [], **question}
        lines = [each["text"] for each in question["choices"] if each["key"] in answer]
        fields = [(f"{FIELD}{question['key']}", each) for each in answer]
        if question["items"]:
            names = {option["key"]: option["text"] for option in options_of(question)}
            given = dict(each.split("=", 1) for each in answer if "=" in each)
            pairs = [(item, given[item["key"]]) for item in question["items"] if item["key"] in given]
            lines = [f"{item['text']}: {names.get(value, value)}" for item, value in pairs]
            fields = [(f"{FIELD}{question['key']}.{item['key']}", value) for item, value in pairs]
        elif question["kind"] == "short_text":
            lines = answer
        else:
            fields = [
                (name, value) for name, value in fields if value in {c["key"] for c in question["choices"]}
            ]
        if lines:
            kept.append({"text": question["text"], "lines": lines, "fields": fields})
    return kept
