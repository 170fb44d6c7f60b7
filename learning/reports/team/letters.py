"""The words of a reminder: kind, short, without a figure. What somebody studied stays inside the site."""

from urllib.parse import quote

from django.conf import settings
from django.utils.translation import gettext as _

from learning.people.models import Person
from learning.reports.models import Nudge


def subject() -> str:
    return _("A friendly reminder: this week's study")


def text(person: Person, sender: Person, address: str) -> str:
    """`address` leads to the person's own week."""
    return _(
        "Hello %(name)s,\n\n"
        "this week still has some time for study. When it suits you, go on here: %(address)s\n\n"
        "If something is in the way, please tell me. Thank you for what you have done so far.\n\n%(sender)s"
    ) % {"name": person.name, "address": address, "sender": sender.name}


def whatsapp_link(person: Person, sender: Person, address: str) -> str:
    """Opens WhatsApp with the words filled in; to whom it goes the sender chooses there."""
    return f"https://wa.me/?text={quote(text(person, sender, address))}"


def own_week_address() -> str:
    """Where a reminder sent without a request leads."""
    return f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}/belajar/"


def kept_words(nudge: Nudge) -> str:
    return text(nudge.person, nudge.by, own_week_address())
