"""Pages about who stands where: my supervisor, and who acts for whom."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from learning.people import access
from learning.people.delegations import (
    DelegationRefused,
    acting_for,
    delegations_of,
    end_delegation,
    give_delegation,
    led_units,
)
from learning.people.models import Delegation, Person, Unit
from learning.people.rules import NIPError, read_nip
from learning.people.supervisors import AlreadyAsked, ask_about_supervisor, queries_of
from learning.study.actions import record_visit
from learning.study.rules import local_day
from learning.study.views import person_of

Day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SupervisorForm(forms.Form):
    """What is wrong with the supervisor shown."""

    text = forms.CharField(
        label=gettext_lazy("What is wrong?"),
        max_length=500,
        help_text=gettext_lazy("For example who leads your unit, since when. Unit HR reads and answers it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DelegationForm(forms.Form):
    """For which unit, to whom, what, and for how long."""

    unit = forms.ChoiceField(label=gettext_lazy("Unit"))
    nip = forms.CharField(
        label=gettext_lazy("NIP of whoever acts for you"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    may_decide = forms.ChoiceField(
        label=gettext_lazy("They may"),
        choices=[("read", gettext_lazy("only read")), ("decide", gettext_lazy("read and decide"))],
        help_text=gettext_lazy("To decide is to mark weeks as seen, decide claims and record leave for you."),
    )
    first_day = forms.DateField(label=gettext_lazy("First day"), widget=Day)
    last_day = forms.DateField(label=gettext_lazy("Last day"), widget=Day)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("For example the number of the order (Plt or Plh)."),
    )

    REFUSED: dict[str, tuple[str | None, Any]] = {
        "order": ("last_day", gettext_lazy("The last day comes before the first.")),
        "past": ("first_day", gettext_lazy("The first day is over. A delegation begins today or later.")),
        "too_long": ("last_day", gettext_lazy("A delegation lasts a year at most.")),
        "too_far": ("first_day", gettext_lazy("The first day is more than a year ahead.")),
        "nobody": ("nip", gettext_lazy("Nobody active has this NIP.")),
        "yourself": ("nip", gettext_lazy("This is your own NIP.")),
        "not_leading": (
            "unit",
            gettext_lazy("You do not lead this unit. What was given to you cannot be given on."),
        ),
        "overlap": ("first_day", gettext_lazy("They act for this unit on some of these days already.")),
        "loop": (
            "nip",
            gettext_lazy("They have delegated to you on some of these days, straight or through others."),
        ),
    }

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {str(unit.pk): unit for unit in units}
        self.fields["unit"].choices = [(key, unit.name) for key, unit in self.units.items()]  # type: ignore[attr-defined]

    def clean_nip(self) -> Person | None:
        try:
            digits = read_nip(self.cleaned_data["nip"]).text
        except NIPError as error:
            if error.code == "digits":
                raise forms.ValidationError(_("A NIP has 18 digits.")) from None
            digits = "".join(each for each in self.cleaned_data["nip"] if each.isdigit())
        return Person.objects.filter(nip=digits).first()

    def refuse(self, code: str) -> None:
        """Say why the action refused, at the field to change."""
        field, text = self.REFUSED[code]
        self.add_error(field, text)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_supervisor(request: HttpRequest) -> HttpResponse:
    """Who my supervisor is, who acts for them, and a way to say that it is wrong."""
    person, now = person_of(request), timezone.now()
    today = local_day(now)
    form = SupervisorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_about_supervisor(person=person, text=form.cleaned_data["text"], now=now, today=today)
        except AlreadyAsked:
            messages.warning(request, _("Your question is with unit HR already."))
        else:
            messages.success(request, _("Unit HR has your question. The answer appears here."))
        return redirect("learning:my-supervisor")
    record_visit(person=person, activity_id=None, now=now)
    asked = queries_of(person)
    return render(
        request,
        "learning/my_supervisor.html",
        {
            "viewer": person,
            "viewer_is_supervisor": access.sees_others(person),
            "supervisor": access.supervisor_of(person, today),
            "acting": acting_for(person, today),
            "asked": asked,
            "may_ask": all(each.answered_at for each in asked),
            "form": form,
        },
        status=422 if form.errors else 200,
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delegations(request: HttpRequest) -> HttpResponse:
    """What I gave and what I hold; the head of a unit gives it here."""
    person, now = person_of(request), timezone.now()
    today = local_day(now)
    units = led_units(person, today)
    found = delegations_of(person)
    if not units and not found:
        raise PermissionDenied
    form = DelegationForm(request.POST if request.method == "POST" else None, units=units)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            give_delegation(
                giver=person,
                delegate=values["nip"],
                unit=form.units[values["unit"]],
                may_decide=values["may_decide"] == "decide",
                first_day=values["first_day"],
                last_day=values["last_day"],
                note=values["note"],
                now=now,
                today=today,
            )
        except DelegationRefused as refused:
            form.refuse(refused.code)
        else:
            messages.success(request, _("The delegation has been given. It ends by itself."))
            return redirect("learning:delegations")
    return render(
        request,
        "learning/delegations.html",
        {
            "viewer": person,
            "viewer_is_supervisor": access.sees_others(person),
            "given": [_shown(each, today) for each in found if each.giver_id == person.pk],
            "held": [_shown(each, today) for each in found if each.delegate_id == person.pk],
            "form": form if units else None,
        },
        status=422 if form.errors else 200,
    )


def _shown(delegation: Delegation, today: Any) -> dict[str, Any]:
    ended = delegation.ended_on is not None and delegation.ended_on <= today
    over = ended or delegation.last_day < today
    state = "over" if over else "ahead" if delegation.first_day > today else "now"
    return {"row": delegation, "state": state, "may_end": not over and delegation.ended_on is None}


@login_required
@require_POST
def end(request: HttpRequest, delegation_id: int) -> HttpResponse:
    """The giver takes it back, or the delegate gives it back."""
    person, now = person_of(request), timezone.now()
    found = Delegation.objects.select_related("giver__unit")
    delegation = get_object_or_404(found, pk=delegation_id)
    try:
        end_delegation(actor=person, delegation=delegation, now=now, today=local_day(now))
    except DelegationRefused:
        raise Http404 from None
    messages.success(request, _("The delegation no longer holds."))
    return redirect("learning:delegations")
