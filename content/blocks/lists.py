"""Short lists beside the text: outcomes, speakers, materials."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from content.blocks.media import DocumentBlock


class OutcomeStream(blocks.StreamBlock):  # type: ignore[misc]  # Wagtail is untyped
    """What a learner can do afterwards, one sentence each."""

    outcome = blocks.CharBlock(label=_("Learning outcome"), max_length=200, icon="tick")


class SpeakerBlock(blocks.StructBlock):  # type: ignore[misc]  # Wagtail is untyped
    """Who speaks in an episode."""

    name = blocks.CharBlock(label=_("Name"), max_length=120)
    role = blocks.CharBlock(label=_("Position"), max_length=160, required=False)

    class Meta:
        icon = "user"
        label = _("Speaker")
        label_format = "{name}"


class SpeakerStream(blocks.StreamBlock):  # type: ignore[misc]  # Wagtail is untyped
    """The speakers of an episode."""

    speaker = SpeakerBlock()


class MaterialStream(blocks.StreamBlock):  # type: ignore[misc]  # Wagtail is untyped
    """Handouts of an episode."""

    document = DocumentBlock()
