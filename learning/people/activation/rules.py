"""What a code looks like on paper, and how it is read back. No Django here."""

import hashlib
import re

# Crockford's base 32: no I, L, O, U, so that a letter is never taken for a digit, and no word appears.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 24  # 120 bits: so many that a plain hash may be kept (OWASP ASVS 5, 6.5.2: 112 at least)
GROUP = 4

_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def on_paper(code: str) -> str:
    """`code` in groups that can be read aloud: "7K3M-9QXF-0T4V-2HB8-N5RC-1A2B"."""
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def read_code(text: str) -> str | None:
    """The code somebody typed, in capitals and without marks; None when it cannot be one."""
    code = re.sub(r"[\s.\-–]", "", text).upper().translate(_READ_AS)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def digest(code: str) -> str:
    """What is kept of a code. A plain hash will do: 120 random bits cannot be tried out."""
    return hashlib.sha256(f"activation:{code}".encode()).hexdigest()
