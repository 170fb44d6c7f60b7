"""The download of "my data"."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from asn_belajar.personal_data.export import everything_about
from learning.people.audit.actions import log_deed
from learning.people.signed_in import person_of


@login_required
@require_POST
def download(request: HttpRequest) -> HttpResponseBase:
    """Everything about me, streamed. That it was asked for is logged, so that a thief leaves a trace."""
    person, now = person_of(request), timezone.now()
    log_deed(actor=person, action="download_own_data", subject=person, role="self", now=now)
    response = StreamingHttpResponse(everything_about(person, now), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="data-saya-{now:%Y-%m-%d}.zip"'
    response["Cache-Control"] = "no-store"
    return response
