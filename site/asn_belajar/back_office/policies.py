"""Who may do what with learning's tables in the back office, whatever their role."""

from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.permission_policies import ModelPermissionPolicy

from learning.study.policies import PolicyRefused


class Only(ModelPermissionPolicy):  # type: ignore[misc]  # Wagtail is untyped
    """Nobody may do more here than `deeds`, and that only with the permission for it."""

    deeds: ClassVar[frozenset[str]] = frozenset()

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in self.deeds and bool(super().user_has_permission(user, action))

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def users_with_any_permission(self, actions: Any) -> Any:
        return super().users_with_any_permission([each for each in actions if each in self.deeds])


class LookOnly(Only):
    """Whoever may view may view."""

    deeds = frozenset({"view"})


class AddOnly(Only):
    """To view, and to add to: what stands is never changed."""

    deeds = frozenset({"view", "add"})


class RefusedInForm:
    """A view that shows in its form what the action refused, so that nothing typed is lost."""

    refused_field: ClassVar[str]
    form: Any
    _WORDS: ClassVar[dict[str, Any]] = {
        "past": _("It must begin later: what is over keeps what it was judged by."),
        "taken": _("There is one for this day already."),
        "gone": _("Somebody removed it meanwhile."),
    }

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)  # type: ignore[misc, no-any-return]
        except PolicyRefused as refused:
            form.add_error(self.refused_field, self._WORDS[refused.code])
            self.produced_error_message = self.get_error_message()  # type: ignore[attr-defined]
            return self.form_invalid(form)  # type: ignore[attr-defined, no-any-return]
