"""Who may write what: groups of editors and what each may do in the back office."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from content.models import HomePage, PartnerPage, TrackPage

EDITORS = "Redaksi BPSDM"
MODERATORS = "Moderator"
PARTNER_PREFIX = "Mitra: "

WRITE = ("add_page", "change_page")
PUBLISH = ("publish_page", "lock_page", "unlock_page")
# Pictures, documents and recordings are permitted by Wagtail's own models, whatever ours are called.
FILES = (
    ("wagtailimages", ("add_image", "change_image", "choose_image")),
    ("wagtaildocs", ("add_document", "change_document", "choose_document")),
    ("wagtailmedia", ("add_media", "change_media")),
)


@transaction.atomic
def make_groups() -> dict[str, Group]:
    """Make or complete all groups of editors. Safe to run again; takes nothing away."""
    _take_over_wagtails_groups()
    home = HomePage.objects.get()
    root = Collection.get_first_root_node()
    editors, _created = Group.objects.get_or_create(name=EDITORS)
    moderators, _created = Group.objects.get_or_create(name=MODERATORS)
    _permit_pages(editors, home, (*WRITE, *PUBLISH, "bulk_delete_page"))
    _permit_pages(moderators, home, ("change_page", *PUBLISH))
    for group in (editors, moderators):
        _permit(group, ("access_admin",))
        _permit(group, ("view_competency", "view_studypolicy", "view_weeklytarget"))
        _permit_files(group, root)
    _permit(editors, ("add_value", "change_value", "delete_value", "view_value"))
    groups = {EDITORS: editors, MODERATORS: moderators}
    for partner in PartnerPage.objects.filter(tracks__isnull=False).exclude(code="BPSDM").distinct():
        group = make_partner_group(partner)
        groups[group.name] = group
    return groups


@transaction.atomic
def make_partner_group(partner: PartnerPage) -> Group:
    """The editors of one partner: their own tracks and their own collection, nothing else."""
    name = f"{PARTNER_PREFIX}{partner.title}"[:150]
    group, _created = Group.objects.get_or_create(name=name)
    _permit(group, ("access_admin",))
    for track in TrackPage.objects.filter(owner_partner=partner):
        _permit_pages(group, track, WRITE)
    root = Collection.get_first_root_node()
    collection = root.get_children().filter(name=partner.title).first()
    if collection is None:
        collection = root.add_child(name=partner.title)
    _permit_files(group, collection)
    return group


def permit_reviewers(group: Group) -> None:
    """Those who only look texts over: they enter, and open what a workflow brings to them."""
    _permit(group, ("access_admin",))


def _take_over_wagtails_groups() -> None:
    """Wagtail ships "Moderators" (with the approval workflow) and "Editors": one word, ours."""
    if not Group.objects.filter(name=MODERATORS).exists():
        Group.objects.filter(name="Moderators").update(name=MODERATORS)
    Group.objects.filter(name="Editors", user__isnull=True).delete()


def _permit(group: Group, codenames: Iterable[str]) -> None:
    group.permissions.add(*Permission.objects.filter(codename__in=list(codenames)))


def _permit_pages(group: Group, page: Page, codenames: Iterable[str]) -> None:
    for permission in _of_wagtail("wagtailcore", codenames):
        GroupPagePermission.objects.get_or_create(group=group, page=page, permission=permission)


def _permit_files(group: Group, collection: Collection) -> None:
    for app, codenames in FILES:
        for permission in _of_wagtail(app, codenames):
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=collection, permission=permission
            )


def _of_wagtail(app: str, codenames: Iterable[str]) -> list[Permission]:
    return list(Permission.objects.filter(content_type__app_label=app, codename__in=list(codenames)))
