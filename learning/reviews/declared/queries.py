"""What readers ask about declared learning."""

import datetime as dt
from dataclasses import dataclass

from learning.competencies.jp.queries import awards_of_activity
from learning.competencies.models import JPAward, JPRule
from learning.people.models import Person
from learning.reviews.models import Decision, Declaration, Evidence, SubmissionQuerySet
from learning.study.corrections import worth_between
from learning.study.declared import credited_by_day
from learning.study.rules import pieces

# No row of the ledger is longer.
LONGEST_ENTRY = dt.timedelta(hours=1)


def declarations_of(person: Person) -> SubmissionQuerySet:
    """The person's declarations, newest first, with their days."""
    rows = Declaration.objects.filter(person=person).order_by("-submitted_at", "-pk")
    return rows.prefetch_related("spans")


@dataclass(frozen=True, slots=True)
class Opened:
    """One declaration with all that belongs to it."""

    declaration: Declaration
    form: str
    evidence: list[Evidence]
    decisions: list[Decision]
    credited_s: int
    awards: list[JPAward]

    @property
    def claimed_s(self) -> int:
        return sum(each.seconds for each in self.declaration.spans.all())

    @property
    def jp(self) -> int:
        return sum(award.jp for award in self.awards)


def opened(declaration: Declaration) -> Opened:
    """A declaration for its page; what it came to once it was accepted."""
    rule = JPRule.objects.filter(form=declaration.form).order_by("-valid_from").first()
    activity_id = declaration.activity_id
    return Opened(
        declaration=declaration,
        form=rule.form_name if rule else str(declaration.form),
        evidence=list(declaration.evidence.filter(is_current=True)),
        decisions=list(declaration.decisions.select_related("by", "on_behalf_of").order_by("-round")),
        credited_s=sum(credited_by_day(activity_id, declaration.person_id).values()) if activity_id else 0,
        awards=awards_of_activity(activity_id) if activity_id else [],
    )


def overlap_seconds(declaration: Declaration) -> int:
    """Seconds of a declaration that the ledger counts already, as it stands: they will not count again."""
    seconds = 0
    for each in declaration.spans.all():
        rows = worth_between(declaration.person_id, each.started_at - LONGEST_ENTRY, each.ended_at)
        taken = [where for _row, where, worth in rows if worth > 0]
        seconds += sum(piece.seconds for piece, is_free in pieces(each.span, taken) if not is_free)
    return seconds
