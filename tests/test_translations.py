"""Every sentence has its Indonesian, complete and up to date."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "site" / "asn_belajar" / "locale" / "id" / "LC_MESSAGES"
SOURCES = ("learning", "content", "site", "templates", "static", "manage.py")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")

CATALOGUES = sorted(LOCALE.glob("django*.po"))


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="id", abort_invalid=True)


def messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def sources(message: Message) -> list[str]:
    return list(message.id) if isinstance(message.id, tuple | list) else [message.id]


def translations(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple | list) else [message.string]


def test_there_is_a_catalogue() -> None:
    assert CATALOGUES


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.name)
def test_every_sentence_is_translated(path: Path) -> None:
    waiting = [m.id for m in messages(read(path)) if not all(translations(m)) or m.fuzzy]
    assert not waiting


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.name)
def test_a_translation_keeps_every_placeholder(path: Path) -> None:
    changed = []
    for message in messages(read(path)):
        # Of a plural, the last source is the one with the number in it.
        wanted = sorted(set(PLACEHOLDER.findall(sources(message)[-1])))
        for text in translations(message):
            if sorted(set(PLACEHOLDER.findall(text))) != wanted:
                changed.append((message.id, text))
    assert not changed


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.name)
def test_indonesian_counts_without_plural_forms(path: Path) -> None:
    assert read(path).num_plurals == 1


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("xgettext") is None, reason="GNU GETTEXT IS MISSING: stale translations go unseen"
)
@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.name)
def test_the_catalogue_holds_the_sentences_of_the_code(path: Path, tmp_path: Path) -> None:
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
        elif source.exists():
            shutil.copy(source, tmp_path / name)
    copy = tmp_path / path.relative_to(ROOT)

    collected = subprocess.run(
        [sys.executable, "manage.py", "makemessages", "--locale=id", f"--domain={path.stem}", "--no-wrap"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": "site", "DJANGO_SETTINGS_MODULE": "asn_belajar.settings.dev"},
        capture_output=True,
        text=True,
    )

    assert collected.returncode == 0, collected.stderr
    kept = {(m.context, str(m.id)) for m in messages(read(path))}
    found = {(m.context, str(m.id)) for m in messages(read(copy))}
    assert found - kept == set(), "not in the catalogue: run `make messages`"
    assert kept - found == set(), "no longer in the code: run `make messages`"
