"""Runs the tests of the measuring core, which are JavaScript, with Node."""

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_the_clock_keeps_its_rules(tmp_path: Path) -> None:
    # Older Nodes take a .js file for a module only where a package.json says so.
    (tmp_path / "package.json").write_text('{"type": "module"}')
    shutil.copytree(ROOT / "static" / "js", tmp_path / "static" / "js")
    shutil.copytree(HERE, tmp_path / "tests" / "js")
    tests = sorted(str(test) for test in (tmp_path / "tests" / "js").glob("*.mjs"))
    node = str(shutil.which("node"))
    run = subprocess.run([node, "--test", *tests], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
