"""The door of `learning`: all that pages may ask or tell it. `content` imports nothing else of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ActivityState:
    """Where one person stands with one activity."""

    credited_s: int
    minimum_s: int
    ceiling_s: int
    last_step: int
    best_score: int | None
    has_passed: bool
    is_complete: bool
