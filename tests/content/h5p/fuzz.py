"""One try of the intake with any bytes, by hand, by hypothesis, or guided by coverage (atheris).

python -m tests.content.h5p.fuzz -max_total_time=3600 [folder of packages to begin with]
"""

import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from content.h5p import bundle
from content.h5p.archive import Archive
from content.h5p.limits import Limits
from content.h5p.manifest import Sent, manifest_of, plan
from content.h5p.package import CONTENT, DESCRIPTION, inspect
from tests import make_h5p

ROOT = Path(__file__).resolve().parents[3]
MOST_SECONDS = 2
CHANGES = ("os.mkdir", "os.rename", "os.remove", "os.link", "os.symlink", "os.truncate")
SMALL = Limits(package=2**20, unpacked=2**22, file=2**21, json=2**18, entries=300)


def seeds() -> list[bytes]:
    """Small good packages of several shapes."""
    library = make_h5p.library
    return [
        make_h5p.package(),
        make_h5p.package(None, library(needs=["H5P.Dasar"]), library("H5P.Dasar"), library("H5PEditor.Alat")),
        make_h5p.package({"content/videos/a.webm": make_h5p.FILM[:3000], ".DS_Store": b"x"}),
        make_h5p.zipped(make_h5p.files(), 0),
    ]


def try_one(data: bytes) -> None:
    """Inspect, and if it is good go on to what a learner is sent. Anything but a report is a fault."""
    began = time.process_time()
    file = io.BytesIO(data)
    report = inspect(file, "uji.h5p", SMALL)
    assert bool(report.problems) != bool(report.contents)
    assert file.getvalue() == data, "the file was changed"
    if report.contents:
        contents = report.contents
        assert {DESCRIPTION, CONTENT} <= contents.files.keys()
        assert not [name for name in contents.files if ".." in name.split("/") or name.startswith("/")]
        with Archive(file, SMALL) as archive:
            styles = {
                f"{each.archive_folder}/{path}": b"".join(
                    archive.pieces(archive.entries[f"{each.archive_folder}/{path}"])
                )
                for each in contents.closure
                for path in each.css
            }
            made = plan(contents, styles)
            with bundle.make(bundle.pieces_of(archive, made.code), compress=True) as ready:
                assert ready.sent.size == sum(part.file.size for part in made.code)
                alone = {
                    each.path: Sent(each.file.sha256, each.file.size, each.file.size) for each in made.alone
                }
                bundle.as_json(manifest_of(contents, made, [(ready.sent, made.code)], alone))
    assert time.process_time() - began < MOST_SECONDS, "it took too long"


def writes_during(deed: Callable[[], object]) -> list[str]:
    """Paths that `deed` opened for writing, made, renamed or removed."""
    seen: list[str] = []
    watching = True

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if not watching:
            return
        flags = arguments[2] if event == "open" else 0
        if event in CHANGES or (isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR)):
            seen.append(str(arguments[0]))

    sys.addaudithook(hook)  # cannot be taken off again, so it is told to look away
    try:
        deed()
    finally:
        watching = False
    return seen


def atheris_is_installed() -> bool:
    return find_spec("atheris") is not None


def run_atheris(seconds: int) -> subprocess.CompletedProcess[str]:
    """A run of its own process: libFuzzer ends the process it runs in."""
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(seeds()):
            (Path(folder) / f"{number}.h5p").write_bytes(seed)
        return subprocess.run(
            [
                sys.executable,
                "-m",
                __name__,
                f"-max_total_time={seconds}",
                "-timeout=60",
                "-max_len=8192",
                folder,
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )


def main() -> None:
    import atheris

    atheris.instrument_all()
    atheris.Setup(sys.argv, try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
