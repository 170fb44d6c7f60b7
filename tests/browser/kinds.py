"""Every kind of page the site has: one row each. A new kind of page is a new row, and is tried at once."""

from dataclasses import dataclass

from learning.sample import EDITOR, LEARNER, SUPERVISOR, SignIn

MODULE = "/alur/dasar-manajerial/pelayanan-prima-cettar/"


@dataclass(frozen=True)
class Kind:
    """Where an example of it is, and who opens it (None: anybody)."""

    name: str
    path: str
    who: SignIn | None = None
    status: int = 200
    follow: str = ""  # a link on `path` that leads to the example
    ours: bool = True  # whether the HTML is ours: Wagtail's own screens are not in our hand

    def __str__(self) -> str:
        return self.name


KINDS = [
    Kind("home", "/"),
    Kind("track-index", "/alur/"),
    Kind("track", "/alur/dasar-manajerial/"),
    Kind("module", MODULE),
    Kind("module-step", f"{MODULE}2/"),
    Kind("quiz", f"{MODULE}kuis/", LEARNER),
    Kind("quiz-of-every-kind", "/alur/kecakapan-digital/keamanan-informasi-asn/kuis/", LEARNER),
    Kind("feedback", f"{MODULE}tanggapan/1/", LEARNER),
    Kind("episode-index", "/episode/"),
    Kind("episode", "/episode/", follow="main a[href^='/episode/']:not([href$='/episode/'])"),
    Kind("partner-index", "/mitra/"),
    Kind("partner", "/mitra/", follow="main a[href^='/mitra/']"),
    Kind("search", "/cari/?q=melayani+warga&jenis=module"),
    Kind("search-nothing", "/cari/?q=zzzzzz"),
    Kind("article", "/artikel/bantuan/"),
    Kind("my-week", "/belajar/", LEARNER),
    Kind("ledger", "/buku-belajar/", LEARNER),
    Kind("ledger-year", "/buku-belajar/?tahun=2026", LEARNER),
    Kind("ledger-entry", "/buku-belajar/", LEARNER, follow="main a.ledger-row-time"),
    Kind("declared-list", "/buku-belajar/luar/", LEARNER),
    Kind("declare", "/buku-belajar/luar/baru/", LEARNER),
    Kind("declared", "/buku-belajar/luar/", LEARNER, follow="main th a"),
    Kind("reviews", "/tim/verifikasi/", SUPERVISOR),
    Kind("review-declared", "/tim/verifikasi/", SUPERVISOR, follow="main a[href*='/luar/']"),
    Kind("review-appeal", "/tim/verifikasi/", SUPERVISOR, follow="main a[href*='/keberatan/']"),
    Kind("competencies", "/kompetensi/", LEARNER),
    Kind("claims", "/kompetensi/klaim/", LEARNER),
    Kind("claim", "/kompetensi/klaim/", LEARNER, follow="main th a"),
    Kind("claim-new", "/kompetensi/klaim/baru/", LEARNER),
    Kind("dictionary", "/kompetensi/kamus/", LEARNER),
    Kind("review-claim", "/tim/verifikasi/", SUPERVISOR, follow="main a[href*='/klaim/']"),
    Kind("member-competencies", "/tim/verifikasi/", SUPERVISOR, follow="main a[href$='/kompetensi/']"),
    Kind("jp", "/jp/", LEARNER),
    Kind("my-reports", "/laporan/saya/", LEARNER),
    Kind("my-report-draft", "/laporan/saya/", LEARNER, follow="main tr:has(span.soft:only-child) th a"),
    Kind("my-report-accepted", "/laporan/saya/", LEARNER, follow="main tr:has([data-state=done]) th a"),
    Kind("unit-reports", "/laporan/periode/", SUPERVISOR),
    Kind("review-report", "/laporan/periode/", SUPERVISOR, follow="main section.card a"),
    Kind("check-report", "/laporan/periksa/"),
    Kind("team", "/tim/", SUPERVISOR),
    Kind("team-below-target", "/tim/?saring=below", SUPERVISOR),
    Kind("team-member", "/tim/", SUPERVISOR, follow="main a[href^='/tim/']:not([href*='?'])"),
    Kind("nudge", "/tim/", SUPERVISOR, follow="main a.person-row-nudge"),
    Kind("my-supervisor", "/belajar/atasan/", LEARNER),
    Kind("delegations", "/tim/pelimpahan/", SUPERVISOR),
    Kind("sign-in", "/akun/login/"),
    Kind("password-reset", "/akun/password/reset/"),
    Kind("sign-out", "/akun/logout/", LEARNER),
    Kind("sessions", "/akun/sessions/", LEARNER),
    Kind("privacy", "/privasi/"),
    Kind("my-data", "/akun/data-saya/", LEARNER),
    Kind("who-saw-me", "/akun/dilihat/", LEARNER),
    Kind("activation", "/akun/aktivasi/"),
    Kind("two-step", "/akun/2fa/", LEARNER),
    Kind("two-step-why", "/akun/langkah-kedua/", LEARNER),
    Kind("confirm-who", "/akun/reauthenticate/", LEARNER),
    Kind("passkeys", "/akun/2fa/webauthn/", LEARNER),
    Kind("password-change", "/akun/password/change/", LEARNER),
    Kind("password-reset-sent", "/akun/password/reset/done/"),
    Kind("e-mail", "/akun/email/", LEARNER),
    Kind("providers", "/akun/3rdparty/", LEARNER),
    Kind("provider-failed", "/akun/3rdparty/login/error/", status=401),
    Kind("provider-left", "/akun/3rdparty/login/cancelled/"),
    Kind("not-for-you", "/tim/", LEARNER, status=403),
    Kind("not-found", "/tidak-ada/", status=404),
    Kind("back-office", "/redaksi/", EDITOR, ours=False),
]
