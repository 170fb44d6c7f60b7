"""Good packages, spoilt at random: taken or refused, quickly, and nothing else happens."""

import io
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.h5p.archive import Archive
from content.h5p.manifest import plan
from content.h5p.package import inspect, validate
from content.h5p.problems import Refused
from tests import make_h5p
from tests.content.h5p import fuzz

SEEDS = fuzz.seeds()
LEAST = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
fields = st.sampled_from([*make_h5p.description(), "authors", "defaultLanguage"])
LIBRARY_JSON = "BelajarUji-1.1/library.json"
library_fields = st.sampled_from(
    [*json.loads(make_h5p.library()[LIBRARY_JSON]), "dynamicDependencies", "editorDependencies"]
)
folders = st.sampled_from(["", "content/", "BelajarUji-1.1/", "../"])


@given(
    seed=st.sampled_from(SEEDS),
    changes=st.lists(st.tuples(st.integers(0, 2**20), st.binary(min_size=1, max_size=4)), max_size=8),
    cut=st.integers(0, 60),
    more=st.binary(max_size=30),
)
@LEAST
def test_bytes_changed_anywhere(seed: bytes, changes: list[tuple[int, bytes]], cut: int, more: bytes) -> None:
    data = bytearray(seed)
    for at, new in changes:
        data[at % len(data) : at % len(data) + len(new)] = new
    fuzz.try_one(bytes(data[: len(data) - cut]) + more)


@given(changes=st.dictionaries(fields, values, min_size=1))
@LEAST
def test_anything_in_h5p_json(changes: dict[str, Any]) -> None:
    about = json.dumps({**make_h5p.description(), **changes}).encode()
    fuzz.try_one(make_h5p.package({"h5p.json": about}))


@given(changes=st.dictionaries(library_fields, values, min_size=1))
@LEAST
def test_anything_in_library_json(changes: dict[str, Any]) -> None:
    files = make_h5p.library()
    about = {**json.loads(files[LIBRARY_JSON]), **changes}
    files[LIBRARY_JSON] = json.dumps(about).encode()
    fuzz.try_one(make_h5p.package(None, files))


@given(content=st.dictionaries(st.sampled_from(["path", "mime", "library", "src", "a"]), values))
@LEAST
def test_anything_in_the_content(content: dict[str, Any]) -> None:
    fuzz.try_one(make_h5p.package({"content/content.json": json.dumps(content).encode()}))


@given(
    name=st.text(min_size=1, max_size=60), folder=st.sampled_from(["", "content/", "BelajarUji-1.1/", "../"])
)
@LEAST
def test_any_name(name: str, folder: str) -> None:
    try:
        data = make_h5p.package({folder + name: b"x"})
    except (ValueError, UnicodeEncodeError):
        return  # no archive has such a name
    fuzz.try_one(data)


@given(style=st.binary(max_size=200))
@LEAST
def test_anything_in_a_style_sheet(style: bytes) -> None:
    fuzz.try_one(make_h5p.package(None, make_h5p.library(files={"styles/main.css": b"a{b:url(" + style})))


def test_nothing_is_written_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No open for writing, no rename, no folder, whatever is in the package."""
    monkeypatch.chdir(tmp_path)
    written = fuzz.writes_during(lambda: [inspect(io.BytesIO(each)) for each in SEEDS])
    assert written == [] and not list(tmp_path.iterdir())


def test_the_watch_over_writing_sees_it(tmp_path: Path) -> None:
    assert fuzz.writes_during(lambda: (tmp_path / "a.txt").write_text("x")) == [str(tmp_path / "a.txt")]


@pytest.mark.slow
def test_guided_by_coverage_nothing_is_found() -> None:
    """Twenty seconds of atheris; `python -m tests.content.h5p.fuzz -max_total_time=3600` goes on longer."""
    if not fuzz.atheris_is_installed():
        pytest.skip("ATHERIS IS NOT INSTALLED: the intake was not fuzzed by coverage (pip install atheris)")
    if os.environ.get("TEST_DATABASE_URL"):
        pytest.skip("no database is asked: once in `make test` is enough")
    run = fuzz.run_atheris(seconds=20)
    assert run.returncode == 0, run.stderr[-3000:]
    tried = re.search(r"Done (\d+) runs", run.stderr)
    assert tried and int(tried[1]) > 100, run.stderr[-3000:]


def test_a_seed_is_planned_as_the_player_needs_it() -> None:
    file = io.BytesIO(SEEDS[0])
    with Archive(file):
        made = plan(validate(file).valid, {})
    assert made.js and made.css and made.content[0].path == "content/content.json"


def test_what_is_refused_says_why() -> None:
    with pytest.raises(Refused) as refused:
        validate(io.BytesIO(SEEDS[0][:-1]))
    assert refused.value.problems
