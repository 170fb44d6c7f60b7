"""Sending a reminder by e-mail, as background work."""

from django.core.mail import send_mail
from django_tasks import task

from learning.reports.models import Nudge
from learning.reports.team import letters
from learning.study.queries import week_of_person


@task()  # type: ignore[untyped-decorator]
def send_by_email(nudge_id: int) -> None:
    """Silent when the target was met, or the person left, in the meantime."""
    nudge = Nudge.objects.select_related("person__unit", "by").filter(pk=nudge_id).first()
    if nudge is None or not nudge.person.is_active or not nudge.person.email:
        return
    week = week_of_person(nudge.person, nudge.week)
    if week.is_met or week.is_free:
        return
    send_mail(letters.subject(), letters.kept_words(nudge), None, [nudge.person.email])
