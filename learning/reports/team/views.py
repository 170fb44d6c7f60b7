"""The supervisor's week: the screen, marking weeks as seen, reminding."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from learning.people import access
from learning.people.access import Deed, Mandate, Role
from learning.people.audit.actions import log_look_at_list
from learning.people.models import Person, Unit
from learning.reports.ledger_views import their_person
from learning.reports.models import Nudge
from learning.reports.rollup.queries import units_below
from learning.reports.rollup.tasks import ask_for_roll_up
from learning.reports.team import letters, queries
from learning.reports.team.actions import NudgeRefused, may_be_mailed, send_nudge, why_no_nudge
from learning.reviews.actions import (
    NotYours,
    acknowledge_unit,
    acknowledge_weeks,
    take_back_acknowledgement,
)
from learning.study import rules
from learning.study.ledger.periods import asked_week
from learning.study.views import person_of, week_links

PEOPLE_ON_A_PAGE = 50
SORT_WORDS = {"nama": "name", "sedikit": "least", "banyak": "most", "menunggu": "waiting"}
REFUSED: dict[str, Promise] = {
    "not_this_week": gettext_lazy("Only the running week can be reminded of."),
    "met": gettext_lazy("The target of this week is met: no reminder is needed."),
    "free": gettext_lazy("Nothing is asked of this person this week."),
    "already": gettext_lazy("A reminder was sent this week. One a week is enough."),
    "no_email": gettext_lazy("This person has no e-mail address here, or has not agreed to e-mails."),
}


def asked_unit(request: HttpRequest, person: Person) -> tuple[Unit, Mandate, list[Mandate]]:
    """The unit asked for, or the topmost one the person may read, why, and all their mandates.

    403 for somebody without any, 404 for a unit that is not theirs to read.
    """
    mandates = access.mandates_of(person)
    if not mandates:
        raise PermissionDenied
    units = access.units_for(person, Deed.READ)
    asked = request.GET.get("unit") or request.POST.get("unit")
    if asked:
        units = units.filter(pk=int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 12 else 0)
    unit = units.first()
    mandate = access.first_mandate(mandates, unit.path, Deed.READ) if unit else None
    if unit is None or mandate is None:
        raise Http404
    return unit, mandate, mandates


def seen_as(mandate: Mandate) -> dict[str, Any]:
    """What the page says of the mandate it is seen by: the role, and for whom a delegate acts."""
    giver = Person.objects.filter(pk=mandate.on_behalf_of).first() if mandate.on_behalf_of else None
    return {
        "mandate": mandate,
        "on_behalf_of": giver,
        "may_decide": mandate.allows(Deed.DECIDE),
        "may_record_leave": mandate.allows(Deed.RECORD_LEAVE),
    }


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def team(request: HttpRequest) -> HttpResponse:
    """Everybody of the unit on one screen: for whoever leads it, acts for them, or reads it in a role.

    A search is posted: what is typed may be a NIP, which must not stand in an address.
    """
    person, now = person_of(request), timezone.now()
    unit, mandate, mandates = asked_unit(request, person)
    asked = request.POST if request.method == "POST" else request.GET
    week = asked_week(asked.get("pekan", ""), rules.local_day(now))
    show = asked.get("saring", "all")
    if show not in queries.SHOW:
        show = "all"
    sort = asked.get("urut", "nama")
    if sort not in SORT_WORDS:
        sort = "nama"
    search = asked.get("cari", "").strip()[:80]
    everybody = asked.get("lingkup") == "semua"
    number = asked.get("halaman")
    as_of = now
    if everybody:
        wanted = {"search": search, "sort": SORT_WORDS[sort]}
        page_number = (
            int(number) if number and number.isascii() and number.isdigit() and len(number) < 6 else 1
        )
        offset = max(0, page_number - 1) * PEOPLE_ON_A_PAGE
        subtree = queries.subtree_week(person, unit, week, offset=offset, limit=PEOPLE_ON_A_PAGE, **wanted)
        found, rows = subtree.team, subtree.team.rows
        page: Page[Any] = Paginator(range(subtree.people), PEOPLE_ON_A_PAGE).get_page(page_number)
        as_of = subtree.as_of or now
    else:
        found = queries.team_week(person, unit, week, show=show, search=search, sort=SORT_WORDS[sort])
        page = Paginator(found.rows, PEOPLE_ON_A_PAGE).get_page(number)
        rows = list(page.object_list)
    queries.fill_rows(rows, week, found.targets)
    ask_for_roll_up(now=now)
    if mandate.role is not Role.SUPERVISOR:  # whoever leads a team sees its list as a matter of course
        log_look_at_list(
            viewer=person,
            unit=unit,
            people=[row.person_id for row in rows],
            what="team",
            role=mandate.role,
            on_behalf_of=mandate.on_behalf_of,
            now=now,
        )
    return render(
        request,
        "learning/team.html",
        {
            **seen_as(mandate),
            "viewer": person,
            "viewer_is_supervisor": True,
            "unit": unit,
            "units": queries.units_to_choose(mandates, unit),
            "units_below": units_below(unit, week),
            "everybody": everybody,
            "week": found.week,
            "is_running": week == rules.week_of(rules.local_day(now)),
            "week_name": rules.week_name(week),
            "weeks": week_links(request, week, rules.local_day(now)),
            "summary": found.summary,
            "rows": rows,
            "page_obj": page,
            "filter": show,
            "sort": sort,
            "query": search,
            "as_of": as_of,
        },
    )


def _numbers(texts: list[str]) -> list[int]:
    return [int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 12]


@login_required
@require_POST
def acknowledge(request: HttpRequest) -> HttpResponse:
    """The supervisor, or who decides for them, has seen the week of all of a unit, or of those ticked.

    `undo` with a person's number takes one back.
    """
    viewer, now = person_of(request), timezone.now()
    unit, mandate, _mandates = asked_unit(request, viewer)
    if not mandate.allows(Deed.DECIDE):
        raise PermissionDenied
    week = asked_week(request.POST.get("week", ""), rules.local_day(now))
    back = {"unit": unit.pk, "pekan": rules.week_name(week)}
    for name, usual in (("saring", "all"), ("urut", "nama"), ("lingkup", "")):
        value = request.POST.get(name, "")[:20]
        if value and value != usual:
            back[name] = value
    undo = _numbers(request.POST.getlist("undo"))[:1]
    ticked = _numbers(request.POST.getlist("person"))
    everybody = request.POST.get("who") == "all"
    try:
        if undo:
            done = take_back_acknowledgement(supervisor=viewer, week=week, person_id=undo[0], now=now)
            if done:
                messages.success(request, _("The week counts as not seen again."))
            ticked = undo
        elif everybody:
            count = acknowledge_unit(supervisor=viewer, week=week, unit=unit, now=now)
        else:
            count = acknowledge_weeks(supervisor=viewer, week=week, people=ticked, now=now)
    except NotYours:
        raise Http404 from None
    if not ticked and not everybody:
        messages.warning(request, _("Nobody was ticked."))
    elif not undo:
        messages.success(
            request,
            ngettext("%(count)d week marked as seen.", "%(count)d weeks marked as seen.", count)
            % {"count": count},
        )
    place = f"#p-{undo[0]}" if undo else ""
    return redirect(f"{reverse('learning:team')}?{urlencode(back)}{place}")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def nudge(request: HttpRequest, person_id: int) -> HttpResponse:
    """The words of a reminder, and the two ways to send it. Once it is kept, WhatsApp opens with a link."""
    viewer, now = person_of(request), timezone.now()
    person, mandate = their_person(viewer, person_id)
    if not mandate.allows(Deed.DECIDE):
        raise PermissionDenied
    week = rules.week_of(rules.local_day(now))
    why = why_no_nudge(person, week, now)
    sent = None
    if request.method == "POST":
        channel = request.POST.get("channel", "")
        if channel not in Nudge.Channel.values:
            why = why or "channel"
        else:
            try:
                sent = send_nudge(supervisor=viewer, person=person, week=week, channel=channel, now=now)
            except NudgeRefused as refused:
                why = refused.code
        if sent is not None and channel == Nudge.Channel.EMAIL:
            messages.success(request, _("The reminder is on its way."))
            return redirect(f"{reverse('learning:team')}?unit={person.unit_id}#p-{person.pk}")
    address = request.build_absolute_uri(reverse("learning:my-week"))
    return render(
        request,
        "learning/nudge.html",
        {
            **seen_as(mandate),
            "viewer": viewer,
            "viewer_is_supervisor": True,
            "person": person,
            "sent": sent,
            "why": REFUSED.get(why, _("Choose how to send it.") if why else ""),
            "may_send": why in ("", "channel", "no_email") and sent is None,
            "may_mail": may_be_mailed(person),
            "text": letters.text(person, viewer, address),
            "whatsapp": letters.whatsapp_link(person, viewer, address) if sent else "",
            "back": f"{reverse('learning:team')}?unit={person.unit_id}#p-{person.pk}",
        },
        status=422 if request.method == "POST" and sent is None else 200,
    )
