"""The WSGI door of the site."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "asn_belajar.settings.dev")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

site = get_wsgi_application()

from asn_belajar.package_door import package_door  # noqa: E402 - Django is set up first
from asn_belajar.page_door import PageDoor  # noqa: E402
from asn_belajar.study_door import study_door  # noqa: E402

# Whoever works on a template wants to see it at once.
application = package_door(study_door(site if settings.DEBUG else PageDoor(site)))
