"""A note that travels with a request through the site: whether its answer is a public page."""

from dataclasses import dataclass

NOTE = "belajar.page"  # where it stands in the WSGI environment


@dataclass(slots=True)
class Note:
    """Written on by Wagtail's hook when it serves a page, read by the door that keeps pages."""

    is_public: bool = False
