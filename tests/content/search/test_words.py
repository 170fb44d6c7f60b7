"""Indonesian words and their stems."""

import pytest

from content.search.words import marked, stems_of, terms_of, words_in

FAMILIES = [
    "pelayanan melayani dilayani layanan layan",
    "menulis penulisan ditulis tulisan tulis",
    "mengelola pengelolaan dikelola kelola",
    "kepemimpinan memimpin dipimpin pimpinan pemimpin",
    "pengaduan mengadu diadukan aduan",
    "menyapa sapaan disapa",
    "keamanan mengamankan aman",
    "mengambil pengambilan diambil ambil",
]


@pytest.mark.parametrize("family", FAMILIES)
def test_words_of_one_root_share_a_stem(family: str) -> None:
    words = family.split()
    for word in words:
        for other in words:
            assert {word, *stems_of(word)} & {other, *stems_of(other)}, (word, other)


def test_words_of_other_roots_do_not() -> None:
    for first in FAMILIES:
        for second in FAMILIES:
            if first != second:
                assert not set(stems_of(first.split()[0])) & set(stems_of(second.split()[0]))


def test_words_are_cut_out_without_accents_marks_or_what_is_none() -> None:
    assert words_in("Kafé, “e-Kinerja” 2026; <b>x</b>") == ["kafe", "e", "kinerja", "2026", "b", "x", "b"]
    assert words_in("a" * 41 + " _ \0 -- ' \" * OR:") == ["or"]
    assert terms_of("yang melayani dan untuk") == "melayani layan"


def test_hits_are_marked_and_a_long_text_is_cut_around_the_first() -> None:
    text = "Awal. " * 50 + "Melayani warga dengan ramah. " + "Akhir. " * 50
    pieces = marked(text, ["melayani"], 60)
    assert [each.text for each in pieces if each.is_hit] == ["Melayani"]
    whole = "".join(each.text for each in pieces)
    assert len(whole) < 80
    assert whole.startswith("… ")
    assert whole.endswith(" …")
    assert "".join(each.text for each in marked("Tanpa apa-apa", [], 60)) == "Tanpa apa-apa"
