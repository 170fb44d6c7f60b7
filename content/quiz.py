"""The pages of a module's quiz. They hold no key: `learning` keeps it, grades, and refuses."""

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

FIELD = "q-"  # the names of the form's questions begin so
CORRECTABLE = {"made_up_choice"}  # refusals that can be put right in the same form


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def serve(request: HttpRequest, page: "ModulePage") -> HttpResponse:
    """Where one person stands with the quiz, its form, or its result."""
    if not page.activity_id or not len(page.quiz):
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


def closed_gate(request: HttpRequest, page: "ModulePage") -> "ModulePage | None":
    """The module to complete first. An attempt that was begun may always be handed in."""
    gate = queries.gate_of(page)
    person = learner(request)
    if gate is None or api.is_complete(person=person, activity_id=gate.activity_id):
        return None
    is_begun = api.open_quiz(person=person, activity_id=page.activity_id, now=timezone.now())
    return None if is_begun else gate


def closed(request: HttpRequest, page: "ModulePage", gate: "ModulePage") -> HttpResponse:
    """Not yet: another module comes first. Says which, and leads there."""
    status = HTTPStatus.CONFLICT if request.method == "POST" else HTTPStatus.OK
    return render(request, page, "content/quiz/closed.html", {"gate": gate}, status)


def overview(
    request: HttpRequest,
    page: "ModulePage",
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
    }
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return render(request, page, "content/quiz/overview.html", context, status)


def start(request: HttpRequest, page: "ModulePage") -> api.OpenQuiz:
    """Begin an attempt, or go on with the open one."""
    return api.start_quiz(
        person=learner(request),
        activity_id=page.activity_id,
        revision=page.live_revision_id,
        questions=page.questions,
        pass_mark=page.pass_mark,
        minutes=page.quiz_minutes,
        now=timezone.now(),
    )


def form(
    request: HttpRequest,
    page: "ModulePage",
    attempt: api.OpenQuiz,
    chosen: Mapping[str, list[str]] = MappingProxyType({}),
    *,
    error: str = "",
    unanswered: frozenset[str] = frozenset(),
) -> HttpResponse:
    """The questions of an open attempt, with what was marked so far."""
    context = {
        "attempt": attempt,
        "questions": with_choices(attempt.questions, chosen, unanswered),
        "error": error,
        "field": FIELD,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return render(request, page, "content/quiz/form.html", context, status)


def answer(request: HttpRequest, page: "ModulePage", chosen: Mapping[str, list[str]]) -> HttpResponse:
    """Hand the answers in. Once only: `learning` refuses a second time."""
    now = timezone.now()
    posted = request.POST["attempt"]
    attempt_id = int(posted) if posted.isdecimal() and len(posted) < 19 else 0
    attempt = api.open_quiz(person=learner(request), activity_id=page.activity_id, now=now)
    if attempt and attempt.attempt_id == attempt_id:
        missing = frozenset(each["key"] for each in attempt.questions if not chosen.get(each["key"]))
        if missing:
            error = _("Some questions have no answer yet. Nothing is lost: your other answers are kept.")
            return form(request, page, attempt, chosen, error=error, unanswered=missing)
    api.answer_quiz(person=learner(request), attempt_id=attempt_id, answers=chosen, now=now)
    return redirect(f"{request.path}#hasil")


def refused(
    request: HttpRequest, page: "ModulePage", refusal: api.Refused, chosen: Mapping[str, list[str]]
) -> HttpResponse:
    """Say why, keep what was chosen; earlier results stay as they are."""
    if refusal.code in CORRECTABLE:
        return form(request, page, start(request, page), chosen, error=str(refusal.message))
    return overview(request, page, refusal=refusal, kept=in_words(page, chosen))


def render(
    request: HttpRequest, page: "ModulePage", template: str, context: dict[str, Any], status: HTTPStatus
) -> HttpResponse:
    url = page.get_url(request)
    context = {
        **context,
        "page": page,
        "self": page,
        "trail": [*queries.trail_of(page), page],
        "url": url,
        "quiz_url": f"{url}kuis/",
        "last_step_url": f"{url}{len(page.steps)}/" if len(page.steps) > 1 else url,
        "last_step": len(page.steps),
        "question_count": len(page.quiz),
    }
    return TemplateResponse(request, template, context, status=status)


def chosen_in(posted: QueryDict) -> dict[str, list[str]]:
    """Question key → keys of the choices that were marked."""
    return {name.removeprefix(FIELD): posted.getlist(name) for name in posted if name.startswith(FIELD)}


def with_choices(
    questions: Any, chosen: Mapping[str, list[str]], unanswered: frozenset[str]
) -> list[dict[str, Any]]:
    """The questions of the form, each choice knowing whether it is marked."""
    return [
        {
            "key": question["key"],
            "kind": question["kind"],
            "text": question["text"],
            "is_unanswered": question["key"] in unanswered,
            "choices": [
                {
                    "key": choice["key"],
                    "text": choice["text"],
                    "is_chosen": choice["key"] in chosen.get(question["key"], ()),
                }
                for choice in question["choices"]
            ],
        }
        for question in questions
    ]


def in_words(page: "ModulePage", chosen: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    """What was chosen, in words, with the names the form needs to mark it again."""
    return [
        {
            "name": f"{FIELD}{question['key']}",
            "text": question["text"],
            "choices": [each for each in question["choices"] if each["key"] in chosen[question["key"]]],
        }
        for question in page.questions
        if chosen.get(question["key"])
    ]
