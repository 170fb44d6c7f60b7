"""Running text and what interrupts it: callouts, accordions, questions to think about."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock

from content.blocks.media import AudioBlock, DocumentBlock, PictureBlock, VideoBlock
from content.blocks.packages import PackageBlock

# A step's title is the h2 of its page, so text begins at h3.
TEXT_FEATURES = ["h3", "h4", "bold", "italic", "ol", "ul", "blockquote", "link", "document-link"]
SMALL_FEATURES = ["bold", "italic", "ol", "ul", "link"]


class CalloutBlock(blocks.StructBlock):  # type: ignore[misc]  # Wagtail is untyped
    """A short text that stands out: a rule, an example, a warning."""

    kind = blocks.ChoiceBlock(
        label=_("Kind"),
        choices=[
            ("note", _("Note")),
            ("example", _("Example")),
            ("rule", _("Rule")),
            ("warning", _("Warning")),
        ],
        default="note",
    )
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    text = blocks.RichTextBlock(label=_("Text"), features=SMALL_FEATURES)

    class Meta:
        icon = "info-circle"
        label = _("Callout")
        template = "content/blocks/callout.html"


class FoldBlock(blocks.StructBlock):  # type: ignore[misc]  # Wagtail is untyped
    """One part of an accordion."""

    title = blocks.CharBlock(label=_("Title"), max_length=160)
    text = blocks.RichTextBlock(label=_("Text"), features=SMALL_FEATURES)


class AccordionBlock(blocks.StructBlock):  # type: ignore[misc]  # Wagtail is untyped
    """Parts that open on demand, without JavaScript."""

    parts = blocks.ListBlock(FoldBlock(), label=_("Parts"), min_num=1)

    class Meta:
        icon = "list-ul"
        label = _("Accordion")
        template = "content/blocks/accordion.html"


class ReflectionBlock(blocks.StructBlock):  # type: ignore[misc]  # Wagtail is untyped
    """A question to think about. Nothing is asked for and nothing is kept."""

    question = blocks.TextBlock(label=_("Question"), rows=2)
    hint = blocks.TextBlock(label=_("Hint"), required=False, rows=2)

    class Meta:
        icon = "help"
        label = _("Reflection")
        template = "content/blocks/reflection.html"


class SmallTableBlock(TypedTableBlock):  # type: ignore[misc]  # Wagtail is untyped
    """A table with a head over each column; on a phone it scrolls by itself."""

    class Meta:
        icon = "table"
        label = _("Table")
        template = "content/blocks/table.html"


def table_block() -> SmallTableBlock:
    return SmallTableBlock([("text", blocks.RichTextBlock(label=_("Text"), features=SMALL_FEATURES))])


class ProseStream(blocks.StreamBlock):  # type: ignore[misc]  # Wagtail is untyped
    """All that may stand on a screen."""

    text = blocks.RichTextBlock(
        label=_("Text"), icon="pilcrow", features=TEXT_FEATURES, template="content/blocks/text.html"
    )
    picture = PictureBlock()
    video = VideoBlock()
    audio = AudioBlock()
    document = DocumentBlock()
    callout = CalloutBlock()
    accordion = AccordionBlock()
    table = table_block()
    reflection = ReflectionBlock()
    package = PackageBlock()


class ArticleStream(ProseStream):
    """The same where the text itself gives the page its h2."""

    text = blocks.RichTextBlock(
        label=_("Text"), icon="pilcrow", features=["h2", *TEXT_FEATURES], template="content/blocks/text.html"
    )
