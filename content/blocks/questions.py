"""Quiz questions. Their key stays on the server: a page only ever gets text and opaque names."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.list_block import ListValue
from wagtail.blocks.struct_block import StructBlockValidationError

SINGLE, MULTIPLE, TRUE_FALSE = "single", "multiple", "true_false"


class ChoiceBlock(blocks.StructBlock):  # type: ignore[misc]  # Wagtail is untyped
    """One of the answers to choose from."""

    text = blocks.CharBlock(label=_("Answer"), max_length=300)
    is_correct = blocks.BooleanBlock(label=_("This answer is right"), required=False)

    class Meta:
        label_format = "{text}"


def mistake_in(choices: ListValue, *, exactly_one: bool) -> ValidationError | None:
    """What is wrong with these choices, in words an editor can act on."""
    texts = [choice["text"].strip().casefold() for choice in choices]
    if len(set(texts)) < len(texts):
        return ValidationError(_("Two answers have the same text."))
    right = sum(choice["is_correct"] for choice in choices)
    if exactly_one and right != 1:
        return ValidationError(_("Mark exactly one answer as right."))
    if not right:
        return ValidationError(_("Mark at least one answer as right."))
    return None


class ChoiceQuestionBlock(blocks.StructBlock):  # type: ignore[misc]  # Wagtail is untyped
    """A question with answers to choose from."""

    text = blocks.TextBlock(label=_("Question"), rows=2)
    choices = blocks.ListBlock(ChoiceBlock(), label=_("Answers"), min_num=2, max_num=8)
    explanation = blocks.TextBlock(
        label=_("Explanation"), rows=2, help_text=_("Shown after answering: why the right answer is right.")
    )

    class Meta:
        label_format = "{text}"
        exactly_one = True

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if self.is_deferred_validation:  # a draft may be unfinished
            return cleaned
        mistake = mistake_in(cleaned["choices"], exactly_one=self.meta.exactly_one)
        if mistake:
            raise StructBlockValidationError({"choices": mistake})
        return cleaned


class SingleChoiceBlock(ChoiceQuestionBlock):
    """Exactly one answer is right."""

    class Meta:
        icon = "radio-full"
        label = _("Question with one right answer")
        exactly_one = True


class MultipleChoiceBlock(ChoiceQuestionBlock):
    """One or more answers are right, and all of them are needed."""

    class Meta:
        icon = "tick-inverse"
        label = _("Question with several right answers")
        exactly_one = False


class TrueFalseBlock(blocks.StructBlock):  # type: ignore[misc]  # Wagtail is untyped
    """A statement that is true or false."""

    text = blocks.TextBlock(label=_("Statement"), rows=2)
    answer = blocks.ChoiceBlock(
        label=_("The statement is"), choices=[("true", _("True")), ("false", _("False"))]
    )
    explanation = blocks.TextBlock(
        label=_("Explanation"), rows=2, help_text=_("Shown after answering: why the right answer is right.")
    )

    class Meta:
        icon = "resubmit"
        label = _("Statement: true or false")
        label_format = "{text}"


class QuizStream(blocks.StreamBlock):  # type: ignore[misc]  # Wagtail is untyped
    """The questions of a module. The names of the blocks are the kinds `learning` grades."""

    single = SingleChoiceBlock()
    multiple = MultipleChoiceBlock()
    true_false = TrueFalseBlock()


def questions_of(stream: Any) -> list[dict[str, Any]]:
    """The questions as `learning` grades them. Keys are the ids Wagtail gave the blocks."""
    return [
        {
            "key": child.id,
            "kind": child.block_type,
            "text": child.value["text"],
            "choices": _true_false(child.value)
            if child.block_type == TRUE_FALSE
            else [
                {"key": each.id, "text": each.value["text"], "is_correct": each.value["is_correct"]}
                for each in child.value["choices"].bound_blocks
            ],
            "explanation": child.value["explanation"],
        }
        for child in stream
    ]


def _true_false(value: Any) -> list[dict[str, Any]]:
    return [
        {"key": "true", "text": str(_("True")), "is_correct": value["answer"] == "true"},
        {"key": "false", "text": str(_("False")), "is_correct": value["answer"] == "false"},
    ]
