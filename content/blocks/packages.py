"""An interactive piece in the running text: an H5P package with the same in words beside it."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.coreutils import resolve_model_string


def packages_in(blocks: Any) -> Iterator[int]:
    """The ids of the packages in stored blocks, however deep."""
    if isinstance(blocks, list):
        for block in blocks:
            yield from packages_in(block)
    elif isinstance(blocks, dict):
        if blocks.get("type") == "package":
            yield blocks["value"]["package"]
        else:
            yield from packages_in(list(blocks.values()))


def piece_key(package_id: int) -> str:
    """What a record calls a package; it stays when the file is replaced."""
    return f"h5p-{package_id}"


class PackageChooserBlock(blocks.ChooserBlock):  # type: ignore[misc]  # Wagtail is untyped
    """Points at a package; which of its versions is shown, the package knows."""

    @cached_property
    def widget(self) -> Any:
        from content.h5p.back_office import package_chooser  # it imports the models, and they the blocks

        return package_chooser.widget_class()

    @cached_property
    def target_model(self) -> Any:
        return resolve_model_string("content.Package")  # the models import the blocks

    class Meta:
        icon = "desktop"


class PackageBlock(blocks.StructBlock):  # type: ignore[misc]  # Wagtail is untyped
    """An interactive piece."""

    package = PackageChooserBlock(label=_("H5P package"))

    class Meta:
        icon = "desktop"
        label = _("Interactive (H5P)")
        template = "content/blocks/package.html"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        package = cleaned["package"]
        if package and not self.is_deferred_validation and not package.alternative.strip():
            raise StructBlockValidationError(
                {
                    "package": ValidationError(
                        _("This package has no alternative text yet. Add it to the package first.")
                    )
                }
            )
        return cleaned
