"""The settings of a laptop, and one address more."""

from asn_belajar.settings.dev import *  # noqa: F403 - settings are layers

ROOT_URLCONF = "bench.urls"
