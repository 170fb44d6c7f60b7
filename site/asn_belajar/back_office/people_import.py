"""Screens of an import: send a file, look at the difference, apply it, open the result, undo it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from asn_belajar.back_office.door import reach_of
from asn_belajar.back_office.forms import UploadForm
from learning.people.audit.actions import log_deed
from learning.people.importing import queries, runs, tasks
from learning.people.importing.models import ImportRow, ImportRun
from learning.people.importing.reading import CannotRead
from learning.people.importing.wording import ABOUT_FILE, ABOUT_STEP
from learning.people.models import Person
from learning.people.staff import Reach

RUNS_SHOWN = 30
ROWS_ON_A_PAGE = 50
ORDER = ("problem", "leaving", "moved", "new", "back", "changed", "same")  # what needs eyes comes first


def staff_of(request: HttpRequest) -> tuple[Person, Reach]:
    """Who asks and whom they look after; 403 for anybody else."""
    reach = reach_of(request.user)
    if not isinstance(request.user, Person) or not reach:
        raise PermissionDenied
    return request.user, reach


def _asked_run(request: HttpRequest, run_id: int) -> ImportRun:
    """An import of what they look after; 404 for any other."""
    _person, reach = staff_of(request)
    run = ImportRun.objects.select_related("unit", "started_by", "token").filter(pk=run_id).first()
    if run is None or not reach.holds(run.unit):
        raise Http404
    return run


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The imports so far, and a place to send a file."""
    person, reach = staff_of(request)
    form = UploadForm(reach=reach)
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES, reach=reach)
        if form.is_valid():
            try:
                run = _take(person, form)
            except CannotRead as error:
                form.add_error("file", queries.words([error.code, error.detail], ABOUT_FILE))
            else:
                return redirect("people_import:show", run.pk)
    latest = ImportRun.objects.select_related("unit", "started_by", "token").order_by("-pk")
    if not reach.everybody:
        latest = latest.filter(unit__in=reach.all_units())
    return render(
        request,
        "back_office/import_index.html",
        {"form": form, "runs": latest[:RUNS_SHOWN], "header_title": _("Import people and units")},
        status=422 if form.errors else 200,
    )


def _take(person: Person, form: UploadForm) -> ImportRun:
    upload = form.cleaned_data["file"]
    run = runs.take_file(
        kind=form.cleaned_data["kind"],
        pieces=upload.chunks(),
        name=upload.name,
        by=person,
        unit=form.cleaned_data["unit"],
        is_whole=form.cleaned_data["is_whole"],
        now=timezone.now(),
    )
    tasks.compare.enqueue(run.pk)
    return run


@never_cache
@require_GET
def show(request: HttpRequest, run_id: int) -> HttpResponse:
    """One import: its numbers, each opened to its rows, and the next step."""
    run = _asked_run(request, run_id)
    now = timezone.now()
    asked = request.GET.get("jenis", "")
    kinds = [(kind, ImportRow.Kind(kind).label, run.counts[kind]) for kind in ORDER if run.counts.get(kind)]
    chosen = asked if asked in run.counts else next((kind for kind, *_ in kinds), "")
    outcome = request.GET.get("hasil", "")
    rows = run.rows.filter(kind=chosen).order_by("pk")
    if outcome in ImportRow.Outcome.values and outcome:
        rows = run.rows.filter(outcome=outcome).order_by("pk")
    page = Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("p"))
    at_work = run.state in (run.State.WAITING, run.State.READING, run.State.APPLYING, run.State.UNDOING)
    is_still = runs.is_still(run, now)
    changing = sum(int(run.counts.get(kind, 0)) for kind in runs.DOING)
    response = render(
        request,
        "back_office/import_show.html",
        {
            "run": run,
            "header_title": run.file_name or _("HR sync"),
            "notes": queries.notes_of(run),
            "kinds": kinds,
            "chosen": chosen,
            "outcome": outcome,
            "outcomes": [
                (name, ImportRow.Outcome(name).label, count)
                for name, count in run.counts.get("outcomes", {}).items()
            ],
            "page_obj": page,
            "rows": queries.show(run, list(page.object_list)),
            "at_work": at_work,
            "is_still": is_still,
            "changing": changing,
            "many_leave": run.state == run.State.READY and runs.many_leave(run),
            "undo_until": run.applied_at + runs.UNDO_WITHIN if run.applied_at else None,
            "may_undo": bool(
                run.state == run.State.APPLIED and run.applied_at and now <= run.applied_at + runs.UNDO_WITHIN
            ),
        },
    )
    if at_work and not is_still:
        response["Refresh"] = "3"  # without JavaScript
    return response


def _step(request: HttpRequest, run_id: int, state: str) -> HttpResponse:
    run = _asked_run(request, run_id)
    try:
        confirmed = request.POST.get("confirmed") == "yes"
        begun = runs.begin(run, state=state, now=timezone.now(), confirmed=confirmed)
    except runs.ImportRefused as refused:
        messages.error(request, ABOUT_STEP[refused.code])
    else:
        tasks.write.enqueue(begun.pk)
    return redirect("people_import:show", run.pk)


@require_POST
def apply(request: HttpRequest, run_id: int) -> HttpResponse:
    """Apply what the comparison showed."""
    return _step(request, run_id, ImportRun.State.APPLYING)


@require_POST
def undo(request: HttpRequest, run_id: int) -> HttpResponse:
    """Take it back."""
    return _step(request, run_id, ImportRun.State.UNDOING)


@require_POST
def go_on(request: HttpRequest, run_id: int) -> HttpResponse:
    """Somebody stopped in the middle: go on from there."""
    run = _asked_run(request, run_id)
    if run.state in (run.State.APPLYING, run.State.UNDOING):
        return _step(request, run_id, run.state)
    if runs.is_still(run, timezone.now()):
        tasks.compare.enqueue(run.pk)
    return redirect("people_import:show", run.pk)


@never_cache
@require_GET
def result(request: HttpRequest, run_id: int) -> StreamingHttpResponse:
    """What became of each row, as a file. The export is logged."""
    run = _asked_run(request, run_id)
    person, _reach = staff_of(request)
    log_deed(actor=person, action="export_import", now=timezone.now(), run=run.pk)
    response = StreamingHttpResponse(queries.result_lines(run), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="hasil-impor-{run.pk}.csv"'
    return response


urlpatterns = [
    path("", index, name="index"),
    path("<int:run_id>/", show, name="show"),
    path("<int:run_id>/terapkan/", apply, name="apply"),
    path("<int:run_id>/batalkan/", undo, name="undo"),
    path("<int:run_id>/lanjutkan/", go_on, name="go-on"),
    path("<int:run_id>/hasil.csv", result, name="result"),
]
