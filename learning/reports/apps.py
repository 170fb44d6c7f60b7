"""Django's name for this subject."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "learning.reports"
    label = "reports"
