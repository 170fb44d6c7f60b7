"""Django's name for the site itself: its commands, texts and template words."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "asn_belajar"
