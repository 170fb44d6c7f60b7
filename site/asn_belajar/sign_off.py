"""`/persetujuan/SECRET/`: what a partner's expert opens. Whoever holds the link needs no account."""

from typing import Any

from allauth.core.internal.ratelimit import get_ip
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from content import queries
from content.blocks.questions import questions_of
from content.sign_off import actions
from content.sign_off.actions import Opened, Outcome, SignOffRefused
from learning.people import attempts
from learning.people.attempts import Limit

WHY = {
    "expired": _("This link is no longer valid: its time is over. Ask the editors for a new one."),
    "withdrawn": _("This link is no longer valid: the editors withdrew it or sent a newer one."),
    "over": _("This link is no longer valid: the text is no longer waiting for your approval."),
    "changed": _("This link is no longer valid: the text was changed after it was sent."),
}


class DecisionForm(forms.Form):
    """What the expert says."""

    name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    comment = forms.CharField(
        label=_("Comment"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Needed when you return the text: what should be changed, and where."),
    )
    outcome = forms.ChoiceField(choices=Outcome.choices)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("outcome") == Outcome.RETURNED and not cleaned.get("comment"):
            self.add_error("comment", _("Say what should be changed."))
        return cleaned


def _limit(request: HttpRequest) -> Limit:
    most, seconds = settings.BELAJAR_ATTEMPTS["sign_off_by_address"]
    return Limit("sign_off_by_address", get_ip(request), most, seconds)


@never_cache
@require_http_methods(["GET", "POST"])
def sign_off(request: HttpRequest, secret: str) -> HttpResponse:
    """The revision as the expert is to judge it, and the form. Guesses are counted, right links are not."""
    now, limit = timezone.now(), _limit(request)
    if not attempts.take([limit], now=now):
        return _unlisted(render(request, "429.html", status=429))
    form = DecisionForm(request.POST or None)
    try:
        opened = actions.open_link(secret=secret, now=now)
        attempts.give_back([limit])
        if request.method == "POST" and form.is_valid():
            actions.decide(secret=secret, now=now, **form.cleaned_data)
            return _unlisted(redirect("sign-off", secret))
    except SignOffRefused as refusal:
        if refusal.code == "unknown":
            return _unlisted(render(request, "404.html", status=404))
        attempts.give_back([limit])
        return _closed(request, refusal)
    return _form(request, opened, form)


def with_key(question: dict[str, Any]) -> dict[str, Any]:
    """A question as an expert judges it: of every kind, the lines that are its key."""
    partners = {each["key"]: each["text"] for each in question.get("choices", ())}
    lines = [(each["text"], each["is_correct"]) for each in question.get("choices", ())]
    if "items" in question:  # put in order, or paired with a partner
        lines = [
            (f"{each['text']} → {partners[each['right']]}" if partners else each["text"], True)
            for each in question["items"]
        ]
    lines += [(text, True) for text in question.get("accepted", ())]
    return {**question, "lines": lines, "in_order": "items" in question and not partners}


def _form(request: HttpRequest, opened: Opened, form: DecisionForm) -> HttpResponse:
    page = opened.revision.as_object()
    context = {
        "sign_off": opened.sign_off,
        "page": page,
        "questions": [with_key(each) for each in questions_of(page.quiz)] if hasattr(page, "quiz") else [],
        "competency_names": queries.competency_names(page) if hasattr(page, "competencies") else [],
        "form": form,
    }
    status = 422 if form.errors else 200
    return _unlisted(render(request, "content/sign_off.html", context, status=status))


def _closed(request: HttpRequest, refusal: SignOffRefused) -> HttpResponse:
    """Decided: thanks, to whoever comes back. Otherwise gone, and why."""
    decided = refusal.code == "decided"
    status = 200 if decided and request.method == "GET" else 409 if decided else 410
    context = {"sign_off": refusal.sign_off, "why": WHY.get(refusal.code, "")}
    return _unlisted(render(request, "content/sign_off_closed.html", context, status=status))


def _unlisted(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
