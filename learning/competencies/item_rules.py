"""What the answers say about a question: how hard it is, and whether it tells who knows. No Django here."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from learning.competencies.rules import Question, points_of

FEWEST = 5  # answers, below which a share would be about single people


@dataclass(frozen=True, slots=True)
class Figures:
    """One version of one question. Shares 0 to 1; None: too few answers, or no difference to compare."""

    question: Question
    answers: int
    right_share: float | None
    mean_points: float | None
    discrimination: float | None


@dataclass(frozen=True, slots=True)
class _Answer:
    points: float
    rest: float | None  # mean points of the other questions of the attempt


def figures_of(attempts: Iterable[tuple[Sequence[Question], Mapping[str, Sequence[str]]]]) -> list[Figures]:
    """The figures of every version of every question in these attempts; the most answered first.

    Discrimination is the corrected point-biserial correlation (item-rest: Pearson's r between the
    points of the question and the mean points of the other questions of the same attempt).
    """
    asked: dict[tuple[str, str], Question] = {}
    answers: dict[tuple[str, str], list[_Answer]] = {}
    for questions, given in attempts:
        points = [float(points_of(question, given.get(question.key, ()))) for question in questions]
        total, others = sum(points), len(questions) - 1
        for question, worth in zip(questions, points, strict=True):
            name = (question.key, question.version)
            asked.setdefault(name, question)
            answers.setdefault(name, []).append(_Answer(worth, (total - worth) / others if others else None))
    rows = [_figures(question, answers[name]) for name, question in asked.items()]
    return sorted(rows, key=lambda row: (-row.answers, row.question.text))


def _figures(question: Question, answers: list[_Answer]) -> Figures:
    count = len(answers)
    if count < FEWEST:
        return Figures(question, count, None, None, None)
    pairs = [(each.points, each.rest) for each in answers if each.rest is not None]
    return Figures(
        question,
        count,
        right_share=sum(each.points == 1 for each in answers) / count,
        mean_points=math.fsum(each.points for each in answers) / count,
        discrimination=correlation(pairs) if len(pairs) >= FEWEST else None,
    )


def correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Pearson's r, -1 to 1; None where one side never differs."""
    count = len(pairs)
    mean_x = math.fsum(x for x, _y in pairs) / count
    mean_y = math.fsum(y for _x, y in pairs) / count
    spread_x = math.fsum((x - mean_x) ** 2 for x, _y in pairs)
    spread_y = math.fsum((y - mean_y) ** 2 for _x, y in pairs)
    if spread_x < 1e-12 or spread_y < 1e-12:
        return None
    together = math.fsum((x - mean_x) * (y - mean_y) for x, y in pairs)
    return max(-1.0, min(1.0, together / math.sqrt(spread_x * spread_y)))
