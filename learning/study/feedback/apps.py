"""Django's name for this subject."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "learning.study.feedback"
    label = "feedback"
