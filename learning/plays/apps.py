"""Django's name for this subject."""

from django.apps import AppConfig


class PlaysConfig(AppConfig):
    name = "learning.plays"
    label = "plays"
