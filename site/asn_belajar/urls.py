"""Every address of the site. Paths are Bahasa, names English."""

from django.conf import settings
from django.urls import include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from asn_belajar import sign_off, views
from asn_belajar.personal_data import views as personal_data
from content import media_files
from content.search import views as search_views
from learning.urls import api_urls

# Machines.
internal_urls = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]

# One door to sign in: Wagtail's own would know no limits on guessing and no second step.
to_sign_in = RedirectView.as_view(pattern_name="account_login", query_string=True)
closed_urls = [
    path("redaksi/login/", to_sign_in, name="wagtailadmin_login"),
    path("_util/login/", to_sign_in, name="wagtailcore_login"),
]

# People who are signed in.
private_urls = [
    path("akun/", include("asn_belajar.accounts.urls")),
    path("akun/data-saya/unduh/", personal_data.download, name="my-data-download"),
    path("redaksi/", include(wagtailadmin_urls)),
    path("api/v1/", api_urls),
    path("", include("learning.urls")),
]

# Everybody.
public_urls = [
    path("persetujuan/<slug:secret>/", sign_off.sign_off, name="sign-off"),
    path("dokumen/", include(wagtaildocs_urls)),
    path("cari/", search_views.find, name="search"),
    path("media/<path:path>", media_files.serve, name="media"),
    path("", include(wagtail_urls)),
]

# Tools of partners that sign people in with our accounts.
partner_urls = (
    [path("", include("asn_belajar.accounts.idp.urls"))] if settings.BELAJAR_IDENTITY_FOR_OTHERS else []
)

urlpatterns = internal_urls + closed_urls + partner_urls + private_urls + public_urls

handler400 = views.bad_request
handler403 = views.permission_denied
handler404 = views.page_not_found
handler500 = views.server_error
