"""Makes a short, silent WebM video and its captions from a storyboard written in TOML."""

import io
import textwrap
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from PIL import Image, ImageDraw, ImageFont

from content.sample.images import png_of

WIDTH, HEIGHT = 640, 360
FRAMES_PER_SECOND = 10
FADE_SECONDS = 0.6
LINE_APPEARS_EVERY = 1.2
PICTURE_WIDTH = 320
ZOOM = 0.06
CAPTION_LINE = 42

TEAL, SAND, CLAY, WHITE = "#0f5c5c", "#f4ead8", "#d98a62", "#ffffff"
TRACK = "#0a4646"

# Good enough to read on a phone, small enough for a rural line: about 60 kbit/s.
ENCODER_OPTIONS = {
    "deadline": "realtime",
    "cpu-used": "7",
    "row-mt": "1",
    "crf": "36",
    "g": "100",
}


@dataclass(frozen=True)
class Slide:
    """One screen of the video: what is seen, for how long, and what a narrator would say."""

    seconds: float
    heading: str
    lines: tuple[str, ...]
    image: str
    caption: str
    focus: float
    """Where the subject of the picture stands: 0 is its left edge, 1 its right."""


@dataclass(frozen=True)
class Storyboard:
    """A whole video on paper."""

    title: str
    transcript: str
    slides: tuple[Slide, ...]

    @property
    def seconds(self) -> float:
        return sum(slide.seconds for slide in self.slides)


def read_storyboard(path: Path) -> Storyboard:
    """Read a storyboard file; a missing key is an error, a guess would show only on screen."""
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    slides = tuple(
        Slide(
            seconds=float(slide["seconds"]),
            heading=slide["heading"],
            lines=tuple(slide["lines"]),
            image=slide["image"],
            caption=slide["caption"],
            focus=float(slide.get("focus", 0.5)),
        )
        for slide in raw["slides"]
    )
    return Storyboard(title=raw["title"], transcript=raw["transcript"], slides=slides)


def render_video(storyboard: Path, images: Path, target: Path) -> None:
    """Draw the storyboard's slides with pictures from `images` and encode them to `target`."""
    board = read_storyboard(storyboard)
    with av.open(target, "w", format="webm") as container:
        stream = container.add_stream("libvpx-vp9", rate=FRAMES_PER_SECOND, options=ENCODER_OPTIONS)
        stream.width, stream.height = WIDTH, HEIGHT
        stream.pix_fmt = "yuv420p"
        stream.bit_rate = 0  # constant quality: crf alone decides
        stream.thread_count = 2
        for index, picture in enumerate(_frames(board, images)):
            frame = av.VideoFrame.from_bytes(picture.convert("RGBA").tobytes(), WIDTH, HEIGHT)
            frame.pts = index
            frame.time_base = Fraction(1, FRAMES_PER_SECOND)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def captions(storyboard: Path) -> str:
    """The storyboard's spoken sentences as WebVTT, in cues of at most two short lines."""
    cues = ["WEBVTT"]
    start = 0.0
    for slide in read_storyboard(storyboard).slides:
        parts = _caption_parts(slide.caption)
        letters = sum(len(part) for part in parts)
        moment = start
        for part in parts:
            end = moment + slide.seconds * len(part) / letters
            cues.append(f"{_timestamp(moment)} --> {_timestamp(end)}\n{part}")
            moment = end
        start += slide.seconds
    return "\n\n".join(cues) + "\n"


def _frames(board: Storyboard, images: Path) -> Iterator[Image.Image]:
    """Every frame in order: lines appear one by one, pictures drift, slides melt together."""
    total = board.seconds
    elapsed = 0.0
    previous: Image.Image | None = None
    for slide in board.slides:
        panels = _text_panels(slide)
        picture = _picture(images / slide.image, slide.focus) if slide.image else None
        shown = 0.0
        while shown < slide.seconds - 1e-6:
            line = min(int(shown / LINE_APPEARS_EVERY), len(panels) - 1)
            frame = panels[line].copy()
            if picture is not None:
                frame.paste(_drift(picture, shown / slide.seconds), (PICTURE_WIDTH, 0))
            if previous is not None and shown < FADE_SECONDS:
                frame = Image.blend(previous, frame, shown / FADE_SECONDS)
            _draw_progress(frame, elapsed / total)
            yield frame
            last = frame
            shown += 1 / FRAMES_PER_SECOND
            elapsed += 1 / FRAMES_PER_SECOND
        previous = last


def _text_panels(slide: Slide) -> list[Image.Image]:
    """The slide without its picture, once for each number of lines already shown."""
    column = PICTURE_WIDTH if slide.image else WIDTH - 40
    heading_size, line_size = (28, 19) if slide.image else (34, 22)
    heading_font = ImageFont.load_default(size=heading_size)
    line_font = ImageFont.load_default(size=line_size)
    panel = Image.new("RGB", (WIDTH, HEIGHT), TEAL)
    draw = ImageDraw.Draw(panel)
    y = 44 if slide.image else 84
    for row in _wrapped(slide.heading, heading_font, column - 56):
        # The built-in face has one weight; a hairline stroke makes the heading bold.
        draw.text(
            (32, y),
            row,
            font=heading_font,
            fill=SAND,
            stroke_width=0.5,
            stroke_fill=SAND,
        )
        y += round(heading_size * 1.2)
    y += 16
    panels = [panel.copy()]
    indent = 52 if slide.image else 32
    for line in slide.lines:
        if slide.image:
            draw.ellipse((32, y + 8, 40, y + 16), fill=CLAY)
        for row in _wrapped(line, line_font, column - 80):
            draw.text((indent, y), row, font=line_font, fill=WHITE)
            y += round(line_size * 1.35)
        y += 8
        panels.append(panel.copy())
    return panels


def _wrapped(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: float) -> list[str]:
    """Break `text` into rows no wider than `width` pixels."""
    rows: list[str] = []
    for word in text.split():
        longer = f"{rows[-1]} {word}" if rows else word
        if rows and font.getlength(longer) <= width:
            rows[-1] = longer
        else:
            rows.append(word)
    return rows


def _picture(svg: Path, focus: float) -> Image.Image:
    """The part of the drawing around its subject, a little larger than it will be shown."""
    drawn = Image.open(io.BytesIO(png_of(svg, WIDTH * 5 // 4))).convert("RGB")
    width = round(drawn.height * PICTURE_WIDTH / HEIGHT)
    left = round((drawn.width - width) * focus)
    return drawn.crop((left, 0, left + width, drawn.height))


def _drift(picture: Image.Image, share: float) -> Image.Image:
    """Come slowly closer to the middle of the picture: `share` runs from 0 to 1 over a slide."""
    inset = ZOOM * share / 2
    box = (
        picture.width * inset,
        picture.height * inset,
        picture.width * (1 - inset),
        picture.height * (1 - inset),
    )
    return picture.resize((PICTURE_WIDTH, HEIGHT), Image.Resampling.BILINEAR, box=box)


def _draw_progress(frame: Image.Image, share: float) -> None:
    draw = ImageDraw.Draw(frame)
    draw.rectangle((0, HEIGHT - 6, WIDTH, HEIGHT), fill=TRACK)
    draw.rectangle((0, HEIGHT - 6, round(WIDTH * share), HEIGHT), fill=CLAY)


def _caption_parts(text: str) -> list[str]:
    """Rows that a reader can take in at a glance, two to a cue and all of like length."""
    cues = -(-len(textwrap.wrap(text, CAPTION_LINE)) // 2)
    width = -(-len(text) // (2 * cues))
    # The narrowest rows that need no further cue: no cue is left with a single word.
    while len(rows := textwrap.wrap(text, width)) > 2 * cues:
        width += 1
    return ["\n".join(rows[at : at + 2]) for at in range(0, len(rows), 2)]


def _timestamp(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"00:{minutes:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
