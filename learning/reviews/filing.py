"""Puts files of evidence into their store, and takes them out again when their transaction fails."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.core.files.base import ContentFile

from learning.reviews.declared.evidence import Checked
from learning.reviews.models import Claim, Declaration, Evidence


@contextmanager
def filing() -> Iterator[list[str]]:
    """Names of stored files go into the list; when the block fails, no row names them: out with them."""
    stored: list[str] = []
    try:
        yield stored
    except BaseException:
        storage = Evidence._meta.get_field("file").storage
        for name in stored:
            storage.delete(name)
        raise


def keep_files(
    about: Declaration | Claim, files: Sequence[Checked], stored: list[str], now: dt.datetime
) -> None:
    """Write the files that back `about`; their names in the store go to `stored`."""
    for file in files:
        evidence = Evidence(
            declaration=about if isinstance(about, Declaration) else None,
            claim=about if isinstance(about, Claim) else None,
            name=file.name,
            kind=file.kind,
            size=len(file.content),
            sha256=file.sha256,
            added_at=now,
        )
        evidence.file.save(file.name, ContentFile(file.content), save=False)
        stored.append(str(evidence.file.name))
        evidence.save()
