"""The password hash: Argon2id at OWASP's minimum, so that a Thursday's sign-ins fit two cores."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2idHasher(Argon2PasswordHasher):
    """19 MiB, two passes, one lane: about 22 ms a check (OWASP Password Storage Cheat Sheet)."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
