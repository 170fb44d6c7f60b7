"""The dictionary of competencies for everybody who is signed in, and its files; BPSDM takes in new ones."""

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from learning.competencies.dictionary import exchange
from learning.competencies.dictionary.actions import publish_dictionary, rows_now
from learning.competencies.dictionary.models import DictionaryVersion
from learning.competencies.models import Competency, Indicator
from learning.competencies.profiles.actions import assess_oneself, publish_profiles
from learning.competencies.profiles.models import ProfileLevel
from learning.people import access
from learning.people.access import Role
from learning.people.models import Person
from learning.people.rules import local_day
from learning.people.signed_in import person_of

LIMIT = 2 * 1024 * 1024  # of a file
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
VERSIONS_SHOWN = 10


class ImportForm(forms.Form):
    """A file of the dictionary or of profiles."""

    DICTIONARY, PROFILES = "kamus", "profil"

    what = forms.ChoiceField(
        label=gettext_lazy("What is in the file"),
        choices=((DICTIONARY, gettext_lazy("dictionary")), (PROFILES, gettext_lazy("position profiles"))),
        widget=forms.RadioSelect,
        initial=DICTIONARY,
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV or XLSX with the columns of the download, at most 2 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("On what the version rests: a letter, a regulation."),
    )
    valid_from = forms.DateField(
        label=gettext_lazy("Profiles valid from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Empty: from today on. Only for profiles."),
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > LIMIT:
            raise forms.ValidationError(_("The file is larger than 2 MB."))
        return file


def _page(request: HttpRequest, person: Person, form: ImportForm | None, status: int = 200) -> HttpResponse:
    kind = request.GET.get("jenis", "")
    found = Competency.objects.filter(is_active=True)
    if kind in Competency.Kind.values:
        found = found.filter(kind=kind)
    found = found.prefetch_related(Prefetch("indicators", Indicator.objects.order_by("level")))
    is_bpsdm = access.holds(person, Role.BPSDM)
    return render(
        request,
        "learning/dictionary.html",
        {
            "viewer": person,
            "viewer_is_supervisor": access.is_supervisor(person),
            "competencies": found,
            "kind": kind,
            "kinds": Competency.Kind.choices,
            "versions": DictionaryVersion.objects.defer("rows")[:VERSIONS_SHOWN],
            "form": form or (ImportForm() if is_bpsdm else None),
        },
        status=status,
    )


@login_required
@never_cache
@require_GET
def dictionary(request: HttpRequest) -> HttpResponse:
    """All competencies with their five levels."""
    return _page(request, person_of(request), None)


@login_required
@require_GET
def download(request: HttpRequest, what: str, form: str) -> HttpResponse:
    """The dictionary (of a version, `?versi=`) or the profiles in force, as a file that can be taken in."""
    columns: tuple[str, ...]
    if what == ImportForm.PROFILES:
        columns, cells = exchange.PROFILE_COLUMNS, _profile_cells(local_day(timezone.now()))
    else:
        columns, cells = exchange.COLUMNS, exchange.dictionary_cells(_rows(request.GET.get("versi", "")))
    content = (exchange.as_csv if form == "csv" else exchange.as_xlsx)(columns, cells)
    kind = "text/csv; charset=utf-8" if form == "csv" else XLSX
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{what}-kompetensi.{form}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _rows(version: str) -> list[exchange.Row]:
    if not version:
        return rows_now()
    number = int(version) if version.isdecimal() and len(version) < 8 else 0
    found = DictionaryVersion.objects.filter(number=number).first()
    if found is None:
        raise Http404
    rows: list[exchange.Row] = found.rows
    return rows


def _profile_cells(day: dt.date) -> list[list[Any]]:
    levels = ProfileLevel.objects.filter(profile__valid_from__lte=day).select_related("profile", "competency")
    newest: dict[str, dt.date] = {}
    found = list(levels.order_by("profile__position", "competency__code"))
    for each in found:
        key = each.profile.key
        newest[key] = max(newest.get(key, each.profile.valid_from), each.profile.valid_from)
    return [
        [each.profile.position, each.competency.code, each.level]
        for each in found
        if newest[each.profile.key] == each.profile.valid_from
    ]


@login_required
@require_POST
def take_in(request: HttpRequest) -> HttpResponse:
    """BPSDM publishes a file: the whole of it, or, when anything in it is wrong, nothing."""
    person, now = person_of(request), timezone.now()
    if not access.holds(person, Role.BPSDM):
        raise PermissionDenied
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, person, form, 422)
    data = form.cleaned_data
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(data["file"].read())
        try:
            if data["what"] == ImportForm.DICTIONARY:
                rows = exchange.read_dictionary(path)
                version = publish_dictionary(actor=person, rows=rows, note=data["note"], now=now)
                said = (
                    _("Version %(n)d of the dictionary is published.") % {"n": version.number}
                    if version
                    else _("The file says what the dictionary says already. Nothing was changed.")
                )
            else:
                count = publish_profiles(
                    actor=person,
                    profiles=exchange.read_profiles(path),
                    valid_from=data["valid_from"] or local_day(now),
                    now=now,
                )
                said = ngettext(
                    "%(n)d position has a new profile.", "%(n)d positions have new profiles.", count
                ) % {"n": count}
        except exchange.NotTaken as refused:
            for error in refused.errors:
                form.add_error("file", error)
            return _page(request, person, form, 422)
    messages.success(request, said)
    return redirect("learning:dictionary")


@login_required
@require_POST
def assess(request: HttpRequest) -> HttpResponse:
    """How I see my own levels: `nilai-<key>` for each competency."""
    levels = {}
    for name, value in request.POST.items():
        key = name.removeprefix("nilai-")
        if key != name and key.isdecimal() and len(key) < 10 and value in ("1", "2", "3", "4", "5"):
            levels[int(key)] = int(str(value))
    count = assess_oneself(person=person_of(request), levels=levels, now=timezone.now())
    if count:
        messages.success(request, _("Your own assessment is kept. It is shown apart, and proves nothing."))
    return redirect("learning:competencies")
