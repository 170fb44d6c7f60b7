"""What becomes of a package that is taken in: rows, files by hash, bundles, a manifest; what goes again."""

import datetime as dt
import gzip
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from content.h5p import intake, store
from content.h5p.addresses import ADDRESS
from content.h5p.problems import Refused, Rule
from content.models import Package, PackageVersion, StoredFile
from tests import make, make_h5p
from tests.content.h5p.bad_packages import BAD

pytestmark = pytest.mark.django_db


def names_kept() -> set[str]:
    return {name for folder in ("parts", "packages") for name in store._files_in(folder)}


def bytes_at(address: str) -> bytes:
    match = ADDRESS.match(address)
    assert match
    with store.storage().open(store.name_of_part(match["sha256"])) as file:
        return bytes(file.read())


def bundle(version: PackageVersion, number: int) -> dict[str, bytes]:
    """The parts of a bundle, cut as the player cuts them."""
    about = version.manifest["bundles"][number]
    data = bytes_at(about["url"])
    assert len(data) == about["size"] == sum(size for *_path, size in about["parts"])
    parts, at = {}, 0
    for path, _mime, size in about["parts"]:
        parts[path] = data[at : at + size]
        at += size
    return parts


def test_a_package_is_kept_with_all_that_is_known_of_it() -> None:
    editor = make.person()
    data = make_h5p.package()
    package = make_h5p.kept(data, file_name="kuis pekan ini.h5p", by=editor)
    version = package.current
    assert version is not None
    assert (package.title, version.number, version.title) == ("Uji coba", 1, "Uji coba")
    assert (version.file_name, version.size, version.uploaded_by) == ("kuis pekan ini.h5p", len(data), editor)
    assert (version.library_version, version.languages) == ("BelajarUji 1.1.3", ["id"])
    assert version.details["license"] == "CC BY"
    assert version.sha256 == hashlib.sha256(data).hexdigest()
    with store.storage().open(store.name_of_package(version.sha256)) as kept:
        assert kept.read() == data


def test_the_manifest_is_what_the_player_reads() -> None:
    needed = make_h5p.library("H5P.Dasar", runnable=0, files={"images/a.svg": b"<svg/>", "README.md": b"#"})
    film = make_h5p.FILM
    data = make_h5p.package({"content/videos/a.webm": film}, make_h5p.library(needs=["H5P.Dasar"]), needed)
    version = make_h5p.kept(data).current
    assert version is not None
    manifest = version.manifest
    assert (manifest["format"], manifest["library"], manifest["language"]) == (1, "BelajarUji 1.1", "id")
    assert manifest["js"] == ["H5P.Dasar-1.1/scripts/main.js", "BelajarUji-1.1/scripts/main.js"]
    assert manifest["css"] == ["H5P.Dasar-1.1/styles/main.css", "BelajarUji-1.1/styles/main.css"]
    code, content = bundle(version, 0), bundle(version, 1)
    assert [*code] == [*manifest["js"], *manifest["css"], "H5P.Dasar-1.1/images/a.svg"]
    assert code["BelajarUji-1.1/scripts/main.js"] == b"window.BelajarUji = true;\n"
    assert [*content] == ["content/content.json", "content/images/a.png"]
    assert [(each["path"], each["mime"], each["size"]) for each in manifest["files"]] == [
        ("content/videos/a.webm", "video/webm", len(film))
    ]
    assert bytes_at(manifest["files"][0]["url"]) == film
    assert json.loads(bytes_at(version.manifest_address)) == manifest
    assert [address for address, _size in version.addresses()] == [
        version.manifest_address,
        *(each["url"] for each in (*manifest["bundles"], *manifest["files"])),
    ]
    assert version.download_size == sum(size for _address, size in version.addresses())


def test_a_folder_without_version_is_played_under_the_name_the_core_asks_for() -> None:
    moved = {name.replace("BelajarUji-1.1/", "BelajarUji/"): each for name, each in make_h5p.files().items()}
    version = make_h5p.kept(make_h5p.zipped(moved)).current
    assert version is not None
    assert version.manifest["js"] == ["BelajarUji-1.1/scripts/main.js"]


def test_of_a_font_a_learner_is_sent_the_best_format_only() -> None:
    style = (
        b"@font-face{src:url('../fonts/a.eot?#iefix'),url(\"../fonts/a.woff2?v=4\"),url(../fonts/a.svg#a)}"
    )
    fonts = {f"fonts/{name}": make_h5p.FONT for name in ("a.eot", "a.woff2", "a.woff", "a.svg", "lain.otf")}
    version = make_h5p.kept(
        make_h5p.package(None, make_h5p.library(files={**fonts, "styles/main.css": style}))
    ).current
    assert version is not None
    assert {path for path in bundle(version, 0) if "/fonts/" in path} == {"BelajarUji-1.1/fonts/a.woff2"}


def test_every_form_of_a_bundle_says_the_same() -> None:
    version = make_h5p.kept(make_h5p.package({"content/a.txt": b"halo " * 2000})).current
    assert version is not None
    for each in version.manifest["bundles"]:
        match = ADDRESS.match(each["url"])
        assert match
        plain = bytes_at(each["url"])
        assert hashlib.sha256(plain).hexdigest() == match["sha256"]
        for encoding, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
            with store.storage().open(store.name_of_part(match["sha256"], encoding)) as file:
                packed = file.read()
            assert unpack(packed) == plain
            assert encoding != "br" or len(packed) == each["sent"]


def test_library_files_are_kept_once_by_content_whatever_they_are_called() -> None:
    first = make_h5p.kept()
    before = names_kept()
    second = make_h5p.kept(make_h5p.package(title="Lain", language="en"))
    added = names_kept() - before
    assert first.current and second.current
    assert first.current.manifest["bundles"][0] == second.current.manifest["bundles"][0]
    new_manifest = second.current.manifest_file.sha256
    assert {name for name in added if name.startswith("parts/")} == {
        store.name_of_part(new_manifest, encoding) for encoding in ("", "br", "gzip")
    }


def test_a_library_of_the_same_name_and_version_never_changes_anothers_code() -> None:
    first = make_h5p.kept()
    other = make_h5p.library(files={"scripts/main.js": b"window.BelajarUji = 'lain';\n"})
    second = make_h5p.kept(make_h5p.package(None, other))
    assert first.current and second.current
    assert bundle(first.current, 0)["BelajarUji-1.1/scripts/main.js"] == b"window.BelajarUji = true;\n"
    assert bundle(second.current, 0)["BelajarUji-1.1/scripts/main.js"] == b"window.BelajarUji = 'lain';\n"


@pytest.mark.parametrize("name", BAD)
def test_nothing_of_a_bad_package_is_kept(name: str) -> None:
    make_bad, _rule = BAD[name]
    with pytest.raises(Refused):
        intake.add_package(io.BytesIO(make_bad()), file_name="buruk.h5p")
    assert not names_kept()
    assert not Package.objects.exists() and not StoredFile.objects.exists()


def test_names_in_the_storage_are_made_of_hashes_only(on_disk: Path) -> None:
    make_h5p.kept(make_h5p.package({"content/images/jahat.png": make_h5p.PNG}), file_name="../../jahat.h5p")
    kept = [path.relative_to(on_disk).as_posix() for path in on_disk.rglob("*") if path.is_file()]
    assert kept and all(
        len(name.rpartition("/")[2].partition(".")[0]) == 64 and "jahat" not in name for name in kept
    )


def test_a_newer_file_keeps_the_place_and_the_old_one() -> None:
    package = make_h5p.kept()
    first = package.current
    data = make_h5p.package(title="Uji coba yang baru")
    second = intake.replace_package(package, io.BytesIO(data), file_name="baru.h5p")
    package.refresh_from_db()
    assert first and package.current == second
    assert (second.number, second.title, package.title) == (2, "Uji coba yang baru", "Uji coba")
    assert package.alternative == "Isi yang sama dalam kata-kata."
    assert [*package.versions.order_by("number")] == [first, second]
    assert bytes_at(first.manifest_address)


def test_the_file_it_was_before_comes_back_without_a_new_version() -> None:
    old, new = make_h5p.package(), make_h5p.package(title="Baru")
    package = make_h5p.kept(old)
    first = package.current
    intake.replace_package(package, io.BytesIO(new), file_name="baru.h5p")
    assert intake.replace_package(package, io.BytesIO(old), file_name="lama.h5p") == first
    assert package.versions.count() == 2
    assert Package.objects.get().current == first


def test_a_bad_newer_file_changes_nothing() -> None:
    package = make_h5p.kept()
    with pytest.raises(Refused) as refused:
        intake.replace_package(package, io.BytesIO(b"rusak"), file_name="baru.h5p")
    assert refused.value.problems[0].rule == Rule.NOT_A_ZIP
    assert Package.objects.get().current == package.current
    assert PackageVersion.objects.count() == 1


def test_the_database_keeps_one_version_per_number_and_file() -> None:
    version = make_h5p.kept().current
    assert version is not None
    for field, value in (("number", 2), ("sha256", "0" * 64)):
        copy = PackageVersion.objects.get()
        copy.pk = None
        setattr(copy, field, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            copy.save(force_insert=True)


def test_a_half_written_file_is_written_again() -> None:
    data = make_h5p.package()
    name = store.name_of_package(hashlib.sha256(data).hexdigest())
    store.storage().save(name, ContentFile(data[:100]))
    make_h5p.kept(data)
    with store.storage().open(name) as file:
        assert file.read() == data


def test_what_no_package_uses_goes_after_a_day_and_no_sooner() -> None:
    gone, stays = make_h5p.kept(), make_h5p.kept(make_h5p.package(title="Tetap"))
    gone.delete()
    store.storage().save("parts/aa/" + "a" * 64, ContentFile(b"sisa"))
    before = names_kept()
    assert intake.clean(now=timezone.now()) == 0
    assert names_kept() == before

    removed = intake.clean(now=timezone.now() + dt.timedelta(days=1, minutes=1))

    assert stays.current
    used = {*stays.current.files.values_list("sha256", flat=True), stays.current.manifest_file.sha256}
    assert {name.rpartition("/")[2].partition(".")[0] for name in names_kept()} == {
        *used,
        stays.current.sha256,
    }
    assert set(StoredFile.objects.values_list("sha256", flat=True)) == used
    assert removed == 3  # one manifest, one package, one stranger


def test_a_part_removed_meanwhile_is_written_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between writing files and writing rows, `clean` took one away."""
    old = make_h5p.kept()
    old.delete()
    real, calls = intake._keep, []

    def keep_then_clean(*args: Any) -> Any:
        kept = real(*args)
        calls.append(1)
        if len(calls) == 1:
            intake.clean(now=timezone.now() + dt.timedelta(days=2))
        return kept

    monkeypatch.setattr(intake, "_keep", keep_then_clean)
    version = make_h5p.kept().current
    assert version is not None and len(calls) == 2
    assert bundle(version, 0)["BelajarUji-1.1/scripts/main.js"]


def test_a_package_costs_few_statements(django_assert_max_num_queries: Any) -> None:
    many = {f"content/images/{number}.png": make_h5p.PNG + bytes([number]) for number in range(200)}
    with django_assert_max_num_queries(30):
        make_h5p.kept(make_h5p.package(many))
