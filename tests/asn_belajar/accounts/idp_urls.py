"""The site's addresses as they are when our accounts are offered to others."""

from asn_belajar.accounts.idp.urls import urlpatterns as identity_urls
from asn_belajar.urls import handler404, handler500  # noqa: F401 - Django looks here
from asn_belajar.urls import urlpatterns as site_urls

urlpatterns = [*identity_urls, *site_urls]
