"""The few addresses the study meter's template names."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def nothing(request: HttpRequest, **kwargs: int) -> HttpResponse:
    return HttpResponse()


personal = (
    [
        path("buku-belajar/", nothing, name="ledger"),
        path("kompetensi/", nothing, name="competencies"),
        path("kompetensi/selesaikan/<int:activity_id>/", nothing, name="complete"),
    ],
    "learning",
)
urlpatterns = [path("akun/login/", nothing, name="account_login"), path("", include(personal))]
