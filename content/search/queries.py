"""What a search finds, by what it may be narrowed, and what a misspelt word may have meant."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.text import capfirst
from rapidfuzz import process
from rapidfuzz.distance import OSA

from content.models import PartnerPage, SearchEntry, SearchFacet, SearchWord, Value
from content.search import engine
from content.search.indexing import BANDS, LONGER
from content.search.words import STOP, Piece, marked, stems_of, words_in
from learning import api

ON_A_PAGE = 10
MOST_WORDS = 8
MOST_HITS = 1_000_000
SNIPPET = 180  # letters
Facet = SearchFacet.Facet

# Pages that are shown to everybody: live, not expired, not kept for some people only.
_SHOWN = """
found JOIN wagtailcore_page page ON page.id = found.id AND page.live
    AND (page.expire_at IS NULL OR page.expire_at > %s)
WHERE NOT EXISTS (
    SELECT 1 FROM wagtailcore_pageviewrestriction kept JOIN wagtailcore_page above ON above.id = kept.page_id
    WHERE substr(page.path, 1, length(above.path)) = above.path)
"""
_NARROWED = """ AND EXISTS (SELECT 1 FROM content_searchfacet narrow
    WHERE narrow.entry_id = found.id AND narrow.facet = %s AND narrow.value = %s)"""


@dataclass(frozen=True, slots=True)
class Hit:
    """One result: its words cut up so that those that were looked for can be marked."""

    page: Any
    kind: str
    title: list[Piece]
    summary: list[Piece]
    snippet: list[Piece]  # from the text of the page; empty when the summary says it already
    minutes: int | None


@dataclass(frozen=True, slots=True)
class Choice:
    """One value a search may be narrowed to, and how many results it then has."""

    value: str
    label: str
    count: int
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class FacetChoices:
    """The values of one facet that lead somewhere."""

    name: str
    label: str
    choices: list[Choice]


@dataclass(slots=True)
class Found:
    """The answer to one search."""

    total: int = 0
    hits: list[Hit] = field(default_factory=list)
    facets: list[FacetChoices] = field(default_factory=list)
    meant: str = ""  # the words that were looked for instead of unknown ones; empty when all are known
    is_loose: bool = False  # no page has all words: these have some
    is_only_narrowed: bool = False  # there would be results without the filters


@dataclass(slots=True)
class Terms:
    """What is looked for: one group of alternatives a word, and the words to mark."""

    groups: list[list[str]] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)
    meant: str = ""


class _Vocabulary:
    """The words of the index, kept until there are new ones: only a misspelt word asks for them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest = -1
        self._words: list[str] = []

    def near(self, word: str) -> list[str]:
        """The nearest words, at most three: one letter wrong, missing or too many, two in longer words."""
        newest = SearchWord.objects.aggregate(newest=Max("pk"))["newest"] or 0
        with self._lock:
            if newest != self._newest:
                self._words = list(SearchWord.objects.values_list("word", flat=True).distinct())
                self._newest = newest
            words = self._words
        most = 1 if len(word) < 6 else 2
        close = process.extract(word, words, scorer=OSA.distance, score_cutoff=most, limit=20)
        best = min((distance for _word, distance, _place in close), default=0)
        # Of words as near as each other the one that begins alike: a first letter is rarely mistaken.
        nearest = [each for each, distance, _place in close if distance == best]
        return sorted(nearest, key=lambda each: (each[:2] != word[:2], each[:1] != word[:1], each))[:3]


_vocabulary = _Vocabulary()


def terms_of_query(text: str) -> Terms:
    """Words, their stems, the beginning of the last one, and what unknown words may have meant."""
    words = list(dict.fromkeys(words_in(text)))[:MOST_WORDS]
    words = [word for word in words if word not in STOP] or words
    if not words:
        return Terms()
    groups = {word: list(dict.fromkeys([word, *stems_of(word)])) for word in words}
    every_term = {term for group in groups.values() for term in group}
    alike = Q(word__in=words) | Q(stem__in=every_term)
    last = words[-1]
    if len(last) >= 3:
        alike |= Q(word__gte=last, word__lt=f"{last}\U0010ffff")
    known = list(SearchWord.objects.filter(alike).values_list("word", "stem")[:2_000])
    found, said, is_corrected = Terms(), [], False
    for word in words:
        group = groups[word]
        hits = {other for other, stem in known if stem in group or other == word}
        if word == last and len(word) >= 3:
            group.append(f"{word}*")
            hits |= {other for other, _stem in known if other.startswith(word)}
        if not hits and len(word) > 3:
            near = _vocabulary.near(word)
            is_corrected = is_corrected or bool(near)
            group = list(dict.fromkeys([*near, *(stem for each in near for stem in stems_of(each))])) or group
            hits = set(near)
            said.append(near[0] if near else word)
        else:
            said.append(word)
        found.groups.append(group)
        found.marks |= hits
    if is_corrected:
        found.meant = " ".join(said)
    return found


def search(text: str, narrowed: Mapping[str, str], page: int = 1) -> Found:
    """The results on `page` for the words of `text`, narrowed to one value a facet. At most 16 statements."""
    terms = terms_of_query(text)
    found = Found(meant=terms.meant)
    matches = engine.match(terms.groups, every=True)
    rows, found.total = _rows(matches, narrowed, page)
    if not found.total and len(terms.groups) > 1:
        loose = engine.match(terms.groups, every=False)
        rows, found.total = _rows(loose, narrowed, page)
        if found.total:
            matches, found.is_loose = loose, True
    if not found.total and narrowed:
        found.is_only_narrowed = bool(_rows(matches, {}, 1)[1])
    found.hits = _hits(rows, terms.marks)
    found.facets = _facets(matches, narrowed)
    return found


def _filters(narrowed: Mapping[str, str]) -> tuple[str, list[Any]]:
    values = [each for pair in narrowed.items() for each in pair]
    return _NARROWED * len(narrowed), values


def _now() -> Any:
    return connection.ops.adapt_datetimefield_value(timezone.now())


def _rows(matches: tuple[str, list[Any]], narrowed: Mapping[str, str], page: int) -> tuple[list[int], int]:
    """Ids of the results on `page`, the best first, and how many there are in all."""
    sql, values = matches
    filters, narrow = _filters(narrowed)
    statement = f"""
        WITH found AS MATERIALIZED ({sql})
        SELECT found.id, COUNT(*) OVER () FROM {_SHOWN}{filters}
        ORDER BY found.score, page.title, found.id LIMIT {ON_A_PAGE} OFFSET %s
    """  # noqa: S608 - built of constants; what a user says is a value
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, _now(), *narrow, (page - 1) * ON_A_PAGE])
        rows = cursor.fetchall()
    if not rows and page > 1:
        return [], _rows(matches, narrowed, 1)[1]
    return [row[0] for row in rows], rows[0][1] if rows else 0


def _hits(ids: Sequence[int], marks: set[str]) -> list[Hit]:
    entries = SearchEntry.objects.select_related("page").in_bulk(ids)
    hits = []
    for entry in (entries[each] for each in ids):
        summary = marked(entry.summary, marks)
        snippet = marked(entry.text, marks, SNIPPET) if marks else []
        is_said = not any(piece.is_hit for piece in snippet) or any(piece.is_hit for piece in summary)
        hits.append(
            Hit(
                page=entry.page,
                kind=entry.get_kind_display(),
                title=marked(entry.title, marks),
                summary=summary,
                snippet=[] if is_said else snippet,
                minutes=entry.minutes,
            )
        )
    return hits


def _facets(matches: tuple[str, list[Any]], narrowed: Mapping[str, str]) -> list[FacetChoices]:
    """Values and their counts; a facet that is narrowed also counts what its other values would have."""
    counts = _counts(matches, narrowed)
    for facet in narrowed:
        others = {name: value for name, value in narrowed.items() if name != facet}
        counts[facet] = _counts(matches, others, facet).get(facet, {})
        counts[facet].setdefault(narrowed[facet], 0)
    labels = _labels()
    found = []
    for facet in Facet:
        names = labels[facet]
        shown = {value: count for value, count in counts.get(facet, {}).items() if value in names}
        order = list(names)
        choices = [
            Choice(value, names[value], shown[value], narrowed.get(facet) == value)
            for value in sorted(shown, key=order.index)
        ]
        if choices:
            found.append(FacetChoices(facet.value, str(facet.label), choices))
    return found


def _counts(
    matches: tuple[str, list[Any]], narrowed: Mapping[str, str], only: str = ""
) -> dict[str, dict[str, int]]:
    sql, values = matches
    filters, narrow = _filters(narrowed)
    shown = f"SELECT found.id FROM {_SHOWN}{filters}"  # noqa: S608 - as above
    wanted = "WHERE facet.facet = %s" if only else ""
    statement = f"""
        WITH found AS MATERIALIZED ({sql}), shown AS MATERIALIZED ({shown})
        SELECT facet.facet, facet.value, COUNT(*) FROM shown
        JOIN content_searchfacet facet ON facet.entry_id = shown.id {wanted}
        GROUP BY facet.facet, facet.value
    """  # noqa: S608 - as above
    counts: dict[str, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, _now(), *narrow, *([only] if only else [])])
        for facet, value, count in cursor.fetchall():
            counts.setdefault(facet, {})[value] = count
    return counts


def _labels() -> dict[str, dict[str, str]]:
    """How the values of each facet are called, in the order they are shown. Three statements."""
    from content.blocks.competencies import LEVELS
    from content.search.wording import band_label

    bands = [*(name for _most, name in BANDS), LONGER]
    partners = PartnerPage.objects.order_by("title").values_list("pk", "title")
    return {
        Facet.KIND: {value: capfirst(str(label)) for value, label in SearchEntry.Kind.choices},
        Facet.COMPETENCY: dict(api.competency_choices()),
        Facet.LEVEL: {str(level): str(label) for level, label in LEVELS},
        Facet.DURATION: {band: capfirst(band_label(band)) for band in bands},
        Facet.PARTNER: {str(pk): title for pk, title in partners},
        Facet.VALUE: {str(value.pk): str(value) for value in Value.objects.all()},
    }
