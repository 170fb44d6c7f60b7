"""JP rules and awards in the back office: a new version with its preview, an award computed anew."""

import hashlib
import json
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import CreateView, IndexView, InspectView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import AdminDateInput
from wagtail.permissions import register_permission_policy

from asn_belajar.back_office.policies import AddOnly, LookOnly
from learning.competencies.jp.actions import AlreadyReplaced, NotNewer, publish_rule, recompute_award
from learning.competencies.jp.previews import preview_of
from learning.competencies.jp.queries import sum_in_words
from learning.competencies.models import JPAward, JPRule
from learning.people import access
from learning.people.audit.actions import log_look, log_look_at_list
from learning.study.rules import local_day

register_permission_policy(JPRule, AddOnly(JPRule))
register_permission_policy(JPAward, LookOnly(JPAward))

RULE_FIELDS = (
    "form",
    "code",
    "unit",
    "minutes_per_jp",
    "jp",
    "cap_jp",
    "cap_period",
    "valid_from",
    "source",
    "confidence",
)


class JPRuleForm(WagtailAdminModelForm):  # type: ignore[misc]  # Wagtail is untyped
    """A new version of the rule of one form of learning."""

    form = forms.TypedChoiceField(label=_("Form of learning"), coerce=int)

    class Meta:
        widgets = {"valid_from": AdminDateInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = JPRule.objects.order_by("form", "valid_from").values_list("form", "form_name")
        self.names = dict(names)
        self.fields["form"].choices = [(number, f"{number} · {name}") for number, name in self.names.items()]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        form, day = cleaned.get("form"), cleaned.get("valid_from")
        self.instance.form_name = self.names.get(form or 0, "")
        newest = JPRule.objects.filter(form=form).order_by("-valid_from").first() if form else None
        if newest and day and day <= newest.valid_from:
            self.add_error(
                "valid_from",
                gettext("The version in force begins on %(day)s: a new one begins later.")
                % {"day": newest.valid_from.strftime("%d-%m-%Y")},
            )
        if (cleaned.get("cap_jp") is None) != (cleaned.get("cap_period") == JPRule.Period.NONE):
            self.add_error("cap_jp", gettext("A ceiling has a number and a period, or neither."))
        return cleaned

    @property
    def fingerprint(self) -> str:
        """What was previewed is what is written: any change asks for another preview."""
        text = json.dumps({name: str(self.cleaned_data.get(name)) for name in RULE_FIELDS})
        return hashlib.sha256(text.encode()).hexdigest()


class JPRuleCreateView(CreateView):  # type: ignore[misc]  # Wagtail is untyped
    """First what the version would do, then, confirmed, the version."""

    template_name = "back_office/jp_rule_new.html"

    def form_valid(self, form: JPRuleForm) -> HttpResponse:
        if self.request.POST.get("confirmed") != form.fingerprint:
            preview = preview_of(form.instance, local_day(timezone.now()))
            self.form = form
            context = self.get_context_data(preview=preview, confirmed=form.fingerprint)
            return self.render_to_response(context)  # type: ignore[no-any-return]
        return super().form_valid(form)  # type: ignore[no-any-return]

    def form_invalid(self, form: JPRuleForm) -> HttpResponse:
        self.form = form
        return super().form_invalid(form)  # type: ignore[no-any-return]

    def save_instance(self) -> JPRule:
        try:
            return publish_rule(rule=self.form.instance, actor=self.request.user, now=timezone.now())
        except NotNewer:  # somebody else was quicker
            raise PermissionDenied from None

    def get_success_buttons(self) -> list[Any]:
        return []


class JPRuleViewSet(ModelViewSet):  # type: ignore[misc]  # Wagtail is untyped
    model = JPRule
    icon = "tasks"
    menu_label = _("JP rules")
    list_display = ("form_name", "code", "valid_from", "valid_to", "cap_jp", "cap_period", "confidence")
    list_filter = ("confidence", "unit")
    search_fields = ("code", "form_name", "source")
    search_backend_name = None
    ordering = ("form", "-valid_from")
    form_fields = RULE_FIELDS
    inspect_view_enabled = True
    inspect_view_fields = ("form_name", *RULE_FIELDS, "valid_to")
    copy_view_enabled = False
    add_to_reference_index = False
    add_view_class = JPRuleCreateView

    def get_form_class(self, for_update: bool = False) -> Any:
        return forms.modelform_factory(JPRule, form=JPRuleForm, fields=RULE_FIELDS)


class ReasonForm(forms.Form):
    """Why an award is computed anew."""

    reason = forms.CharField(
        label=_("Reason"), max_length=255, help_text=_("The person reads it beside the new award.")
    )


def _role(viewer: Any) -> str:
    """Under which role a look is logged."""
    return access.role_over_all(viewer, local_day(timezone.now())) or ""


class JPAwardIndexView(IndexView):  # type: ignore[misc]  # Wagtail is untyped
    """The awards of everybody; who is on the page shown is logged."""

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        people = sorted({award.person_id for award in context["object_list"]})
        log_look_at_list(
            viewer=self.request.user,
            unit=None,
            people=people,
            what="jp_awards",
            role=_role(self.request.user),
            now=timezone.now(),
        )
        return context


class JPAwardInspectView(InspectView):  # type: ignore[misc]  # Wagtail is untyped
    """An award with its sum, and the form that computes it anew. The look is logged."""

    template_name = "back_office/jp_award.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        award: JPAward = self.object
        viewer = self.request.user
        log_look(viewer=viewer, subject=award.person, what="jp_award", role=_role(viewer), now=timezone.now())
        now_in_force = JPRule.objects.in_force(award.rule.form, award.day).first()
        return context | {
            "award": award,
            "sum_in_words": sum_in_words(award),
            "rule_in_force": now_in_force or award.rule,
            "replaced_by": JPAward.objects.filter(replaces=award).first(),
            "may_recompute": self.request.user.has_perm("competencies.add_jpaward")
            and self.request.user.pk != award.person_id,
            "reason_form": kwargs.get("reason_form") or ReasonForm(),
        }


class JPAwardViewSet(ModelViewSet):  # type: ignore[misc]  # Wagtail is untyped
    model = JPAward
    icon = "list-ol"
    menu_label = _("JP awards")
    list_display = (
        Column("person", label=_("Name"), accessor="person.name"),
        Column("nip", label="NIP", accessor="person.masked_nip"),
        "day",
        "jp",
        Column("rule", label=_("Rule"), accessor="rule.code"),
    )
    list_filter = ("year",)
    search_fields = ("person__name", "person__nip")
    search_backend_name = None
    ordering = ("-day", "-pk")
    list_per_page = 50
    form_fields = ("reason",)
    inspect_view_enabled = True
    index_view_class = JPAwardIndexView
    inspect_view_class = JPAwardInspectView
    inspect_view_fields = ("person", "rule", "day", "minutes_counted", "carried_minutes", "jp", "at")
    copy_view_enabled = False
    add_to_reference_index = False

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("hitung-ulang/<int:pk>/", self.recompute, name="recompute"),
        ]

    def recompute(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Compute an award anew, with a reason; the old one stays and is named."""
        award = get_object_or_404(JPAward.objects.select_related("person", "rule"), pk=pk)
        here = reverse(self.get_url_name("inspect"), args=[award.pk])
        if request.method != "POST":
            return redirect(here)
        form = ReasonForm(request.POST)
        if not form.is_valid():
            messages.error(request, gettext("An award is computed anew for a reason: write it down."))
            return redirect(here)
        try:
            made = recompute_award(
                award=award,
                actor=request.user,  # type: ignore[arg-type]
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
        except AlreadyReplaced:
            messages.error(request, gettext("Another award has taken the place of this one meanwhile."))
            return redirect(here)
        messages.success(
            request,
            gettext("Computed anew: %(before)d JP before, %(after)d JP now.")
            % {"before": award.jp, "after": made.jp},
        )
        return redirect(reverse(self.get_url_name("inspect"), args=[made.pk]))
