"""Who may do what with learning's tables in the back office, whatever their role."""

from typing import Any, ClassVar

from wagtail.permission_policies import ModelPermissionPolicy


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
