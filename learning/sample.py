"""Invented people in real units, with eight weeks of study that went through the real actions.

Everything is deterministic: the same seed gives the same people. NIPs are born in 1900, so
that no living civil servant can be meant.
"""

import csv
import datetime as dt
import random
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone

from learning.competencies import actions as mastery
from learning.competencies.dictionary import exchange
from learning.competencies.dictionary.actions import publish_dictionary
from learning.competencies.models import Competency
from learning.competencies.profiles.actions import publish_profiles
from learning.people.models import Person, Unit
from learning.reviews.actions import acknowledge_weeks
from learning.reviews.models import WeekAcknowledgement
from learning.study import rules
from learning.study.actions import Interval, record_intervals
from learning.study.models import Activity
from learning.study.tokens import Token

HERE = Path(__file__).resolve().parent
SEED = 2026
PASSWORD = "belajar-setiap-pekan"  # noqa: S105 - known to everybody; production cannot load it
TEAM_UNIT = "DISKOMINFO-B03"
EDITOR_UNIT = "BPSDM-B02"


@dataclass(frozen=True, slots=True)
class SignIn:
    """One of the three people a visitor may sign in as."""

    username: str
    password: str
    name: str
    position: str
    unit: str


LEARNER = SignIn(
    "190003152020032001",
    PASSWORD,
    "Ayu Lestari, S.I.Kom.",
    "Pranata Hubungan Masyarakat Ahli Pertama",
    TEAM_UNIT,
)
EDITOR = SignIn(
    "190006112015031002", PASSWORD, "Wahyu Pramudita, M.Pd.", "Widyaiswara Ahli Muda", EDITOR_UNIT
)
SUPERVISOR = SignIn("190001202008012003", PASSWORD, "Retno Wulandari, M.Si.", "Kepala Bidang", TEAM_UNIT)

# The sample learner has yet to begin these: there is something new to study on the first visit.
NOT_YET_BEGUN = (
    "menulis-surat-dinas",
    "menangani-pengaduan-warga",
    "gratifikasi-dan-integritas",
    "pelayanan-prima-cettar",
    "memimpin-perubahan-kecil",
)

Step = Callable[[int], None]


def forbid_in_production() -> None:
    """Raises `ImproperlyConfigured` where sample people must never be."""
    if not settings.BELAJAR_SAMPLE_PEOPLE_ALLOWED:
        raise ImproperlyConfigured("Sample people and their known passwords are not for this installation.")


def _rows(path: str) -> list[dict[str, str]]:
    with (HERE / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load_units() -> int:
    """The units of the province from our own fixture; how many there are now."""
    known = set(Unit.objects.values_list("code", flat=True))
    waiting = [row for row in _rows("people/fixtures/opd_jatim.csv") if row["kode"] not in known]
    while waiting:
        later = []
        for row in waiting:
            fields = {
                "code": row["kode"],
                "name": row["nama"],
                "short_name": row["singkatan"],
                "kind": row["jenis"],
                "city": row["kota"],
                "is_active": row["status"] == "aktif",
            }
            parent = row["kode_induk"]
            if not parent:
                Unit.add_root(**fields)  # type: ignore[no-untyped-call]
            elif parent in known:
                Unit.objects.get(code=parent).add_child(**fields)
            else:
                later.append(row)
                continue
            known.add(row["kode"])
        if len(later) == len(waiting):
            raise LookupError(f"units without a parent: {[row['kode'] for row in later]}")
        waiting = later
    return len(known)


def load_competencies() -> int:
    """The dictionary and the position profiles from our own fixtures; how many competencies there are."""
    folder, now = HERE / "competencies" / "fixtures", timezone.now()
    rows = exchange.read_dictionary(folder / "kompetensi.csv")
    publish_dictionary(actor=None, rows=rows, note="Kamus awal", now=now)
    publish_profiles(
        actor=None,
        profiles=exchange.read_profiles(folder / "profil_jabatan.csv"),
        valid_from=dt.date(2026, 1, 1),
        now=now,
    )
    return Competency.objects.count()


def _nip(dice: random.Random, serial: int, sex: str, employment: str) -> str:
    born = dt.date(1900, 1, 1) + dt.timedelta(days=dice.randrange(365))
    year = dice.randrange(2000, 2025)
    middle = f"{year}21" if employment == "pppk" else f"{year}{dice.choice(('01', '03', '12'))}"
    return f"{born:%Y%m%d}{middle}{1 if sex == 'L' else 2}{serial % 1000:03d}"


def load_people(count: int = 2_000, progress: Step = lambda step: None) -> int:
    """The three sample sign-ins and `count` more people in real units; how many were made.

    Raises `ImproperlyConfigured` in production.
    """
    forbid_in_production()
    if Person.objects.filter(username=LEARNER.username).exists():
        return 0
    dice = random.Random(SEED)  # noqa: S311 - invented people need no secret dice
    units = list(Unit.objects.filter(is_active=True).exclude(depth=1).order_by("path"))
    by_code = {unit.code: unit for unit in units}
    with transaction.atomic():
        for sign_in in (LEARNER, EDITOR, SUPERVISOR):
            Person.objects.create_user(
                sign_in.username,
                sign_in.password,
                nip=sign_in.username,
                name=sign_in.name,
                unit=by_code[sign_in.unit],
                position=sign_in.position,
                grade="III/b",
                joined_on=dt.date(2020, 3, 1),
            )
        team = by_code[TEAM_UNIT]
        team.head = Person.objects.get(username=SUPERVISOR.username)
        team.save()
        weights = [
            {"dinas": 6, "badan": 6, "rsud": 14, "sekretariat_bidang": 9, "upt": 5}.get(unit.kind, 3)
            for unit in units
        ]
        places = [team] * 28 + dice.choices(units, weights, k=count - 28)
        people = [_person(dice, number, unit, progress) for number, unit in enumerate(places)]
        Person.objects.bulk_create(people, batch_size=500)
        _appoint_heads(team)
    return len(people) + 3


def _person(dice: random.Random, number: int, unit: Unit, progress: Step) -> Person:
    first = [row for row in _NAMES if row["posisi"] == "depan"]
    last = [row for row in _NAMES if row["posisi"] == "belakang"]
    titles = [row["gelar"] for row in _TITLES if row["posisi"] == "belakang"]
    positions = [row for row in _POSITIONS if not row["nama_jabatan"].startswith(("Kepala", "Sekretaris"))]
    given = dice.choice(first)
    sex = given["jenis_kelamin"] if given["jenis_kelamin"] in ("L", "P") else dice.choice("LP")
    family = dice.choice([row for row in last if row["jenis_kelamin"] in (sex, "", "LP", "N")] or last)
    name = f"{given['nama']} {family['nama']}"
    if dice.random() < 0.55:
        name += f", {dice.choice(titles)}"
    employment = dice.choices(("pns", "pppk", "cpns", "non_asn"), (70, 20, 4, 6))[0]
    nip = _nip(dice, number, sex, employment)
    person = Person(
        username=nip,
        nip=nip if employment != "non_asn" else None,
        name=name,
        unit=unit,
        position=dice.choice(positions)["nama_jabatan"],
        grade=dice.choice(("II/c", "III/a", "III/b", "III/c", "III/d", "IV/a"))
        if employment == "pns"
        else "",
        employment=employment,
        joined_on=dt.date(2015 + dice.randrange(10), 3, 1),
        weekly_goal_minutes=dice.choice((90, 135)) if dice.random() < 0.05 else None,
    )
    person.set_unusable_password()
    progress(1)
    return person


def _appoint_heads(team: Unit) -> None:
    """Everywhere but in the sample team, the first person of a unit leads it."""
    for unit in Unit.objects.filter(is_active=True).exclude(pk=team.pk):
        head = Person.objects.filter(unit=unit).exclude(username=EDITOR.username).order_by("pk").first()
        if head is not None:
            unit.head = head
            unit.save(update_fields=["head"])


_NAMES = _rows("people/fixtures/nama_jatim.csv")
_TITLES = _rows("people/fixtures/gelar.csv")
_POSITIONS = _rows("people/fixtures/jabatan.csv")


@dataclass(frozen=True, slots=True)
class Quiz:
    """The questions of a module, as its page has them."""

    activity_id: int
    revision: int | None
    questions: Sequence[Mapping[str, Any]]
    pass_mark: int


def has_history() -> bool:
    """Was the history written to its end? The acknowledged weeks are its last step."""
    return WeekAcknowledgement.objects.filter(by__username=SUPERVISOR.username).exists()


def load_history(
    *, now: dt.datetime, quizzes: Sequence[Quiz], weeks: int = 8, progress: Step = lambda step: None
) -> int:
    """Study of the last `weeks` weeks and of this one, through the same actions as real study.

    Goes on where an interrupted run stopped: whoever has studied already is left as they are.
    How many weeks of people were written. Raises `ImproperlyConfigured` in production.
    """
    forbid_in_production()
    dice = random.Random(SEED + 1)  # noqa: S311 - invented study needs no secret dice
    modules = list(Activity.objects.filter(kind="module", is_open=True).order_by("pk"))
    by_activity = {quiz.activity_id: quiz for quiz in quizzes}
    everybody = Person.objects.get_queryset().active().exclude(unit=None)
    people = list(everybody.exclude(week_totals__isnull=False).order_by("pk"))
    recent = rules.recent_weeks(rules.local_day(now), weeks + 1)
    episodes = {
        rules.week_of(rules.local_day(episode.starts_at)): episode
        for episode in Activity.objects.filter(kind="episode", is_open=True, starts_at__lt=now)
        if episode.starts_at is not None
    }
    written = 0
    for start in range(0, len(people), 50):
        with transaction.atomic():
            for person in people[start : start + 50]:
                diligence = 0.93 if person.username == LEARNER.username else dice.betavariate(2.2, 1.6)
                order = dice.sample(modules, len(modules))
                today: list[Activity] = []
                if person.username == LEARNER.username:
                    order = [each for each in order if not each.path.rstrip("/").endswith(NOT_YET_BEGUN)]
                    order, today = order[:-2], order[-2:]
                room = {each.pk: int(each.planned_minutes * 60 * dice.uniform(1.2, 1.9)) for each in order}
                for week in recent:
                    if dice.random() < diligence:
                        _study_week(
                            dice,
                            person,
                            week,
                            order,
                            room,
                            episodes.get(week),
                            by_activity,
                            now,
                            keen=max(0.6, diligence),
                        )
                        written += 1
                _sit_today(dice, person, today, now)
                progress(1)
    _acknowledge_history(recent, now)
    return written


def _study_week(
    dice: random.Random,
    person: Person,
    week: dt.date,
    order: list[Activity],
    room: dict[int, int],
    episode: Activity | None,
    quizzes: Mapping[int, Quiz],
    now: dt.datetime,
    *,
    keen: float,
) -> None:
    """A believable week: the Thursday episode, and one to three sittings with a module.

    Few go on with a module for longer than they have `room` for, in seconds by activity.
    """
    if episode is not None and episode.starts_at is not None and dice.random() < keen:
        late = dt.timedelta(seconds=dice.randrange(1200))
        _sit(dice, person, episode, episode.starts_at + late, int(dice.uniform(25, 105) * 60), now)
    for _sitting in range(dice.choice((1, 1, 2, 3))):
        begun = [each for each in order if room[each.pk] > 120 or dice.random() < 0.01]
        if not begun:
            break
        activity = begun[0] if dice.random() < 0.7 else dice.choice(begun)
        wanted_s = int(activity.planned_minutes * 60 * dice.uniform(0.7, 1.4)) + dice.randrange(60)
        length_s = min(wanted_s, max(room[activity.pk], 300))
        at = _moment(dice, week, length_s, now)
        if at is None or not _sit(dice, person, activity, at, length_s, now):
            continue
        room[activity.pk] -= length_s
        end = at + dt.timedelta(seconds=length_s)
        if activity.pk in quizzes and dice.random() < 0.18:
            _take_quiz(dice, person, quizzes[activity.pk], end)
            if order[0] == activity:
                order.append(order.pop(0))


def _sit_today(dice: random.Random, person: Person, modules: list[Activity], now: dt.datetime) -> None:
    """The sample learner has studied a little today already, so that their week is not empty."""
    at = now - dt.timedelta(minutes=50)
    if rules.local_day(at) == rules.local_day(now):
        for module, minutes in zip(modules, (12, 9), strict=False):
            _sit(dice, person, module, at, minutes * 60, now)
            at += dt.timedelta(minutes=minutes + 3)


def _moment(dice: random.Random, week: dt.date, length_s: int, now: dt.datetime) -> dt.datetime | None:
    """When somebody sits down: office hours and evenings; in the running week, before now."""
    day = week + dt.timedelta(days=dice.choice((0, 1, 2, 3, 3, 4, 5)))
    hour = dt.time(dice.choice((7, 8, 9, 10, 13, 15, 19, 20)), dice.randrange(60))
    at = dt.datetime.combine(day, hour, rules.WIB)
    monday = dt.datetime.combine(week, dt.time.min, rules.WIB)
    if at + dt.timedelta(seconds=length_s) < now:
        return at
    room = int((now - monday).total_seconds()) - length_s - 60
    if room <= 0 or dice.random() < 0.5:
        return None
    at = monday + dt.timedelta(seconds=dice.randrange(room))
    same_day = rules.local_day(at) == rules.local_day(at + dt.timedelta(seconds=length_s))
    return at if same_day else None


def _sit(
    dice: random.Random, person: Person, activity: Activity, at: dt.datetime, length_s: int, now: dt.datetime
) -> bool:
    """One sitting, reported in stretches of at most 15 minutes; False when it would lie ahead."""
    end = at + dt.timedelta(seconds=length_s)
    if end >= now:
        return False
    intervals = []
    offset = 0
    while offset < length_s:
        stretch = min(dice.randrange(600, 900), length_s - offset)
        milliseconds = int((at.timestamp() + offset) * 1000)
        bits = milliseconds << 80 | dice.getrandbits(80)
        bits = bits & ~(0xF << 76) & ~(0x3 << 62) | 7 << 76 | 2 << 62
        intervals.append(
            Interval(uuid.UUID(int=bits), offset * 1000, stretch * 1000, step=2, evidence="input")
        )
        offset += stretch
    token = Token(person.pk, activity.pk, None, at, "sample")
    record_intervals(token=token, intervals=intervals, now=end)
    return True


def _take_quiz(dice: random.Random, person: Person, quiz: Quiz, at: dt.datetime) -> None:
    attempt = mastery.start_quiz(
        person=person,
        activity_id=quiz.activity_id,
        revision=quiz.revision,
        questions=quiz.questions,
        pass_mark=quiz.pass_mark,
        minutes=30,
        now=at,
    )
    answers = {}
    for question in mastery.questions_of(attempt):
        right = question.right_answer
        wrong = [choice.key for choice in question.choices if choice.key not in right]
        if dice.random() < 0.85:
            answers[question.key] = right
        else:
            answers[question.key] = [dice.choice(wrong)] if question.correct_keys and wrong else []
    mastery.answer_quiz(
        person=person, attempt_id=attempt.pk, answers=answers, now=at + dt.timedelta(minutes=6)
    )


def _acknowledge_history(weeks: Sequence[dt.date], now: dt.datetime) -> None:
    """The sample supervisor has seen all weeks but the last and the running one."""
    supervisor = Person.objects.get(username=SUPERVISOR.username)
    people = Person.objects.filter(unit__code=TEAM_UNIT).exclude(pk=supervisor.pk)
    for week in weeks[:-2]:
        seen_at = dt.datetime.combine(week + dt.timedelta(days=7), dt.time(8, 30), rules.WIB)
        acknowledge_weeks(
            supervisor=supervisor,
            week=week,
            people=list(people.values_list("pk", flat=True)),
            now=min(seen_at, now),
        )
