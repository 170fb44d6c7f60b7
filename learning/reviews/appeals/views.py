"""A learner's objection to one row of the ledger."""

import uuid

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from learning.people import access
from learning.people.models import Person
from learning.reviews.appeals import actions, queries
from learning.reviews.decisions import NotAllowed
from learning.study.corrections import room_of
from learning.study.ledger.queries import Row
from learning.study.models import Reason, StudyEntry
from learning.study.rules import week_name
from learning.study.views import person_of

REFUSED = {
    "full": gettext_lazy("This row is credited in full."),
    "kind": gettext_lazy("This row is itself a correction."),
    "running": gettext_lazy("This row is still running. Wait a quarter of an hour."),
    "late": gettext_lazy("The 30 days for an appeal are over."),
    "again": gettext_lazy("There is an appeal against this row already."),
}


class AppealForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Why should this time count?"),
        min_length=10,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Say what you did at that time. Your supervisor reads it."),
    )


def _own_row(person: Person, entry_id: uuid.UUID) -> StudyEntry:
    """A row of the person's own ledger; 404 for anybody else's."""
    rows = StudyEntry.objects.of(person.pk).select_related("activity")
    return get_object_or_404(rows, pk=entry_id)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def appeal(request: HttpRequest, entry_id: uuid.UUID) -> HttpResponse:
    """Object to a row, or read what became of it."""
    person, now = person_of(request), timezone.now()
    entry = _own_row(person, entry_id)
    form, status = AppealForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.appeal(person=person, entry_id=entry.pk, text=form.cleaned_data["text"], now=now)
            except actions.AppealRefused as refused:
                form.add_error(None, REFUSED[refused.code])
                status = 409 if refused.code == "again" else 422
            else:
                messages.success(request, _("Your appeal has been sent to your supervisor."))
                return redirect("learning:appeal", entry.pk)
    made = queries.appeal_of_row(person, entry)
    why = queries.why_no_appeal(entry, now)
    ledger = f"{reverse('learning:ledger')}?pekan={week_name(entry.week)}"
    return render(
        request,
        "learning/appeal.html",
        {
            "viewer": person,
            "viewer_is_supervisor": access.is_supervisor(person),
            "row": Row.of(entry),
            "appeal": made,
            "decision": made.decisions.first() if made else None,
            "form": form,
            "why_not": REFUSED[why] if why and not made else "",
            "last_day": queries.last_day(entry),
            "is_overlap": entry.reason == Reason.OVERLAP,
            "others": [Row.of(other) for other, _most in room_of(entry).others],
            "ledger_url": ledger,
        },
        status=status,
    )


@login_required
@require_POST
def withdraw(request: HttpRequest, entry_id: uuid.UUID) -> HttpResponse:
    """Take an appeal back before it is decided."""
    person = person_of(request)
    made = queries.appeal_of_row(person, _own_row(person, entry_id))
    try:
        if made is None:
            raise NotAllowed
        actions.withdraw_appeal(person=person, appeal_id=made.pk, now=timezone.now())
    except NotAllowed:
        messages.warning(request, _("There is nothing to take back."))
    else:
        messages.success(request, _("Your appeal has been taken back."))
    return redirect("learning:appeal", entry_id)
