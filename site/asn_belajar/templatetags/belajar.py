"""Words for templates: minutes, durations, weeks, and where the reader is."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from learning.reviews.appeals.queries import appeals_of_rows, why_no_appeal
from learning.study.rules import local_day, week_name, week_of

register = template.Library()


@register.filter
def minutes(seconds: int) -> int:
    """Whole minutes of `seconds`, never rounded up."""
    return seconds // 60


@register.filter
def duration(seconds: int) -> str:
    """`747` as "12 mnt 27 dtk": short, exact to the second, for rows that must add up."""
    return _signed(
        seconds,
        with_minutes=gettext("%(minutes)s min %(seconds)s s"),
        without=gettext("%(seconds)s s"),
    )


@register.filter
def duration_in_full(seconds: int) -> str:
    """`747` as "12 menit 27 detik": for sentences and for those who listen to the page."""
    return _signed(
        seconds,
        with_minutes=gettext("%(minutes)s minutes %(seconds)s seconds"),
        without=gettext("%(seconds)s seconds"),
    )


@register.filter
def signed_duration(seconds: int) -> str:
    """A difference: `720` as "+12 mnt 0 dtk"."""
    return f"+{duration(seconds)}" if seconds > 0 else duration(seconds)


@register.filter
def of(values: Mapping[Any, Any], key: Any) -> Any:
    """What `values` hold for `key`; None when nothing."""
    return values.get(key)


def _signed(seconds: int, *, with_minutes: str, without: str) -> str:
    whole, rest = divmod(abs(seconds), 60)
    words = with_minutes if whole else without
    sign = "−" if seconds < 0 else ""
    text = sign + words % {"minutes": number_format(whole), "seconds": rest}
    return re.sub(r"(\d) ", "\\1\N{NO-BREAK SPACE}", text)  # a line may break between the pairs only


@register.filter
def digits(number: int) -> str:
    """`number` for machines, without the thousands' dot: attribute values, SVG lengths."""
    return str(int(number))


def _values(rows: Iterable[Any], field: str) -> list[int]:
    return [row[field] if isinstance(row, Mapping) else getattr(row, field) for row in rows]


@register.filter
def listed(rows: Iterable[Any], field: str) -> str:
    """`field` of every row, in a sentence: "45, 0, 80"."""
    return ", ".join(map(str, _values(rows, field)))


@register.filter
def at_most(number: int, limit: int) -> int:
    """`number`, or `limit` when that is less: a meter cannot show more than full."""
    return min(number, limit)


@register.filter
def total(rows: Iterable[Any], field: str) -> int:
    """The sum of `field` over `rows`: printed under them, so that a reader can check it."""
    return sum(_values(rows, field))


@register.filter
def peak(rows: Iterable[Any], field: str) -> int:
    """The height of a chart of `field`: its largest value, a quarter of an hour at least."""
    return max([15, *_values(rows, field)])


@register.filter
def share_of(part: int, whole: int) -> int:
    """`part` in whole per cent of `whole`, also above a hundred."""
    return 100 * part // whole if whole else 0


@register.filter
def until(first: dt.date, last: dt.date) -> str:
    """The days from `first` to `last`: "23–29 November", "30 November – 6 Desember"."""
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{date_format(last, 'j F')}"
    return f"{date_format(first, 'j F')} – {date_format(last, 'j F')}"


@register.simple_tag(takes_context=True)
def here(context: Context, path: str) -> SafeString | str:
    """Marks the link to `path` when the reader is on that page, or below it. Works without a request."""
    request: Any = context.get("request")
    if request is None or not request.path.startswith(path):
        return ""
    return format_html(' aria-current="{}"', "page" if request.path == path else "true")


@dataclass(frozen=True, slots=True)
class AppealLink:
    """What a row of the ledger says about an appeal against it, and where it leads."""

    url: str
    words: str


@register.simple_tag
def appeals_of(days: Iterable[Any], is_own: bool) -> dict[Any, AppealLink]:
    """For every row of `days` that has, or may have, an appeal: where to go and what to say."""
    entries = [row.entry for day in days for row in day.entries if row.reason]
    made, now, links = appeals_of_rows(entry.pk for entry in entries) if entries else {}, timezone.now(), {}
    for entry in entries:
        appeal = made.get(entry.pk)
        words = gettext("Appeal: %(status)s") % {"status": appeal.status_label} if appeal else ""
        if is_own and (appeal or not why_no_appeal(entry, now)):
            links[entry.pk] = AppealLink(
                reverse("learning:appeal", args=[entry.pk]), words or gettext("Appeal")
            )
        elif appeal:
            links[entry.pk] = AppealLink(reverse("learning:review-appeal", args=[appeal.pk]), words)
    return links


@register.filter
def of_row(links: Mapping[Any, AppealLink], row: Any) -> AppealLink | None:
    """The link of one row of the ledger, if it has one."""
    return links.get(row.entry.pk)


@register.filter
def week_name_of(declared: Any) -> str:
    """The week, "2026-W48", in which a stretch began."""
    return week_name(week_of(local_day(declared.started_at)))


@register.simple_tag
def asset(path: str) -> str:
    """The hashed address of a static file; the plain one when that is not known: error pages must show."""
    try:
        return static(path)
    except ValueError:
        return f"{settings.STATIC_URL}{path}"


BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@register.filter
def device_name(user_agent: str) -> str:
    """What a person would call the device behind a user agent: "Chrome di Android"."""
    browser = next((name for token, name in BROWSERS if token in user_agent), "")
    system = next((name for token, name in SYSTEMS if token in user_agent), "")
    if browser and system:
        return gettext("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or gettext("Unknown device")
