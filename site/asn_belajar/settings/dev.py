"""Settings that run on a laptop with no environment variable at all."""

import datetime as dt
import os

from asn_belajar.settings.base import *  # noqa: F403 - settings are layers
from asn_belajar.settings.base import STORAGES, VAR
from asn_belajar.settings.databases import database, sqlite

DEBUG = os.environ.get("DEBUG", "0") == "1"
SECRET_KEY = "only-for-development-never-in-production"  # noqa: S105 - production refuses to start without its own
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
DATABASES = {
    "default": database(os.environ["DATABASE_URL"])
    if "DATABASE_URL" in os.environ
    else sqlite(VAR / "asn-belajar.sqlite3")
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
if DEBUG:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# The sample people have a password and nothing else; SECOND_FACTOR_FROM=2026-01-01 asks for a second step.
BELAJAR_SECOND_FACTOR_FROM = (
    dt.date.fromisoformat(os.environ["SECOND_FACTOR_FROM"]) if os.environ.get("SECOND_FACTOR_FROM") else None
)
