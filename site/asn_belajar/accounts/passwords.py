"""Passwords that everybody here would try first are none."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# The words of this place (docs/security/asvs.md, 6.1.2): the programme, its owner, the province, the trade.
OWN_WORDS = (
    *("asn", "belajar", "asnbelajar", "bpsdm", "semesta", "bangkom", "corpu", "semestabangkom"),
    *("jatim", "jawatimur", "jawa", "timur", "provinsi", "pemprov", "surabaya", "cettar", "grahadi"),
    *("pns", "cpns", "pppk", "nip", "korpri", "pegawai", "negeri", "sipil", "dinas", "indonesia"),
    *("password", "katasandi", "sandi", "rahasia", "admin", "merdeka", "bismillah"),
)
LEFT_AT_LEAST = 6  # letters of one's own, once these words and all digits and marks are taken away


class OwnWordsValidator:
    """Refuses a password that is little more than such words, a year and a mark: "AsnBelajar2026!"."""

    def validate(self, password: str, user: object = None) -> None:
        left = re.sub(r"[\W\d_]", "", password.lower())
        for word in sorted(OWN_WORDS, key=len, reverse=True):
            left = left.replace(word, "")
        if len(left) < LEFT_AT_LEAST:
            raise ValidationError(_("Words of this programme are guessed first. Add some of your own."))

    def get_help_text(self) -> str:
        return _("Not only words like ASN, Belajar or Jatim with a year: those are guessed first.")
