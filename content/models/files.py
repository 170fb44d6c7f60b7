"""Files that pages show: pictures, documents, and recordings with their captions and transcript."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.search import index
from wagtailmedia.models import AbstractMedia


class Picture(AbstractImage):  # type: ignore[misc]  # Wagtail is untyped
    """A picture. What it shows is said where it is used: the same picture may say different things."""

    admin_form_fields = ("title", "file", "collection", "tags", "description")

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")


class PictureRendition(AbstractRendition):  # type: ignore[misc]  # Wagtail is untyped
    """A picture in one size and format."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("image", "filter_spec", "focal_point_key"),
                name="one_rendition_per_picture_and_filter",
            ),
        )


class Handout(AbstractDocument):  # type: ignore[misc]  # Wagtail is untyped
    """A file to download. Its size is always shown beside it."""

    admin_form_fields = ("title", "file", "collection", "tags")

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")


class Recording(AbstractMedia):  # type: ignore[misc]  # wagtailmedia is untyped
    """A video or an audio file that nobody is shut out of: captions and transcript belong to it.

    They are kept with the file, not with the page, so that every page using it has them.
    """

    captions = models.FileField(
        _("captions"),
        upload_to="captions",
        blank=True,
        help_text=_("A WebVTT file (.vtt). A video cannot be saved without captions."),
    )
    transcript = models.TextField(
        _("transcript"),
        blank=True,
        help_text=_(
            "Everything that is said, and what is seen where it matters. Empty line = new paragraph."
        ),
    )

    admin_form_fields = ("title", "file", "collection", "captions", "transcript", "thumbnail", "tags")
    search_fields: ClassVar[list[index.BaseField]] = [
        *AbstractMedia.search_fields,
        index.SearchField("transcript"),
    ]

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")

    @property
    def file_size(self) -> int:
        """Bytes, 0 when the file is missing: a page with a lost file still opens."""
        try:
            return int(self.file.size)
        except OSError:
            return 0
