"""A learner as they come: tabs, devices, dead lines, sleep, clocks that jump, midnight and New Year.

Hypothesis plays them against the real ledger and against `reference.Reference`; after each step both
must hold the same rows (so nothing acknowledged disappears, and a replay changes nothing), and the
promises of any ledger must hold of this one. `HYPOTHESIS_PROFILE=long` plays far more (docs/development.md).
"""

import datetime as dt
import json
import uuid
from dataclasses import dataclass, field, replace
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as play

from learning.reports.actions import refresh_unit_weeks
from learning.reports.models import UnitWeek
from learning.study import actions, chain, corrections, endpoints, rules, tokens
from learning.study.models import Activity, Channel, Kind, StudyEntry, StudyPolicy, WeekTotal
from learning.study.pace import PATIENCE
from tests import make
from tests.learning.study import promises
from tests.learning.study.reference import DAY, EPOCH, TICKS, Ceilings, Reference, Row, moment

# A plain morning; Sunday night before week 53; New Year's Eve; the last night of week 53.
BEGINNINGS = [
    dt.datetime(2026, 11, 25, 10, 0, tzinfo=rules.WIB),
    dt.datetime(2026, 12, 27, 23, 50, tzinfo=rules.WIB),
    dt.datetime(2026, 12, 31, 23, 50, tzinfo=rules.WIB),
    dt.datetime(2027, 1, 3, 23, 50, tzinfo=rules.WIB),
]
PLANS = [2, 20, 400]  # planned minutes of the activities
DAY_S = 3_000  # a low ceiling of the day, so that it is met
ENTRY = 900 * TICKS
HOUR = 3_600 * TICKS

which = st.integers(0, 10**6)  # taken modulo what there is
a_while = st.one_of(st.integers(1, 8), st.integers(1, 600), st.integers(1, 2 * ENTRY))
a_long_while = st.one_of(
    st.integers(ENTRY, 3 * HOUR), st.integers(HOUR, 30 * HOUR), st.integers(DAY, 16 * DAY)
)


def tick_of(at: dt.datetime) -> int:
    return round((at - EPOCH).total_seconds() * TICKS)


def milliseconds(ticks: int) -> int:
    return ticks * 1000 // TICKS


@dataclass
class Stretch:
    """What one key stands for on the client: from a tick on, so long, so much of it acknowledged."""

    start: int
    length: int = 0
    acknowledged: int = 0
    key: uuid.UUID = field(default_factory=make.key)


@dataclass
class Opened:
    """A page somebody has open, or a module saved on a device."""

    person: int
    activity: int
    session: str
    issued: int
    credential: str  # the token, or the permit
    stretches: list[Stretch] = field(default_factory=list)
    is_running: bool = False

    def studies(self, now: int, until: int) -> None:
        """The clock of the client goes on; a stretch ends at 15 minutes, as the protocol says."""
        while self.is_running and now < until:
            running = self.stretches[-1]
            step = min(until - now, ENTRY - running.length)
            running.length += step
            now += step
            if running.length == ENTRY:
                self.stretches.append(Stretch(now))


Intervals = list[tuple[uuid.UUID, int, int]]  # key, start, length
Report = tuple[Opened, Intervals]


class Learners(RuleBasedStateMachine):
    """One learner and a bystander, and every accident between them and the ledger."""

    def __init__(self) -> None:
        super().__init__()
        self.database = transaction.atomic()
        self.database.__enter__()
        PATIENCE.forget()
        self.people = [make.person(), make.person()]
        self.corrector = make.person()
        self.activities = [make.activity(planned_minutes=plan) for plan in PLANS]
        StudyPolicy.objects.update(day_s=DAY_S)
        self.highest_day_s = DAY_S
        factor = StudyPolicy.objects.get().activity_factor
        self.reference = Reference(
            Ceilings(DAY_S),
            {each.pk: int(each.planned_minutes * 60 * factor) for each in self.activities},
        )
        self.now = self.began = 0
        self.pages: list[Opened] = []
        self.permits: list[Opened] = []
        self.redeemed: dict[str, Intervals] = {}
        self.sent: list[Report] = []
        self.signed_out: dict[str, int] = {}
        self.visits: dict[int, tuple[int | None, int]] = {}
        self.known: dict[tuple[str, int], tuple[int, int]] = {}

    def teardown(self) -> None:
        try:
            if self.now:
                self.the_whole_ledger_is_proven()
        finally:
            transaction.set_rollback(True)
            self.database.__exit__(None, None, None)

    # --- The client ----------------------------------------------------------------

    @initialize(beginning=st.sampled_from(BEGINNINGS), late=st.integers(0, 10 * 60 * TICKS))
    def a_play_begins(self, beginning: dt.datetime, late: int) -> None:
        self.now = self.began = tick_of(beginning) + late
        self.open_a_page(0, 1, 0)

    @rule(person=st.sampled_from([0, 0, 0, 1]), activity=which, device=st.integers(0, 1))
    def open_a_page(self, person: int, activity: int, device: int) -> None:
        who, what = self.people[person].pk, self.activities[activity % len(PLANS)].pk
        session = f"{who}-{device}-{sum(name.startswith(f'{who}-{device}-') for name in self.signed_out)}"
        token = tokens.issue(
            person_id=who, activity_id=what, revision=1, session=session, now=moment(self.now)
        )
        page = Opened(who, what, session, self.now, token, [Stretch(self.now)], is_running=True)
        self.pages = [*self.pages[-5:], page]

    @rule(ticks=a_while)
    def time_passes(self, ticks: int) -> None:
        for each in self.pages + self.permits:
            each.studies(self.now, self.now + ticks)
        self.now += ticks

    @rule(ticks=a_long_while)
    def everybody_sleeps(self, ticks: int) -> None:
        for each in self.pages + self.permits:
            each.is_running = False
        self.now += ticks

    @rule(before=st.integers(1, 300 * TICKS))
    def it_is_nearly_midnight(self, before: int) -> None:
        if self.now % DAY < DAY - before:
            self.everybody_sleeps(DAY - before - self.now % DAY)
            if self.pages:
                self.a_page_is_looked_at_or_left(len(self.pages) - 1)

    @rule(page=which)
    def a_page_is_looked_at_or_left(self, page: int) -> None:
        chosen = (self.pages + self.permits)[page % len(self.pages + self.permits)]
        chosen.is_running = not chosen.is_running
        if chosen.is_running:
            chosen.stretches.append(Stretch(self.now))

    # --- What reaches the server ---------------------------------------------------------

    @rule(page=which, is_answer_lost=st.booleans(), behind=st.sampled_from([0, 0, 0, 1, 3]))
    def a_page_reports(self, page: int, is_answer_lost: bool, behind: int) -> None:
        """`behind`: another process of the server read its clock so many ticks ago."""
        opened = self.pages[page % len(self.pages)]
        waiting = [each for each in opened.stretches if each.length > each.acknowledged]
        if not waiting:
            return
        report = (opened, [(each.key, each.start, each.length) for each in waiting])
        self.sent.append(report)
        status = self.deliver(report, behind)
        if status == 200 and not is_answer_lost:
            for each in waiting:
                each.acknowledged = each.length
        elif status not in (200, 503):
            opened.stretches = [Stretch(self.now)] if opened.is_running else []

    @precondition(lambda self: self.sent)
    @rule(report=which)
    def an_old_report_arrives_again(self, report: int) -> None:
        self.deliver(self.sent[report % len(self.sent)])

    @rule(
        page=which,
        key=st.one_of(st.none(), which),
        offset=st.integers(0, 2 * ENTRY),
        length=st.integers(0, ENTRY),
        more=st.booleans(),
    )
    def somebody_lies(self, page: int, key: int | None, offset: int, length: int, more: bool) -> None:
        """Any start, any length, a new key or one that was used before; one interval, or two."""
        opened = self.pages[page % len(self.pages)]
        keys = [key for _opened, intervals in self.sent for key, _start, _length in intervals]
        mine = keys[key % len(keys)] if key is not None and keys else make.key()
        start = max(opened.issued, self.now - offset)
        intervals = [(mine, start, length)]
        if more:
            intervals.append((make.key(), opened.issued + offset % 100, length // 2))
        report = (opened, intervals)
        self.sent.append(report)
        self.deliver(report)

    def deliver(self, report: Report, behind: int = 0) -> int:
        """One report, to both ledgers; the answers must agree. The status."""
        opened, intervals = report
        if any(0 <= self.now - row.received - ENTRY <= behind for row in self.reference.rows):
            behind = 0  # the two clocks would not agree on what is sealed
        now = self.now - behind
        body = {
            "token": opened.credential,
            "intervals": [
                {
                    "key": str(key),
                    "offset_ms": milliseconds(start - opened.issued),
                    "length_ms": milliseconds(length),
                }
                for key, start, length in intervals
            ],
        }
        before = self.reference.of_activity(opened.person, opened.activity)
        status, said = endpoints.answer(json.dumps(body).encode(), moment(now))
        assert status == self.expected_status(opened, intervals, now), said
        if status == 200:
            self.compare_answers(said, intervals, self.claimed(opened, intervals, now, Channel.LIVE))
            after = self.reference.of_activity(opened.person, opened.activity)
            assert said["activity_s"] == after
            assert said["week_s"] == self.week_of(opened.person, now)
            minimum = Activity.objects.get(pk=opened.activity).minimum_minutes * 60
            assert said["minimum_reached"] == (before < minimum <= after)
        return status

    def expected_status(self, opened: Opened, intervals: Intervals, now: int) -> int:
        if any(start - opened.issued > DAY for _key, start, _length in intervals):
            return 400
        for _key, start, length in intervals:
            if start + length - now > rules.DRIFT_S * TICKS:
                return 422
            if start + length - opened.issued > rules.TOKEN_LIFE_S * TICKS:
                return 401
        if opened.activity in self.closed:
            return 403
        return self.expected_of_known(opened, intervals, now)

    def expected_of_known(self, opened: Opened, intervals: Intervals, now: int) -> int:
        """Where a key lies is fixed by its first report: there too it must not reach into the future."""
        heads = {key: self.reference.chains.get((key, None)) for key, _start, _length in intervals}
        if any(head and head[0].person != opened.person for head in heads.values()):
            return 400
        for key, _start, length in sorted(intervals, key=lambda each: each[1]):
            head = heads[key]
            if not head:
                continue
            if (head[0].activity, head[0].channel) != (opened.activity, Channel.LIVE):
                return 400
            if head[0].start + length - now > rules.DRIFT_S * TICKS:
                return 422
        return 200

    @property
    def closed(self) -> set[int]:
        return {each.pk for each in self.activities if not each.is_open}

    def claimed(
        self,
        opened: Opened,
        intervals: Intervals,
        now: int,
        channel: Channel,
    ) -> dict[str, tuple[int, int, bool]]:
        """What the reference makes of it, by key."""
        signed_out = self.signed_out.get(opened.session) if channel == Channel.LIVE else None
        return {
            str(key): self.reference.claim(
                key, Row(opened.person, opened.activity, channel, start), length, now, signed_out=signed_out
            )
            for key, start, length in sorted(intervals, key=lambda each: each[1])
        }

    def compare_answers(
        self,
        said: dict[str, Any],
        intervals: Intervals,
        expected: dict[str, tuple[int, int, bool]],
    ) -> None:
        assert {
            each["key"]: (each["claimed_s"], each["credited_s"], each["outcome"] == "known")
            for each in said["intervals"]
        } == expected
        lengths = {str(key): length for key, _start, length in intervals}
        for each in said["intervals"]:
            figures = (each["claimed_s"], each["credited_s"])
            assert bool(each["reason"]) == bool(each["sentence"])
            # The same again is answered as before, or with what the row has grown to or was corrected to.
            first = self.known.setdefault((each["key"], lengths[each["key"]]), figures)
            assert figures[0] >= first[0]
            if not any(row.corrected for row in self.reference.rows):
                assert figures[1] >= first[1]
                assert bool(each["reason"]) == (figures[0] > figures[1])

    # --- Offline, without JavaScript, and what others do -------------------------------------

    @rule(person=st.integers(0, 1), activity=which)
    def a_module_is_saved_for_the_road(self, person: int, activity: int) -> None:
        who, what = self.people[person].pk, self.activities[activity % len(PLANS)].pk
        permit = tokens.issue_permit(person_id=who, activity_id=what, revision=1, now=moment(self.now))
        self.permits.append(Opened(who, what, "", self.now, permit, [Stretch(self.now)], is_running=True))

    @precondition(lambda self: self.permits)
    @rule(permit=which, by=st.sampled_from([0, 0, 0, 1]), ahead=st.sampled_from([0, 0, 0, 1]))
    def a_permit_is_redeemed(self, permit: int, by: int, ahead: int) -> None:
        """By its person or another, once or again, also with time that has not been yet."""
        opened = self.permits[permit % len(self.permits)]
        person = self.people[by]
        done = [each for each in opened.stretches if each.length][:100]
        intervals = [(each.key, each.start, each.length + ahead) for each in done]
        if not intervals:
            return
        reports = [
            actions.Interval(key, milliseconds(start - opened.issued), milliseconds(length))
            for key, start, length in intervals
        ]
        code, receipt = "", None
        try:
            receipt = actions.record_offline(
                permit=tokens.read_permit(opened.credential),
                person=person,
                intervals=reports,
                now=moment(self.now),
            )
        except actions.StudyRefused as refused:
            code = refused.code
        assert code == self.expected_refusal(opened, person.pk, intervals)
        if receipt is not None:
            self.redeemed[opened.credential] = intervals
            expected = self.claimed(opened, intervals, self.now, Channel.OFFLINE)
            self.compare_answers(endpoints.content_of(receipt), intervals, expected)

    def expected_refusal(
        self,
        opened: Opened,
        person: int,
        intervals: Intervals,
    ) -> str:
        if person != opened.person:
            return "permit_of_another"
        if self.now - opened.issued > rules.OFFLINE_LATE_S * TICKS:
            return "permit_expired"
        if any(start + length > self.now for _key, start, length in intervals):
            return "in_the_future"
        if opened.activity in self.closed:
            return "activity_closed"
        if self.redeemed.get(opened.credential, intervals) != intervals:
            return "permit_used"
        return ""

    @rule(person=st.sampled_from([0, 0, 1]), activity=st.one_of(st.none(), which))
    def a_page_without_javascript_is_opened(self, person: int, activity: int | None) -> None:
        who = self.people[person]
        what = None if activity is None else self.activities[activity % len(PLANS)].pk
        last, opened = self.visits.get(who.pk, (None, self.now))
        elapsed_s = (self.now - opened) // TICKS
        outcome = actions.record_visit(person=who, activity_id=what, now=moment(self.now))
        if what is not None or who.pk in self.visits:
            self.visits[who.pk] = (what, self.now)
        if last is None or elapsed_s == 0 or last in self.closed:
            assert outcome is None
            return
        assert outcome is not None
        expected = self.reference.claim(
            uuid.uuid5(uuid.NAMESPACE_OID, f"{who.pk} {opened}"),
            Row(who.pk, last, Channel.COARSE, opened),
            min(elapsed_s, 900) * TICKS,
            self.now,
            most=0 if elapsed_s > 900 else 300,
        )
        assert (outcome.claimed_s, outcome.credited_s, outcome.is_known) == expected

    @precondition(lambda self: self.pages)
    @rule(page=which)
    def somebody_signs_out(self, page: int) -> None:
        session = self.pages[page % len(self.pages)].session
        actions.end_session(session=session, now=moment(self.now))
        self.signed_out.setdefault(session, self.now)

    @rule(activity=which)
    def a_module_is_closed_or_opened(self, activity: int) -> None:
        chosen = self.activities[activity % len(PLANS)]
        chosen.is_open = not chosen.is_open
        chosen.save()

    @rule(day_s=st.integers(100, 2 * DAY_S))
    def the_policy_changes(self, day_s: int) -> None:
        newest = actions.current_policy(moment(self.now))
        StudyPolicy.objects.create(version=newest.version + 1, valid_from=moment(self.now), day_s=day_s)
        self.reference.ceilings.day_s = day_s
        self.highest_day_s = max(self.highest_day_s, day_s)

    @rule()
    def entries_are_sealed_and_days_closed(self) -> None:
        chain.seal_entries(now=moment(self.now))
        chain.close_days(now=moment(self.now))

    @property
    def heads(self) -> list[tuple[uuid.UUID, Row]]:
        """The keys that have a row of their own."""
        chains = self.reference.chains.items()
        return [(key, rows[0]) for (key, day), rows in chains if day is None and rows]

    @precondition(lambda self: self.heads)
    @rule(row=which, seconds=st.integers(-900, 900))
    def a_supervisor_corrects(self, row: int, seconds: int) -> None:
        heads = [(key, rows[0]) for (key, day), rows in self.reference.chains.items() if day is None and rows]
        key, known = heads[row % len(heads)]
        entry = StudyEntry.objects.filter(pk=key).first()
        if entry is None:  # a visit, whose key is not the client's
            return
        rows = promises.rows_of(self.people)
        (mine,) = (row for row in rows if row.key == entry.pk)
        is_open = self.now - tick_of(entry.received_at) <= ENTRY
        after = mine.worth + seconds
        others = [row for row in rows if row is not mine]
        try:
            corrections.adjust(
                entry=entry, seconds=seconds, reason="Koreksi", actor=self.corrector, now=moment(self.now)
            )
        except corrections.AdjustmentRefused:
            if seconds > 0 and after <= entry.claimed_s and not is_open:  # others count that time
                with pytest.raises(AssertionError):
                    promises.no_second_is_credited_twice([*others, replace(mine, worth=after)])
            else:
                assert is_open or not seconds or not 0 <= after <= entry.claimed_s
            return
        assert seconds and not is_open and 0 <= after <= entry.claimed_s
        known.corrected += seconds

    # --- What must hold after each step -----------------------------------------------------

    def week_of(self, person: int, tick: int) -> int:
        """All that counts in the week of a moment, by the reference."""
        week = rules.week_of(rules.local_day(moment(tick)))
        return sum(
            row.worth
            for row in self.reference.rows
            if row.person == person and rules.week_of(rules.local_day(moment(row.start))) == week
        )

    @invariant()
    def the_ledger_keeps_its_promises(self) -> None:
        rows = promises.rows_of(self.people)
        assert sorted(
            (row.person, row.activity, row.channel, tick_of(row.start), row.claimed, row.credited)
            for row in rows
            if row.kind == Kind.MEASURED
        ) == sorted(
            (row.person, row.activity, str(row.channel), row.start, row.claimed, row.credited)
            for row in self.reference.rows
        )
        promises.no_second_is_credited_twice(rows)
        promises.nothing_is_credited_beyond(rows, moment(self.began), moment(self.now))
        promises.what_is_cut_says_why(rows)
        promises.the_ceilings_hold(rows, self.highest_day_s, self.reference.activity_s)
        promises.every_total_is_the_sum_of_its_rows(self.people, rows)

    def the_whole_ledger_is_proven(self) -> None:
        """At the end: the roll-up of the units too, and the command that proves it all."""
        for week in WeekTotal.objects.values_list("week", flat=True).distinct():
            refresh_unit_weeks(week=week, now=moment(self.now))
        for person in self.people:
            kept = sum(each.seconds for each in WeekTotal.objects.filter(person=person))
            assert sum(UnitWeek.objects.filter(unit=person.unit).values_list("seconds", flat=True)) == kept
        said = StringIO()
        call_command("ledger", "verify", stdout=said, stderr=StringIO())
        assert "The ledger is whole." in said.getvalue()


IS_LONG = settings.get_current_profile_name() == "long"


@pytest.mark.slow
@pytest.mark.django_db
def test_whatever_happens_the_ledger_keeps_its_promises() -> None:
    play(
        Learners,
        settings=settings(
            max_examples=settings.default.max_examples if IS_LONG else 40,
            stateful_step_count=80 if IS_LONG else 40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
