"""Reads a Word document as the steps of a module: headings, text, lists, tables, pictures. Writes nothing."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from docx import Document
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.hyperlink import Hyperlink
from docx.text.paragraph import Paragraph

from content.archives import Limits, Refused, has_macros, opened

LIMITS = Limits(entries=3000, total=150 * 1024 * 1024, one=60 * 1024 * 1024)
DOCUMENT_PART = "word/document.xml"
STEPS, PICTURES, CELLS = 60, 100, 2000
SAFE_LINKS = ("https://", "http://", "mailto:")
TITLE_LENGTH, STEP_LENGTH = 255, 120
PICTURE_KINDS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}


@dataclass
class DraftPicture:
    """A picture of the document; `alt` is what Word has for it, often nothing."""

    number: int
    content: bytes
    extension: str
    alt: str


@dataclass
class DraftStep:
    title: str
    blocks: list[dict[str, Any]] = field(default_factory=list)  # as a stream stores them


@dataclass
class Draft:
    """What a module would be made of. In `blocks`, a picture is told by its number."""

    title: str
    steps: list[DraftStep]
    pictures: list[DraftPicture]
    notes: list[str]


def read_word(file: IO[bytes], file_name: str) -> Draft:
    """The draft a document would become. Raises `Refused` with the reason."""
    if not file_name.lower().endswith(".docx"):
        if file_name.lower().endswith((".docm", ".dotm")):
            raise Refused(_("Word files with macros (.docm) are not accepted. Save it as .docx."))
        raise Refused(_("Only .docx is accepted. Save the document in that format."))
    with opened(file, LIMITS) as archive:
        _check_parts(archive)
    file.seek(0)
    try:
        document = Document(file)
        return _Reader(document, file_name).draft()
    except Refused:
        raise
    except Exception:
        raise Refused(
            _("This document cannot be read: it is damaged. Open it in Word and save it anew.")
        ) from None


def _check_parts(archive: zipfile.ZipFile) -> None:
    if DOCUMENT_PART not in archive.namelist():
        raise Refused(_("This is no Word document, whatever its name says."))
    if has_macros(archive):
        raise Refused(_("There are macros or controls in this document. Save it without them."))


class _Reader:
    """Goes through the document once, from top to bottom."""

    def __init__(self, document: Any, file_name: str) -> None:
        self.document = document
        self.title = ""
        self.steps: list[DraftStep] = []
        self.pictures: list[DraftPicture] = []
        self.html: list[str] = []
        self.lists: list[str] = []  # the lists that are open, outermost first
        self.left_out: dict[str, int] = {}
        self.file_title = file_name.rpartition(".")[0].replace("_", " ").strip()
        levels = [heading_level(each) for each in document.paragraphs if each.text.strip()]
        self.step_level = min(filter(None, levels), default=1)

    def draft(self) -> Draft:
        for block in self.document.iter_inner_content():
            if isinstance(block, Table):
                self.table(block)
            else:
                self.paragraph(block)
        self.flush()
        steps = [each for each in self.steps if each.blocks]
        if not steps:
            raise Refused(_("There is no text in this document."))
        title = self.title or self.document.core_properties.title or self.file_title or steps[0].title
        return Draft(title.strip()[:TITLE_LENGTH], steps, self.pictures, self.notes())

    def notes(self) -> list[str]:
        """What did not come along."""
        words = {
            "picture": ngettext(
                "%(count)s picture of a kind that browsers do not show",
                "%(count)s pictures of a kind that browsers do not show",
                self.left_out.get("picture", 0),
            ),
            "link": ngettext(
                "%(count)s link that leads nowhere outside",
                "%(count)s links that lead nowhere outside",
                self.left_out.get("link", 0),
            ),
        }
        return [words[kind] % {"count": count} for kind, count in self.left_out.items()]

    # --- Parts of the document ---

    def paragraph(self, paragraph: Paragraph) -> None:
        text = paragraph.text.strip()
        level = heading_level(paragraph)
        style = style_name(paragraph)
        if style == "title" and text and not self.title:
            self.title = text
        elif level and text:
            self.heading(level, text)
        elif text:
            self.text(paragraph)
        for picture in pictures_in(paragraph):
            self.picture(picture)

    def heading(self, level: int, text: str) -> None:
        if level == self.step_level:
            self.flush()
            if len(self.steps) >= STEPS:
                raise Refused(
                    _("There are too many headings of the first level: at most %(most)s.") % {"most": STEPS}
                )
            self.steps.append(DraftStep(text[:STEP_LENGTH]))
            return
        self.close_lists(0)
        tag = "h3" if level == self.step_level + 1 else "h4"
        self.html.append(f"<{tag}>{escape(text)}</{tag}>")

    def text(self, paragraph: Paragraph) -> None:
        kind, depth = list_of(paragraph, self.document)
        inner = self.runs(paragraph)
        if not kind:
            self.close_lists(0)
            self.html.append(f"<p>{inner}</p>")
            return
        self.close_lists(depth + 1)
        if len(self.lists) == depth + 1 and self.lists[-1] != kind:
            self.close_lists(depth)
        while len(self.lists) < depth + 1:
            self.html.append(f"<{kind}>")
            self.lists.append(kind)
        self.html.append(f"<li>{inner}</li>")

    def runs(self, paragraph: Paragraph) -> str:
        parts = []
        for each in paragraph.iter_inner_content():
            if isinstance(each, Hyperlink):
                inner = "".join(run_html(run) for run in each.runs)
                url = each.url or ""
                if url.lower().startswith(SAFE_LINKS):
                    inner = f'<a href="{escape(url)}">{inner}</a>'
                elif inner:
                    self.left_out["link"] = self.left_out.get("link", 0) + 1
                parts.append(inner)
            else:
                parts.append(run_html(each))
        return "".join(parts).strip()

    def table(self, table: Table) -> None:
        self.flush()
        rows = [[cell.text.strip() for cell in row.cells] for row in table.rows]
        width = max((len(row) for row in rows), default=0)
        if not width or not any(any(row) for row in rows):
            return
        if len(rows) * width > CELLS:
            raise Refused(_("A table is too large: at most %(most)s cells.") % {"most": CELLS})
        heads, *others = [row + [""] * (width - len(row)) for row in rows]
        self.add(
            "table",
            {
                "columns": [{"type": "text", "heading": head} for head in heads],
                "rows": [{"values": [cell_html(cell) for cell in row]} for row in others],
                "caption": "",
            },
        )

    def picture(self, found: "tuple[bytes, str, str] | None") -> None:
        if found is None or found[1] not in PICTURE_KINDS:
            self.left_out["picture"] = self.left_out.get("picture", 0) + 1
            return
        if len(self.pictures) >= PICTURES:
            raise Refused(_("There are too many pictures: at most %(most)s.") % {"most": PICTURES})
        content, kind, alt = found
        number = len(self.pictures) + 1
        self.pictures.append(DraftPicture(number, content, PICTURE_KINDS[kind], alt[:255]))
        self.flush()
        self.add("picture", {"picture": number, "caption": ""})

    # --- Where it goes ---

    def close_lists(self, depth: int) -> None:
        while len(self.lists) > depth:
            self.html.append(f"</{self.lists.pop()}>")

    def flush(self) -> None:
        """The text so far becomes one block."""
        self.close_lists(0)
        if self.html:
            html, self.html = "".join(self.html), []
            self.add("text", html)

    def add(self, kind: str, value: Any) -> None:
        if not self.steps:
            self.steps.append(DraftStep(_("Introduction")))
        self.steps[-1].blocks.append({"type": kind, "value": value})


def style_name(paragraph: Paragraph) -> str:
    style = paragraph.style
    return (style.name or "").lower() if style is not None else ""


def heading_level(paragraph: Paragraph) -> int:
    """1 to 9 for a heading, 0 for any other paragraph; by style, as Word's own outline."""
    name = style_name(paragraph)
    for word in ("heading ", "judul "):
        if name.startswith(word) and name.removeprefix(word).isdigit():
            return int(name.removeprefix(word))
    return 0


def list_of(paragraph: Paragraph, document: Any) -> tuple[str, int]:
    """("ul" or "ol", depth from 0) of a line in a list; ("", 0) for any other."""
    properties = paragraph._p.pPr
    number = properties.numPr if properties is not None else None
    name = style_name(paragraph)
    if number is None and not name.startswith("list "):
        return "", 0
    depth = number.ilvl.val if number is not None and number.ilvl is not None else 0
    if number is None or number.numId is None:
        return ("ol" if "number" in name else "ul"), depth
    if number.numId.val == 0:  # Word's way to say: no list after all
        return "", 0
    return ("ul" if number_format(document, number.numId.val, depth) == "bullet" else "ol"), min(depth, 3)


def number_format(document: Any, list_id: int, depth: int) -> str:
    """Word's name of the signs before the lines: bullet, decimal, …"""
    try:
        numbering = document.part.numbering_part.element
    except (KeyError, NotImplementedError):
        return "bullet"
    for each in numbering.findall(qn("w:num")):
        if each.get(qn("w:numId")) == str(list_id):
            abstract = each.find(qn("w:abstractNumId")).get(qn("w:val"))
            path = f"{qn('w:abstractNum')}[@{qn('w:abstractNumId')}='{abstract}']"
            level = f"{qn('w:lvl')}[@{qn('w:ilvl')}='{depth}']/{qn('w:numFmt')}"
            sign = numbering.find(f"{path}/{level}")
            return sign.get(qn("w:val")) if sign is not None else "bullet"
    return "bullet"


def run_html(run: Any) -> str:
    html: str = escape(run.text).replace("\n", "<br>")
    if not html.strip():
        return html
    if run.italic:
        html = f"<i>{html}</i>"
    if run.bold:
        html = f"<b>{html}</b>"
    return html


def cell_html(text: str) -> str:
    lines = [escape(line) for line in text.splitlines() if line.strip()]
    return "".join(f"<p>{line}</p>" for line in lines)


def pictures_in(paragraph: Paragraph) -> Iterator["tuple[bytes, str, str] | None"]:
    """(content, kind, alt text) of each picture; None for one that is only linked or is no picture."""
    for drawing in paragraph._p.iter(qn("w:drawing")):
        alt = next((each.get("descr") or "" for each in drawing.iter(qn("wp:docPr"))), "")
        for blip in drawing.iter(qn("a:blip")):
            part = paragraph.part.related_parts.get(blip.get(qn("r:embed")) or "")
            yield (part.blob, part.content_type, alt) if part is not None else None
