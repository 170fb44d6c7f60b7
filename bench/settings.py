"""The settings of a laptop, and one address more."""

from asn_belajar.settings.dev import *  # noqa: F403 - settings are layers
from asn_belajar.settings.dev import BELAJAR_ATTEMPTS

ROOT_URLCONF = "bench.urls"
BELAJAR_ATTEMPTS = {name: (1_000_000, seconds) for name, (_most, seconds) in BELAJAR_ATTEMPTS.items()}
