"""`/akun/oidc/<provider>/login/` and back; the names are those allauth asks for."""

from django.urls import path

from asn_belajar.accounts.oidc import views

urlpatterns = [
    path("oidc/<slug:provider_id>/login/", views.login, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", views.callback, name="openid_connect_callback"),
]
