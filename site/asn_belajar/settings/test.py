"""Settings of the test-suite: either database, tasks at once, a fast password hash."""

import os

from asn_belajar.settings.base import *  # noqa: F403 - settings are layers
from asn_belajar.settings.base import STORAGES, VAR
from asn_belajar.settings.databases import database, sqlite

SECRET_KEY = "only-for-tests"  # noqa: S105 - nothing here is secret
ALLOWED_HOSTS = ["*"]
DATABASES = {
    "default": database(os.environ["TEST_DATABASE_URL"])
    if os.environ.get("TEST_DATABASE_URL")
    else sqlite(VAR / "test.sqlite3")
}
# Threads of one test share a database; a file, unlike memory, has real locks.
if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["TEST"] = {"NAME": str(VAR / "test-run.sqlite3")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STORAGES["private"]["OPTIONS"]["location"] = VAR / "test-private"
MEDIA_ROOT = VAR / "test-media"
STORAGES["h5p"]["OPTIONS"] = {"location": VAR / "test-h5p", "base_url": None}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
BELAJAR_IMPORT_FOLDER = VAR / "test-imports"
BELAJAR_SECOND_FACTOR_FROM = None  # tests of the rule set a day
