"""A Word document becomes a module: send it, look at what it would become, then make the draft."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail.models import UploadedFile as KeptFile

from content.archives import Refused
from content.importing.drafts import check_pictures, make_module
from content.importing.word import Draft, read_word
from content.models import ModulePage, TrackPage
from content.uploads import DOCUMENT_LIMIT, check_size


class WordForm(forms.Form):
    """The document."""

    file = forms.FileField(
        label=gettext_lazy("Word document"),
        help_text=gettext_lazy(
            "A .docx without macros. Each heading of the first level becomes a step; text, lists, tables and "
            "pictures come along. First you see what would become of it."
        ),
        widget=forms.FileInput(attrs={"accept": ".docx"}),
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        check_size(file, DOCUMENT_LIMIT)
        try:
            self.draft = read_word(file, file.name or "")
            check_pictures(self.draft)
        except Refused as refused:
            raise ValidationError(str(refused)) from None
        file.seek(0)
        return file


def alt_field(number: int) -> str:
    return f"alt-{number}"


def asked_track(request: HttpRequest, track_id: int) -> TrackPage:
    """The track, for whoever may add a module to it."""
    track = get_object_or_404(TrackPage, pk=track_id)
    if not track.permissions_for_user(request.user).can_add_subpage():
        raise PermissionDenied
    return track


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, track_id: int) -> HttpResponse:
    """Send a document; it is kept until the draft is made or another one is sent."""
    track = asked_track(request, track_id)
    form = WordForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        modules = ContentType.objects.get_for_model(ModulePage)
        for earlier in KeptFile.objects.filter(for_content_type=modules, uploaded_by_user=request.user):
            earlier.file.delete(save=False)
            earlier.delete()
        kept = KeptFile.objects.create(
            for_content_type=modules,
            file=form.cleaned_data["file"],
            uploaded_by_user=request.user,
        )
        return redirect("word_import:look", track.pk, kept.pk)
    context = {"track": track, "form": form}
    status = 422 if form.errors else 200
    return render(request, "content/back_office/word_upload.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest, track_id: int, kept_id: int) -> HttpResponse:
    """What the document would become, with the alt texts to write; a POST makes the draft."""
    track = asked_track(request, track_id)
    kept = get_object_or_404(
        KeptFile,
        pk=kept_id,
        uploaded_by_user=request.user,
        for_content_type=ContentType.objects.get_for_model(ModulePage),
    )
    try:
        with kept.file.open("rb") as file:
            draft = read_word(file, kept.file.name)
        if request.method == "POST":
            page = make_module(draft=draft, track=track, by=request.user, alts=alts_in(request, draft))
            kept.file.delete(save=False)
            kept.delete()
            messages.success(request, _("The draft is ready. Nothing is published yet."))
            return redirect("wagtailadmin_pages:edit", page.pk)
    except (Refused, OSError) as refused:
        messages.error(request, str(refused) if isinstance(refused, Refused) else _("The document is gone."))
        return redirect("word_import:upload", track.pk)
    context = {"track": track, "draft": draft, "steps": [in_words(draft, step) for step in draft.steps]}
    return render(request, "content/back_office/word_look.html", context)


def alts_in(request: HttpRequest, draft: Draft) -> dict[int, str]:
    typed = {each.number: request.POST.get(alt_field(each.number), each.alt) for each in draft.pictures}
    return {number: " ".join(text.split())[:250] for number, text in typed.items()}


def in_words(draft: Draft, step: Any) -> dict[str, Any]:
    """One step as the dry run shows it."""
    kinds = [block["type"] for block in step.blocks]
    shown = {block["value"]["picture"] for block in step.blocks if block["type"] == "picture"}
    return {
        "title": step.title,
        "texts": [block["value"] for block in step.blocks if block["type"] == "text"],
        "tables": kinds.count("table"),
        "pictures": [
            {"number": each.number, "alt": each.alt, "field": alt_field(each.number)}
            for each in draft.pictures
            if each.number in shown
        ],
    }


urlpatterns = [
    path("<int:track_id>/", upload, name="upload"),
    path("<int:track_id>/<int:kept_id>/", look, name="look"),
]
