"""Which competency, at which level, a page proves. The list of competencies is learning's."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.stream_block import StreamBlockValidationError

from learning import api

# Levels of PermenPANRB 38/2017.
LEVELS = [
    (1, _("1 · Understanding")),
    (2, _("2 · Basic")),
    (3, _("3 · Intermediate")),
    (4, _("4 · Proficient")),
    (5, _("5 · Expert")),
]


def competency_choices() -> list[tuple[str, str]]:
    """Asked each time a form is drawn: competencies are data, not code."""
    return api.competency_choices()


def level_choices() -> list[tuple[str, str]]:
    return [(str(number), str(name)) for number, name in LEVELS]


class CompetencyBlock(blocks.StructBlock):  # type: ignore[misc]  # Wagtail is untyped
    """One competency and its level."""

    code = blocks.ChoiceBlock(label=_("Competency"), choices=competency_choices)
    level = blocks.ChoiceBlock(label=_("Level"), choices=level_choices)

    class Meta:
        icon = "medal"
        label = _("Competency")


class CompetencyStream(blocks.StreamBlock):  # type: ignore[misc]  # Wagtail is untyped
    """At least one competency, each once."""

    competency = CompetencyBlock()

    class Meta:
        max_num = 5

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        seen: set[str] = set()
        errors: dict[int | str, Any] = {}
        for position, child in enumerate(cleaned):
            if child.value["code"] in seen:
                errors[position] = ValidationError(_("This competency is already in the list."))
            seen.add(child.value["code"])
        if errors:
            raise StreamBlockValidationError(block_errors=errors, non_block_errors=[])
        return cleaned
