"""Our own interactive pieces: packed from their sources, and taken in as any upload is."""

import tempfile
import tomllib
from pathlib import Path
from typing import Any

from content.h5p.intake import add_package
from content.h5p.package import pack
from content.models import Package

SOURCES = Path(__file__).resolve().parents[1] / "h5p" / "sources"
LIBRARIES = SOURCES / "libraries"
PACKAGES = SOURCES / "packages"


def describe(name: str) -> dict[str, Any]:
    """What `packages/<name>.toml` says: title, libraries, the alternative text."""
    return tomllib.loads((PACKAGES / f"{name}.toml").read_text(encoding="utf-8"))


def pack_source(name: str, target: Path) -> None:
    """Make the package `name` from its folder and the libraries it names."""
    pack(PACKAGES / name, target, [LIBRARIES / each for each in describe(name)["libraries"]])


def own_package(name: str) -> Package:
    """The package made from `packages/<name>/`; made now if there is none."""
    about = describe(name)
    found: Package | None = Package.objects.filter(title=about["title"]).first()
    if found:
        return found
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"{name}.h5p"
        pack_source(name, target)
        with target.open("rb") as file:
            return add_package(
                file, file_name=target.name, title=about["title"], alternative=about["alternative"].strip()
            )
