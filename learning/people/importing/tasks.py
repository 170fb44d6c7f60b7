"""The steps of an import as background work. Each may be started again: it goes on where it was."""

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
