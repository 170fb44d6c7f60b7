"""What writes profiles and self-assessments."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from learning.competencies.models import Competency
from learning.competencies.profiles import rules
from learning.competencies.profiles.models import PositionProfile, ProfileLevel, SelfAssessment
from learning.people.actions import log_deed
from learning.people.models import Person


def assess_oneself(*, person: Person, levels: Mapping[int, int], now: dt.datetime) -> int:
    """Write how `person` sees their own levels (competency key → 1 to 5); how many changed.

    Competencies that do not exist and levels out of range are left out.
    """
    known = dict(
        SelfAssessment.objects.filter(person=person, competency__in=levels)
        .order_by("at", "pk")
        .values_list("competency_id", "level")
    )
    real = set(Competency.objects.filter(pk__in=levels).values_list("pk", flat=True))
    changed = [
        SelfAssessment(person=person, competency_id=pk, level=level, at=now)
        for pk, level in levels.items()
        if pk in real and 1 <= level <= 5 and known.get(pk) != level
    ]
    SelfAssessment.objects.bulk_create(changed)
    return len(changed)


def publish_profiles(
    *,
    actor: Person | None,
    profiles: Mapping[str, Mapping[int, int]],
    valid_from: dt.date,
    now: dt.datetime,
) -> int:
    """Give positions (as they are written) new profiles, competency key → level, from a day on.

    Only those that differ from what is in force that day; how many. The earlier ones stay.
    """
    count = 0
    with transaction.atomic():
        keys = {rules.key_of(position): position for position in profiles}
        earlier = PositionProfile.objects.filter(key__in=keys, valid_from__lte=valid_from)
        in_force = {each.key: each for each in earlier.order_by("valid_from").prefetch_related("levels")}
        for key, position in keys.items():
            before = in_force.get(key)
            wanted = dict(profiles[position])
            if before and {each.competency_id: each.level for each in before.levels.all()} == wanted:
                continue
            profile, _made = PositionProfile.objects.update_or_create(
                key=key, valid_from=valid_from, defaults={"position": position[:120], "by": actor}
            )
            profile.levels.all().delete()
            ProfileLevel.objects.bulk_create(
                ProfileLevel(profile=profile, competency_id=pk, level=level) for pk, level in wanted.items()
            )
            count += 1
        if count:
            log_deed(
                actor=actor,
                action="publish_profiles",
                now=now,
                profiles=count,
                valid_from=valid_from.isoformat(),
            )
    return count
