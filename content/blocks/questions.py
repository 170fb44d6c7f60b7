"""Quiz questions. Their key stays on the server: a page only ever gets text and opaque names."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.list_block import ListValue
from wagtail.blocks.struct_block import StructBlockValidationError

SINGLE, MULTIPLE, TRUE_FALSE = "single", "multiple", "true_false"
ORDERING, MATCHING, SHORT_TEXT = "ordering", "matching", "short_text"
POOL = "pool"


def explanation_block() -> blocks.TextBlock:
    return blocks.TextBlock(
        label=_("Explanation"), rows=2, help_text=_("Shown after answering: why the right answer is right.")
    )


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
    explanation = explanation_block()

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
    explanation = explanation_block()

    class Meta:
        icon = "resubmit"
        label = _("Statement: true or false")
        label_format = "{text}"


def plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def twins_in(texts: Any) -> bool:
    """Would somebody who reads two of these not know which is which?"""
    alike = [plain(text) for text in texts]
    return len(set(alike)) < len(alike)


class OrderingBlock(blocks.StructBlock):  # type: ignore[misc]  # Wagtail is untyped
    """Things to put in order; learners get them shuffled."""

    text = blocks.TextBlock(label=_("Question"), rows=2)
    items = blocks.ListBlock(
        blocks.CharBlock(label=_("Step or thing"), max_length=200),
        label=_("In the right order"),
        min_num=2,
        max_num=8,
    )
    explanation = explanation_block()

    class Meta:
        icon = "list-ol"
        label = _("Question: put in order")
        label_format = "{text}"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not self.is_deferred_validation and twins_in(cleaned["items"]):
            raise StructBlockValidationError({"items": ValidationError(_("Two lines have the same text."))})
        return cleaned


class PairBlock(blocks.StructBlock):  # type: ignore[misc]  # Wagtail is untyped
    """What belongs together."""

    left = blocks.CharBlock(label=_("Thing"), max_length=200)
    right = blocks.CharBlock(label=_("Belongs to"), max_length=200)

    class Meta:
        label_format = "{left} – {right}"


class MatchingBlock(blocks.StructBlock):  # type: ignore[misc]  # Wagtail is untyped
    """Pairs to find. Several things may belong to the same: then it is sorting into groups."""

    text = blocks.TextBlock(label=_("Question"), rows=2)
    pairs = blocks.ListBlock(PairBlock(), label=_("Pairs"), min_num=2, max_num=8)
    explanation = explanation_block()

    class Meta:
        icon = "link"
        label = _("Question: match")
        label_format = "{text}"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if self.is_deferred_validation:
            return cleaned
        if twins_in(pair["left"] for pair in cleaned["pairs"]):
            raise StructBlockValidationError({"pairs": ValidationError(_("Two things have the same text."))})
        if len({plain(pair["right"]) for pair in cleaned["pairs"]}) < 2:
            raise StructBlockValidationError(
                {"pairs": ValidationError(_("Everything belongs to the same: there is nothing to choose."))}
            )
        return cleaned


class ShortTextBlock(blocks.StructBlock):  # type: ignore[misc]  # Wagtail is untyped
    """A word or a number to type."""

    text = blocks.TextBlock(label=_("Question"), rows=2)
    accepted = blocks.ListBlock(
        blocks.CharBlock(label=_("Answer"), max_length=200),
        label=_("Accepted answers"),
        min_num=1,
        max_num=20,
        help_text=_("Capitals, accents and spaces too many make no difference. The first is shown as right."),
    )
    explanation = explanation_block()

    class Meta:
        icon = "edit"
        label = _("Question: short answer")
        label_format = "{text}"


class QuestionStream(blocks.StreamBlock):  # type: ignore[misc]  # Wagtail is untyped
    """Questions. The names of the blocks are the kinds `learning` grades."""

    single = SingleChoiceBlock()
    multiple = MultipleChoiceBlock()
    true_false = TrueFalseBlock()
    ordering = OrderingBlock()
    matching = MatchingBlock()
    short_text = ShortTextBlock()


class PoolBlock(blocks.StructBlock):  # type: ignore[misc]  # Wagtail is untyped
    """Questions of which each attempt asks only some, by lot."""

    title = blocks.CharBlock(
        label=_("Subject of the pool"), max_length=120, help_text=_("For editors; learners do not see it.")
    )
    draw = blocks.IntegerBlock(
        label=_("How many are asked"),
        min_value=1,
        max_value=50,
        help_text=_("Each attempt gets so many of the questions below, by lot."),
    )
    questions = QuestionStream(label=_("Questions of the pool"), min_num=1)

    class Meta:
        icon = "folder-open-1"
        label = _("Question pool")
        label_format = "{title}"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not self.is_deferred_validation and cleaned["draw"] > len(cleaned["questions"]):
            raise StructBlockValidationError(
                {"draw": ValidationError(_("There are fewer questions in the pool than are to be asked."))}
            )
        return cleaned


class QuizStream(QuestionStream):
    """The questions of a quiz: those always asked, and pools."""

    pool = PoolBlock()


def questions_of(stream: Any) -> list[dict[str, Any]]:
    """The questions as `learning` draws and grades them. Keys are the ids Wagtail gave the blocks."""
    questions: list[dict[str, Any]] = []
    for child in stream:
        if child.block_type == POOL:
            pool = {"key": child.id, "draw": child.value["draw"]}
            questions += [{**_question(each), "pool": pool} for each in child.value["questions"]]
        else:
            questions.append(_question(child))
    return questions


def asked_in(stream: Any) -> int:
    """How many questions one attempt asks."""
    return sum(
        min(child.value["draw"], len(child.value["questions"])) if child.block_type == POOL else 1
        for child in stream
    )


def _question(child: Any) -> dict[str, Any]:
    question = {"key": child.id, "kind": child.block_type, "text": child.value["text"]}
    return {**question, **PARTS[child.block_type](child), "explanation": child.value["explanation"]}


def _choices(child: Any) -> dict[str, Any]:
    return {
        "choices": [
            {"key": each.id, "text": each.value["text"], "is_correct": each.value["is_correct"]}
            for each in child.value["choices"].bound_blocks
        ]
    }


def _true_false(child: Any) -> dict[str, Any]:
    answer = child.value["answer"]
    return {
        "choices": [
            {"key": "true", "text": str(_("True")), "is_correct": answer == "true"},
            {"key": "false", "text": str(_("False")), "is_correct": answer == "false"},
        ]
    }


def _ordering(child: Any) -> dict[str, Any]:
    return {
        "items": [
            {"key": each.id, "text": each.value, "right": str(place)}
            for place, each in enumerate(child.value["items"].bound_blocks, 1)
        ]
    }


def _matching(child: Any) -> dict[str, Any]:
    # The key of a partner is keyed with the site's secret: from the ids in the form nobody can compute
    # what belongs together. The same text is the same partner.
    partners: dict[str, dict[str, Any]] = {}
    items = []
    for each in child.value["pairs"].bound_blocks:
        text = each.value["right"]
        key = salted_hmac("quiz.matching", f"{child.id}:{plain(text)}").hexdigest()[:24]
        partners.setdefault(key, {"key": key, "text": text, "is_correct": False})
        items.append({"key": each.id, "text": each.value["left"], "right": key})
    return {"choices": list(partners.values()), "items": items}


def _short_text(child: Any) -> dict[str, Any]:
    return {"accepted": list(child.value["accepted"])}


PARTS = {
    SINGLE: _choices,
    MULTIPLE: _choices,
    TRUE_FALSE: _true_false,
    ORDERING: _ordering,
    MATCHING: _matching,
    SHORT_TEXT: _short_text,
}
