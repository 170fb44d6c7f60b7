"""Django's name for the content."""

import mimetypes

from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "content"

    def ready(self) -> None:
        # Captions are refused by browsers under any other name; Python 3.11 does not know it.
        mimetypes.add_type("text/vtt", ".vtt")

        from content import publishing

        publishing.connect()
