"""What every installation shares. `dev`, `test` and `production` build on this."""

import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.utils.translation import gettext_lazy as _

from asn_belajar import ROOT
from asn_belajar.settings.identity import openid_providers

# What the site makes: database, uploads, collected static files.
VAR = Path(os.environ.get("BELAJAR_VAR") or ROOT / "var")
DEBUG = False

INSTALLED_APPS = [
    "asn_belajar",
    "learning.people",
    "learning.study",
    "learning.study.feedback",
    "learning.competencies",
    "learning.reviews",
    "learning.reports",
    "content",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.routable_page",
    "wagtail.contrib.settings",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "wagtailmedia",
    "modelcluster",
    "taggit",
    "treebeard",
    "ninja",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.idp.oidc",
    "asn_belajar.accounts",
    "asn_belajar.accounts.oidc",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "asn_belajar.middleware.MaintenanceMiddleware",
    "asn_belajar.middleware.TextGZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "asn_belajar.middleware.BackOfficePolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "asn_belajar.back_office.door.AtTheDoor",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "asn_belajar.accounts.second_factor.SecondFactorMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "asn_belajar.urls"
WSGI_APPLICATION = "asn_belajar.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["asn_belajar.templatetags.belajar"],
        },
    }
]

# --- People and sign-in -------------------------------------------------------

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = [
    "asn_belajar.accounts.backend.SignInBackend",
    "asn_belajar.back_office.door.StaffDoor",
]
PASSWORD_HASHERS = [
    "learning.people.hashers.Argon2idHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "asn_belajar.accounts.passwords.OwnWordsValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "learning:my-week"
LOGOUT_REDIRECT_URL = "/"
WAGTAILADMIN_LOGIN_URL = "account_login"

USERSESSIONS_ADAPTER = "asn_belajar.accounts.adapters.UserSessionsAdapter"
ACCOUNT_ADAPTER = "asn_belajar.accounts.adapters.AccountAdapter"
ACCOUNT_USER_DISPLAY = "asn_belajar.accounts.adapters.shown_name"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = None
# One office shares one address: strict by account, generous by address. Tries, seconds (accounts/limits.py).
BELAJAR_ATTEMPTS = {
    "sign_in_by_address": (600, 60),
    "failure_by_address": (60, 60),
    "failure_by_account": (5, 300),
    "activation_by_address": (120, 60),
    "activation_by_person": (10, 3600),
    "sign_off_by_address": (20, 600),  # links that are none (sign_off.py)
}
# What allauth counts itself, in the cache: codes of the second step (login_failed), and rarer things.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": "5/300s/key",
    "reset_password": "200/m/ip,5/m/key",
    "reset_password_from_key": "200/m/ip",
}
BELAJAR_ACTIVATION_DAYS = 30  # how long the code of a letter holds
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
USERSESSIONS_TRACK_ACTIVITY = False  # a page must not cost a write

# Second steps. From this day on staff must have one (accounts/second_factor.py); None: nobody is asked.
BELAJAR_SECOND_FACTOR_FROM: dt.date | None = dt.date.fromisoformat(
    os.environ.get("SECOND_FACTOR_FROM") or "2026-01-01"
)
MFA_ADAPTER = "asn_belajar.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "ASN Belajar"
MFA_TOTP_TOLERANCE = 1  # clocks of phones; a code counts once all the same (accounts/forms.py)
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TRUST_ENABLED = True
MFA_TRUST_COOKIE_AGE = dt.timedelta(days=14)
MFA_FORMS = {
    "authenticate": "asn_belajar.accounts.forms.SignInCodeForm",
    "reauthenticate": "asn_belajar.accounts.forms.ConfirmCodeForm",
    "activate_totp": "asn_belajar.accounts.forms.AppForm",
    "add_webauthn": "asn_belajar.accounts.forms.PasskeyForm",
    "edit_webauthn": "asn_belajar.accounts.forms.RenamePasskeyForm",
}
MFA_RATE_LIMITS = {"webauthn_login": "600/m/ip"}  # nothing to guess, and one office shares one address

# Sign-in elsewhere (settings/identity.py). What a provider tells is matched by NIP and not kept.
SOCIALACCOUNT_PROVIDERS = openid_providers(json.loads(os.environ.get("IDENTITY_PROVIDERS") or "[]"))
SOCIALACCOUNT_ADAPTER = "asn_belajar.accounts.oidc.matching.SocialAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # accounts/oidc/views.py asks when another site sends somebody
BELAJAR_OIDC_CREATES_PEOPLE = False  # people come from the personnel data

# Our accounts for tools of partners (accounts/idp/): off, unless there is a key to sign with (RSA, PEM).
BELAJAR_IDENTITY_FOR_OTHERS = bool(os.environ.get("IDENTITY_PRIVATE_KEY"))
IDP_OIDC_PRIVATE_KEY = os.environ.get("IDENTITY_PRIVATE_KEY", "")
IDP_OIDC_ADAPTER = "asn_belajar.accounts.idp.adapter.OIDCAdapter"
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 600
IDP_OIDC_REFRESH_TOKEN_EXPIRES_IN = 600  # allauth gives one, but no tool of ours may use it

# --- Language and time --------------------------------------------------------

LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Indonesian"))]
LOCALE_PATHS = [ROOT / "site" / "asn_belajar" / "locale"]
FORMAT_MODULE_PATH = ["asn_belajar.formats"]
TIME_ZONE = "Asia/Jakarta"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

# --- Files --------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "static"]
STATIC_ROOT = VAR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR / "media"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Evidence of learners: no address leads here, only a view that asks who may see it.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": VAR / "private",
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "asn_belajar.static_files.ModuleStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a long Wagtail page is one big form
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Security -----------------------------------------------------------------

# Public pages: nothing but our own files. The back office and packages have
# policies of their own, on their own paths (asn_belajar.middleware).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "media-src": [SELF],
        "font-src": [NONE],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
    }
}
BACK_OFFICE_SECURITY_POLICY = {
    "default-src": [NONE],
    "script-src": [SELF, UNSAFE_INLINE, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "media-src": [SELF, "blob:"],
    "font-src": [SELF, "data:"],
    "connect-src": [SELF],
    "frame-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [SELF],
}
X_FRAME_OPTIONS = "DENY"  # Wagtail allows its own preview frame
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "asn_belajar.views.csrf_failure"

# --- Wagtail ------------------------------------------------------------------

WAGTAIL_SITE_NAME = "ASN Belajar"
WAGTAILADMIN_BASE_URL = "http://127.0.0.1:8000"
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_I18N_ENABLED = False
WAGTAILADMIN_PERMITTED_LANGUAGES = [("id", "Bahasa Indonesia")]
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILIMAGES_IMAGE_MODEL = "content.Picture"
WAGTAILDOCS_DOCUMENT_MODEL = "content.Handout"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "content.uploads.DocumentForm"
WAGTAILIMAGES_IMAGE_FORM_BASE = "content.uploads.PictureForm"
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "pptx", "csv", "txt", "odt", "ods", "odp"]
WAGTAILMEDIA = {
    "MEDIA_MODEL": "content.Recording",
    "MEDIA_FORM_BASE": "content.uploads.RecordingForm",
    "AUDIO_EXTENSIONS": ["mp3", "m4a", "ogg", "opus"],
    "VIDEO_EXTENSIONS": ["mp4", "webm"],
}
TAGGIT_CASE_INSENSITIVE = True

# --- Background work, caches, mail --------------------------------------------

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
CACHES: dict[str, dict[str, Any]] = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
DEFAULT_FROM_EMAIL = "ASN Belajar <tidak-dibalas@asn-belajar.invalid>"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}

# --- The programme's own settings ---------------------------------------------

BELAJAR_WEEKLY_TARGET_MINUTES = 45  # 1 JP; a unit may set its own
BELAJAR_RETENTION_MONTHS = int(os.environ.get("BELAJAR_RETENTION_MONTHS") or 24)  # `ledger retire`
BELAJAR_MAINTENANCE_FILE = VAR / "maintenance"  # touch it to close the site, remove it to open
BELAJAR_PAGES_BELL = VAR / "pages-changed"  # grows when public pages change (docs/decisions/0014)
BELAJAR_PAGES_ASK_S = float(os.environ.get("BELAJAR_PAGES_ASK_S") or 1)  # 0: ask the database at each request
BELAJAR_IMPORT_FOLDER = VAR / "imports"  # files of people, only until they have been compared
BELAJAR_SAMPLE_PEOPLE_ALLOWED = True  # production says no
# How long what is kept (docs/privacy.md): `manage.py privacy purge` removes what is older.
BELAJAR_RETENTION_SESSION_DAYS = 90  # address and browser of a sign-in, after it was last used
BELAJAR_RETENTION_IMPORT_DAYS = 90  # what each row of an import changed; its numbers stay
BELAJAR_RETENTION_MARK_DAYS = 30  # signed-out sessions, redeemed permits: longer than any token lives
