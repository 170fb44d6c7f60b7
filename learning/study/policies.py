"""What writes the programme's policy: targets of units and holidays.

Each leaves a row in the audit log: who, and every value as it was and as it is.
"""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from learning.people import access
from learning.people.audit.actions import log_deed
from learning.people.models import Person, Unit
from learning.study.goals import Targets
from learning.study.models import Holiday, WeeklyTarget
from learning.study.rules import local_day, week_of

HOLIDAY_FIELDS = ("day", "name", "is_workday")


class PolicyRefused(Exception):
    """Nothing was written; `code` says why: `taken`, `past`, `gone`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _may(actor: Person, permission: str) -> None:
    if not actor.has_perm(permission):
        raise PermissionDenied


def _role(actor: Person, now: dt.datetime) -> str:
    return access.role_over_all(actor, local_day(now)) or ""


def _plain(value: Any) -> Any:
    """A value as the log keeps it."""
    return value.isoformat() if isinstance(value, dt.date) else value


def changes_of(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """What differs: name → [as it was, as it is]."""
    found = {name: [_plain(before.get(name)), _plain(value)] for name, value in after.items()}
    return {name: values for name, values in found.items() if values[0] != values[1]}


def set_weekly_target(
    *, actor: Person, unit: Unit, minutes: int, valid_from: dt.date, now: dt.datetime
) -> WeeklyTarget:
    """`unit` asks for `minutes` a week from `valid_from` on. Raises `PermissionDenied`, `PolicyRefused`.

    `past`: weeks that are over keep the target they were judged by. `taken`: one begins there already.
    """
    _may(actor, "study.add_weeklytarget")
    if valid_from < week_of(local_day(now)):
        raise PolicyRefused("past")
    week = week_of(valid_from + dt.timedelta(days=6))  # the first that is judged by it
    try:
        with transaction.atomic():
            asked = Targets(week, people=()).of_path(unit.path, week).asked_minutes
            target = WeeklyTarget.objects.create(unit=unit, minutes=minutes, valid_from=valid_from)
            log_deed(
                actor=actor,
                action="set_weekly_target",
                unit=unit,
                role=_role(actor, now),
                now=now,
                valid_from=valid_from.isoformat(),
                changes={"minutes": [asked, minutes]},
            )
    except IntegrityError:
        raise PolicyRefused("taken") from None
    return target


def save_holiday(
    *, actor: Person, holiday: Holiday | None, day: dt.date, name: str, is_workday: bool, now: dt.datetime
) -> Holiday:
    """A new day over the calendar of others, or `holiday` changed. Raises as `set_weekly_target` does.

    `gone`: somebody removed it meanwhile.
    """
    _may(actor, "study.change_holiday" if holiday else "study.add_holiday")
    after = {"day": day, "name": name, "is_workday": is_workday}
    try:
        with transaction.atomic():
            if holiday is None:
                kept, before = Holiday(), {}
            else:
                found = Holiday.objects.select_for_update().filter(pk=holiday.pk).first()
                if found is None:
                    raise PolicyRefused("gone")
                kept = found
                before = {field: getattr(kept, field) for field in HOLIDAY_FIELDS}
            for field, value in after.items():
                setattr(kept, field, value)
            kept.save()
            if changes := changes_of(before, after):
                log_deed(
                    actor=actor,
                    action="change_holiday" if holiday else "add_holiday",
                    role=_role(actor, now),
                    now=now,
                    day=day.isoformat(),
                    changes=changes,
                )
    except IntegrityError:
        raise PolicyRefused("taken") from None
    return kept


def remove_holiday(*, actor: Person, holiday: Holiday, now: dt.datetime) -> None:
    """The calendar of others holds again on that day. Again changes nothing. Raises `PermissionDenied`."""
    _may(actor, "study.delete_holiday")
    with transaction.atomic():
        kept = Holiday.objects.select_for_update().filter(pk=holiday.pk).first()
        if kept is None:
            return
        before = {field: getattr(kept, field) for field in HOLIDAY_FIELDS}
        kept.delete()
        log_deed(
            actor=actor,
            action="remove_holiday",
            role=_role(actor, now),
            now=now,
            day=before["day"].isoformat(),
            changes=changes_of(before, dict.fromkeys(HOLIDAY_FIELDS)),
        )
