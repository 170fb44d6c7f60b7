"""Django's name for this subject."""

from django.apps import AppConfig


class CompetenciesConfig(AppConfig):
    name = "learning.competencies"
    label = "competencies"
