"""Pictures, videos, sounds and documents, none of which shuts anybody out."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock
from wagtailmedia.blocks import AudioChooserBlock, VideoChooserBlock


class PictureBlock(blocks.StructBlock):  # type: ignore[misc]  # Wagtail is untyped
    """A picture with its alt text; only one marked as decoration may go without."""

    picture = ImageBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=250)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "content/blocks/picture.html"


class VideoBlock(blocks.StructBlock):  # type: ignore[misc]  # Wagtail is untyped
    """A video of our own, with captions and transcript."""

    video = VideoChooserBlock(label=_("Video"))
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=250)

    class Meta:
        icon = "media"
        label = _("Video")
        template = "content/blocks/video.html"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        video = cleaned["video"]
        if video and not self.is_deferred_validation and not (video.captions and video.transcript.strip()):
            raise StructBlockValidationError(
                {
                    "video": ValidationError(
                        _("This video has no captions or no transcript yet. Add them to the video first.")
                    )
                }
            )
        return cleaned


class AudioBlock(blocks.StructBlock):  # type: ignore[misc]  # Wagtail is untyped
    """A sound with its transcript."""

    audio = AudioChooserBlock(label=_("Audio"))
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=250)

    class Meta:
        icon = "media"
        label = _("Audio")
        template = "content/blocks/audio.html"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        audio = cleaned["audio"]
        if audio and not self.is_deferred_validation and not audio.transcript.strip():
            raise StructBlockValidationError(
                {"audio": ValidationError(_("This audio has no transcript yet. Add it to the audio first."))}
            )
        return cleaned


class DocumentBlock(blocks.StructBlock):  # type: ignore[misc]  # Wagtail is untyped
    """A file to download; its kind and size are shown, so that nobody pays for a surprise."""

    document = DocumentChooserBlock(label=_("Document"))
    title = blocks.CharBlock(
        label=_("Title"), required=False, max_length=120, help_text=_("Empty: the title of the document.")
    )

    class Meta:
        icon = "doc-full"
        label = _("Document")
        template = "content/blocks/document.html"
