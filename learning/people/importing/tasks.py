"""The steps of an import as background work. Each may be started again: it goes on where it was."""

from django.utils import timezone
from django_tasks import task

from learning.people.importing import runs


@task()  # type: ignore[untyped-decorator]
def compare(run_id: int) -> None:
    """The dry run."""
    runs.compare(run_id)


@task()  # type: ignore[untyped-decorator]
def write(run_id: int) -> None:
    """Applies or undoes."""
    runs.write(run_id)


@task()  # type: ignore[untyped-decorator]
def sync(run_id: int, apply: bool) -> None:
    """The dry run of a call and, if it asks for it and nothing speaks against it, the rest."""
    run = runs.compare(run_id)
    if apply and run.state == run.State.READY:
        try:
            begun = runs.begin(run, state=run.State.APPLYING, now=timezone.now())
        except runs.ImportRefused:
            return  # it stays ready: busy, or so many leave that somebody should say yes
        runs.write(begun.pk)
