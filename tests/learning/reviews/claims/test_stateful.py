"""A claim among all who might touch it, played by Hypothesis against a small model of who may do what.

The model knows nothing of the database or the gate: a few sets of names, and the table of DESIGN 6.
`HYPOTHESIS_PROFILE=long` plays far more.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as play

from learning.competencies.models import CompetencyRecord
from learning.people.models import AuditEntry
from learning.reviews.claims import actions, daily, deciding
from learning.reviews.decisions import AlreadyDecided, NotAllowed, NotYours
from learning.reviews.models import Claim, Decision
from learning.study.rules import WIB
from tests import make, make_claims

NOON = dt.datetime(2026, 11, 25, 5, 0, tzinfo=dt.UTC)
NAMES = ("learner", "colleague", "head", "above", "decider", "reader", "bpsdm", "auditor", "stranger")
DECIDERS = {"head", "above", "decider"}
# Who stands above whose decision: the division above the section, BPSDM above all; a delegate is as a head.
ABOVE = {"head": {"above", "bpsdm"}, "decider": {"above", "bpsdm"}, "above": {"bpsdm"}, "bpsdm": set()}
HEADS = {"head", "decider"}  # the same authority
HALF_AN_HOUR, MONTHS = dt.timedelta(minutes=30), 12

anybody = st.one_of(st.sampled_from(["learner", "head", "decider", "above"]), st.sampled_from(NAMES))
verdicts = st.sampled_from(["recognise", "return", "not_yet"])
RESULT = {"recognise": "recognised", "return": "returned", "not_yet": "not_yet"}


SENT = [("send", "learner")]
RECOGNISED = [*SENT, ("decide", "decider", "recognise")]
BEGINNINGS: list[list[tuple[str, ...]]] = [
    [],
    SENT,
    [*SENT, ("open", "head")],
    [*SENT, ("open", "above")],
    [*SENT, ("decide", "head", "return")],
    [*SENT, ("decide", "head", "return"), ("send", "learner")],
    RECOGNISED,
    [*SENT, ("decide", "head", "not_yet")],
    [*SENT, ("decide", "above", "recognise"), ("reopen", "bpsdm")],
    [*RECOGNISED, ("reopen", "above")],
    [*RECOGNISED, ("reopen", "bpsdm"), ("open", "above")],
    [*RECOGNISED, ("reopen", "above"), ("decide", "above", "not_yet")],
    [*RECOGNISED, ("reopen", "above"), ("decide", "above", "return"), ("send", "learner")],
]


class ClaimLife(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.database = transaction.atomic()
        self.database.__enter__()
        self.office = make_claims.office(NOON.date())
        self.people = self.office.everybody
        self.competency = make.competency(validity_months=MONTHS)
        self.now = NOON
        self.claim = actions.write_claim(
            person=self.office.learner, content=make_claims.content(self.competency), send=False, now=NOON
        )
        # The model.
        self.status = "draft"
        self.round = 1
        self.was_sent = False
        self.decisions: list[tuple[str, str]] = []
        self.holder: tuple[str, dt.datetime] | None = None
        self.stands_until: dt.date | None = None

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.database.__exit__(None, None, None)

    # --- The model ---

    @property
    def verdict_by(self) -> str:
        return next(by for by, outcome in reversed(self.decisions) if outcome != "reopened")

    @property
    def is_reopened(self) -> bool:
        return bool(self.decisions) and self.decisions[-1][1] == "reopened"

    def may_decide(self, who: str) -> bool:
        if not self.is_reopened:
            return who in DECIDERS
        before = self.verdict_by
        same = HEADS if before in HEADS else {before}
        return (who in DECIDERS and who not in same) or who in ABOVE[before]

    def may_reopen(self, who: str) -> bool:
        return who in ABOVE[self.verdict_by]

    def is_held_from(self, who: str) -> bool:
        return (
            self.status == "in_review"
            and self.holder is not None
            and self.holder[0] != who
            and self.now < self.holder[1] + HALF_AN_HOUR
        )

    def expect(self, wanted: type[Exception] | None, deed: Callable[[], Any]) -> bool:
        """Does the deed end as the model says? Nothing changes when it is refused (`as_the_model_has_it`)."""
        if wanted is None:
            deed()
            return True
        with pytest.raises(wanted), transaction.atomic():
            deed()
        return False

    # --- What people do ---

    @initialize(beginning=st.sampled_from(BEGINNINGS))
    def come_so_far(self, beginning: list[tuple[str, ...]]) -> None:
        """Chance alone seldom gets far: each play begins somewhere on the way, by the same deeds."""
        for deed, who, *what in beginning:
            if deed == "decide":
                self.decide(who, what[0], False)
            elif deed == "send":
                self.send(who, True)
            else:
                getattr(self, deed)(who)

    @rule(minutes=st.sampled_from([1, 10, 29, 30, 31, 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.now += dt.timedelta(minutes=minutes)

    @rule(who=anybody, answer=st.booleans())
    def send(self, who: str, answer: bool) -> None:
        wanted: type[Exception] | None = None
        if who != "learner":
            wanted = Claim.DoesNotExist
        elif self.status not in ("draft", "returned"):
            wanted = NotAllowed
        elif self.status == "returned" and not answer:
            wanted = actions.ClaimRefused
        content = make_claims.content(self.competency, answer="Sudah saya perbaiki." if answer else "")
        if self.expect(
            wanted,
            lambda: actions.write_claim(
                person=self.people[who], content=content, claim_id=self.claim.pk, send=True, now=self.now
            ),
        ):
            self.round += self.was_sent
            self.was_sent, self.status, self.holder = True, "submitted", None

    @rule(who=anybody)
    def withdraw(self, who: str) -> None:
        wanted: type[Exception] | None = None
        if who != "learner":
            wanted = Claim.DoesNotExist
        elif self.status not in ("submitted", "in_review") or self.decisions:
            wanted = NotAllowed
        if self.expect(
            wanted,
            lambda: actions.withdraw_claim(person=self.people[who], claim_id=self.claim.pk, now=self.now),
        ):
            self.status, self.holder = "draft", None

    @rule(who=anybody)
    def open(self, who: str) -> None:
        wanted: type[Exception] | None = None
        if not self.may_decide(who):
            wanted = NotYours
        elif self.is_held_from(who):
            wanted = deciding.Held
        elif self.status not in ("submitted", "in_review", "reopened"):
            wanted = AlreadyDecided
        if self.expect(
            wanted,
            lambda: deciding.open_claim(supervisor=self.people[who], claim_id=self.claim.pk, now=self.now),
        ):
            self.status, self.holder = "in_review", (who, self.now)

    @rule(who=anybody, move=verdicts, is_late=st.booleans())
    def decide(self, who: str, move: str, is_late: bool) -> None:
        wanted: type[Exception] | None = None
        if not self.may_decide(who):
            wanted = NotYours
        elif is_late:
            wanted = AlreadyDecided
        elif self.is_held_from(who):
            wanted = deciding.Held
        elif self.status not in ("submitted", "in_review", "reopened"):
            wanted = AlreadyDecided
        if self.expect(
            wanted,
            lambda: deciding.decide_claim(
                supervisor=self.people[who],
                claim_id=self.claim.pk,
                seen=self.round - 1 if is_late else self.round,
                move=move,
                reason="" if move == "recognise" else "not_own",
                now=self.now,
            ),
        ):
            self.decisions.append((who, RESULT[move]))
            self.status, self.holder = RESULT[move], None
            if move == "recognise" and self.stands_until is None:
                today = self.now.astimezone(WIB).date()
                self.stands_until = today.replace(year=today.year + 1)
            elif move == "not_yet":
                self.stands_until = None

    @rule(who=anybody)
    def reopen(self, who: str) -> None:
        wanted: type[Exception] | None = None
        if self.status not in ("recognised", "not_yet"):
            wanted = NotAllowed
        elif not self.may_reopen(who):
            wanted = NotYours
        if self.expect(
            wanted,
            lambda: deciding.reopen_claim(
                actor=self.people[who], claim_id=self.claim.pk, reason="new_facts", text="", now=self.now
            ),
        ):
            self.decisions.append((who, "reopened"))
            self.status, self.round = "reopened", self.round + 2

    @rule(is_year_later=st.booleans())
    def a_day_ends(self, is_year_later: bool) -> None:
        """The clock ends what was for a time; it decides nothing."""
        at = self.now + dt.timedelta(days=366 if is_year_later else 0)
        over = (
            self.status == "recognised"
            and self.stands_until is not None
            and self.stands_until < at.astimezone(WIB).date()
        )
        lapsed = daily.lapse_claims(now=at)
        assert lapsed == over
        if over:
            self.status = "lapsed"

    # --- What always holds ---

    @invariant()
    def it_is_as_the_model_has_it(self) -> None:
        claim = Claim.objects.get(pk=self.claim.pk)
        assert (claim.status, claim.round) == (self.status, self.round)
        made = list(Decision.objects.filter(claim=claim).order_by("pk").select_related("by"))
        assert [each.outcome for each in made] == [outcome for _by, outcome in self.decisions]
        assert [each.by_id for each in made] == [self.people[by].pk for by, _outcome in self.decisions]
        acting = [each for each in made if each.by_id == self.office.decider.pk]
        assert all(each.on_behalf_of_id == self.office.head.pk for each in acting)
        assert all(each.reason or each.outcome == "recognised" for each in made)
        deeds = AuditEntry.objects.filter(
            subject=self.office.learner, action__in=("decide_claim", "reopen_claim")
        )
        assert deeds.count() == len(made)
        standing = CompetencyRecord.objects.filter(person=self.office.learner, ended_on__isnull=True)
        assert [each.valid_until for each in standing] == ([self.stands_until] if self.stands_until else [])
        assert not Decision.objects.filter(by=self.office.learner).exists()


IS_LONG = settings.get_current_profile_name() == "long"


@pytest.mark.slow
@pytest.mark.django_db
def test_whoever_does_what_in_whatever_order_the_claim_follows_its_table() -> None:
    play(
        ClaimLife,
        settings=settings(
            max_examples=settings.default.max_examples if IS_LONG else 20,
            stateful_step_count=80 if IS_LONG else 50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
