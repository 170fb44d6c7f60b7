"""Error pages: in Indonesian, in the look of the site, and from nothing but their template."""

import pytest
from asn_belajar import views
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import get_resolver
from django.utils import translation
from django.utils.translation import gettext

# None of these tests may touch the database: pytest-django sees to it.


@pytest.fixture
def request_for_nothing(rf: RequestFactory) -> HttpRequest:
    return rf.get("/tidak-ada/")


def error_pages(request: HttpRequest) -> dict[int, HttpResponse]:
    return {
        400: views.bad_request(request, BadRequest()),
        403: views.permission_denied(request, PermissionDenied()),
        404: views.page_not_found(request, Http404()),
        413: views.bad_request(request, RequestDataTooBig()),
        500: views.server_error(request),
        503: views.maintenance(request),
    }


def test_every_error_page_has_its_status_and_the_look_of_the_site(request_for_nothing: HttpRequest) -> None:
    for status, response in error_pages(request_for_nothing).items():
        html = response.content.decode()
        assert response.status_code == status
        assert '<html lang="id">' in html
        assert "css/site.css" in html
        assert html.count("<h1>") == 1


def test_an_error_page_is_the_same_for_everybody(request_for_nothing: HttpRequest) -> None:
    for response in error_pages(request_for_nothing).values():
        html = response.content.decode()
        assert "csrfmiddlewaretoken" not in html
        assert "Set-Cookie" not in response.headers


def test_an_old_form_is_answered_with_what_to_do(request_for_nothing: HttpRequest) -> None:
    response = views.csrf_failure(request_for_nothing)

    assert response.status_code == 403
    assert 'href="/belajar/"' in response.content.decode()


def test_maintenance_says_when_to_come_back(request_for_nothing: HttpRequest) -> None:
    assert views.maintenance(request_for_nothing)["Retry-After"] == "300"


def test_an_error_page_stands_although_the_list_of_static_files_is_lost(
    request_for_nothing: HttpRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(path: str) -> str:
        raise ValueError(path)

    monkeypatch.setattr("asn_belajar.templatetags.belajar.static", lost)

    assert 'href="/static/css/site.css"' in views.server_error(request_for_nothing).content.decode()


def test_django_uses_our_error_pages() -> None:
    handler = get_resolver().resolve_error_handler

    assert [handler(400), handler(403), handler(404), handler(500)] == [
        views.bad_request,
        views.permission_denied,
        views.page_not_found,
        views.server_error,
    ]


def test_the_error_pages_speak_indonesian(request_for_nothing: HttpRequest) -> None:
    with translation.override("id"):
        if gettext("Page not found") == "Page not found":
            pytest.skip("THE CATALOGUE IS NOT COMPILED: run `make messages`")
        pages = error_pages(request_for_nothing)

    assert "Ada gangguan di pihak kami" in pages[500].content.decode()
    assert "ASN Belajar sedang dirawat" in pages[503].content.decode()
    assert "Halaman tidak ditemukan" in pages[404].content.decode()
