"""`/surat-aktivasi/`: unit HR and BPSDM print the letters of their people."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from learning.people.activation import actions, queries
from learning.people.activation.letters import letters_pdf
from learning.people.models import Person, Unit

UNITS_ON_A_PAGE = 50
PEOPLE_ON_A_PAGE = 100
MOST_LETTERS = 300  # in one PDF: a few seconds of work, a hundred sheets


def _viewer(request: HttpRequest) -> Person:
    viewer = request.user
    assert isinstance(viewer, Person)  # noqa: S101 - login_required
    return viewer


@login_required
@never_cache
@require_GET
def units(request: HttpRequest) -> HttpResponse:
    """The units the reader may print for, and how many wait there."""
    viewer, now = _viewer(request), timezone.now()
    if not queries.units_to_serve(viewer, now).exists():
        raise PermissionDenied
    search = request.GET.get("cari", "").strip()[:80]
    page = Paginator(queries.units_with_counts(viewer, now, search), UNITS_ON_A_PAGE).get_page(
        request.GET.get("halaman")
    )
    context = {"viewer": viewer, "units": page.object_list, "page_obj": page, "query": search}
    return render(request, "learning/letters/units.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """The people of one unit; a POST prints letters for those chosen, or for all who have none and wait."""
    viewer, now = _viewer(request), timezone.now()
    asked = get_object_or_404(queries.units_to_serve(viewer, now), pk=unit_id)
    people = queries.people_of_unit(asked, viewer, now)
    without = queries.people_without_letter(asked, viewer, now)
    if request.method == "POST":
        chosen = [int(key) for key in request.POST.getlist("person") if key.isdecimal() and len(key) < 12]
        if request.POST.get("who") == "all":
            chosen = list(without.values_list("pk", flat=True)[:MOST_LETTERS])
        return _print(request, asked, viewer, chosen[:MOST_LETTERS])
    page = Paginator(people, PEOPLE_ON_A_PAGE).get_page(request.GET.get("halaman"))
    context = {
        "viewer": viewer,
        "unit": asked,
        "people": page.object_list,
        "page_obj": page,
        "without": without.count(),
        "most": MOST_LETTERS,
    }
    return render(request, "learning/letters/unit.html", context)


def _print(request: HttpRequest, asked: Unit, viewer: Person, chosen: list[int]) -> HttpResponse:
    now = timezone.now()
    inside = queries.people_of_unit(asked, viewer, now).filter(pk__in=chosen).values_list("pk", flat=True)
    letters = actions.issue_letters(by=viewer, people=list(inside), now=now)
    if not letters:
        messages.warning(request, _("Choose at least one person. No letter was printed."))
        return redirect("learning:letters-of-unit", unit_id=asked.pk)
    pdf = letters_pdf(
        letters,
        address=request.build_absolute_uri(reverse("activation")),
        printed_by=viewer.name,
        now=now,
    )
    file_name = f"surat-aktivasi-{asked.pk}.pdf"
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{file_name}"'},
    )
