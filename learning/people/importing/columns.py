"""What agencies call the columns of their files, and what we call them. No Django here."""

import re
from collections.abc import Callable, Sequence

PERSON = {
    "nip": (
        "NIP",
        "NIP BARU",
        "NIPBARU",
        "NI PPPK",
        "NIPPPK",
        "NIP NI PPPK",
        "NIP NIPPPK",
        "NOMOR INDUK PEGAWAI",
    ),
    "old_nip": ("NIP LAMA", "NIP SEBELUMNYA", "NI PPPK LAMA", "NIP ASAL"),
    "hr_id": ("ID", "PNS ID", "PNS ORANG ID", "ID PNS", "ID PEGAWAI", "ID ASN", "NO PEGAWAI", "HR ID"),
    "name": ("NAMA", "NAMA LENGKAP", "NAMA PEGAWAI", "NAMA ASN", "NAMA PNS"),
    "title_before": ("GELAR DEPAN", "GELAR DPN", "GLR DEPAN", "GLR DPN"),
    "title_after": ("GELAR BELAKANG", "GELAR BLK", "GLR BELAKANG", "GLR BLK"),
    "unit_code": ("KODE UNOR", "KODE UNIT", "KODE UNIT KERJA", "UNOR ID", "ID UNOR", "UNIT ID", "KODE SKPD"),
    "unit_name": (
        "UNOR",
        "UNIT KERJA",
        "NAMA UNOR",
        "UNIT ORGANISASI",
        "UNOR NAMA",
        "NAMA UNIT KERJA",
        "SKPD",
    ),
    "position": ("JABATAN", "NAMA JABATAN", "JABATAN NAMA"),
    "position_kind": ("JENIS JABATAN", "JENIS JAB", "JENIS JABATAN NAMA", "JNS JABATAN"),
    "grade": (
        "GOL",
        "GOLONGAN",
        "GOL RUANG",
        "GOL PANGKAT",
        "PANGKAT",
        "PANGKAT GOL",
        "GOL RU",
        "GOL AKHIR",
        "PANGKAT GOL RUANG",
        "GOL AKHIR NAMA",
        "PANGKAT GOLONGAN",
        "GOLONGAN RUANG",
    ),
    "status": (
        "STATUS",
        "KEDUDUKAN HUKUM",
        "KEDUDUKAN HUKUM NAMA",
        "STATUS PEGAWAI",
        "STATUS AKTIF",
        "KEDHUK",
    ),
    "employment": (
        "JENIS PEGAWAI",
        "JENIS PEGAWAI NAMA",
        "STATUS KEPEGAWAIAN",
        "STATUS CPNS PNS",
        "JENIS ASN",
        "STATUS ASN",
    ),
    "email": ("EMAIL", "E MAIL", "SUREL", "ALAMAT EMAIL", "EMAIL GOV"),
    "joined_on": ("TMT CPNS", "TMT PPPK", "TMT MASUK", "TMT KERJA", "TANGGAL MASUK"),
    "since": ("TMT", "TMT JABATAN", "TMT UNOR", "TMT UNIT KERJA", "TMT MUTASI"),
    "supervisor_nip": ("NIP ATASAN", "NIP ATASAN LANGSUNG"),
}
UNIT = {
    "code": ("KODE", "KODE UNOR", "KODE UNIT", "KODE UNIT KERJA", "ID UNOR", "UNOR ID", "ID"),
    "name": ("NAMA", "NAMA UNOR", "UNOR", "UNIT KERJA", "NAMA UNIT", "NAMA UNIT KERJA", "UNIT ORGANISASI"),
    "parent": (
        "KODE INDUK",
        "KODE ATASAN",
        "UNOR INDUK",
        "KODE UNOR INDUK",
        "KODE UNOR ATASAN",
        "ID ATASAN",
        "INDUK",
        "DIATASAN ID",
        "PARENT",
        "UNOR ATASAN",
    ),
    "short_name": ("SINGKATAN", "NAMA SINGKAT", "AKRONIM"),
    "kind": ("JENIS", "JENIS UNOR", "JENIS UNIT", "JENIS UNIT KERJA"),
    "city": ("KOTA", "KABUPATEN KOTA", "KAB KOTA", "LOKASI"),
    "status": ("STATUS", "STATUS UNOR", "AKTIF", "KETERANGAN"),
    "head": ("NIP KEPALA", "NIP PIMPINAN", "NIP PEJABAT", "NIP KEPALA UNIT", "NIP ATASAN"),
}
NEEDED = {
    "people": (("nip", "hr_id"), ("name",), ("unit_code", "unit_name")),
    "units": (("code",), ("name",)),
}
FIELDS = {"people": PERSON, "units": UNIT}


def plain(name: str) -> str:
    """A column's name as we compare it: capitals, one space for anything that is no letter or digit."""
    return re.sub(r"[^A-Z0-9]+", " ", name.upper()).strip()


def _names(kind: str) -> dict[str, str]:
    return {alias: field for field, aliases in FIELDS[kind].items() for alias in aliases}


def counter(kind: str) -> Callable[[Sequence[str]], int]:
    """How many of some cells are names of columns of `kind` ("people" or "units")."""
    names = _names(kind)
    return lambda cells: len({names[plain(cell)] for cell in cells if plain(cell) in names})


def places(kind: str, columns: Sequence[str]) -> tuple[dict[str, int], list[str], list[str]]:
    """Where each field stands; which columns are left unread; which fields are missing.

    The first of two columns for the same field counts, so "JABATAN" before "NAMA JABATAN" does.
    """
    names = _names(kind)
    found: dict[str, int] = {}
    ignored = []
    for place, column in enumerate(columns):
        field = names.get(plain(column))
        if field and field not in found:
            found[field] = place
        elif column:
            ignored.append(column[:40])
    missing = [
        "/".join(FIELDS[kind][each][0] for each in choice)
        for choice in NEEDED[kind]
        if not any(each in found for each in choice)
    ]
    return found, ignored, missing
