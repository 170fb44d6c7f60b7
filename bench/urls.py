"""The site's addresses, and a view that does nothing: what a request costs before any work is done."""

from asn_belajar.urls import urlpatterns as site_urls
from django.http import HttpRequest, HttpResponse
from django.urls import path


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [path("bench/bare", bare), *site_urls]
