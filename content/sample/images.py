"""Turns the drawn SVG illustrations into PNG files that a page can resize."""

from pathlib import Path

import resvg_py


def render_image(svg: Path, target: Path, width: int = 1280) -> None:
    """Draw `svg` at `width` pixels across; the height follows from its view box."""
    target.write_bytes(png_of(svg, width))


def png_of(svg: Path, width: int) -> bytes:
    """The same drawing as PNG bytes, for a caller that composes it into something larger."""
    # Our drawings hold no lettering, so no font is looked for: start-up is then the same everywhere.
    return resvg_py.svg_to_bytes(svg_path=str(svg), width=width, skip_system_fonts=True)
