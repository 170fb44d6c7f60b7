"""Addresses of everything that belongs to one person. Paths are Bahasa, names English."""

from django.urls import path

from learning.endpoints import api
from learning.reports import ledger_views as ledger
from learning.reports import views as reports
from learning.study import views as study

app_name = "learning"
urlpatterns = [
    path("belajar/", reports.my_week, name="my-week"),
    path("belajar/target/", reports.set_goal, name="goal"),
    path("belajar/jejak.gif", study.trace, name="trace"),
    path("buku-belajar/", ledger.ledger, name="ledger"),
    path("buku-belajar/baris/<uuid:key>/", ledger.entry, name="ledger-entry"),
    path("buku-belajar/unduh.csv", ledger.take_along, {"form": "csv"}, name="ledger-csv"),
    path("buku-belajar/unduh.json", ledger.take_along, {"form": "json"}, name="ledger-json"),
    path("kompetensi/", reports.my_competencies, name="competencies"),
    path("kompetensi/selesaikan/<int:activity_id>/", reports.complete, name="complete"),
    path("jp/", reports.my_jp, name="jp"),
    path("tim/", reports.team, name="team"),
    path("tim/tandai/", reports.acknowledge, name="acknowledge-weeks"),
    path("tim/<int:person_id>/", reports.team_member, name="team-member"),
    path("tim/<int:person_id>/baris/<uuid:key>/", ledger.member_entry, name="member-entry"),
    path("tim/<int:person_id>/unduh.csv", ledger.member_take_along, {"form": "csv"}, name="member-csv"),
    path("tim/<int:person_id>/unduh.json", ledger.member_take_along, {"form": "json"}, name="member-json"),
    path("tim/<int:person_id>/cuti/", reports.record_absence, name="record-absence"),
    path("tim/<int:person_id>/cuti/<int:absence_id>/akhiri/", reports.end_absence, name="end-absence"),
]

api_urls = api.urls
