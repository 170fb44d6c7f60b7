"""Pages that know, once they were found by their address, which pages stand above them."""

from typing import Any

from django.db.models import Q, QuerySet
from wagtail.models import Page, PageViewRestriction


class PlacedMixin:
    """`pages_above`, from below the front page down, is set by `HomePage.route`."""

    pages_above: list[Any] | None = None
    path: str
    pk: int

    def get_view_restrictions(self) -> Any:
        """As Wagtail's own, in one statement; aliases, which are not used here, go its way."""
        above = self.pages_above
        if above is None or any(each.alias_of_id for each in [*above, self]):
            return super().get_view_restrictions()  # type: ignore[misc]
        steps = range(Page.steplen, len(self.path), Page.steplen)
        here = Q(page=self.pk) | Q(page__path__in=[self.path[:end] for end in steps])
        restrictions: QuerySet[Any] = PageViewRestriction.objects.filter(here)
        return restrictions
