"""Packages in the back office: their list, uploading several at once, one page each, a dialogue to choose."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import DeleteView, EditView, IndexView
from wagtail.admin.views.generic import chooser as chooser_views
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.log_actions import log
from wagtail.models import ReferenceIndex

from content.h5p.forms import NewPackageForm, PackageForm
from content.h5p.intake import add_package
from content.h5p.limits import LIMITS
from content.h5p.problems import Problem, Refused, Rule
from content.h5p.sentences import sentence, sentences
from content.models import Package, PackageVersion

PREVIEW = "h5p-stage"  # the player's page, when the site has one


def preview_url(version: PackageVersion) -> str:
    """Where this version can be tried; empty without a player."""
    try:
        return reverse(PREVIEW, kwargs={"number": version.pk, "sha256": version.sha256})
    except NoReverseMatch:
        return ""


def warnings_of(version: PackageVersion) -> list[str]:
    """What works but surprises, in words."""
    return [
        sentence(Problem(Rule(rule), file, figures)) for rule, file, figures in version.details["warnings"]
    ]


@dataclass
class Uploaded:
    """What became of one file: a package, or the reasons why not."""

    name: str
    package: Package | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def warnings(self) -> list[str]:
        return warnings_of(self.package.current) if self.package and self.package.current else []


class UploadView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):  # type: ignore[misc]
    """Several files at once. With JavaScript each comes alone and gets its part of the page back."""

    model = Package
    permission_required = "add"
    template_name = "content/back_office/upload.html"
    results_template_name = "content/back_office/uploaded.html"
    page_title = gettext_lazy("Upload H5P packages")
    header_icon = "upload"
    index_url_name = ""  # the view set says

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        packages = {"url": reverse(self.index_url_name), "label": Package._meta.verbose_name_plural}
        return [*self.breadcrumbs_items, packages, {"url": "", "label": self.page_title}]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        results = [self.take(file) for file in request.FILES.getlist("files")]
        if request.headers.get("X-Requested-With") == "XMLHttpRequest":
            self.template_name = self.results_template_name
        response: HttpResponse = self.render_to_response(self.get_context_data(results=results))
        return response

    def take(self, file: UploadedFile) -> Uploaded:
        name = file.name or ""
        try:
            package = add_package(file, file_name=name, by=self.request.user)  # type: ignore[arg-type]
        except Refused as refused:
            return Uploaded(name, problems=sentences(refused.problems))
        log(instance=package, action="wagtail.create", user=self.request.user)
        return Uploaded(name, package)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "limit": LIMITS.package}


class PackageEditView(EditView):  # type: ignore[misc]  # Wagtail is untyped
    """One package: what it is, what it was, its words and a newer file."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        version = self.object.current
        return {
            **super().get_context_data(**kwargs),
            "version": version,
            "warnings": warnings_of(version),
            "preview_url": preview_url(version),
            "versions": self.object.versions.select_related("uploaded_by"),
        }


class PackageDeleteView(DeleteView):  # type: ignore[misc]  # Wagtail is untyped
    """A package that a page shows is not deleted: the page would have a hole."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if ReferenceIndex.get_references_to(self.object).exists():
            messages.error(
                request,
                _("Not deleted: “%(title)s” is shown on a page. Take it out of the page first.")
                % {"title": self.object.title},
            )
            return redirect(self.get_usage_url())
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response


class PackageIndexView(IndexView):  # type: ignore[misc]  # Wagtail is untyped
    """The list of packages."""

    def get_base_queryset(self) -> "QuerySet[Package]":
        return described(super().get_base_queryset())


def described(packages: "QuerySet[Package]") -> "QuerySet[Package]":
    """Each with what the list tells of it, in one statement and without the long fields."""
    rows = packages.select_related("current").defer("current__manifest", "current__details")
    return rows.annotate(usage_count=ReferenceIndex.usage_count_subquery(Package))


def has_alternative(package: Package) -> str:
    return _("yes") if package.alternative.strip() else _("missing")


COLUMNS = [
    Column("type", label=gettext_lazy("Type"), accessor="current.library_title"),
    Column("version", label=gettext_lazy("Library"), accessor="current.library_version"),
    Column(
        "languages", label=gettext_lazy("Languages"), accessor=lambda each: ", ".join(each.current.languages)
    ),
    Column(
        "download",
        label=gettext_lazy("A learner downloads"),
        accessor=lambda each: filesizeformat(each.current.download_size),
    ),
    Column("alternative", label=gettext_lazy("Alternative text"), accessor=has_alternative),
    Column("usage_count", label=gettext_lazy("Used")),
]


class PackageViewSet(ModelViewSet):  # type: ignore[misc]  # Wagtail is untyped
    """H5P packages at `/redaksi/h5p/`."""

    model = Package
    name = "h5p"
    icon = "desktop"
    menu_label = gettext_lazy("Packages (H5P)")
    menu_name = "h5p"
    menu_order = 305
    add_to_admin_menu = True
    add_to_reference_index = True
    copy_view_enabled = False
    list_display = ("title", *COLUMNS)
    form_fields = ("title", "alternative")
    index_view_class = PackageIndexView
    add_view_class = UploadView
    edit_view_class = PackageEditView
    delete_view_class = PackageDeleteView
    create_template_name = UploadView.template_name
    edit_template_name = "content/back_office/package.html"

    def get_form_class(self, for_update: bool = False) -> type[PackageForm]:
        return PackageForm


class ChooseColumns:
    """What the dialogue tells of each package."""

    @property
    def columns(self) -> list[Column]:
        return [*super().columns, *COLUMNS[:4]]  # type: ignore[misc]

    def get_object_list(self) -> "QuerySet[Package]":
        return described(Package.objects.all())


class ChooseView(ChooseColumns, chooser_views.ChooseView):  # type: ignore[misc]  # Wagtail is untyped
    pass


class ChooseResultsView(ChooseColumns, chooser_views.ChooseResultsView):  # type: ignore[misc]
    pass


class ChooserCreateView(chooser_views.CreateView):  # type: ignore[misc]  # Wagtail is untyped
    def get_creation_form(self) -> NewPackageForm:
        form: NewPackageForm = super().get_creation_form()
        form.for_user = self.request.user
        return form


class PackageChooserViewSet(ChooserViewSet):  # type: ignore[misc]  # Wagtail is untyped
    """The dialogue in which a page's package is chosen, or uploaded at once."""

    model = Package
    icon = "desktop"
    choose_one_text = gettext_lazy("Choose a package")
    choose_another_text = gettext_lazy("Choose another package")
    edit_item_text = gettext_lazy("Edit this package")
    create_action_label = gettext_lazy("Upload")
    create_action_clicked_label = gettext_lazy("Uploading…")
    creation_form_class = NewPackageForm
    choose_view_class = ChooseView
    choose_results_view_class = ChooseResultsView
    create_view_class = ChooserCreateView


packages = PackageViewSet()
# Blocks ask for `package_chooser.widget_class`: a field to choose a package in.
package_chooser = PackageChooserViewSet("h5p_chooser")
