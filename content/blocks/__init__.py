"""What a page is built of. One family of blocks, one file."""

from content.blocks.competencies import CompetencyStream
from content.blocks.lists import MaterialStream, OutcomeStream, SpeakerStream
from content.blocks.prose import ProseStream
from content.blocks.questions import QuizStream
from content.blocks.steps import StepStream

__all__ = [
    "CompetencyStream",
    "MaterialStream",
    "OutcomeStream",
    "ProseStream",
    "QuizStream",
    "SpeakerStream",
    "StepStream",
]
