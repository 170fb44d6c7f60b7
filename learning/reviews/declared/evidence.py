"""What may be evidence: PDF, JPEG, PNG. The name of a file is a claim; its content is looked at.

A picture is written anew: what hides behind its pixels or in its metadata (place, camera, a script)
is gone. A PDF is kept as it is, and only ever handed out to be saved (declared.views.evidence).
"""

import hashlib
import io
import re
from dataclasses import dataclass

import filetype
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

LIMIT = 5 * 1024 * 1024  # of one file
MOST_FILES = 5
REQUEST_LIMIT = MOST_FILES * LIMIT + 1024 * 1024  # of all that one form may send
LONGEST_SIDE = 3000  # a page of A4 at 250 dots per inch
MOST_PIXELS = 50_000_000

KINDS = {"pdf": "application/pdf", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png"}
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG"}
_SCRIPT = re.compile(rb"<\s*(!doctype|html|script|svg|iframe|body|\?xml)", re.IGNORECASE)
_ZIP_END = b"PK\x05\x06"


class EvidenceRefused(ValueError):
    """The file is no evidence; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept, as it will be kept."""

    name: str
    kind: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def checked(upload: UploadedFile) -> Checked:
    """The file as it may be kept. Raises `EvidenceRefused`."""
    name = file_name(upload.name or "")
    kind = KINDS.get(name.rpartition(".")[2].lower())
    if kind is None:
        raise EvidenceRefused(_("“%(name)s” is not a PDF, JPG or PNG file.") % {"name": name})
    if not upload.size:
        raise EvidenceRefused(_("“%(name)s” is empty.") % {"name": name})
    if upload.size > LIMIT:
        raise EvidenceRefused(
            _("“%(name)s” is too large: %(size)s. At most %(limit)s.")
            % {"name": name, "size": filesizeformat(upload.size), "limit": filesizeformat(LIMIT)}
        )
    upload.seek(0)
    content = upload.read()
    found = filetype.guess(content[:8192])
    if found is None or found.mime != kind:
        raise EvidenceRefused(
            _("The content of “%(name)s” is not what its name says. Save it again as PDF, JPG or PNG.")
            % {"name": name}
        )
    if kind == "application/pdf":
        _check_pdf(name, content)
    else:
        content = _written_anew(name, kind, content)
    return Checked(name, kind, content)


def file_name(name: str) -> str:
    """The name as it is shown and handed out: no path, nothing that could break a header, 120 letters."""
    name = re.sub(r"[\x00-\x1f\x7f\"\\/:*?<>|]+", " ", name.replace("\\", "/").rpartition("/")[2])
    stem, dot, extension = " ".join(name.split()).strip(". ").rpartition(".")
    return (
        f"{stem[: 119 - len(extension)]}{dot}{extension}" if dot and len(extension) < 10 else extension[:120]
    )


def _check_pdf(name: str, content: bytes) -> None:
    """A whole PDF, from its first byte to its last, and nothing else beside it."""
    end = content.rstrip(b"\0\t\n\f\r ")
    is_whole = (
        re.match(rb"%PDF-[12]\.\d", content) is not None
        and end.endswith(b"%%EOF")
        and b"startxref" in end[-2048:]
        and _ZIP_END not in content[-66_000:]
        and _SCRIPT.search(content[:1024]) is None
    )
    if not is_whole:
        raise EvidenceRefused(
            _("“%(name)s” is damaged or not a plain PDF. Print it to PDF again and choose the new file.")
            % {"name": name}
        )


def _written_anew(name: str, kind: str, content: bytes) -> bytes:
    try:
        with Image.open(io.BytesIO(content), formats=[_FORMATS[kind]]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise EvidenceRefused(
                    _("“%(name)s” has too many pixels. Take the picture again in a smaller size.")
                    % {"name": name}
                )
            upright = ImageOps.exif_transpose(picture)
            plain = upright.convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as wrong:
        if isinstance(wrong, EvidenceRefused):
            raise
        raise EvidenceRefused(
            _("The picture “%(name)s” cannot be read. Take it again or save it as JPG.") % {"name": name}
        ) from None
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    clean = Image.new("RGB", plain.size)  # pixels only: no metadata comes along
    clean.paste(plain)
    target = io.BytesIO()
    clean.save(target, _FORMATS[kind], **({"quality": 85} if kind == "image/jpeg" else {"optimize": True}))
    return target.getvalue()
