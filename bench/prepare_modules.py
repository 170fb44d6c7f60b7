"""A library to search in: modules with made-up Indonesian texts, always the same ones."""

import json
import random
from typing import Any

from content.models import ModulePage, TrackIndexPage, TrackPage, Value
from content.search import indexing
from learning.competencies.models import Competency
from tests import make, make_pages

SEED, TRACKS, COMPETENCIES, PARTNERS = 29, 50, 40, 40
_ROOTS = """
layan warga surat dinas tulis baca data angka grafik aduan loket antre ramah cepat tepat tanggap pimpin
ubah rencana anggaran kelola aman informasi pribadi lindung kerja sama nilai budaya jujur integritas
gratifikasi kebijakan analisis rapat jadwal arsip digital aplikasi desa kota sekolah guru sehat rumah
sakit jalan air bencana tani laut hutan pajak lelang kontrak hukum disiplin pegawai jabatan latih ajar
uji bukti catat hitung ukur lapor pantau evaluasi mutu standar prosedur risiko etika komunikasi media
berita bahasa negosiasi mediasi
"""
ROOTS = _ROOTS.split()
FORMS = ("{}", "me{}", "pe{}an", "di{}", "ber{}", "{}an", "ke{}an", "me{}kan")


def words(dice: random.Random, count: int) -> str:
    # Words are used as unevenly as in any language: the first often, the last seldom.
    picked = (ROOTS[min(int(dice.expovariate(1 / 25)), len(ROOTS) - 1)] for _ in range(count))
    return " ".join(dice.choice(FORMS).format(each) for each in picked)


def modules(count: int) -> None:
    """`count` published modules of about 400 words, indexed as a publication does; prints what to ask for."""
    dice = random.Random(SEED)
    make_pages.home()
    partners = [make_pages.partner() for _ in range(PARTNERS)]
    values = [Value.objects.create(family="Nilai", name=f"Nilai {number}") for number in range(12)]
    skills: list[Competency] = [make.competency() for _ in range(COMPETENCIES)]
    index = TrackIndexPage.objects.get()
    tracks = []
    for number in range(TRACKS):
        track = TrackPage(
            title=f"Alur {number}",
            slug=f"bench-{number}",
            summary=words(dice, 10),
            owner_partner=partners[number % PARTNERS],
        )
        index.add_child(instance=track)
        tracks.append(track)
    for number in range(count):
        track = tracks[number % TRACKS]
        page: Any = ModulePage(
            title=words(dice, 4).capitalize(),
            slug=f"modul-{number}",
            summary=words(dice, 16),
            planned_minutes=dice.choice((10, 20, 30, 45, 60, 90)),
            minimum_minutes=5,
            steps=[
                make_pages.step(f"Langkah {step}", ("text", f"<p>{words(dice, 90)}</p>")) for step in range(4)
            ],
            competencies=[make_pages.competency(dice.choice(skills), dice.randint(1, 5))],
        )
        track.add_child(instance=page)
        page.values.set(dice.sample(values, 2))
        page.save()
        indexing.index_page(page)
    print(json.dumps({"partner": partners[0].pk, "competency": skills[0].code, "value": values[0].pk}))
