"""The shape of the code holds: imports run one way, names say what is inside, `site` stays a folder."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
CODE = ("learning", "content", "site")
SUBJECTS = ["people", "study", "plays", "competencies", "reviews", "certificates", "reports"]

# One bad line for each contract: the file it is planted in, the line, the contract that must catch it.
PLANTED = [
    ("learning/people/models.py", "import content", "The record outlives the page"),
    ("learning/people/rules.py", "import learning.study.models", "The subjects of learning look one way"),
    ("learning/study/models.py", "import wagtail", "Learning never imports Wagtail"),
    ("content/apps.py", "import learning.study.models", "Content asks learning only through its door"),
    ("learning/study/rules.py", "import django.db", "Rules know no database"),
    ("content/h5p/names.py", "import django.utils", "The H5P tool set is usable without the site"),
    (
        "learning/people/importing/words.py",
        "import django.db",
        "An import is read and cleaned without a database",
    ),
]


def contracts(folder: Path) -> subprocess.CompletedProcess[str]:
    """What import-linter says of the tree in `folder`."""
    lint = "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache'])"
    return subprocess.run(
        [sys.executable, "-c", lint],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{folder / 'site'}{os.pathsep}{folder}"},
        capture_output=True,
        text=True,
    )


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True)
    return [Path(line) for line in listed.stdout.decode().splitlines() if (ROOT / line).is_file()]


@pytest.mark.slow
def test_imports_run_one_way() -> None:
    checked = contracts(ROOT)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.slow
def test_a_planted_import_is_caught_by_each_contract(tmp_path: Path) -> None:
    for folder in CODE:
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "sample")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for file, line, _contract in PLANTED:
        with (tmp_path / file).open("a", encoding="utf-8") as source:
            source.write(f"\n{line}\n")

    checked = contracts(tmp_path)

    assert checked.returncode == 1
    broken = set(re.findall(r"^(.+?) BROKEN", checked.stdout, re.MULTILINE))
    assert broken == {contract for *_, contract in PLANTED}, checked.stdout
    for file, line, _contract in PLANTED:
        importer = file.removesuffix(".py").replace("/", ".")
        assert f"{importer} -> {line.removeprefix('import ').split('.')[0]}" in checked.stdout


def test_every_contract_has_a_planted_violation() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert {each["name"] for each in settings["contracts"]} == {contract for *_, contract in PLANTED}


def test_every_subject_of_learning_has_its_place_in_the_order() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = next(each for each in settings["contracts"] if each.get("containers") == ["learning"])["layers"]
    folders = {path.parent.name for path in (ROOT / "learning").glob("*/__init__.py")}
    subjects = [layer for layer in reversed(layers) if layer in folders]
    assert set(subjects) == folders - {"management", "templatetags", "migrations"}
    assert subjects == [subject for subject in SUBJECTS if subject in folders]


def test_every_rules_module_is_held_to_know_no_database() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    held = next(each for each in settings["contracts"] if each["name"] == "Rules know no database")
    rules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (ROOT / "learning").glob("**/*rules.py")
    }
    assert set(held["source_modules"]) == rules


def test_no_file_is_called_after_nothing() -> None:
    nameless = [path for path in tracked() if path.name in ("utils.py", "helpers.py", "common.py")]
    assert not nameless


def test_every_test_folder_is_a_package() -> None:
    folders = {
        parent
        for path in tracked()
        if path.parts[0] == "tests" and path.suffix == ".py"
        for parent in path.parents
    }
    without = [each for each in folders - {Path()} if not (ROOT / each / "__init__.py").exists()]
    assert not without


def test_site_is_only_a_place_on_the_import_path() -> None:
    assert not (ROOT / "site" / "__init__.py").exists()
    assert {path.parts[1] for path in tracked() if path.parts[0] == "site"} == {"asn_belajar"}


def test_git_does_not_ignore_site() -> None:
    asked = subprocess.run(["git", "check-ignore", "-q", "site/asn_belajar/new.py"], cwd=ROOT)
    assert asked.returncode == 1, "a line of .gitignore hides site/"


def test_the_top_level_holds_what_the_map_names() -> None:
    allowed = {
        *("site", "learning", "content", "templates", "static", "tests", "docs", "bench", ".ci"),
        *("manage.py", "pyproject.toml", "requirements.txt", "requirements-dev.txt", "Makefile"),
        *("package.json", "package-lock.json", "README.md", "README.id.md", "LICENSE", ".gitignore"),
    }
    assert {path.parts[0] for path in tracked()} <= allowed


def test_nothing_made_by_others_is_kept_in_the_tree() -> None:
    foreign = [
        path for path in tracked() if re.search(r"\.min\.(js|css)$|bundle\.js$|(^|/)vendor/", str(path))
    ]
    assert not foreign


def test_the_pinned_requirements_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    for file, wanted in (
        ("requirements.txt", [*project["dependencies"], *extras["sample"]]),
        ("requirements-dev.txt", [*project["dependencies"], *extras["sample"], *extras["test"]]),
    ):
        pinned = dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", (ROOT / file).read_text(), re.MULTILINE))
        for line in wanted:
            requirement = Requirement(line)
            name = requirement.name.lower().replace("_", "-")
            assert pinned.get(name) in requirement.specifier, f"{file}: {line} – run `make lock`"
            assert file != "requirements-dev.txt" or version(name) == pinned[name], (
                f"installed {name} differs"
            )
