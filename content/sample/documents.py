"""Makes one-page PDF checklists, tagged for screen readers, from texts written in TOML."""

import json
import tomllib
from pathlib import Path

import typst

# The texts travel as data, never as Typst source, so no character in them needs escaping.
TEMPLATE = """
#let sheet = json(bytes(sys.inputs.sheet))
#set document(title: sheet.title, author: "BPSDM Provinsi Jawa Timur")
#set page(paper: "a4", margin: (x: 24mm, top: 26mm, bottom: 22mm), footer: [
  #set text(size: 9pt, fill: rgb("#5b666a"))
  ASN Belajar #h(1fr) Boleh dicetak dan ditempel di ruang kerja
])
#set text(font: "Libertinus Serif", size: 13.5pt, lang: "id", fill: rgb("#1d2a2e"))
#set par(leading: 0.7em)
#show heading: set text(size: 22pt, fill: rgb("#0f5c5c"))
#show heading: set block(below: 0.8em)

= #sheet.title

#sheet.intro

#let box-mark = box(
  width: 11pt, height: 11pt, baseline: 1.5pt, radius: 2pt,
  stroke: 1pt + rgb("#b4532a"),
)
#v(0.6em)
#list(
  marker: box-mark, body-indent: 10pt, spacing: 1.3em,
  ..sheet.items.map(item => [#item]),
)

#v(1fr)
#line(length: 100%, stroke: 0.5pt + rgb("#7fa88b"))
#grid(
  columns: (1fr, 1fr), row-gutter: 1.2em,
  [Unit kerja: #box(width: 1fr, repeat[.])],
  [#h(8mm) Tanggal: #box(width: 1fr, repeat[.])],
)
"""


def render_document(source: Path, target: Path) -> None:
    """Write the checklist in `source` to `target` as PDF/UA-1, with fonts embedded."""
    raw = tomllib.loads(source.read_text(encoding="utf-8"))
    sheet = {key: raw[key] for key in ("title", "intro", "items")}
    pdf = typst.compile(
        TEMPLATE.encode(),
        format="pdf",
        ignore_system_fonts=True,  # the same page on every machine
        pdf_standards="ua-1",
        sys_inputs={"sheet": json.dumps(sheet, ensure_ascii=False)},
    )
    target.write_bytes(pdf)
