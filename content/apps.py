"""Django's name for the content."""

import mimetypes

from django.apps import AppConfig

MEDIA_TYPES = (
    ("text/vtt", ".vtt"),
    ("image/webp", ".webp"),
    ("image/avif", ".avif"),
    ("video/webm", ".webm"),
    ("video/mp4", ".mp4"),
    ("audio/mpeg", ".mp3"),
    ("audio/mp4", ".m4a"),
    ("audio/ogg", ".ogg"),
    ("audio/ogg", ".opus"),
)


class ContentConfig(AppConfig):
    name = "content"

    def ready(self) -> None:
        # Python 3.11 knows these only where the system does; browsers refuse them under other names.
        for kind, extension in MEDIA_TYPES:
            mimetypes.add_type(kind, extension)

        from content import editions, publishing
        from content.search import indexing

        publishing.connect()
        indexing.connect()
        editions.connect()
