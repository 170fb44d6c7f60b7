"""The ways a text goes before it is published: quick, by a partner's sign-off, formal."""

from django.contrib.auth.models import Group
from django.db import transaction
from wagtail.models import Page, Task, Workflow, WorkflowPage, WorkflowTask

from content.groups import MODERATORS, permit_reviewers
from content.models import DatedApprovalTask, HomePage, PartnerSignOffTask, TrackIndexPage, TrackPage

SUBSTANCE = "Pemeriksa substansi"
LANGUAGE = "Pemeriksa bahasa dan akses"
QUICK, PARTNER, FORMAL = "Cepat", "Mitra", "Resmi"


@transaction.atomic
def make_workflows() -> dict[str, Workflow]:
    """Make what is missing. Safe to run again: what was changed in the back office stays."""
    moderators = Group.objects.get(name=MODERATORS)
    substance, language = (_reviewers(name) for name in (SUBSTANCE, LANGUAGE))
    desk = _approval("Pemeriksaan redaksi", 2, moderators)
    owner = _approval("Persetujuan BPSDM", 3, moderators)
    sign_off = PartnerSignOffTask.objects.filter(name="Persetujuan mitra").first()
    if sign_off is None:
        sign_off = PartnerSignOffTask.objects.create(name="Persetujuan mitra")
    made = {
        QUICK: _workflow(QUICK, desk),
        PARTNER: _workflow(PARTNER, sign_off, owner),
        FORMAL: _workflow(
            FORMAL,
            _approval("Substansi", 5, substance),
            _approval("Bahasa dan akses", 3, language),
            owner,
        ),
    }
    _retire_wagtails_own()
    _assign(HomePage.objects.get(), made[QUICK])
    for index in TrackIndexPage.objects.all():
        _assign(index, made[FORMAL])
    for track in TrackPage.objects.exclude(owner_partner__code="BPSDM"):
        _assign(track, made[PARTNER])
    return made


def _reviewers(name: str) -> Group:
    group, _created = Group.objects.get_or_create(name=name)
    permit_reviewers(group)
    return group


def _approval(name: str, days: int, group: Group) -> DatedApprovalTask:
    task: DatedApprovalTask | None = DatedApprovalTask.objects.filter(name=name).first()
    if task is None:
        task = DatedApprovalTask.objects.create(name=name, days=days)
        task.groups.add(group)
    return task


def _workflow(name: str, *tasks: Task) -> Workflow:
    workflow, created = Workflow.objects.get_or_create(name=name)
    if created:
        for order, task in enumerate(tasks):
            WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=order)
    return workflow


def _assign(page: Page, workflow: Workflow) -> None:
    WorkflowPage.objects.get_or_create(page_id=page.pk, defaults={"workflow": workflow})


def _retire_wagtails_own() -> None:
    """Wagtail ships one workflow for everything. Ours stands nearer to each page; one word each."""
    WorkflowPage.objects.filter(workflow__name="Moderators approval", page__depth=1).delete()
    for workflow in Workflow.objects.filter(name="Moderators approval", active=True):
        if not workflow.workflow_pages.exists():
            workflow.deactivate()
