"""One row of the ledger opened: all that is kept about it, and why it is worth what it is worth."""

import datetime as dt
from dataclasses import dataclass

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learning.study import rules
from learning.study.ledger.queries import Row
from learning.study.models import Kind, Reason, StudyEntry, StudyEntryQuerySet, StudyPolicy

OTHERS_SHOWN = 5


def long_time(seconds: int) -> str:
    """`747` as "12 minutes 27 seconds", `720` as "12 minutes"."""
    minutes, rest = divmod(abs(seconds), 60)
    parts = []
    if minutes:
        parts.append(ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": number_format(minutes)})
    if rest or not minutes:
        parts.append(ngettext("%(n)s second", "%(n)s seconds", rest) % {"n": rest})
    return " ".join(parts)


def moment(at: dt.datetime) -> str:
    """ "25 November 2026, 09.02.13 WIB"."""
    return _("%(day)s, %(time)s WIB") % {
        "day": date_format(at.astimezone(rules.WIB), "j F Y"),
        "time": date_format(at.astimezone(rules.WIB), "H.i.s"),
    }


def evidence_in_words(code: str) -> str:
    """What the browser saw, as the report named it."""
    words = {
        "input": _("the page was visible and was being used: keys, pointer or scrolling"),
        "media": _("the page was visible and a video or a recording was playing"),
        "live": _("a live episode was open"),
        "quiz": _("a quiz was being answered"),
        "page": _("pages opened one after the other, without JavaScript"),
    }
    return words.get(code, code)


def channel_in_words(entry: StudyEntry) -> str:
    """How the row reached the ledger."""
    if entry.kind != Kind.MEASURED:
        return str(Kind(entry.kind).label)
    words = {
        "live": _("measured live, while the page was open"),
        "offline": _("measured offline under a permit, reported afterwards"),
        "coarse": _("measured from page to page, without JavaScript"),
    }
    return words.get(entry.channel, entry.channel)


def policy_in_words(policy: StudyPolicy) -> list[str]:
    """The limits of one version of the policy, a sentence each."""
    return [
        _("At most %(time)s are credited on one day.") % {"time": long_time(policy.day_s)},
        _("At most %(factor)s times its planned length is credited for one activity.")
        % {"factor": _factor(policy)},
        _("Reading counts until %(time)s after the last sign of life, a quiz until %(quiz)s.")
        % {"time": long_time(policy.reading_idle_s), "quiz": long_time(policy.quiz_idle_s)},
        _("One row covers at most %(time)s.") % {"time": long_time(policy.entry_s)},
        _("Without JavaScript one page is worth at most %(time)s.")
        % {"time": long_time(policy.coarse_page_s)},
        _("A report is credited when it arrives within %(time)s, an offline one within %(days)d days.")
        % {"time": _hours(policy.late_s), "days": rules.OFFLINE_LATE_S // 86_400},
        _("One person’s time is credited once, however many pages and devices are open."),
    ]


def _factor(policy: StudyPolicy) -> str:
    """`2.0` as "2", `1.5` as "1,5"."""
    return str(number_format(f"{policy.activity_factor:g}"))


def _hours(seconds: int) -> str:
    hours, rest = divmod(seconds, 3_600)
    if rest:
        return long_time(seconds)
    return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}


@dataclass(frozen=True, slots=True)
class Opened:
    """All there is to say of one row."""

    row: Row
    entry: StudyEntry
    why: str
    others: list[Row]
    corrections: list[StudyEntry]
    policy: list[str]

    @property
    def lost_s(self) -> int:
        return max(0, self.entry.claimed_s - self.entry.credited_s)

    @property
    def worth_s(self) -> int:
        """What the row is worth with its corrections."""
        return self.entry.credited_s + sum(each.credited_s for each in self.corrections)

    @property
    def evidence(self) -> str:
        return evidence_in_words(self.entry.evidence)

    @property
    def channel(self) -> str:
        return channel_in_words(self.entry)

    @property
    def late_s(self) -> int:
        """How long after its end the last report of it arrived."""
        return max(0, int((self.entry.received_at - self.row.ended_at).total_seconds()))


def opened(entry: StudyEntry) -> Opened:
    """`entry` with what explains it: its rule, the rows it met, the corrections that name it."""
    others = _others(entry) if entry.reason == rules.OVERLAP else []
    corrections = StudyEntry.objects.of(entry.person_id).filter(started_at=entry.started_at, corrects=entry)
    return Opened(
        row=Row.of(entry),
        entry=entry,
        why=why_not_more(entry, others),
        others=[Row.of(each) for each in others],
        corrections=list(corrections.select_related("actor").order_by("received_at")),
        policy=policy_in_words(entry.policy),
    )


def _others(entry: StudyEntry) -> list[StudyEntry]:
    """The credited rows that lie over `entry`."""
    end = entry.started_at + dt.timedelta(seconds=entry.claimed_s)
    longest = dt.timedelta(seconds=max(entry.policy.entry_s, 900))
    near = (
        StudyEntry.objects.of(entry.person_id)
        .filter(kind=Kind.MEASURED, credited_s__gt=0, started_at__lt=end)
        .filter(started_at__gt=entry.started_at - longest)
        .exclude(pk=entry.pk)
        .in_order()
        .select_related("activity")
    )
    found = [
        each for each in near if each.started_at + dt.timedelta(seconds=each.claimed_s) > entry.started_at
    ]
    return found[:OTHERS_SHOWN]


def why_not_more(entry: StudyEntry, others: list[StudyEntry] | None = None) -> str:
    """The reason as a full sentence with its numbers, as far as the rows tell them."""
    policy = entry.policy
    if entry.kind == Kind.ADJUSTED:
        return _("This row corrects another one. It is the difference, and names who decided and why.")
    if not entry.reason:
        return _("The whole reported time is credited.")
    if entry.reason == rules.ACTIVITY_CEILING:
        limit = policy.limits().activity_s(entry.activity.planned_minutes)
        return _reached(
            entry,
            StudyEntry.objects.of(entry.person_id).filter(activity=entry.activity_id),
            _("The limit of this activity is %(limit)s (%(factor)s × its planned %(planned)s).")
            % {
                "limit": long_time(limit),
                "factor": _factor(policy),
                "planned": long_time(entry.activity.planned_minutes * 60),
            },
        )
    if entry.reason == rules.DAY_CEILING:
        day = rules.local_day(entry.started_at)
        midnight = dt.datetime.combine(day, dt.time.min, rules.WIB)
        return _reached(
            entry,
            StudyEntry.objects.of(entry.person_id).filter(
                started_at__gte=midnight, started_at__lt=midnight + dt.timedelta(days=1)
            ),
            _("The limit of one day is %(limit)s.") % {"limit": long_time(policy.day_s)},
        )
    if entry.reason == rules.TOO_LATE:
        end = entry.started_at + dt.timedelta(seconds=entry.claimed_s)
        limit = rules.OFFLINE_LATE_S if entry.channel == "offline" else policy.late_s
        return _("It arrived %(late)s after its end; a report is credited within %(limit)s only.") % {
            "late": _hours(int((entry.received_at - end).total_seconds()) // 3_600 * 3_600),
            "limit": _hours(limit),
        }
    words = {
        rules.OVERLAP: ngettext(
            "This time is already credited in another row: one person’s time counts once.",
            "This time is already credited in other rows: one person’s time counts once.",
            len(others or [1]),
        ),
        rules.COARSE_CEILING: _("Without JavaScript one page is worth at most %(limit)s.")
        % {"limit": long_time(policy.coarse_page_s)},
        rules.COARSE_LEFT: _(
            "The page stayed open longer than %(limit)s without JavaScript: nobody can tell if it was read."
        )
        % {"limit": long_time(policy.entry_s)},
        rules.SIGNED_OUT: _("You had signed out, or ended this session from another device, by then."),
    }
    return words.get(entry.reason) or str(Reason(entry.reason).label)


def _reached(entry: StudyEntry, earlier: StudyEntryQuerySet, limit: str) -> str:
    """`limit`, and when it was reached: inside this row, or with the row credited last before it."""
    if entry.credited_s:
        return f"{limit} " + _("It was reached %(time)s into this row.") % {
            "time": long_time(entry.credited_s)
        }
    before = (
        earlier.filter(kind=Kind.MEASURED, credited_s__gt=0, received_at__lte=entry.received_at)
        .exclude(pk=entry.pk)
        .order_by("received_at", "started_at")
        .last()
    )
    if before is None:
        return limit
    end = before.started_at + dt.timedelta(seconds=before.claimed_s)
    return f"{limit} " + _("It had been reached on %(when)s.") % {"when": moment(end)}
