"""The tool set: what is taken, what is refused and why, how much it costs; packing and unpacking."""

import io
import json
import subprocess
import sys
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from content.h5p.limits import LIMITS, MB, Limits
from content.h5p.package import inspect, pack, unpack, validate
from content.h5p.problems import Problem, Refused, Rule
from tests import make_h5p
from tests.content.h5p.bad_packages import BAD

ROOT = Path(__file__).resolve().parents[3]


def rules_of(data: bytes, limits: Limits = LIMITS) -> set[Rule]:
    return {each.rule for each in inspect(io.BytesIO(data), "uji.h5p", limits).problems}


def test_a_good_package_is_described() -> None:
    files = make_h5p.files(
        None,
        make_h5p.library(needs=["H5P.Dasar"]),
        make_h5p.library("H5P.Dasar", runnable=0),
        make_h5p.library("H5PEditor.Alat"),
        defaultLanguage="en",
    )
    data = make_h5p.zipped(files)
    report = validate(io.BytesIO(data), "uji.h5p")
    contents = report.valid
    assert (report.size, report.problems, report.warnings) == (len(data), [], [])
    assert (contents.description.title, contents.description.languages) == ("Uji coba", ["id", "en"])
    assert str(contents.main.name) == "BelajarUji 1.1"
    assert [str(each.name) for each in contents.closure] == ["H5P.Dasar 1.1", "BelajarUji 1.1"]
    assert len(contents.libraries) == 3
    assert report.unpacked_size == sum(map(len, files.values()))


@pytest.mark.parametrize(("make", "rule"), BAD.values(), ids=BAD)
def test_a_bad_package_is_refused_with_its_rule(make: Callable[[], bytes], rule: Rule) -> None:
    data = make()
    began = time.process_time()
    assert rule in rules_of(data)
    assert time.process_time() - began < 2


def test_the_bad_packages_break_most_rules() -> None:
    broken = {rule for _make, rule in BAD.values()}
    told_only = {
        Rule.UNUSED_FILE,
        Rule.EXTERNAL_ADDRESS,
        Rule.CONTENT_FILE_MISSING,
        Rule.LIBRARY_OF_CONTENT_MISSING,
    }
    tried_below = {
        Rule.NAME_OF_PACKAGE,
        Rule.PACKAGE_TOO_LARGE,
        Rule.UNPACKED_TOO_LARGE,
        Rule.RATIO_OF_PACKAGE,
        Rule.DIRECTORY_TOO_LARGE,
        Rule.CODE_TOO_LARGE,
    }
    assert set(Rule) - broken - told_only == tried_below
    assert len(BAD) >= 40


@pytest.mark.parametrize(
    ("limits", "rule"),
    [
        (Limits(package=100), Rule.PACKAGE_TOO_LARGE),
        (Limits(unpacked=100), Rule.UNPACKED_TOO_LARGE),
        (Limits(ratio=0, ratio_counts_from=10), Rule.RATIO_OF_FILE),
        (Limits(directory=100), Rule.DIRECTORY_TOO_LARGE),
        (Limits(code=10), Rule.CODE_TOO_LARGE),
        (Limits(entries=2), Rule.TOO_MANY_FILES),
        (Limits(file=20), Rule.FILE_TOO_LARGE),
        (Limits(core_api=(1, 1)), Rule.CORE_TOO_OLD),
    ],
)
def test_a_package_beyond_a_limit_is_refused(limits: Limits, rule: Rule) -> None:
    assert rule in rules_of(make_h5p.package(), limits)
    assert rules_of(make_h5p.package()) == set()


def test_many_small_files_that_grow_are_one_bomb() -> None:
    data = make_h5p.package({f"content/{number}.txt": b"0" * 40_000 for number in range(1_000)})
    assert rules_of(data) == {Rule.RATIO_OF_PACKAGE}


def test_a_package_is_called_h5p() -> None:
    report = inspect(io.BytesIO(make_h5p.package()), "uji.zip")
    assert [each.rule for each in report.problems] == [Rule.NAME_OF_PACKAGE]


def test_every_problem_is_told_not_only_the_first() -> None:
    data = make_h5p.package({"content/a.svg": b"<svg/>", "content/b.html": b"<p>"})
    told = inspect(io.BytesIO(data)).problems
    assert [(each.rule, each.file) for each in told] == [
        (Rule.FORBIDDEN_TYPE, "content/a.svg"),
        (Rule.FORBIDDEN_TYPE, "content/b.html"),
    ]


def test_what_computers_leave_behind_is_ignored() -> None:
    data = make_h5p.package({"__MACOSX/._h5p.json": b"\0", ".DS_Store": b"\0", "content/.a.svg": b"<svg/>"})
    contents = validate(io.BytesIO(data)).valid
    assert not [name for name in contents.files if "." in name.rpartition("/")[2][:1] or "MACOSX" in name]


def test_a_byte_order_mark_is_no_mistake() -> None:
    data = make_h5p.package({"h5p.json": b"\xef\xbb\xbf" + make_h5p.as_json(make_h5p.description())})
    assert rules_of(data) == set()


def test_a_folder_without_version_and_versions_in_quotes_are_accepted() -> None:
    moved = {name.replace("BelajarUji-1.1/", "BelajarUji/"): each for name, each in make_h5p.files().items()}
    about = json.loads(moved["BelajarUji/library.json"])
    moved["BelajarUji/library.json"] = make_h5p.as_json({**about, "majorVersion": "1", "patchVersion": "3"})
    assert rules_of(make_h5p.zipped(moved)) == set()


def test_what_works_but_surprises_is_told() -> None:
    content = {
        "video": {"path": "https://video.example/a.webm", "mime": "video/webm"},
        "image": {"path": "images/hilang.png", "mime": "image/png"},
        "part": {"library": "H5P.Lain 1.2", "params": {}},
        "copyright": {"license": "CC BY", "source": "https://sumber.example/"},
    }
    data = make_h5p.package({"content/content.json": make_h5p.as_json(content), "BACA.txt": b"halo"})
    report = validate(io.BytesIO(data))
    assert {(each.rule, *each.figures.values()) for each in report.warnings} == {
        (Rule.UNUSED_FILE,),
        (Rule.EXTERNAL_ADDRESS, "https://video.example/a.webm"),
        (Rule.CONTENT_FILE_MISSING, "images/hilang.png"),
        (Rule.LIBRARY_OF_CONTENT_MISSING, "H5P.Lain 1.2"),
    }
    assert report.valid.external_addresses == ["https://video.example/a.webm"]


def test_a_library_the_content_uses_is_played_although_nobody_declared_it() -> None:
    content = make_h5p.as_json({"part": {"library": "H5P.Diam 1.1"}})
    data = make_h5p.package(
        {"content/content.json": content}, make_h5p.library(), make_h5p.library("H5P.Diam")
    )
    assert [str(each.name) for each in validate(io.BytesIO(data)).valid.closure] == [
        "BelajarUji 1.1",
        "H5P.Diam 1.1",
    ]


def test_a_chain_of_a_thousand_libraries_is_followed() -> None:
    chain = [
        make_h5p.library(f"Mata{each}", needs=[f"Mata{each + 1}"] if each < 999 else [])
        for each in range(1000)
    ]
    data = make_h5p.package(None, make_h5p.library(needs=["Mata0"]), *chain)
    assert len(validate(io.BytesIO(data)).valid.closure) == 1001


def test_memory_does_not_grow_with_the_package(tmp_path: Path) -> None:
    """Sixty megabytes that do not compress, read with a few megabytes; five hundred are refused unread."""
    path = tmp_path / "besar.h5p"
    film = b"\x1a\x45\xdf\xa3" + bytes(range(256)) * 4096 * 15  # 15 MB, stored
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in make_h5p.files().items():
            archive.writestr(name, content)
        for number in range(4):
            archive.writestr(f"content/videos/{number}.webm", film)
    del film
    tracemalloc.start()
    with path.open("rb") as file:
        validate(file, path.name)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10 * MB
    with path.open("r+b") as file:
        file.truncate(500 * MB)
    tracemalloc.start()
    with path.open("rb") as file:
        began = time.process_time()
        assert [each.rule for each in inspect(file, path.name).problems] == [Rule.PACKAGE_TOO_LARGE]
        assert time.process_time() - began < 0.1
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < MB


def test_a_package_comes_out_as_it_went_in(tmp_path: Path) -> None:
    data = make_h5p.package({"content/images/kucing é.png": make_h5p.PNG})
    unpack(io.BytesIO(data), tmp_path / "isi")
    unpacked = {
        p.relative_to(tmp_path / "isi").as_posix() for p in (tmp_path / "isi").rglob("*") if p.is_file()
    }
    assert unpacked == set(validate(io.BytesIO(data)).valid.files)

    pack(tmp_path / "isi", tmp_path / "satu.h5p")
    pack(tmp_path / "isi", tmp_path / "dua.h5p")
    assert (tmp_path / "satu.h5p").read_bytes() == (tmp_path / "dua.h5p").read_bytes()
    with (tmp_path / "satu.h5p").open("rb") as file:
        assert validate(file).valid.files == validate(io.BytesIO(data)).valid.files


def test_libraries_may_lie_elsewhere_when_packing(tmp_path: Path) -> None:
    for name, content in make_h5p.files().items():
        path = tmp_path / ("pustaka" if name.startswith("BelajarUji") else "isi") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    report = pack(tmp_path / "isi", tmp_path / "uji.h5p", [tmp_path / "pustaka" / "BelajarUji-1.1"])
    assert [str(each.name) for each in report.valid.closure] == ["BelajarUji 1.1"]


def test_a_bad_folder_leaves_no_package(tmp_path: Path) -> None:
    (tmp_path / "isi").mkdir()
    (tmp_path / "isi" / "h5p.json").write_text("{}")
    with pytest.raises(Refused):
        pack(tmp_path / "isi", tmp_path / "uji.h5p")
    (tmp_path / "isi" / "tautan.txt").symlink_to("/etc/hostname")
    with pytest.raises(Refused) as refused:
        pack(tmp_path / "isi", tmp_path / "uji.h5p")
    assert refused.value.problems == (Problem(Rule.LINK, "tautan.txt"),)
    assert [path.name for path in tmp_path.iterdir()] == ["isi"]


def test_nothing_is_unpacked_over_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "milik saya.txt").write_text("penting")
    with pytest.raises(FileExistsError):
        unpack(io.BytesIO(make_h5p.package()), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["milik saya.txt"]


def test_the_tool_set_runs_without_django() -> None:
    code = "import sys; from content.h5p import bundle, manifest, package; print('django' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (run.stdout.strip(), run.stderr) == ("False", "")
