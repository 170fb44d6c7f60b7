"""Declared learning from sending to decision: what counts when, who decides, what stays."""

import datetime as dt
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from learning.competencies.models import Completion, JPAward
from learning.people import access
from learning.people.models import AuditEntry, Person, Unit
from learning.reviews import rules
from learning.reviews.decisions import AlreadyDecided, DecisionRefused, NotAllowed, NotYours
from learning.reviews.declared.actions import (
    DeclarationRefused,
    decide,
    declare_learning,
    resubmit,
    withdraw,
)
from learning.reviews.models import Decision, Declaration, Evidence
from learning.study.checks import check_totals, people_in_slices
from learning.study.models import StudyEntry, WeekTotal
from tests import make
from tests.conftest import Supervision
from tests.make_reviews import SELF_STUDY, content, declared, evidence

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(supervisor_of_two_units: Supervision) -> tuple[Person, Person]:
    """A supervisor and one of theirs."""
    return supervisor_of_two_units.supervisor, supervisor_of_two_units.people_of_first[0]


def test_declared_learning_counts_nothing_until_it_is_accepted(
    team: tuple[Person, Person], now: dt.datetime, week: dt.date
) -> None:
    supervisor, learner = team
    declaration = declared(learner, now=now)
    assert declaration.status == "submitted"
    assert not StudyEntry.objects.exists()
    assert not WeekTotal.objects.exists()

    decision = decide(
        supervisor=supervisor, declaration_id=declaration.pk, seen=1, move=rules.ACCEPT, now=now
    )

    declaration.refresh_from_db()
    assert (declaration.status, decision.outcome, decision.by) == ("accepted", "accepted", supervisor)
    total = WeekTotal.objects.get(person=learner, week=week)
    assert (total.declared_s, total.measured_s, total.seconds) == (7200, 0, 7200)
    assert {(entry.kind, entry.actor_id) for entry in StudyEntry.objects.all()} == {
        ("declared", supervisor.pk)
    }
    award = JPAward.objects.get()
    assert (award.jp, award.rule.code, award.verified_by) == (4, "SEMINAR-2018", "atasan")
    assert Completion.objects.get().activity == declaration.activity
    assert not [drift for people in people_in_slices() for drift in check_totals(people)]
    assert decision.snapshot["credited_s"] == 7200
    assert [each["sha256"] for each in decision.snapshot["evidence"]] == [evidence()[0].sha256]


def test_every_step_is_in_the_audit_log(team: tuple[Person, Person], now: dt.datetime) -> None:
    supervisor, learner = team
    declaration = declared(learner, now=now)
    decide(
        supervisor=supervisor,
        declaration_id=declaration.pk,
        seen=1,
        move=rules.RETURN,
        reason="unreadable",
        now=now,
    )
    kept = list(declaration.evidence.values_list("pk", flat=True))
    resubmit(person=learner, declaration_id=declaration.pk, content=content(), keep=kept, now=now)
    decide(supervisor=supervisor, declaration_id=declaration.pk, seen=2, move=rules.ACCEPT, now=now)
    other = declared(learner, ("2026-11-23 09:00", 60), now=now)
    withdraw(person=learner, declaration_id=other.pk, now=now)

    assert list(
        AuditEntry.objects.filter(subject=learner).order_by("pk").values_list("action", "actor_id")
    ) == [
        ("declare_learning", learner.pk),
        ("decide_declaration", supervisor.pk),
        ("resubmit_declaration", learner.pk),
        ("decide_declaration", supervisor.pk),
        ("declare_learning", learner.pk),
        ("withdraw_declaration", learner.pk),
    ]


def test_what_came_back_is_changed_and_sent_again_and_the_old_evidence_stays_on_record(
    team: tuple[Person, Person], now: dt.datetime
) -> None:
    supervisor, learner = team
    declaration = declared(learner, now=now)
    first = declaration.evidence.get()
    with pytest.raises(NotAllowed):
        resubmit(person=learner, declaration_id=declaration.pk, content=content(), files=evidence(), now=now)
    decide(
        supervisor=supervisor,
        declaration_id=declaration.pk,
        seen=1,
        move=rules.RETURN,
        text="Kabur.",
        now=now,
    )

    resubmit(
        person=learner,
        declaration_id=declaration.pk,
        content=content(("2026-11-24 13:00", 60), title="Seminar baru", form=SELF_STUDY),
        files=evidence(),
        now=now,
    )

    declaration.refresh_from_db()
    assert (declaration.status, declaration.round, declaration.title) == ("submitted", 2, "Seminar baru")
    assert declaration.spans.count() == 1
    first.refresh_from_db()
    assert not first.is_current
    assert first.file.storage.exists(first.file.name)
    assert Decision.objects.get().snapshot["title"] == "Seminar pelayanan publik"


def test_who_may_decide(supervisor_of_two_units: Supervision, now: dt.datetime) -> None:
    """The supervisor may; the learner, a colleague, a stranger and another head may not."""
    them = supervisor_of_two_units
    learner = them.people_of_first[0]
    other_head = make.person()
    Unit.objects.filter(pk=them.stranger.unit_id).update(head=other_head)
    declaration = declared(learner, now=now)
    for nobody in (learner, them.people_of_first[1], them.stranger, other_head):
        with pytest.raises(NotYours):
            decide(supervisor=nobody, declaration_id=declaration.pk, seen=1, move=rules.ACCEPT, now=now)
    assert not Decision.objects.exists()
    assert decide(
        supervisor=them.supervisor, declaration_id=declaration.pk, seen=1, move=rules.ACCEPT, now=now
    )


def test_a_heads_own_is_decided_one_level_up(now: dt.datetime) -> None:
    opd = make.unit()
    unit = make.unit(parent=opd)
    director, head = make.person(opd), make.person(unit)
    Unit.objects.filter(pk=opd.pk).update(head=director)
    Unit.objects.filter(pk=unit.pk).update(head=head)
    head = Person.objects.get(pk=head.pk)
    declaration = declared(head, now=now)
    assert access.supervisor_of(head) == director
    with pytest.raises(NotYours):
        decide(supervisor=head, declaration_id=declaration.pk, seen=1, move=rules.ACCEPT, now=now)
    assert decide(supervisor=director, declaration_id=declaration.pk, seen=1, move=rules.ACCEPT, now=now)


def test_the_second_decision_meets_the_first(team: tuple[Person, Person], now: dt.datetime) -> None:
    supervisor, learner = team
    declaration = declared(learner, now=now)
    first = decide(
        supervisor=supervisor,
        declaration_id=declaration.pk,
        seen=1,
        move=rules.DECLINE,
        reason="counted",
        now=now,
    )

    with pytest.raises(AlreadyDecided) as met:
        decide(supervisor=supervisor, declaration_id=declaration.pk, seen=1, move=rules.ACCEPT, now=now)

    assert met.value.decision == first
    assert not StudyEntry.objects.exists()


def test_a_round_that_was_changed_meanwhile_is_not_decided(
    team: tuple[Person, Person], now: dt.datetime
) -> None:
    supervisor, learner = team
    declaration = declared(learner, now=now)
    decide(supervisor=supervisor, declaration_id=declaration.pk, seen=1, move=rules.RETURN, text="?", now=now)
    resubmit(person=learner, declaration_id=declaration.pk, content=content(), files=evidence(), now=now)

    with pytest.raises(AlreadyDecided):
        decide(supervisor=supervisor, declaration_id=declaration.pk, seen=1, move=rules.ACCEPT, now=now)
    assert Declaration.objects.get().status == "submitted"


@pytest.mark.parametrize("move", [rules.RETURN, rules.DECLINE])
def test_a_refusal_has_a_reason(team: tuple[Person, Person], now: dt.datetime, move: str) -> None:
    supervisor, learner = team
    declaration = declared(learner, now=now)
    with pytest.raises(DecisionRefused):
        decide(supervisor=supervisor, declaration_id=declaration.pk, seen=1, move=move, text="  ", now=now)
    assert Declaration.objects.get().status == "submitted"


def test_what_is_decided_or_withdrawn_is_not_withdrawn(team: tuple[Person, Person], now: dt.datetime) -> None:
    supervisor, learner = team
    declaration = declared(learner, now=now)
    withdraw(person=learner, declaration_id=declaration.pk, now=now)
    with pytest.raises(NotAllowed):
        withdraw(person=learner, declaration_id=declaration.pk, now=now)
    with pytest.raises(AlreadyDecided):
        decide(supervisor=supervisor, declaration_id=declaration.pk, seen=1, move=rules.ACCEPT, now=now)
    assert not StudyEntry.objects.exists()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"spans": (("2026-11-25 09:30", 31),)}, "span"),
        ({"spans": (("2026-11-24 09:00", 60), ("2026-11-24 09:30", 60))}, "span"),
        ({"spans": tuple((f"2026-11-{day:02d} 09:00", 60) for day in range(1, 12))}, "span"),
        ({"form": 99}, "form"),
        ({"files": 0}, "evidence"),
        ({"files": 6}, "files"),
    ],
)
def test_what_cannot_be_declared_is_refused_whole(
    now: dt.datetime, changed: dict[str, object], code: str
) -> None:
    files = evidence() * int(str(changed.pop("files", 1)))
    spans = changed.pop("spans", ())
    with pytest.raises(DeclarationRefused) as refused:
        declare_learning(
            person=make.person(),
            content=content(*spans, **changed),  # type: ignore[misc]
            files=files,
            now=now,
        )
    assert refused.value.code == code
    assert not Declaration.objects.exists()
    assert not Evidence.objects.exists()


def test_a_link_is_evidence_too(now: dt.datetime) -> None:
    made = declare_learning(person=make.person(), content=content(link="https://contoh.invalid/x"), now=now)
    assert made.evidence.count() == 0


def test_files_lie_outside_the_public_folder_and_go_with_a_failed_transaction(
    now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = declared(make.person(), now=now).evidence.get().file
    path = Path(file.path)
    assert path.is_file()
    assert not path.is_relative_to(settings.MEDIA_ROOT)
    assert "sertifikat" not in path.name
    assert path.stat().st_mode & 0o077 == 0
    written: list[Path] = []

    def broken(**_: object) -> None:
        written.extend(Path(each.file.path) for each in Evidence.objects.exclude(file=file.name))
        assert all(each.is_file() for each in written)
        raise RuntimeError

    monkeypatch.setattr("learning.reviews.declared.actions.log_deed", broken)
    with pytest.raises(RuntimeError):
        declared(make.person(), now=now)
    assert len(written) == 1
    assert not written[0].exists()
    assert path.is_file()


def test_the_database_keeps_decisions_as_they_are(team: tuple[Person, Person], now: dt.datetime) -> None:
    supervisor, learner = team
    declaration = declared(learner, now=now)
    decision = decide(
        supervisor=supervisor, declaration_id=declaration.pk, seen=1, move=rules.RETURN, text="?", now=now
    )
    for sql in ("UPDATE reviews_decision SET text = 'lain'", "DELETE FROM reviews_decision"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    wrong = [
        {"by": learner, "round": 2},  # about themselves
        {"round": 1},  # twice
        {"round": 2, "text": ""},  # without a reason
        {"round": 2, "declaration": None},  # about nothing
    ]
    for changes in wrong:
        other = Decision.objects.get(pk=decision.pk)
        other.pk, other._state.adding = None, True
        for name, value in changes.items():
            setattr(other, name, value)
        with pytest.raises(DatabaseError), transaction.atomic():
            other.save(force_insert=True)


def test_seconds_counted_already_are_cut_and_the_programme_with_them(
    team: tuple[Person, Person], now: dt.datetime
) -> None:
    supervisor, learner = team
    make.study(learner, make.activity(planned_minutes=100), content().spans[0].start, 30)
    declaration = declared(learner, form=11, now=now)  # a course, counted by the hours of its programme

    decide(supervisor=supervisor, declaration_id=declaration.pk, seen=1, move=rules.ACCEPT, now=now)

    declaration.refresh_from_db()
    assert declaration.activity is not None
    assert declaration.activity.planned_minutes == 90
    assert JPAward.objects.get().jp == 2
    assert WeekTotal.objects.get(person=learner).declared_s == 90 * 60


@pytest.mark.django_db(transaction=True)
def test_two_supervisors_at_once_make_one_decision(now: dt.datetime) -> None:
    opd = make.unit()
    unit = make.unit(parent=opd)
    director, head, learner = make.person(opd), make.person(unit), make.person(unit)
    Unit.objects.filter(pk=opd.pk).update(head=director)
    Unit.objects.filter(pk=unit.pk).update(head=head)
    declaration = declared(learner, now=now)
    outcomes: list[str] = []
    both = threading.Barrier(2)

    def press(supervisor: Person) -> None:
        both.wait()
        try:
            decide(supervisor=supervisor, declaration_id=declaration.pk, seen=1, move=rules.ACCEPT, now=now)
            outcomes.append("decided")
        except AlreadyDecided as met:
            outcomes.append("late" if met.decision else "lost")
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(each,)) for each in (director, head)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["decided", "late"]
    assert Decision.objects.count() == 1
    assert WeekTotal.objects.get(person=learner).declared_s == 7200
