"""Screens of the staff office: find a person, correct them, record a Plt or Plh, answer about supervisors."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from asn_belajar.back_office.forms import ActingForm, AnswerForm, HeadForm, PersonForm
from asn_belajar.back_office.people_import import staff_of
from learning.people import access
from learning.people.actions import NotLedByYou
from learning.people.audit.actions import log_look, log_look_at_list
from learning.people.corrections import (
    CorrectionRefused,
    correct_person,
    end_acting,
    record_acting,
    set_head,
)
from learning.people.models import Person, Posting, SupervisorQuery
from learning.people.supervisors import answer_query, open_queries

PEOPLE_ON_A_PAGE = 50


def _refuse(form: forms.Form, code: str) -> None:
    texts = {
        "not_yours": ("unit", _("You do not look after this unit.")),
        "overtaken": (None, _("Somebody changed this person meanwhile. Load the page again.")),
        "order": ("last_day", _("The last day comes before the first.")),
        "overlap": ("first_day", _("They hold a position there on some of these days already.")),
        "not_active": ("unit", _("Only somebody active leads a unit, and only one that is open.")),
    }
    form.add_error(*texts[code])


@never_cache
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The people they look after, found by name, NIP or unit."""
    viewer, reach = staff_of(request)
    search = request.GET.get("cari", "").strip()[:80]
    people = reach.people().select_related("unit").order_by("name", "pk")
    if search:
        people = people.filter(
            Q(name__icontains=search)
            | Q(nip=search.replace(" ", ""))
            | Q(unit__code__iexact=search)
            | Q(unit__name__icontains=search)
        )
    page = Paginator(people, PEOPLE_ON_A_PAGE).get_page(request.GET.get("p"))
    log_look_at_list(
        viewer=viewer,
        unit=None,
        people=[each.pk for each in page.object_list],
        what="staff_list",
        role=reach.role,
        now=timezone.now(),
    )
    return render(
        request,
        "back_office/people_index.html",
        {"page_obj": page, "search": search, "header_title": _("People")},
    )


def _asked(request: HttpRequest, person_id: int) -> tuple[Person, Person]:
    """Who asks, and the person of theirs; 404 for anybody else, themselves too."""
    viewer, reach = staff_of(request)
    person = reach.people().select_related("unit").filter(pk=person_id).exclude(pk=viewer.pk).first()
    if person is None:
        raise Http404
    return viewer, person


def _page(
    request: HttpRequest, viewer: Person, person: Person, *, status: int = 200, **shown: Any
) -> HttpResponse:
    now = timezone.now()
    log_look(viewer=viewer, subject=person, what="staff_record", role=_role(viewer, person), now=now)
    today = timezone.localdate()
    initial = {
        **{
            name: getattr(person, name)
            for name in ("name", "position", "position_kind", "grade", "employment")
        },
        "unit": person.unit.code if person.unit else "",
    }
    postings = Posting.objects.filter(person=person).select_related("unit")
    return render(
        request,
        "back_office/person.html",
        {
            "person": person,
            "header_title": person.name,
            "supervisor": access.supervisor_of(person, today),
            "postings": postings.order_by("-last_day", "-first_day", "-pk")[:50],
            "today": today,
            "form": PersonForm(initial=initial),
            "acting_form": ActingForm(prefix="acting"),
            "head_form": HeadForm(prefix="head"),
            "led": list(person.headed_units.order_by("path")),
            **shown,
        },
        status=status,
    )


def _role(viewer: Person, person: Person) -> str:
    mandate = access.mandate_over(viewer, person, access.Deed.CORRECT)
    return str(mandate.role) if mandate else ""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person: who they are, where they serve and served; corrected here. The look is logged."""
    viewer, person = _asked(request, person_id)
    if request.method != "POST":
        return _page(request, viewer, person)
    form = PersonForm(request.POST)
    if form.is_valid():
        values = dict(form.cleaned_data)
        values["unit_id"] = values.pop("unit").pk
        try:
            changed = correct_person(
                actor=viewer, person=person, values=values, now=timezone.now(), today=timezone.localdate()
            )
        except CorrectionRefused as refused:
            _refuse(form, refused.code)
        else:
            messages.success(request, _("Saved.") if changed else _("Nothing was different."))
            return redirect("people_desk:show", person.pk)
    return _page(request, viewer, person, form=form, status=422)


@require_POST
def acting(request: HttpRequest, person_id: int) -> HttpResponse:
    """Record a Plt or Plh."""
    viewer, person = _asked(request, person_id)
    form = ActingForm(request.POST, prefix="acting")
    if form.is_valid():
        try:
            record_acting(
                actor=viewer,
                person=person,
                now=timezone.now(),
                today=timezone.localdate(),
                **form.cleaned_data,
            )
        except CorrectionRefused as refused:
            _refuse(form, refused.code)
        else:
            messages.success(request, _("The position has been recorded. It ends by itself."))
            return redirect("people_desk:show", person.pk)
    return _page(request, viewer, person, acting_form=form, status=422)


@require_POST
def stop_acting(request: HttpRequest, person_id: int, posting_id: int) -> HttpResponse:
    """End a Plt or Plh before its last day."""
    viewer, person = _asked(request, person_id)
    posting = get_object_or_404(Posting.objects.acting(), pk=posting_id, person=person)
    end_acting(actor=viewer, posting=posting, now=timezone.now(), today=timezone.localdate())
    messages.success(request, _("The position has ended."))
    return redirect("people_desk:show", person.pk)


@require_POST
def head(request: HttpRequest, person_id: int) -> HttpResponse:
    """Somebody leads a unit from today on, or (`akhiri`: its code) no longer does."""
    viewer, person = _asked(request, person_id)
    ends = "akhiri" in request.POST
    form = HeadForm({"head-unit": request.POST["akhiri"]} if ends else request.POST, prefix="head")
    if form.is_valid():
        try:
            set_head(
                actor=viewer,
                person=person,
                unit=form.cleaned_data["unit"],
                leads=not ends,
                now=timezone.now(),
                today=timezone.localdate(),
            )
        except CorrectionRefused as refused:
            _refuse(form, refused.code)
        else:
            messages.success(
                request,
                _("They no longer lead the unit.") if ends else _("They lead the unit from today on."),
            )
            return redirect("people_desk:show", person.pk)
    return _page(request, viewer, person, head_form=form, status=422)


@never_cache
@require_GET
def questions(request: HttpRequest) -> HttpResponse:
    """Who says that the supervisor shown is not theirs."""
    _person, reach = staff_of(request)
    return render(
        request,
        "back_office/supervisor_queries.html",
        {
            "waiting": open_queries(reach),
            "form": AnswerForm(),
            "header_title": _("Questions about supervisors"),
        },
    )


@require_POST
def answer(request: HttpRequest, query_id: int) -> HttpResponse:
    """Answer one of them."""
    viewer, reach = staff_of(request)
    found = SupervisorQuery.objects.filter(person__in=reach.people()).select_related("person__unit")
    query = get_object_or_404(found, pk=query_id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write an answer first."))
        return redirect("people_desk:questions")
    try:
        answer_query(
            actor=viewer,
            query=query,
            answer=form.cleaned_data["answer"],
            now=timezone.now(),
            today=timezone.localdate(),
        )
    except NotLedByYou:
        raise Http404 from None
    messages.success(request, _("The answer has been sent."))
    return redirect("people_desk:questions")


urlpatterns = [
    path("", index, name="index"),
    path("atasan/", questions, name="questions"),
    path("atasan/<int:query_id>/", answer, name="answer"),
    path("<int:person_id>/", show, name="show"),
    path("<int:person_id>/kepala/", head, name="head"),
    path("<int:person_id>/jabatan/", acting, name="acting"),
    path("<int:person_id>/jabatan/<int:posting_id>/akhiri/", stop_acting, name="stop-acting"),
]
