"""What a page is built of. One family of blocks, one file."""

from content.blocks.competencies import CompetencyStream
from content.blocks.lists import MaterialStream, OutcomeStream, SpeakerStream
from content.blocks.prose import ArticleStream, ProseStream
from content.blocks.questions import QuizStream
from content.blocks.steps import StepStream

__all__ = [
    "ArticleStream",
    "CompetencyStream",
    "MaterialStream",
    "OutcomeStream",
    "ProseStream",
    "QuizStream",
    "SpeakerStream",
    "StepStream",
]
