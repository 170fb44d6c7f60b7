"""Our own pieces: packed from their sources, valid by every rule, with the same in words."""

import json
from pathlib import Path

import pytest

from content.h5p.package import validate
from content.sample import packages

NAMES = [path.stem for path in sorted(packages.PACKAGES.glob("*.toml"))]


def test_there_are_some() -> None:
    assert len(NAMES) >= 3


@pytest.mark.parametrize("name", NAMES)
def test_a_source_packs_into_a_valid_package_the_same_each_time(name: str, tmp_path: Path) -> None:
    made = []
    for number in (1, 2):
        target = tmp_path / f"{number}.h5p"
        packages.pack_source(name, target)
        made.append(target.read_bytes())
        with target.open("rb") as file:
            report = validate(file, target.name)
        assert not report.warnings
    assert made[0] == made[1]
    assert report.valid.description.title == packages.describe(name)["title"]
    assert report.size < 20_000


def test_every_way_through_the_case_ends_and_the_best_is_worth_all() -> None:
    content = json.loads((packages.PACKAGES / "melayani-warga/content/content.json").read_text("utf-8"))
    scenes = {scene["id"]: scene for scene in content["scenes"]}
    reached, ends = set(), set()
    waiting = [content["start"]]
    while waiting:
        name = waiting.pop()
        if name in reached:
            continue
        reached.add(name)
        choices = scenes[name].get("choices", [])
        waiting += [choice["to"] for choice in choices]
        if not choices:
            ends.add(scenes[name]["score"])
    assert reached == set(scenes)
    assert max(ends) == content["maxScore"]
    assert min(ends) == 0


@pytest.mark.django_db
def test_a_piece_is_taken_in_once() -> None:
    first = packages.own_package(NAMES[0])
    assert packages.own_package(NAMES[0]).pk == first.pk
    assert first.alternative
