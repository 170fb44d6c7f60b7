"""Django's name for this subject."""

from django.apps import AppConfig


class StudyConfig(AppConfig):
    name = "learning.study"
    label = "study"
