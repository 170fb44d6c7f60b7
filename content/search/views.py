"""`/cari/`: one page for everybody, by a plain form."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from content import queries as pages
from content.page_note import NOTE, Note
from content.search.queries import MOST_HITS, ON_A_PAGE, search
from content.search.wording import PARAMETERS

LONGEST = 200  # letters of a question
MOST_PAGES = MOST_HITS // ON_A_PAGE


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """What was looked for, what was found, and how to narrow it. Says nothing of who asks."""
    note = request.META.get(NOTE)
    if isinstance(note, Note):
        note.is_public = True
    text = " ".join(request.GET.get("q", "").split())
    narrowed = {
        facet.value: value
        for facet, name in PARAMETERS.items()
        if (value := request.GET.get(name, "").strip())
    }
    number = _page_number(request.GET.get("hal", "1"))
    error = _mistake(text, narrowed)
    found = None if error else search(text, narrowed, number)
    if found and number > 1 and not found.hits:
        raise Http404
    last = -(-found.total // ON_A_PAGE) if found else 0
    names = {facet.value: name for facet, name in PARAMETERS.items()}
    context = {
        "text": text[:LONGEST],
        "error": error,
        "found": found,
        "facets": [(names[each.name], each) for each in found.facets] if found else [],
        "narrowed": _chips(found, narrowed, text, names) if found else [],
        "all_url": _url(text, {}),
        "meant_url": _url(found.meant, narrowed) if found and found.meant else "",
        "number": number,
        "last": last,
        "first": (number - 1) * ON_A_PAGE + 1,
        "previous_url": _url(text, narrowed, number - 1) if number > 1 else "",
        "next_url": _url(text, narrowed, number + 1) if number < last else "",
        "tracks": pages.tracks_with_modules(count=6) if found and not found.total else [],
    }
    status = HTTPStatus.BAD_REQUEST if error else HTTPStatus.OK
    return render(request, "content/search.html", context, status=status)


def _page_number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 7 and 0 < int(text) <= MOST_PAGES):
        raise Http404
    return int(text)


def _mistake(text: str, narrowed: dict[str, str]) -> str:
    if len(text) > LONGEST:
        return _("The question is too long: at most %(most)d letters.") % {"most": LONGEST}
    if any(len(value) > 40 or "\0" in value for value in narrowed.values()):
        return _("There is no such filter.")
    return ""


def _url(text: str, narrowed: dict[str, str], number: int = 1) -> str:
    asked = {"q": text} if text else {}
    asked |= {PARAMETERS[facet]: value for facet, value in narrowed.items()}  # type: ignore[index]
    if number > 1:
        asked["hal"] = str(number)
    return f"?{urlencode(asked)}" if asked else "/cari/"


def _chips(found: Any, narrowed: dict[str, str], text: str, names: dict[str, str]) -> list[dict[str, str]]:
    """Each filter in use, in words, with the address without it."""
    labels = {(facet.name, choice.value): choice.label for facet in found.facets for choice in facet.choices}
    return [
        {
            "label": labels.get((facet, value), value),
            "url": _url(text, {name: each for name, each in narrowed.items() if name != facet}),
        }
        for facet, value in narrowed.items()
    ]
