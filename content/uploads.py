"""What may be uploaded. The name of a file is a claim; its first bytes are the evidence."""

import zipfile
from collections.abc import Iterable
from io import BytesIO
from typing import Any

import filetype
from django.core.exceptions import NON_FIELD_ERRORS, RequestDataTooBig, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm
from wagtailmedia.forms import BaseMediaForm
from wagtailmedia.models import MediaType
from wagtailmedia.settings import wagtailmedia_settings

from content.archives import Limits, Refused, has_macros, opened
from content.h5p.limits import LIMITS

DOCUMENT_LIMIT = 25 * 1024 * 1024
AUDIO_LIMIT = 100 * 1024 * 1024
VIDEO_LIMIT = 600 * 1024 * 1024
CAPTIONS_LIMIT = 1024 * 1024
POSTER_LIMIT = 5 * 1024 * 1024
MOST_PIXELS = 50_000_000  # 7,000 by 7,000: more than any camera phone's
OFFICE_LIMITS = Limits(entries=5000, total=300 * 1024 * 1024, one=150 * 1024 * 1024)
TRACKS_WITHIN = 16 * 1024 * 1024  # bytes in which a recording says what it holds
# The most one request may bring, by the beginning of its path; elsewhere as much as the largest file.
REQUEST_LIMITS = {"/redaksi/h5p": LIMITS.package}
FORM_BYTES = 1024 * 1024  # what comes with a file: names, texts, boundaries

# What a file of each extension really is, by the names `filetype` gives.
SIGNATURES: dict[str, frozenset[str]] = {
    "pdf": frozenset({"application/pdf"}),
    "mp4": frozenset({"video/mp4", "video/x-m4v", "video/quicktime"}),
    "webm": frozenset({"video/webm", "video/x-matroska"}),
    "mp3": frozenset({"audio/mpeg"}),
    "m4a": frozenset({"audio/mp4", "audio/x-m4a", "video/mp4"}),
    "ogg": frozenset({"audio/ogg"}),
    "opus": frozenset({"audio/ogg"}),
    "jpg": frozenset({"image/jpeg"}),
    "jpeg": frozenset({"image/jpeg"}),
    "png": frozenset({"image/png"}),
    "webp": frozenset({"image/webp"}),
}
# Office files are ZIP archives: what lies inside tells which.
OFFICE_PARTS = {
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "pptx": "ppt/presentation.xml",
    "odt": "content.xml",
    "ods": "content.xml",
    "odp": "content.xml",
}
STILL = ("transparency",)  # what of its notes belongs to how a picture looks
ANIMATION = ("duration", "loop", "background", "transparency", "disposal")
QUALITY: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 92},
    "WEBP": {"quality": 92},
    "AVIF": {"quality": 85},
    "PNG": {"optimize": True},
}
TEXT = frozenset({"txt", "csv", "vtt"})


class UploadLimit(FileUploadHandler):
    """Refuses a request that is larger than any file we accept, before a byte of it is read."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],  # noqa: N803 - Django's name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        path = self.request.path if self.request else ""
        limit = next((each for start, each in REQUEST_LIMITS.items() if path.startswith(start)), VIDEO_LIMIT)
        if content_length > limit + FORM_BYTES:
            raise RequestDataTooBig("The upload is larger than anything accepted here.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def extension_of(name: str) -> str:
    return name.rpartition(".")[2].lower()


def check_extension(upload: UploadedFile, accepted: Iterable[str]) -> None:
    """Refuse a format that browsers do not play."""
    if extension_of(upload.name or "") not in accepted:
        raise ValidationError(
            _("Files of this kind are not accepted. Accepted are: %(accepted)s."),
            params={"accepted": ", ".join(accepted)},
        )


def check_size(upload: UploadedFile, limit: int) -> None:
    """Refuse a file without content and one that is too large."""
    if not upload.size:
        raise ValidationError(_("The file “%(name)s” is empty (0 bytes)."), params={"name": upload.name})
    if upload.size > limit:
        raise ValidationError(
            _("The file is too large: %(size)s. At most %(limit)s."),
            params={"size": filesizeformat(upload.size), "limit": filesizeformat(limit)},
        )


def check_content(upload: UploadedFile) -> None:
    """Refuse a file whose content is not what its name says."""
    extension = extension_of(upload.name or "")
    if not _is_what_it_says(upload, extension):
        raise ValidationError(
            _("The content of this file is not that of a .%(extension)s file. Save it again in that format."),
            params={"extension": extension},
        )


def check_office(upload: UploadedFile) -> None:
    """Refuse an Office file that brings programs, or unpacks to what no document holds."""
    if extension_of(upload.name or "") not in OFFICE_PARTS:
        return
    try:
        with opened(upload, OFFICE_LIMITS) as archive:
            if has_macros(archive):
                raise Refused(_("There are macros or controls in this document. Save it without them."))
    except Refused as refused:
        raise ValidationError(str(refused)) from None
    finally:
        upload.seek(0)


def check_has_video(upload: UploadedFile) -> None:
    """Refuse a video without a video track: a sound under the wrong name, or nothing to see at all."""
    if not _has_video_track(upload):
        raise ValidationError(
            _("There is no video in this file, only sound or nothing. Upload it as audio, or save it anew.")
        )


def _has_video_track(upload: UploadedFile) -> bool:
    """WebM names the codec of each track ("V_VP9"), MP4 its handler ("vide")."""
    upload.seek(0)
    try:
        if extension_of(upload.name or "") == "webm":
            return b"V_" in upload.read(TRACKS_WITHIN)
        while len(head := upload.read(16)) >= 8:
            size, kind, skip = int.from_bytes(head[:4], "big"), head[4:8], 8
            if size == 1:
                size, skip = int.from_bytes(head[8:16], "big"), 16
            if kind == b"moov":
                rest = head[skip:] + upload.read(min(size or TRACKS_WITHIN, TRACKS_WITHIN))
                return b"vide" in rest
            if size < skip:  # 0: to the end of the file; anything else is no box
                return False
            upload.seek(size - len(head), 1)
        return False
    finally:
        upload.seek(0)


def written_anew(upload: UploadedFile) -> UploadedFile:
    """The picture alone: no place or device (EXIF), no comment, nothing hidden behind it.

    Raises `ValidationError` for what is no picture or has too many pixels to open safely.
    """
    upload.seek(0)
    try:
        with Image.open(upload) as picture:
            if picture.width * picture.height * getattr(picture, "n_frames", 1) > MOST_PIXELS:
                raise ValidationError(_("This picture has too many pixels. Save it in a smaller size."))
            kind = str(picture.format)
            target = BytesIO()
            if getattr(picture, "is_animated", False):
                picture.info = {name: picture.info[name] for name in ANIMATION if name in picture.info}
                picture.save(target, kind, save_all=True)
            else:
                upright = ImageOps.exif_transpose(picture)
                upright.info = {name: upright.info[name] for name in STILL if name in upright.info}
                upright.save(target, kind, **QUALITY.get(kind, {}))
    except (OSError, SyntaxError, ValueError, KeyError, Image.DecompressionBombError):
        raise ValidationError(_("This picture cannot be read. Save it anew as PNG or JPG.")) from None
    clean = SimpleUploadedFile(upload.name or "", target.getvalue(), upload.content_type or "")
    clean.seek(0)
    return clean


def _is_what_it_says(upload: UploadedFile, extension: str) -> bool:
    try:
        if extension in SIGNATURES:
            upload.seek(0)
            kind = filetype.guess(upload.read(8192))
            return kind is not None and kind.mime in SIGNATURES[extension]
        if extension in OFFICE_PARTS:
            upload.seek(0)
            with zipfile.ZipFile(upload) as archive:
                return OFFICE_PARTS[extension] in archive.namelist()
        if extension in TEXT:
            return _is_text(upload)
        return False
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    finally:
        upload.seek(0)


def _is_text(upload: UploadedFile) -> bool:
    upload.seek(0)
    start = upload.read(65536)
    if b"\0" in start:
        return False
    # A letter may be cut at the end of what was read.
    for cut in range(4):
        try:
            start[: len(start) - cut].decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
        return True
    return False


def check_captions(upload: UploadedFile) -> None:
    """Refuse captions that no browser would show."""
    check_size(upload, CAPTIONS_LIMIT)
    upload.seek(0)
    try:
        text = upload.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    upload.seek(0)
    if not text.startswith("WEBVTT") or "-->" not in text:
        raise ValidationError(
            _("This is not a WebVTT file: it begins with “WEBVTT” and has at least one timed line.")
        )


def is_new(file: Any) -> bool:
    """An upload, not the file that was there before."""
    return isinstance(file, UploadedFile)


class DocumentForm(BaseDocumentForm):  # type: ignore[misc]  # Wagtail is untyped
    """Uploading a document."""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if is_new(file):
            check_size(file, DOCUMENT_LIMIT)
            check_content(file)
            check_office(file)
        return file


class PictureForm(BaseImageForm):  # type: ignore[misc]  # Wagtail is untyped
    """Uploading a picture: kept is what is seen, nothing else that was in the file."""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not is_new(file):
            return file
        clean = written_anew(file)
        clean.image = file.image  # type: ignore[attr-defined]  # what Wagtail's field found out
        return clean


class RecordingForm(BaseMediaForm):  # type: ignore[misc]  # wagtailmedia is untyped
    """Uploading a video or an audio file, with what makes it usable for everybody."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "transcript" in self.fields:
            self.fields["transcript"].required = True
        if "captions" in self.fields:
            if self.instance.type == MediaType.AUDIO:
                del self.fields["captions"]  # nothing to lay them over
            else:
                self.fields["captions"].required = True
                self.fields["captions"].widget.attrs["accept"] = ".vtt,text/vtt"

    def _post_clean(self) -> None:
        super()._post_clean()
        if "file" in self.errors:
            # The model would complain of the missing file a second time, in other words.
            self.errors.pop(NON_FIELD_ERRORS, None)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if is_new(file):
            is_video = self.instance.type == MediaType.VIDEO
            kinds = wagtailmedia_settings
            check_extension(file, kinds.VIDEO_EXTENSIONS if is_video else kinds.AUDIO_EXTENSIONS)
            check_size(file, VIDEO_LIMIT if is_video else AUDIO_LIMIT)
            check_content(file)
            if is_video:
                check_has_video(file)
        return file

    def clean_captions(self) -> Any:
        captions = self.cleaned_data["captions"]
        if is_new(captions):
            check_captions(captions)
        return captions

    def clean_thumbnail(self) -> Any:
        poster = self.cleaned_data["thumbnail"]
        if is_new(poster):
            check_size(poster, POSTER_LIMIT)
            check_content(poster)
            return written_anew(poster)
        return poster
