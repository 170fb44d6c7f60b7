"""The words staff offices use for how somebody serves, and which of ours each means. No Django here."""


def _turned(words: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {word: meaning for meaning, all_of_them in words.items() for word in all_of_them}


EMPLOYMENTS = _turned(
    {
        "pns": ("PNS", "PEGAWAI NEGERI SIPIL"),
        "cpns": ("CPNS", "CALON PEGAWAI NEGERI SIPIL"),
        "pppk": ("PPPK", "P3K", "PEGAWAI PEMERINTAH DENGAN PERJANJIAN KERJA", "PPPK PARUH WAKTU"),
        "non_asn": ("NON ASN", "NONASN", "PTT", "PTT PK", "GTT", "HONORER", "THL"),
    }
)
STATUSES = _turned(
    {
        "active": ("AKTIF", "01", "1", "71", "72", "PNS AKTIF", "PPPK AKTIF", "YA", "MPP"),
        "unpaid_leave": (
            "02",
            "2",
            "CLTN",
            "CUTI DI LUAR TANGGUNGAN NEGARA",
            "CUTI DILUAR TANGGUNGAN NEGARA",
            "CUTI LUAR TANGGUNGAN NEGARA",
        ),
        "study": ("03", "3", "TUGAS BELAJAR"),
        "suspended": ("PEMBERHENTIAN SEMENTARA", "SKORSING", "DIBERHENTIKAN SEMENTARA"),
        "retired": ("PENSIUN", "99", "BUP", "PENSIUN BUP", "PENSIUN DINI", "PENSIUN APS"),
        "died": ("MENINGGAL", "MENINGGAL DUNIA", "WAFAT", "TEWAS"),
        "dismissed": ("DIBERHENTIKAN", "BERHENTI", "PTDH", "MENGUNDURKAN DIRI", "KELUAR", "TIDAK"),
        "moved_away": ("PINDAH", "PINDAH INSTANSI", "MUTASI KELUAR", "PINDAH KELUAR"),
    }
)
POSITION_KINDS = _turned(
    {
        "structural": ("STRUKTURAL", "1", "JPT", "ADMINISTRATOR", "PENGAWAS", "JABATAN STRUKTURAL"),
        "functional": (
            "FUNGSIONAL",
            "JFT",
            "2",
            "FUNGSIONAL TERTENTU",
            "JABATAN FUNGSIONAL",
            "JF",
            "RANGKAP",
            "3",
        ),
        "executing": ("PELAKSANA", "JFU", "4", "FUNGSIONAL UMUM", "JABATAN PELAKSANA"),
    }
)
GONE = {"suspended", "retired", "died", "dismissed", "moved_away"}  # who no longer signs in
