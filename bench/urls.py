"""The site's addresses, and what they are measured against: nothing at all, Wagtail's own way to a page."""

from asn_belajar.urls import urlpatterns as site_urls
from django.http import HttpRequest, HttpResponse
from django.urls import path
from wagtail.models import Page

from content.models import ModulePage


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


def stock(request: HttpRequest, address: str) -> HttpResponse:
    """The same page by Wagtail's own way to it and nothing of ours to spare statements."""
    components = [each for each in address.split("/") if each]
    page: Page = Page.objects.get(depth=2)
    for slug in components:
        child = page.get_children().filter(slug=slug).first()
        if child is None:
            break
        page = child.specific
    list(page.get_view_restrictions())
    assert isinstance(page, ModulePage)
    response: HttpResponse = page.first_step(request)
    return response


urlpatterns = [path("bench/bare", bare), path("bench/stock/<path:address>", stock), *site_urls]
