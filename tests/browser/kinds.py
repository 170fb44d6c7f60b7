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
    Kind("episode-index", "/episode/"),
    Kind("episode", "/episode/", follow="main a[href^='/episode/']:not([href$='/episode/'])"),
    Kind("partner-index", "/mitra/"),
    Kind("partner", "/mitra/", follow="main a[href^='/mitra/']"),
    Kind("article", "/artikel/bantuan/"),
    Kind("my-week", "/belajar/", LEARNER),
    Kind("ledger", "/buku-belajar/", LEARNER),
    Kind("competencies", "/kompetensi/", LEARNER),
    Kind("jp", "/jp/", LEARNER),
    Kind("team", "/tim/", SUPERVISOR),
    Kind("team-below-target", "/tim/?saring=below", SUPERVISOR),
    Kind("team-member", "/tim/", SUPERVISOR, follow="main a[href^='/tim/']:not([href*='?'])"),
    Kind("my-supervisor", "/belajar/atasan/", LEARNER),
    Kind("delegations", "/tim/pelimpahan/", SUPERVISOR),
    Kind("sign-in", "/akun/login/"),
    Kind("password-reset", "/akun/password/reset/"),
    Kind("sign-out", "/akun/logout/", LEARNER),
    Kind("sessions", "/akun/sessions/", LEARNER),
    Kind("not-for-you", "/tim/", LEARNER, status=403),
    Kind("not-found", "/tidak-ada/", status=404),
    Kind("back-office", "/redaksi/", EDITOR, ours=False),
]
