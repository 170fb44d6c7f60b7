"""Addresses of everything that belongs to one person. Paths are Bahasa, names English."""

from django.urls import path

from learning.endpoints import api
from learning.reports import duties
from learning.reports import views as reports
from learning.study import views as study

app_name = "learning"
urlpatterns = [
    path("belajar/", reports.my_week, name="my-week"),
    path("belajar/target/", reports.set_goal, name="goal"),
    path("belajar/atasan/", duties.my_supervisor, name="my-supervisor"),
    path("belajar/jejak.gif", study.trace, name="trace"),
    path("buku-belajar/", study.ledger, name="ledger"),
    path("kompetensi/", reports.my_competencies, name="competencies"),
    path("kompetensi/selesaikan/<int:activity_id>/", reports.complete, name="complete"),
    path("jp/", reports.my_jp, name="jp"),
    path("tim/", reports.team, name="team"),
    path("tim/pelimpahan/", duties.delegations, name="delegations"),
    path("tim/pelimpahan/<int:delegation_id>/akhiri/", duties.end, name="end-delegation"),
    path("tim/tandai/", reports.acknowledge, name="acknowledge-weeks"),
    path("tim/<int:person_id>/", reports.team_member, name="team-member"),
    path("tim/<int:person_id>/cuti/", reports.record_absence, name="record-absence"),
    path("tim/<int:person_id>/cuti/<int:absence_id>/akhiri/", reports.end_absence, name="end-absence"),
]

api_urls = api.urls
