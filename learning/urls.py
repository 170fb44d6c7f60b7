"""Addresses of everything that belongs to one person. Paths are Bahasa, names English."""

from django.urls import path

from learning.competencies.dictionary import views as dictionary
from learning.people.activation import views as letters
from learning.people.audit import views as audit
from learning.people.privacy import views as privacy
from learning.people.roles import views as roles
from learning.reports import duties
from learning.reports import ledger_views as ledger
from learning.reports import views as reports
from learning.reports.period import review_views as period_reviews
from learning.reports.period import views as period
from learning.reports.team import views as team
from learning.reviews import views as reviews
from learning.reviews.appeals import views as appeals
from learning.reviews.claims import review_views as claim_reviews
from learning.reviews.claims import views as claims
from learning.reviews.declared import views as declared
from learning.study import views as study

app_name = "learning"
urlpatterns = [
    path("belajar/", reports.my_week, name="my-week"),
    path("belajar/target/", reports.set_goal, name="goal"),
    path("belajar/atasan/", duties.my_supervisor, name="my-supervisor"),
    path("belajar/jejak.gif", study.trace, name="trace"),
    path("buku-belajar/", ledger.ledger, name="ledger"),
    path("buku-belajar/baris/<uuid:key>/", ledger.entry, name="ledger-entry"),
    path("buku-belajar/unduh.csv", ledger.take_along, {"form": "csv"}, name="ledger-csv"),
    path("buku-belajar/unduh.json", ledger.take_along, {"form": "json"}, name="ledger-json"),
    path("buku-belajar/luar/", declared.index, name="declared-list"),
    path("buku-belajar/luar/baru/", declared.declare, name="declare"),
    path("buku-belajar/luar/<int:pk>/", declared.show, name="declared"),
    path("buku-belajar/luar/<int:pk>/ubah/", declared.edit, name="declared-edit"),
    path("buku-belajar/luar/<int:pk>/tarik/", declared.withdraw, name="declared-withdraw"),
    path("buku-belajar/luar/bukti/<int:pk>/", declared.evidence, name="evidence"),
    path("buku-belajar/keberatan/<uuid:entry_id>/", appeals.appeal, name="appeal"),
    path("buku-belajar/keberatan/<uuid:entry_id>/tarik/", appeals.withdraw, name="appeal-withdraw"),
    path("kompetensi/", reports.my_competencies, name="competencies"),
    path("kompetensi/selesaikan/<int:activity_id>/", reports.complete, name="complete"),
    path("kompetensi/nilai-diri/", dictionary.assess, name="assess-oneself"),
    path("kompetensi/kamus/", dictionary.dictionary, name="dictionary"),
    path("kompetensi/kamus/masuk/", dictionary.take_in, name="dictionary-import"),
    path(
        "kompetensi/kamus/kamus.csv",
        dictionary.download,
        {"what": "kamus", "form": "csv"},
        name="dictionary-csv",
    ),
    path(
        "kompetensi/kamus/kamus.xlsx",
        dictionary.download,
        {"what": "kamus", "form": "xlsx"},
        name="dictionary-xlsx",
    ),
    path(
        "kompetensi/kamus/profil.csv",
        dictionary.download,
        {"what": "profil", "form": "csv"},
        name="profiles-csv",
    ),
    path(
        "kompetensi/kamus/profil.xlsx",
        dictionary.download,
        {"what": "profil", "form": "xlsx"},
        name="profiles-xlsx",
    ),
    path("kompetensi/klaim/", claims.index, name="claims"),
    path("kompetensi/klaim/baru/", claims.new, name="claim-new"),
    path("kompetensi/klaim/<int:pk>/", claims.show, name="claim"),
    path("kompetensi/klaim/<int:pk>/ubah/", claims.edit, name="claim-edit"),
    path("kompetensi/klaim/<int:pk>/tarik/", claims.withdraw, name="claim-withdraw"),
    path("jp/", reports.my_jp, name="jp"),
    path("laporan/saya/", period.my_reports, name="my-reports"),
    path("laporan/saya/<str:name>/", period.my_report, name="my-report"),
    path("laporan/saya/<str:name>/tarik/", period.withdraw, name="withdraw-report"),
    path("laporan/periode/", period_reviews.unit_reports, name="unit-reports"),
    path("laporan/periode/<int:pk>/", period_reviews.review, name="review-report"),
    path("laporan/dokumen/<str:number>.pdf", period.document, {"form": "pdf"}, name="report-pdf"),
    path("laporan/dokumen/<str:number>.xlsx", period.document, {"form": "xlsx"}, name="report-xlsx"),
    path("laporan/dokumen/<str:number>.json", period.document, {"form": "json"}, name="report-json"),
    path("laporan/periksa/", period.check, name="check-reports"),
    path("laporan/periksa/<str:number>/", period.check, name="check-report"),
    path("surat-aktivasi/", letters.units, name="letters"),
    path("surat-aktivasi/<int:unit_id>/", letters.unit, name="letters-of-unit"),
    path("tim/", team.team, name="team"),
    path("tim/pelimpahan/", duties.delegations, name="delegations"),
    path("tim/pelimpahan/<int:delegation_id>/akhiri/", duties.end, name="end-delegation"),
    path("tim/verifikasi/", reviews.queue, name="reviews"),
    path("tim/verifikasi/luar/<int:pk>/", reviews.review_declared, name="review-declared"),
    path("tim/verifikasi/keberatan/<int:pk>/", reviews.review_appeal, name="review-appeal"),
    path("tim/verifikasi/klaim/akui/", claim_reviews.recognise, name="recognise-claims"),
    path("tim/verifikasi/klaim/<int:pk>/", claim_reviews.review, name="review-claim"),
    path("tim/verifikasi/klaim/<int:pk>/tinjau/", claim_reviews.take, name="take-claim"),
    path("tim/verifikasi/klaim/<int:pk>/buka-kembali/", claim_reviews.reopen, name="reopen-claim"),
    path("tim/<int:person_id>/kompetensi/", claim_reviews.member, name="member-competencies"),
    path("tim/<int:person_id>/klaim/baru/", claims.for_staff, name="claim-for-staff"),
    path("tim/tandai/", team.acknowledge, name="acknowledge-weeks"),
    path("tim/<int:person_id>/ingatkan/", team.nudge, name="nudge"),
    path("tim/<int:person_id>/", reports.team_member, name="team-member"),
    path("tim/<int:person_id>/baris/<uuid:key>/", ledger.member_entry, name="member-entry"),
    path("tim/<int:person_id>/unduh.csv", ledger.member_take_along, {"form": "csv"}, name="member-csv"),
    path("tim/<int:person_id>/unduh.json", ledger.member_take_along, {"form": "json"}, name="member-json"),
    path("tim/<int:person_id>/cuti/", reports.record_absence, name="record-absence"),
    path("tim/<int:person_id>/cuti/<int:absence_id>/akhiri/", reports.end_absence, name="end-absence"),
    path("privasi/", privacy.notice, name="privacy"),
    path("akun/", privacy.home, name="account"),
    path("akun/data-saya/", privacy.my_data, name="my-data"),
    path("akun/data-saya/permintaan/", privacy.ask, name="ask-about-data"),
    path("akun/data-saya/pilihan/", privacy.choose, name="choose-purposes"),
    path("akun/dilihat/", audit.who_saw_me, name="who-saw-me"),
    path("permintaan-data/", privacy.queue, name="data-requests"),
    path("permintaan-data/<int:request_id>/", privacy.answer, name="answer-about-data"),
    path("peran/", roles.roles, name="roles"),
    path("peran/beri/", roles.grant, name="grant-role"),
    path("peran/<int:grant_id>/akhiri/", roles.end, name="end-role"),
    path("audit/", audit.search, name="audit"),
    path("audit/unduh/", audit.export, name="audit-export"),
]
