"""H5P packages: what editors choose, each file it ever was, and the parts learners are sent.

    Package 1 ── n PackageVersion n ── n StoredFile
        └── current ──┘

A page points at a `Package`; a learner's attempt points at a `PackageVersion`. Replacing a package by
a newer file adds a version and moves `current`: pages keep their place, old attempts keep their file.
Versions and stored files are never changed.
"""

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from content.h5p.addresses import MANIFEST, address_of

SHA256 = RegexValidator(r"\A[0-9a-f]{64}\Z")


class Package(index.Indexed, models.Model):  # type: ignore[misc]  # Wagtail is untyped
    """Something to do in a page, as editors know it."""

    title = models.CharField(_("title"), max_length=255)
    alternative = models.TextField(
        _("alternative text"),
        blank=True,  # right after the upload; a page cannot use the package without it
        help_text=_(
            "The same in words, for who cannot see or use it and for browsers without JavaScript. "
            "Empty line = new paragraph."
        ),
    )
    current = models.ForeignKey(
        "content.PackageVersion",
        null=True,  # only between the two statements that make a package
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("current version"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    search_fields: ClassVar[list[index.BaseField]] = [
        index.SearchField("title", boost=5),
        index.AutocompleteField("title"),
        index.SearchField("alternative"),
    ]

    class Meta:
        verbose_name = _("H5P package")
        verbose_name_plural = _("H5P packages")
        ordering: ClassVar[list[str]] = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title


class StoredFile(models.Model):
    """Bytes that packages are made of, kept once under their hash (`content.h5p.store`).

    Served at `address_of(sha256, extension)`. Two packages that hold the same bytes share the row,
    whatever each calls them.
    """

    wagtail_reference_index_ignore = True

    sha256 = models.CharField(max_length=64, unique=True, validators=[SHA256])
    size = models.PositiveBigIntegerField()  # bytes
    br_size = models.PositiveBigIntegerField(null=True)  # bytes with brotli; null: kept only as it is
    gzip_size = models.PositiveBigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(br_size=None, gzip_size=None)
                | models.Q(br_size__isnull=False, gzip_size__isnull=False),
                name="compressed_both_ways_or_not_at_all",
            ),
        )

    def __str__(self) -> str:
        return self.sha256

    @property
    def sent_size(self) -> int:
        """Bytes over the wire to a browser that reads brotli (all do)."""
        return self.size if self.br_size is None else self.br_size


class PackageVersion(models.Model):
    """One uploaded file of a package and everything known about it. Never changed.

    `manifest` is what the player reads; `content.h5p.manifest` describes it. The same JSON is served
    at `manifest_address`, so a second play costs no request at all.
    """

    wagtail_reference_index_ignore = True  # a version is no place where a package is used

    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))  # 1, 2, 3 … of this package
    sha256 = models.CharField(max_length=64, validators=[SHA256], db_index=True)  # of the file, unchanged
    file_name = models.CharField(_("file"), max_length=255)  # as the editor's computer called it
    size = models.PositiveBigIntegerField(_("size"))  # bytes of the file
    unpacked_size = models.PositiveBigIntegerField()  # bytes of all its entries
    download_size = models.PositiveBigIntegerField(
        _("a learner downloads")
    )  # bytes over the wire, first play
    title = models.CharField(_("title in the file"), max_length=255)
    library = models.CharField(_("type"), max_length=255)  # machine name: H5P.QuestionSet
    library_title = models.CharField(max_length=255)  # "Question Set"
    major = models.PositiveIntegerField()
    minor = models.PositiveIntegerField()
    patch = models.PositiveIntegerField()
    languages = models.JSONField(_("languages"), default=list)  # ["id", "en"], the package's own first
    details = models.JSONField(default=dict)  # licence, authors, libraries, external addresses, warnings
    manifest = models.JSONField(default=dict)
    manifest_file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="manifest_of")
    files = models.ManyToManyField(StoredFile, related_name="versions")  # all a learner may be sent
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)

    class Meta:
        verbose_name = _("version of an H5P package")
        verbose_name_plural = _("versions of H5P packages")
        ordering: ClassVar[list[str]] = ["package", "-number"]
        constraints = (
            models.UniqueConstraint(fields=("package", "number"), name="one_version_per_package_and_number"),
            models.UniqueConstraint(fields=("package", "sha256"), name="a_file_is_one_version_of_a_package"),
        )

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    @property
    def library_version(self) -> str:
        """`H5P.QuestionSet 1.20.7`."""
        return f"{self.library} {self.major}.{self.minor}.{self.patch}"

    @property
    def manifest_address(self) -> str:
        """Where the manifest is served, unchanging."""
        return address_of(self.manifest_file.sha256, MANIFEST)

    def addresses(self) -> list[tuple[str, int]]:
        """All a first play fetches, with bytes over the wire: what an offline copy has to hold."""
        parts: list[dict[str, Any]] = [*self.manifest["bundles"], *self.manifest["files"]]
        return [
            (self.manifest_address, self.manifest_file.sent_size),
            *((part["url"], part.get("sent", part["size"])) for part in parts),
        ]
