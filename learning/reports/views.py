"""My week, and one person of the team."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from learning.competencies import actions as mastery
from learning.competencies import queries as competencies
from learning.competencies.jp import queries as hours
from learning.competencies.profiles import queries as profiles
from learning.people import access
from learning.people import actions as people
from learning.people.access import Deed, Mandate
from learning.people.audit.actions import log_look
from learning.people.models import Absence, Person
from learning.plays.queries import self_scored
from learning.reports import queries
from learning.reports.forms import AbsenceForm, OwnTargetForm
from learning.reports.ledger_views import ledger_context, their_person
from learning.reports.models import Nudge
from learning.reports.team.views import seen_as
from learning.reviews.claims.queries import undecided_claims
from learning.study import queries as study
from learning.study import rules
from learning.study.actions import record_visit, set_own_target
from learning.study.goals import EARLIEST, PLANNED_AHEAD, targets_of
from learning.study.models import Activity
from learning.study.views import person_of


@login_required
@never_cache
@require_GET
def my_week(request: HttpRequest) -> HttpResponse:
    """What to study this week, and how much is done."""
    person, now = person_of(request), timezone.now()
    record_visit(person=person, activity_id=None, now=now)
    today = rules.local_day(now)
    this_week = rules.week_of(today)
    targets = targets_of(person, EARLIEST, this_week + PLANNED_AHEAD)
    week = queries.my_week(person, this_week, targets)
    modules = competencies.modules_to_offer(person, week.remaining_minutes)
    strip = study.strip(person, today, reverse("learning:ledger"), targets=targets)
    streak, longest = study.streaks(person, today, targets)
    totals = study.totals_of_week(person, week.start)
    return render(
        request,
        "learning/my_week.html",
        {
            "viewer": person,
            "viewer_is_supervisor": access.sees_others(person),
            "week": week,
            "week_name": rules.week_name(week.start),
            "totals": totals,
            "day_bars": study.day_bars(totals, today),
            "strip": strip,
            "streak": streak,
            "longest_streak": longest,
            "absences": [each for each in targets.away(person.pk) if not each.is_over(this_week)],
            "next_module": modules[0] if modules else None,
            "suggestions": modules[1:],
            "ready_to_complete": competencies.ready_to_complete(person),
            "episode": queries.episode_of_week(now),
            "jp": hours.jp_of_year(person, today.year),
            "nudge": Nudge.objects.select_related("by").filter(person=person, week=this_week).first(),
            "goal_form": OwnTargetForm(initial={"minutes": person.weekly_goal_minutes or ""}),
        },
    )


@login_required
@require_POST
def set_goal(request: HttpRequest) -> HttpResponse:
    """The learner raises their own weekly target, or goes back to the unit's."""
    form = OwnTargetForm(request.POST)
    if form.is_valid():
        set_own_target(
            person=person_of(request),
            minutes=form.cleaned_data["minutes"],
            today=rules.local_day(timezone.now()),
        )
        messages.success(request, _("Your weekly target has been saved."))
    else:
        messages.error(request, _("Choose one of the targets offered."))
    return redirect("learning:my-week")


@login_required
@never_cache
@require_GET
def my_competencies(request: HttpRequest) -> HttpResponse:
    """What my position asks for, what is recognised, the shortest way between, and what I am at."""
    person, now = person_of(request), timezone.now()
    record_visit(person=person, activity_id=None, now=now)
    today = rules.local_day(now)
    return render(
        request,
        "learning/competencies.html",
        {
            "viewer": person,
            "records": competencies.proofs(person, today),
            "gaps": profiles.gaps_of(person, today),
            "undecided": undecided_claims(person),
            "in_progress": competencies.in_progress(person),
            "ready_to_complete": competencies.ready_to_complete(person),
            "jp": hours.jp_of_year(person, today.year),
            "self_scored": self_scored(person),
        },
    )


@login_required
@never_cache
@require_GET
def my_jp(request: HttpRequest) -> HttpResponse:
    """My learning hours of one year, each opened to its sum."""
    person, now = person_of(request), timezone.now()
    record_visit(person=person, activity_id=None, now=now)
    this_year = rules.local_day(now).year
    years = sorted({this_year, *hours.years_with_jp(person)}, reverse=True)
    asked = request.GET.get("tahun", "")
    year = next((each for each in years if str(each) == asked), this_year)
    return render(
        request,
        "learning/jp.html",
        {
            "viewer": person,
            "viewer_is_supervisor": access.sees_others(person),
            "jp": hours.jp_of_year(person, year),
            "awards": hours.awards_of_year(person, year),
            "years": years,
        },
    )


@login_required
@require_POST
def complete(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Write the completion of a module whose quiz is passed and whose minutes are reached."""
    activity = get_object_or_404(Activity, pk=activity_id)
    completion = mastery.complete_if_ready(
        person=person_of(request), activity_id=activity.pk, now=timezone.now()
    )
    if completion is None:
        messages.warning(
            request,
            _("The quiz, the interactive pieces or the minimum minutes of this module are still missing."),
        )
        return redirect(activity.path or "learning:my-week")
    messages.success(request, _("Module completed. Its competency is now in your record."))
    return redirect("learning:competencies")


def _member_page(
    request: HttpRequest, person: Person, mandate: Mandate, form: AbsenceForm, *, status: int = 200
) -> HttpResponse:
    """One person's ledger, seen by somebody with a mandate. The look is logged."""
    viewer, now = person_of(request), timezone.now()
    log_look(
        viewer=viewer,
        subject=person,
        what="ledger",
        role=mandate.role,
        on_behalf_of=mandate.on_behalf_of,
        now=now,
    )
    return render(
        request,
        "learning/team_member.html",
        {
            **ledger_context(person, request, now),
            **seen_as(mandate),
            "is_own": False,
            "viewer": viewer,
            "viewer_is_supervisor": True,
            "base_url": reverse("learning:team-member", args=[person.pk]),
            "absence_form": form,
            "self_scored": self_scored(person),
        },
        status=status,
    )


@login_required
@never_cache
@require_GET
def team_member(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person's ledger, with the days they are away."""
    person, mandate = their_person(person_of(request), person_id)
    return _member_page(request, person, mandate, AbsenceForm())


@login_required
@require_POST
def record_absence(request: HttpRequest, person_id: int) -> HttpResponse:
    """The supervisor records days a person of theirs is away; a wrong form comes back with its reasons."""
    viewer, now = person_of(request), timezone.now()
    person, mandate = their_person(viewer, person_id)
    form = AbsenceForm(request.POST)
    if form.is_valid():
        try:
            people.record_absence(
                supervisor=viewer, person=person, now=now, today=rules.local_day(now), **form.cleaned_data
            )
        except people.AbsenceRefused as refused:
            form.refuse(refused.code)
        except people.NotLedByYou:
            raise PermissionDenied from None
    if not mandate.allows(Deed.RECORD_LEAVE):
        raise PermissionDenied
    if form.errors:
        return _member_page(request, person, mandate, form, status=422)
    messages.success(request, _("The absence has been recorded."))
    return redirect("learning:team-member", person_id)


@login_required
@require_POST
def end_absence(request: HttpRequest, person_id: int, absence_id: int) -> HttpResponse:
    """The supervisor ends an absence, or takes back a mistaken one."""
    viewer, now = person_of(request), timezone.now()
    person, _mandate = their_person(viewer, person_id)
    absence = get_object_or_404(Absence.objects.select_related("person__unit"), pk=absence_id, person=person)
    try:
        people.remove_absence(supervisor=viewer, absence=absence, now=now, today=rules.local_day(now))
    except people.NotLedByYou:
        raise PermissionDenied from None
    messages.success(request, _("The absence no longer holds. The days already away stay as they were."))
    return redirect("learning:team-member", person_id)
