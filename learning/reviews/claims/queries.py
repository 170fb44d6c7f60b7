"""What readers ask about claims: what they rest on, what was decided, who has them open."""

from dataclasses import dataclass
from typing import Any

from learning.competencies.models import ActivityCompetency, Completion, DictionaryVersion, Indicator
from learning.competencies.queries import LEVEL_NAMES
from learning.people.models import Person
from learning.reviews.claims import rules
from learning.reviews.models import Claim, ClaimQuerySet, Decision, Declaration, Evidence
from learning.study.models import ActivityTotal


def claims_of(person: Person) -> ClaimQuerySet:
    """The person's claims, the newest first, with what a list shows."""
    found: ClaimQuerySet = Claim.objects.filter(person=person)
    return found.select_related("competency", "record", "opened_by", "made_by").order_by("-made_at", "-pk")


def undecided_claims(person: Person) -> dict[int, Claim]:
    """The person's claims that are not decided, by competency."""
    found = Claim.objects.filter(person=person, status__in=rules.UNDECIDED)
    return {each.competency_id: each for each in found}


def everything() -> ClaimQuerySet:
    """Claims with the people and things their pages name."""
    found: ClaimQuerySet = Claim.objects.select_related(
        "person__unit", "competency", "record", "opened_by", "made_by"
    )
    return found


def last_verdict(claim: Claim) -> Decision | None:
    """The last decision that decided something: not one that put another in question."""
    return claim.decisions.exclude(outcome=rules.REOPENED).order_by("-round").first()


def is_reopened(claim: Claim) -> bool:
    """Was the last decision put in question, and none made since?"""
    last = claim.decisions.order_by("-round").values_list("outcome", flat=True).first()
    return last == rules.REOPENED


def evidence_keys(claim: Claim) -> list[str]:
    """What the claim rests on, each in one word: to tell new evidence from old."""
    files = claim.evidence.filter(is_current=True).values_list("sha256", flat=True)
    return [
        *(f"file:{each}" for each in files),
        *(f"completion:{each}" for each in claim.completions.values_list("pk", flat=True)),
        *(f"declaration:{each}" for each in claim.declarations.values_list("pk", flat=True)),
        *([f"link:{claim.link}"] if claim.link else []),
    ]


def earlier_evidence(claim: Claim) -> set[str] | None:
    """What claims of this competency rested on that were not yet recognised; None without such a claim."""
    found = Decision.objects.filter(
        claim__person=claim.person_id,
        claim__competency=claim.competency_id,
        claim__status=rules.NOT_YET,
        outcome=rules.NOT_YET,
    ).exclude(claim=claim.pk)
    snapshots = list(found.values_list("snapshot", flat=True))
    return {key for each in snapshots for key in each.get("keys", ())} if snapshots else None


@dataclass(frozen=True, slots=True)
class Passed:
    """A module among the evidence, and whether passing it proves what is claimed."""

    completion: Completion
    proves: bool

    @property
    def minutes(self) -> int:
        return self.completion.credited_s // 60


def passed_modules(claim: Claim) -> list[Passed]:
    """The modules among the evidence."""
    completions = list(claim.completions.select_related("activity").order_by("completed_at", "pk"))
    proving = set(
        ActivityCompetency.objects.filter(
            activity__in=[each.activity_id for each in completions],
            competency=claim.competency_id,
            level__gte=claim.level,
        ).values_list("activity_id", flat=True)
    )
    return [Passed(each, each.activity_id in proving) for each in completions]


@dataclass(frozen=True, slots=True)
class Opened:
    """One claim with all that belongs to it."""

    claim: Claim
    indicator: str
    files: list[Evidence]
    passed: list[Passed]
    declarations: list[Declaration]
    decisions: list[Decision]

    @property
    def level_name(self) -> str:
        return LEVEL_NAMES[self.claim.level]

    @property
    def is_rule_backed(self) -> bool:
        return any(each.proves for each in self.passed)


def opened(claim: Claim) -> Opened:
    """A claim for its page."""
    indicator = Indicator.objects.filter(competency=claim.competency_id, level=claim.level).first()
    decisions = claim.decisions.select_related("by", "on_behalf_of").order_by("-round")
    return Opened(
        claim=claim,
        indicator=indicator.text if indicator else "",
        files=list(claim.evidence.filter(is_current=True)),
        passed=passed_modules(claim),
        declarations=list(claim.declarations.order_by("pk")),
        decisions=list(decisions),
    )


def snapshot_of(claim: Claim) -> dict[str, Any]:
    """What the supervisor had in front of them, by content: hashes, revisions, scores, minutes."""
    seen = opened(claim)
    minutes = dict(
        ActivityTotal.objects.filter(
            person=claim.person_id, activity__in=[each.completion.activity_id for each in seen.passed]
        ).values_list("activity_id", "credited_s")
    )
    return {
        "competency": claim.competency.code,
        "level": claim.level,
        "indicator": seen.indicator,
        "dictionary": DictionaryVersion.objects.values_list("number", flat=True).first(),
        "origin": claim.origin,
        "text": claim.text,
        "answer": claim.answer,
        "link": claim.link,
        "files": [
            {"id": each.pk, "name": each.name, "size": each.size, "sha256": each.sha256}
            for each in seen.files
        ],
        "completions": [
            {
                "id": each.completion.pk,
                "activity": each.completion.activity_id,
                "title": each.completion.activity.title,
                "revision": each.completion.revision,
                "score": each.completion.score,
                "rule": each.completion.rule,
                "completed_at": each.completion.completed_at.isoformat(),
                "ledger_s": minutes.get(each.completion.activity_id, each.completion.credited_s),
                "proves": each.proves,
            }
            for each in seen.passed
        ],
        "declarations": [
            {
                "id": each.pk,
                "form": each.form,
                "title": each.title,
                "status": each.status,
                "round": each.round,
            }
            for each in seen.declarations
        ],
        "rule_backed": seen.is_rule_backed,
        "keys": evidence_keys(claim),
    }
