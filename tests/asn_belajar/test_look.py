"""The look keeps its promises: no inline code, few bytes, readable colours, one place for both."""

import re
from pathlib import Path

import brotli
import pytest
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
CSS = (ROOT / "static" / "css" / "site.css").read_text()
MOST_BYTES = 8_000

INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", re.IGNORECASE)
MADE_SIZE = re.compile(r"(?<![\w.-])\d*\.?\d+(?:rem|px)\b|#[0-9a-fA-F]{3,8}\b")
TOKEN = re.compile(r"--([\w-]+): ([^;]+);")

# What is read on what. Text needs 4.5 to 1, the edge of a control 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11).
TEXT_ON = [
    (text, ground)
    for text in ("ink", "soft", "teal", "teal-strong", "brick")
    for ground in ("paper", "surface", "sunken", "teal-wash", "brick-wash")
    if (text, ground) not in {("teal", "brick-wash"), ("brick", "teal-wash")}  # never together
] + [("on-teal", "teal"), ("on-teal", "teal-strong")]
EDGES_ON = [("edge", "paper"), ("edge", "surface"), ("teal", "sunken"), ("teal", "paper")]


def layer(name: str) -> str:
    """What stands in one `@layer name { … }`."""
    start = CSS.index(f"@layer {name} {{")
    depth = 0
    for position in range(start, len(CSS)):
        depth += {"{": 1, "}": -1}.get(CSS[position], 0)
        if CSS[position] == "}" and depth == 0:
            return CSS[start:position]
    raise AssertionError(f"@layer {name} does not end")


def colours(scheme: int) -> dict[str, str]:
    """The colours of the light (0) or the dark (1) scheme, by name."""
    found = {}
    for name, value in TOKEN.findall(layer("tokens")):
        pair = re.fullmatch(r"light-dark\((.+), (.+)\)", value)
        if pair:
            found[name] = pair[scheme + 1]
    return found


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_has_no_inline_script_or_style_and_compiles(path: Path) -> None:
    assert not INLINE.findall(path.read_text())
    get_template(str(path.relative_to(ROOT / "templates")))


def test_the_test_for_inline_code_finds_some() -> None:
    for bad in ('<p style="x">', '<a onclick="x">', "<script>x</script>", '<a href="javascript:x">'):
        assert INLINE.search(bad)
    assert not INLINE.search('<script type="module" src="/static/js/site.js"></script>')


def test_the_style_sheet_is_light() -> None:
    assert len(brotli.compress(CSS.encode())) < MOST_BYTES


@pytest.mark.parametrize("name", ["base", "layout", "parts", "pages"])
def test_colours_and_sizes_stand_in_the_tokens_only(name: str) -> None:
    rules = re.sub(r"@media[^{]+|/\*.*?\*/", "", layer(name), flags=re.DOTALL)

    assert not MADE_SIZE.findall(rules)


def test_a_browser_without_light_dark_gets_the_light_scheme() -> None:
    plain = dict(TOKEN.findall(layer("tokens").partition("@supports")[0]))

    assert colours(0) == {name: plain[name] for name in colours(0)}


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_is_readable_on_every_ground(scheme: int) -> None:
    colour = colours(scheme)
    weak = [
        (text, ground, round(contrast(colour[text], colour[ground]), 2))
        for text, ground in TEXT_ON
        if contrast(colour[text], colour[ground]) < 4.5
    ]

    assert not weak


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_the_edge_of_a_control_can_be_seen(scheme: int) -> None:
    colour = colours(scheme)

    assert all(contrast(colour[edge], colour[ground]) >= 3 for edge, ground in EDGES_ON)


def test_every_token_that_is_used_exists() -> None:
    made = {name for name, _ in TOKEN.findall(layer("tokens"))}

    assert set(re.findall(r"var\(--([\w-]+)\)", CSS)) <= made
