"""Django's name for the content."""

from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "content"
