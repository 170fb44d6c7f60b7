"""What editors fill in: the words of a package, and the file it comes in."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from content.h5p.intake import add_package, replace_package
from content.h5p.package import validate
from content.h5p.problems import Refused
from content.h5p.sentences import sentences
from content.models import Package


class PackageFileField(forms.FileField):
    """An H5P package that keeps to every rule; nothing of it is kept before the form is saved."""

    widget = forms.FileInput

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "accept": ".h5p"}

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if isinstance(file, UploadedFile):
            try:
                validate(file, file.name or "")  # type: ignore[arg-type]  # reads, seeks: all that is asked
            except Refused as refused:
                raise ValidationError(sentences(refused.problems)) from None
        return file


class PackageForm(WagtailAdminModelForm):  # type: ignore[misc]  # Wagtail is untyped
    """Editing a package: its words, and a newer file if there is one."""

    file = PackageFileField(
        label=_("Newer file"),
        required=False,
        help_text=_(
            "Takes the place of the present file on every page that shows this package. What learners "
            "have done with the present file is kept."
        ),
    )

    class Meta:
        model = Package
        fields = ("title", "alternative")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["alternative"].required = True

    def save(self, commit: bool = True) -> Package:
        package: Package = super().save(commit)
        file = self.cleaned_data.get("file")
        if commit and file:
            replace_package(package, file, file_name=file.name, by=self.for_user)
        return package


class NewPackageForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only for the type checker
    """A new package from the dialogue in which a page's package is chosen."""

    file = PackageFileField(label=_("File"))
    title = forms.CharField(
        label=_("Title"), max_length=255, required=False, help_text=_("Empty: the title in the file.")
    )

    class Meta:
        model = Package
        fields = ("alternative",)

    field_order = ("file", "title", "alternative")
    for_user: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["alternative"].required = True

    def save(self, commit: bool = True) -> Package:
        data = self.cleaned_data
        return add_package(
            data["file"],
            file_name=data["file"].name,
            by=self.for_user,
            title=data["title"].strip(),
            alternative=data["alternative"],
        )
