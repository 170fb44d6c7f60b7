"""Django's name for this subject."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "learning.reviews"
    label = "reviews"
