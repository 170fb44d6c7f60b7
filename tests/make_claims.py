"""Makes claims and the people around them: a section, its division, and who may do what there."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from learning.competencies.models import ActivityCompetency, Competency, Completion, QuizAttempt
from learning.people.models import Delegation, Person, Unit
from learning.reviews.claims.actions import Content, write_claim
from learning.reviews.models import Claim
from learning.study.rules import week_of
from tests import make


@dataclass
class Office:
    """A learner, who leads them, and the others who read or decide."""

    learner: Person
    colleague: Person
    head: Person
    above: Person
    decider: Person  # acts for the head
    reader: Person  # reads for the head
    bpsdm: Person
    auditor: Person
    stranger: Person  # leads another unit

    @property
    def everybody(self) -> dict[str, Person]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def office(today: dt.date) -> Office:
    agency = make.unit(name="Dinas")
    section, elsewhere = make.unit(parent=agency, name="Bidang"), make.unit(name="Dinas lain")
    home = {"above": agency, "stranger": elsewhere, "bpsdm": elsewhere, "auditor": elsewhere}
    people = {
        name: make.person(home.get(name, section), name=f"{name.title()} Uji", email=f"{name}@uji.invalid")
        for name in Office.__dataclass_fields__
    }
    for unit, name in ((agency, "above"), (section, "head"), (elsewhere, "stranger")):
        Unit.objects.filter(pk=unit.pk).update(head=people[name])
    for name in ("decider", "reader"):
        Delegation.objects.create(
            giver=people["head"],
            delegate=people[name],
            unit=section,
            may_decide=name == "decider",
            first_day=today - dt.timedelta(days=1),
            last_day=today + dt.timedelta(days=400),
            recorded_at=dt.datetime.combine(today, dt.time(3), dt.UTC),
        )
    make.role(people["bpsdm"], "bpsdm")
    make.role(people["auditor"], "auditor")
    return Office(
        **{name: Person.objects.select_related("unit").get(pk=each.pk) for name, each in people.items()}
    )


def passed(person: Person, competency: Competency, now: dt.datetime, *, level: int = 2) -> Completion:
    """A module passed whose completion proves a competency, as it was before it wrote records."""
    module = make.activity()
    ActivityCompetency.objects.create(activity=module, competency=competency, level=level)
    attempt = QuizAttempt.objects.create(
        person=person,
        activity=module,
        revision=7,
        questions=[],
        pass_mark=70,
        started_at=now - dt.timedelta(hours=1),
        expires_at=now,
        answers={},
        answered_at=now - dt.timedelta(minutes=40),
        score=90,
        passed=True,
    )
    return Completion.objects.create(
        person=person,
        activity=module,
        attempt=attempt,
        revision=7,
        score=90,
        credited_s=1800,
        rule="quiz>=70%, minutes>=15",
        completed_at=now - dt.timedelta(minutes=40),
        week=week_of(now.date()),
    )


def content(competency: Competency, **fields: Any) -> Content:
    """Level 2, shown by a link, or what is said otherwise."""
    values: dict[str, Any] = {
        "level": 2,
        "text": "Saya menyusun tiga telaahan staf yang dipakai pimpinan.",
        "link": "https://contoh.invalid/laporan-1",
        **fields,
    }
    return Content(competency=competency.code, **values)


def claimed(
    person: Person, *, now: dt.datetime, competency: Competency | None = None, **fields: Any
) -> Claim:
    """A claim that waits."""
    about = competency or make.competency()
    return write_claim(person=person, content=content(about, **fields), send=True, now=now)
