"""Indonesian words: cut out of a text, brought to their stem, and marked where they stand. No Django here.

"Pelayanan", "melayani" and "dilayani" all have the stem "layan" (Snowball's Indonesian stemmer). Where a
prefix has eaten the first letter of the root (menulis ← tulis, mengelola ← kelola) both are kept: one too
many finds too much at worst, one too few finds nothing.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

LONGEST = 40  # letters of a word; longer ones are no words
WORD = re.compile(r"[^\W_]+")
VOWELS = "aiueo"
# What a prefix eats: "men" + "tulis" is "menulis" (Tata Bahasa Baku Bahasa Indonesia, morfofonemik).
EATEN = (
    *(("meny", "s"), ("peny", "s"), ("meng", "k"), ("peng", "k")),
    *(("mem", "p"), ("pem", "p"), ("men", "t"), ("pen", "t")),
)
_STOP = """
ada adalah agar akan anda antara apa atau bagi bagaimana bahwa bisa cara dalam dan dapat dari dengan di ini
itu ia jika juga kami ke kepada karena lebih lagi mereka oleh pada para saat saya sebagai secara serta suatu
tentang tersebut tidak untuk yang
"""
STOP = frozenset(_STOP.split())

_stemmer = snowballstemmer.stemmer("indonesian")


def plain(text: str) -> str:
    """Small letters without accents."""
    small = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in small if not unicodedata.combining(each))


def words_in(text: str) -> list[str]:
    """The words of a text in their order."""
    return [word for word in WORD.findall(plain(text)) if len(word) <= LONGEST]


@lru_cache(maxsize=100_000)
def stems_of(word: str) -> tuple[str, ...]:
    """The stems a word may have, the likeliest first."""
    stem = str(_stemmer.stemWord(word))
    found = [stem]
    if word.startswith("kepe"):  # kepemimpinan: two prefixes, of which the stemmer knows one
        found.append(str(_stemmer.stemWord(word.removeprefix("ke"))))
    for prefix, letter in EATEN:
        if word.startswith(prefix) and stem[:1] in VOWELS and word[len(prefix) :].startswith(stem[:1]):
            found += [letter + stem, str(_stemmer.stemWord(letter + stem))]
            break
    return tuple(dict.fromkeys(found))


def terms_of(text: str) -> str:
    """A text as it is indexed: each word that says something, and its stems."""
    found: list[str] = []
    for word in words_in(text):
        if word in STOP:
            continue
        found.append(word)
        found.extend(stem for stem in stems_of(word) if stem != word)
    return " ".join(found)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text that is marked or not."""

    text: str
    is_hit: bool = False


def marked(text: str, hits: Iterable[str], most: int | None = None) -> list[Piece]:
    """The text in pieces, the words among `hits` marked; cut to about `most` letters around the first."""
    wanted = frozenset(hits)
    spans = [found.span() for found in WORD.finditer(text) if plain(found[0]) in wanted] if wanted else []
    start, end = 0, len(text)
    if most is not None and len(text) > most:
        middle = spans[0][0] if spans else 0
        start = max(0, middle - most // 3)
        if start:
            start = text.rfind(" ", 0, start) + 1
        end = min(len(text), start + most)
        if end < len(text):
            end = max(text.rfind(" ", start, end), start + 1)
    pieces = [Piece("… ")] if start else []
    place = start
    for first, last in spans:
        if first < place or last > end:
            continue
        pieces += [Piece(text[place:first]), Piece(text[first:last], is_hit=True)]
        place = last
    pieces.append(Piece(text[place:end] + (" …" if end < len(text) else "")))
    return [piece for piece in pieces if piece.text]
