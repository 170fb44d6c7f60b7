"""What the sample people have submitted: learning outside and an appeal, some of it decided already."""

import datetime as dt
from contextlib import suppress

from django.db.models import QuerySet

from learning.people.models import Person
from learning.reports.period.actions import decide_report, submit_report
from learning.reports.period.rules import ACCEPT, MONTH, QUARTER
from learning.reports.period.spans import Span
from learning.reviews import rules as reviews
from learning.reviews.appeals.actions import AppealRefused, appeal
from learning.reviews.claims import actions as claims
from learning.reviews.claims import rules as claim_rules
from learning.reviews.claims.deciding import decide_claim
from learning.reviews.declared.actions import Content, decide, declare_learning
from learning.reviews.declared.evidence import Checked
from learning.reviews.models import Declaration
from learning.sample import LEARNER, SUPERVISOR, TEAM_UNIT, forbid_in_production
from learning.study import rules
from learning.study.models import StudyEntry

COACHING, SELF_STUDY, SEMINAR = 14, 22, 9  # SIASN's jenisDiklat

_OBJECTS = (
    b"<</Type/Catalog/Pages 2 0 R>>",
    b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
)


def empty_page() -> bytes:
    """A PDF of one empty page: who opens the evidence of an invented person finds nothing in it."""
    text, places = b"%PDF-1.4\n", []
    for number, each in enumerate(_OBJECTS, 1):
        places.append(len(text))
        text += b"%d 0 obj%bendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, len(text))
    return text + head + table + tail


def load_submissions(*, now: dt.datetime) -> int:
    """What waits for the sample supervisor, and what came back to the sample learner; how many were made.

    Once there are some, nothing. Raises `ImproperlyConfigured` in production.
    """
    forbid_in_production()
    if Declaration.objects.exists():
        return 0
    learner = Person.objects.get(username=LEARNER.username)
    supervisor = Person.objects.get(username=SUPERVISOR.username)
    team = Person.objects.filter(unit__code=TEAM_UNIT).exclude(pk__in=[learner.pk, supervisor.pk])
    first, second = team.order_by("pk")[:2]
    monday = rules.week_of(rules.local_day(now)) - rules.ONE_WEEK
    returned = _declare(
        learner,
        monday,
        now - dt.timedelta(days=3),
        form=COACHING,
        title="Coaching menyusun telaahan staf",
        organiser="Bidang Pelayanan Publik",
        learnt="Alur telaahan dari masalah ke saran tindak, dan cara memilih data pendukung.",
    )
    decide(
        supervisor=supervisor,
        declaration_id=returned.pk,
        seen=1,
        move=reviews.RETURN,
        reason="unreadable",
        text="Mohon unggah ulang formulir coaching yang sudah diparaf.",
        now=now - dt.timedelta(days=2),
    )
    _declare(
        first,
        monday + dt.timedelta(days=1),
        now - dt.timedelta(days=1),
        form=SEMINAR,
        title="Seminar keterbukaan informasi publik",
        organiser="Komisi Informasi Provinsi Jawa Timur",
        learnt="Batas waktu menjawab permohonan informasi dan cara mencatatnya.",
    )
    _declare(
        second,
        monday + dt.timedelta(days=2),
        now - dt.timedelta(hours=5),
        form=SELF_STUDY,
        title="Membaca pedoman SPBE bab tata kelola",
        organiser="Belajar mandiri",
        learnt="Pembagian peran koordinator dan pelaksana, lengkap dengan ringkasan dua halaman.",
    )
    _reports(learner, supervisor, list(team.order_by("pk")[:2]), now)
    _claims(learner, first, second, supervisor, now)
    return 3 + _appeal(team.values_list("pk", flat=True), now)


def _reports(learner: Person, supervisor: Person, others: list[Person], now: dt.datetime) -> None:
    """The report of the quarter before is accepted; of last month, two of the team wait."""
    today = rules.local_day(now)
    quarter = Span.of(QUARTER, today).just_before()
    report = submit_report(
        person=learner, span=quarter, note="Daftar periksa layanan kini dipakai di loket.", now=now
    )
    decide_report(
        by=supervisor, report_id=report.pk, seen=1, move=ACCEPT, text="Terima kasih, lanjutkan.", now=now
    )
    for person in others:
        submit_report(person=person, span=Span.of(MONTH, today).just_before(), note="", now=now)


def _declare(person: Person, day: dt.date, now: dt.datetime, **said: str | int) -> Declaration:
    start = dt.datetime.combine(day, dt.time(9), rules.WIB)
    content = Content(
        form=int(said["form"]),
        title=str(said["title"]),
        organiser=str(said["organiser"]),
        learnt=str(said["learnt"]),
        link="",
        spans=[rules.Span(start, start + dt.timedelta(minutes=90))],
    )
    files = [Checked("bukti.pdf", "application/pdf", empty_page())]
    return declare_learning(
        person=person, content=content, files=files, now=max(now, start + dt.timedelta(hours=2))
    )


def _claims(learner: Person, first: Person, second: Person, supervisor: Person, now: dt.datetime) -> None:
    """One that waits, one that came back, one recognised, and one the supervisor wrote for the learner."""

    def said(code: str, level: int, text: str) -> claims.Content:
        link = f"https://contoh.invalid/{code.lower()}"
        return claims.Content(competency=code, level=level, text=text, link=link)

    waits = said(
        "TEK-HUM", 2, "Saya menulis enam siaran pers dan tanya jawab yang dipakai di media sosial dinas."
    )
    # Whoever has proved a level by a module already cannot claim it: that scene is left out.
    with suppress(claims.ClaimRefused):
        claims.write_claim(person=first, content=waits, send=True, now=now - dt.timedelta(days=4))
    with suppress(claims.ClaimRefused):
        returned = claims.write_claim(
            person=learner,
            content=said(
                "TEK-LAY", 3, "Saya menyusun standar pelayanan loket dan mengolah survei kepuasan 2026."
            ),
            send=True,
            now=now - dt.timedelta(days=6),
        )
        decide_claim(
            supervisor=supervisor,
            claim_id=returned.pk,
            seen=1,
            move=claim_rules.RETURN,
            reason="not_own",
            text="Bagian mana yang Anda kerjakan sendiri?",
            now=now - dt.timedelta(days=5),
        )
    with suppress(claims.ClaimRefused):
        recognised = claims.write_claim(
            person=learner,
            content=said("TEK-INO", 2, "Antrean bergilir di loket saya kini dipakai tiga unit lain."),
            send=True,
            now=now - dt.timedelta(days=20),
        )
        decide_claim(
            supervisor=supervisor,
            claim_id=recognised.pk,
            seen=1,
            move=claim_rules.RECOGNISE,
            now=now - dt.timedelta(days=18),
        )
    observed = said(
        "TEK-DAT", 2, "Merapikan metadata sektoral bidang selama Oktober; hasilnya dipakai walidata."
    )
    with suppress(claims.ClaimRefused):
        claims.claim_for(
            supervisor=supervisor, person=second, content=observed, now=now - dt.timedelta(days=1)
        )


def _appeal(people: QuerySet[Person, int], now: dt.datetime) -> int:
    """Somebody objects to the newest row that was cut; none where no row was."""
    cut = StudyEntry.objects.filter(person__in=people).exclude(reason="").order_by("-received_at")
    for entry in cut.select_related("person")[:20]:
        try:
            appeal(
                person=entry.person,
                entry_id=entry.pk,
                text="Saya mengulang bagian kuis dan mencatat langkahnya untuk tim. Mohon waktunya dihitung.",
                now=now,
            )
        except AppealRefused:
            continue
        return 1
    return 0
