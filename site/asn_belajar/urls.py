"""Every address of the site. Paths are Bahasa, names English."""

from django.conf import settings
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from asn_belajar import views
from content import media_files
from learning.urls import api_urls

# Machines.
internal_urls = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]

# People who are signed in.
private_urls = [
    path("akun/", include("asn_belajar.accounts.urls")),
    path("redaksi/", include(wagtailadmin_urls)),
    path("api/v1/", api_urls),
    path("", include("learning.urls")),
]

# Everybody.
public_urls = [
    path("dokumen/", include(wagtaildocs_urls)),
    path("media/<path:path>", media_files.serve, name="media"),
    path("", include(wagtail_urls)),
]

# Tools of partners that sign people in with our accounts.
partner_urls = (
    [path("", include("asn_belajar.accounts.idp.urls"))] if settings.BELAJAR_IDENTITY_FOR_OTHERS else []
)

urlpatterns = internal_urls + partner_urls + private_urls + public_urls

handler400 = views.bad_request
handler403 = views.permission_denied
handler404 = views.page_not_found
handler500 = views.server_error
