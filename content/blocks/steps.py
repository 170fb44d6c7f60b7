"""A module is read in steps, one small step per screen."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from content.blocks.prose import ProseStream


class StepBlock(blocks.StructBlock):  # type: ignore[misc]  # Wagtail is untyped
    """One screen of a module."""

    title = blocks.CharBlock(label=_("Title of the step"), max_length=120)
    content = ProseStream(label=_("Content"))

    class Meta:
        icon = "doc-empty"
        label = _("Step")
        label_format = "{title}"


class StepStream(blocks.StreamBlock):  # type: ignore[misc]  # Wagtail is untyped
    """The steps of a module, in order."""

    step = StepBlock()
