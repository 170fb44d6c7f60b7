"""The page a package is played on: trusted, with a frame inside that can reach nothing.

    module page ── iframe ── the stage (this page, our code, the site's origin)
                               └── iframe sandbox srcdoc (the package: an opaque origin, no network)

The stage has an address of its own because a srcdoc inherits the policy of the page around it, and
packages need `blob:` scripts and often `eval`: so neither is allowed on any page that holds
something of a person. docs/h5p.md says what was tried and why.
"""

import base64
import hashlib
import json
from pathlib import Path
from string import Template
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.html import escape
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import conditional_page, require_safe

from content.models import Package, PackageVersion

HERE = Path(__file__).parent
BOOT = (HERE / "boot.js").read_text(encoding="utf-8")
FRAME = Template((HERE / "frame.html").read_text(encoding="utf-8"))
BOOT_HASH = f"'sha256-{base64.b64encode(hashlib.sha256(BOOT.encode()).digest()).decode()}'"
STREAMED_BYTES = 16 * 1024 * 1024  # a film longer than this is not waited for, but streamed
CORE = {
    "core/frame.bundle.js": "h5p-core/frame.bundle.js",
    "core/styles/h5p.css": "h5p-core/styles/h5p.css",
    "core/fonts/h5p-core-30.woff2": "h5p-core/fonts/h5p-core-30.woff2",
    "core/fonts/h5p-theme.woff2": "h5p-core/fonts/h5p-theme.woff2",
}
# Types that tell themselves when they are over, though they have no `getMaxScore`.
ENDS_BY_ITSELF = frozenset({"H5P.ArithmeticQuiz", "H5P.MemoryGame", "H5P.Questionnaire"})
OURS = (
    "css/site.css",
    "images/logo.svg",
    "js/h5p/load.js",
    "js/h5p/record.js",
    "js/h5p/stage.js",
    "js/study-clock.js",
)


def iri_of(package: Package) -> str:
    """The name of a package in statements. It never changes and need not be an address."""
    return f"{settings.WAGTAILADMIN_BASE_URL}/h5p/paket/{package.pk}"


def streamed_of(version: PackageVersion) -> list[str]:
    """Addresses of the films and sounds too large to be waited for: the frame may load these itself."""
    return [
        file["url"]
        for file in version.manifest["files"]
        if file["size"] > STREAMED_BYTES and file["mime"].startswith(("video/", "audio/"))
    ]


def addresses_to_play(version: PackageVersion) -> list[str]:
    """All a play fetches, beginning with the stage: what an offline copy has to hold."""
    stage_address = reverse("h5p-stage", kwargs={"number": version.pk, "sha256": version.sha256})
    ours = map(static, (*OURS, *CORE.values()))
    return [stage_address, *ours, *(address for address, _size in version.addresses())]


def core_texts() -> dict[str, str]:
    """The sentences of H5P's core a learner can meet, by the names it gives them."""
    return {
        "fullscreen": _("Full screen"),
        "disableFullscreen": _("Leave full screen"),
        "close": _("Close"),
        "confirmDialogHeader": _("Are you sure?"),
        "confirmDialogBody": _("Go on? This cannot be undone."),
        "cancelLabel": _("Cancel"),
        "confirmLabel": _("Yes, go on"),
        "contentChanged": _("This material has changed since you last used it."),
        "startingOver": _("You will start again from the beginning."),
        "size": _("Size"),
        "showAdvanced": _("Show more"),
        "hideAdvanced": _("Show less"),
        "copyrightInformation": _("Rights of use"),
        "reuseContent": _("Reuse content"),
        "contentCopied": _("The content was copied."),
    }


def stage_policy(streamed: list[str]) -> dict[str, list[str]]:
    """The policy of the stage. The frame inherits it, and keeps to a narrower one of its own."""
    return {
        "default-src": [NONE],
        "script-src": [SELF, BOOT_HASH, "blob:", UNSAFE_EVAL],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "blob:", "data:"],
        "font-src": ["blob:", "data:"],
        "media-src": [*streamed, "blob:", "data:"],
        "connect-src": [SELF, "blob:", "data:"],
        "worker-src": ["blob:"],
        "frame-src": [NONE],  # nor can the frame go elsewhere by itself
        "form-action": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
    }


def frame_policy(streamed: list[str]) -> str:
    """The policy inside: nothing but Blobs it was handed, and the films named."""
    media = " ".join(["blob:", "data:", *streamed])
    return (
        f"default-src 'none'; script-src {BOOT_HASH} 'unsafe-eval' blob:; style-src 'unsafe-inline'; "
        f"img-src blob: data:; font-src blob: data:; media-src {media}; connect-src blob: data:; "
        "worker-src blob:; form-action 'none'; base-uri 'none'"
    )


@require_safe
@xframe_options_sameorigin
@cache_control(no_cache=True, public=True)
def stage(request: HttpRequest, number: int, sha256: str) -> HttpResponse:
    """The stage of one version of a package; the same for everybody."""
    version = get_object_or_404(
        PackageVersion.objects.select_related("package", "manifest_file"), pk=number, sha256=sha256
    )
    streamed = streamed_of(version)
    absolute = [request.build_absolute_uri(url) for url in streamed]  # 'self' is nobody in an opaque origin
    frame = FRAME.substitute(
        language=escape(version.manifest["language"]),
        title=escape(version.package.title),
        policy=escape(frame_policy(absolute)),
        boot=BOOT,
    )
    context: dict[str, Any] = {
        "version": version,
        "package": version.package,
        "iri": iri_of(version.package),
        "srcdoc": frame,
        "load": json.dumps(
            {
                "manifestUrl": version.manifest_address,
                "core": {name: static(path) for name, path in CORE.items()},
                "streamed": streamed,
            }
        ),
        "start": json.dumps(
            {
                "core": {"js": "core/frame.bundle.js", "css": "core/styles/h5p.css"},
                "texts": core_texts(),
                "name": _("Participant"),
            }
        ),
        "ends": version.library in ENDS_BY_ITSELF,
        "licence": version.details.get("license", ""),
    }
    response = render(request, "content/h5p/stage.html", context)
    response["ETag"] = quote_etag(hashlib.sha256(response.content).hexdigest()[:32])
    answer = get_conditional_response(request, etag=response["ETag"], response=response) or response
    # On a 304 too: a browser takes the headers of the last answer.
    answer._csp_replace = stage_policy(absolute)  # type: ignore[attr-defined]  # django-csp reads it
    answer["X-DNS-Prefetch-Control"] = "off"
    return answer


@require_safe
@cache_control(no_cache=True, public=True)
@conditional_page
def parts(request: HttpRequest, number: int, sha256: str) -> HttpResponse:
    """Every address a play of this version fetches, in one list: to keep it for offline."""
    versions = PackageVersion.objects.select_related("manifest_file")
    version = get_object_or_404(versions, pk=number, sha256=sha256)
    return JsonResponse({"title": version.title, "addresses": addresses_to_play(version)})
