"""Takes packages in: validated as a whole first, then kept, then one version more of a package.

Files are written before the transaction and rows inside it, so that nobody's study waits for a
bucket. If the transaction fails, files without rows remain; `clean` removes them.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeVar

from django.db import transaction
from django.db.models import Q

from content.h5p import bundle, kinds, store
from content.h5p.archive import Archive
from content.h5p.limits import LIMITS, Limits
from content.h5p.manifest import Plan, Sent, manifest_of, plan
from content.h5p.package import Contents, Report, validate
from content.models.h5p import Package, PackageVersion, StoredFile

Made = TypeVar("Made")

NAME_LENGTH = 255
GRACE = dt.timedelta(days=1)  # an upload is over long before


class StoreChanged(Exception):
    """Parts were removed while a package was taken in; trying again helps."""


@dataclass
class Kept:
    """What was put into the storage for one package."""

    rows: dict[str, StoredFile]  # by hash; saved or not
    manifest: dict[str, Any]
    manifest_sha256: str


def add_package(file: BinaryIO, *, file_name: str, by: Any = None, **fields: str) -> Package:
    """A new package from an uploaded file; raises `Refused`. `fields`: title, alternative."""
    title = fields.pop("title", "")

    def add(report: Report, kept: Kept) -> Package:
        shown = title or report.valid.description.title
        package = Package.objects.create(title=shown[:NAME_LENGTH], **fields)
        _add_version(package, report, kept, by)
        return package

    return _take_in(file, file_name, add)


def replace_package(package: Package, file: BinaryIO, *, file_name: str, by: Any = None) -> PackageVersion:
    """The package in a newer file, wherever it is used; raises `Refused`.

    A file it was before becomes the current one again, without a new version.
    """

    def replace(report: Report, kept: Kept) -> PackageVersion:
        locked = Package.objects.select_for_update().get(pk=package.pk)
        version = locked.versions.filter(sha256=report.sha256).first()
        if version is None:
            version = _add_version(locked, report, kept, by)
        use_version(version)
        return version

    package.current = version = _take_in(file, file_name, replace)
    return version


def use_version(version: PackageVersion) -> None:
    """Let pages show this version."""
    Package.objects.filter(pk=version.package_id).update(current=version)


def _take_in(file: BinaryIO, file_name: str, write: Callable[[Report, Kept], Made]) -> Made:
    for last in (False, True):
        report, kept = _keep(file, file_name)
        try:
            with transaction.atomic():
                return write(report, kept)
        except StoreChanged:
            if last:
                raise
    raise AssertionError("the loop returns or raises")


def _keep(file: BinaryIO, file_name: str, limits: Limits = LIMITS) -> tuple[Report, Kept]:
    """Validate, and only then put the file and its parts into the storage."""
    report = validate(file, file_name, limits)
    contents = report.valid
    with Archive(file, limits) as archive:
        made = plan(contents, _styles(archive, contents))
        kept = _keep_parts(archive, contents, made)
    store.put(store.name_of_package(report.sha256), file, report.size)
    return report, kept


def _styles(archive: Archive, contents: Contents) -> dict[str, bytes]:
    names = {f"{library.archive_folder}/{path}" for library in contents.closure for path in library.css}
    return {name: b"".join(archive.pieces(archive.entries[name])) for name in names}


def _keep_parts(archive: Archive, contents: Contents, made: Plan) -> Kept:
    rows = store.known(part.file.sha256 for part in made.parts)
    alone = {part.file.sha256 for part in made.alone}
    for part in made.parts:
        if part.file.sha256 not in rows:
            compress = part.file.sha256 in alone and kinds.extension_of(part.path) in bundle.COMPRESSIBLE
            with bundle.make(bundle.pieces_of(archive, [part]), compress=compress) as ready:
                rows[part.file.sha256] = store.put_part(ready)
    bundles = [
        (_keep_made(bundle.pieces_of(archive, parts), rows), parts) for parts in (made.code, made.content)
    ]
    sizes = {
        part.path: Sent(part.file.sha256, part.file.size, rows[part.file.sha256].sent_size)
        for part in made.alone
    }
    manifest = manifest_of(contents, made, bundles, sizes)
    written = _keep_made([bundle.as_json(manifest)], rows)
    return Kept(rows, manifest, written.sha256)


def _keep_made(pieces: Iterable[bytes], rows: dict[str, StoredFile]) -> Sent:
    """Put a file made here, compressed, into the storage unless it is there; its row goes into `rows`."""
    with bundle.make(pieces, compress=True) as ready:
        sha256 = ready.sent.sha256
        rows[sha256] = store.known([sha256]).get(sha256) or store.put_part(ready)
        return Sent(sha256, ready.sent.size, rows[sha256].sent_size)


def _add_version(package: Package, report: Report, kept: Kept, by: Any) -> PackageVersion:
    """Write the rows of one version. Called inside a transaction, with the package locked or new."""
    rows = _saved(kept)
    contents = report.valid
    description, main = contents.description, contents.main
    newest = package.versions.order_by("-number").first()
    manifest_file = rows.pop(kept.manifest_sha256)
    version = PackageVersion.objects.create(
        package=package,
        number=newest.number + 1 if newest else 1,
        sha256=report.sha256,
        file_name=report.name[-NAME_LENGTH:],
        size=report.size,
        unpacked_size=report.unpacked_size,
        download_size=manifest_file.sent_size
        + sum(each["sent"] for each in (*kept.manifest["bundles"], *kept.manifest["files"])),
        title=description.title,
        library=main.name.machine_name,
        library_title=main.title,
        major=main.name.major,
        minor=main.name.minor,
        patch=main.patch,
        languages=description.languages,
        details=_details(report),
        manifest=kept.manifest,
        manifest_file=manifest_file,
        uploaded_by=by,
    )
    version.files.add(*rows.values())
    package.current = version
    package.save(update_fields=["current"])
    return version


def _saved(kept: Kept) -> dict[str, StoredFile]:
    """The rows of all parts, saved and locked: `clean` lets go of what has a row somebody holds.

    Raises `StoreChanged` when a part that was there is gone meanwhile.
    """
    new = [row for row in kept.rows.values() if row.pk is None]
    StoredFile.objects.bulk_create(sorted(new, key=lambda row: row.sha256), ignore_conflicts=True)
    rows = store.known(kept.rows, lock=True)
    if rows.keys() != kept.rows.keys():
        raise StoreChanged
    return rows


def _details(report: Report) -> dict[str, Any]:
    """What editors are told beside the figures."""
    contents = report.valid
    used = {library.name for library in contents.closure}
    return {
        "license": contents.description.license,
        "authors": contents.description.authors,
        "libraries": [
            {"name": str(each.name), "patch": each.patch, "title": each.title, "used": each.name in used}
            for each in contents.libraries
        ],
        "external_addresses": contents.external_addresses,
        "warnings": [[each.rule.value, each.file, dict(each.figures)] for each in report.warnings],
    }


def clean(*, now: dt.datetime) -> int:
    """Remove parts and packages that no version refers to for a day; how many. Safe while others upload."""
    cutoff = now - GRACE
    removed = 0
    for pk in StoredFile.objects.filter(_unused(), created_at__lt=cutoff).values_list("pk", flat=True):
        with transaction.atomic():
            # First the lock, then the question: an answer from before the lock may be old by now.
            row = StoredFile.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
            if row is None or not StoredFile.objects.filter(_unused(), pk=pk).exists():
                continue
            row.delete()
            store.remove(row)
            removed += 1
    kept = {
        "parts": set(StoredFile.objects.values_list("sha256", flat=True)),
        "packages": set(PackageVersion.objects.values_list("sha256", flat=True)),
    }
    return removed + store.remove_strangers(kept, before=cutoff)


def _unused() -> Q:
    return Q(versions=None, manifest_of=None)
