"""An accepted report as PDF and as spreadsheet: both from its sheet, so that no number can differ."""

import json
from io import BytesIO

import segno
import typst
import xlsxwriter
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from learning.reports.period.models import PeriodSnapshot
from learning.reports.period.sheet import Cell, Sheet, sheet_of

# The texts travel as data, never as Typst source, so no character in them needs escaping.
TEMPLATE = """
#let doc = json(bytes(sys.inputs.doc))
#set document(title: doc.title, author: "ASN Belajar")
#set page(paper: "a4", margin: (x: 18mm, top: 16mm, bottom: 18mm), footer: context [
  #set text(size: 8pt, fill: rgb("#55605d"))
  #doc.number #h(1fr) #counter(page).display("1 / 1", both: true)
])
#set text(font: "Libertinus Serif", size: 10.5pt, lang: "id", fill: rgb("#1d2a2a"))
#show heading: set text(fill: rgb("#0f5c5c"))
#show heading.where(level: 2): set block(above: 14pt, below: 6pt)
#set table(stroke: (x, y) => (bottom: 0.5pt + rgb("#857f6d")), inset: (x: 4pt, y: 4pt))
#grid(columns: (1fr, 30mm), column-gutter: 8mm,
  [
    = #doc.title
    #text(size: 12pt, weight: "bold", doc.number_line) \\
    #doc.accepted
  ],
  [
    #image(bytes(doc.qr), format: "svg", width: 30mm, alt: doc.alt)
  ],
)
#table(columns: (52mm, 1fr), stroke: none, inset: (x: 0pt, y: 2.5pt),
  ..doc.facts.map(fact => (text(fill: rgb("#55605d"), fact.at(0)), fact.at(1))).flatten())
#for each in doc.tables {
  heading(level: 2, each.title)
  if each.rows.len() == 0 { par(each.empty) } else {
    table(columns: each.widths.map(width => width * 1fr),
      align: (x, y) => if each.numbers.contains(x) { right } else { left },
      table.header(..each.columns.map(name => strong(name))),
      ..each.rows.flatten(),
      ..each.foot.map(cell => strong(cell)))
  }
  if each.note != "" { par(text(size: 9pt, fill: rgb("#55605d"), each.note)) }
}
#if doc.note != "" [
  == #doc.note_title
  #doc.note
]
#v(8pt)
#text(size: 9pt)[#doc.check \\ #link(doc.address)[#doc.shown_address]]
#v(2pt)
#text(size: 8pt, font: "DejaVu Sans Mono", "SHA-256 " + doc.sha256)
"""

_WIDTHS = {2: (2, 3), 3: (2, 3, 1), 4: (4, 2, 2, 2), 5: (4, 5, 7, 3, 2)}


def shown(cell: Cell) -> str:
    """A cell as people read it: numbers with the thousands' dot."""
    return number_format(cell, use_l10n=True, force_grouping=True) if isinstance(cell, int) else cell


def sheet_of_snapshot(snapshot: PeriodSnapshot) -> Sheet:
    return sheet_of(json.loads(snapshot.content))


def accepted_in_words(snapshot: PeriodSnapshot) -> str:
    """By whom, for whom and when, as the frozen content has it."""
    accepted = json.loads(snapshot.content)["accepted"]
    at = localtime(snapshot.at)
    words = {
        "name": accepted["by"],
        "giver": accepted["on_behalf_of"],
        "day": date_format(at, "j F Y"),
        "time": date_format(at, "H.i"),
    }
    if accepted["on_behalf_of"]:
        return _("Accepted by %(name)s on behalf of %(giver)s on %(day)s, %(time)s WIB.") % words
    return _("Accepted by %(name)s on %(day)s, %(time)s WIB.") % words


def report_pdf(snapshot: PeriodSnapshot, *, address: str) -> bytes:
    """PDF/UA-1 on A4. `address`: where its number and fingerprint are checked."""
    sheet = sheet_of_snapshot(snapshot)
    drawn = BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", border=2)
    doc = {
        "title": sheet.title,
        "number": snapshot.number,
        "number_line": _("Number %(number)s") % {"number": snapshot.number},
        "accepted": accepted_in_words(snapshot),
        "facts": sheet.facts,
        "tables": [
            {
                "title": each.title,
                "columns": each.columns,
                "widths": _WIDTHS[len(each.columns)],
                "numbers": sorted(each.numbers),
                "rows": [[shown(cell) for cell in row] for row in each.rows],
                "foot": [shown(cell) for cell in each.foot],
                "empty": each.empty,
                "note": each.note,
            }
            for each in sheet.tables
        ],
        "note_title": _("Note of the learner"),
        "note": json.loads(snapshot.content)["note"],
        "qr": drawn.getvalue().decode(),
        "alt": _("QR code: opens the page that checks this report"),
        "check": _("Whether this report is genuine is said by:"),
        "address": address,
        "shown_address": address.partition("://")[2].partition("?")[0],
        "sha256": snapshot.sha256,
    }
    pdf: bytes = typst.compile(
        TEMPLATE.encode(),
        format="pdf",
        ignore_system_fonts=True,  # the same page on every machine
        pdf_standards="ua-1",
        sys_inputs={"doc": json.dumps(doc, ensure_ascii=False)},
    )
    return pdf


def report_xlsx(snapshot: PeriodSnapshot, *, address: str) -> bytes:
    """One worksheet: the facts, then each table under its heading; numbers as numbers, no formula."""
    sheet = sheet_of_snapshot(snapshot)
    buffer = BytesIO()
    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        # `created`: the same file each time.
        book.set_properties(
            {"title": sheet.title, "author": "ASN Belajar", "created": snapshot.at.replace(tzinfo=None)}
        )
        page = book.add_worksheet(_("Report"))
        bold = book.add_format({"bold": True})
        page.set_column(0, 0, 34)
        page.set_column(1, 4, 28)
        lines: list[tuple[tuple[Cell, ...], bool]] = [
            ((sheet.title,), True),
            ((_("Number"), snapshot.number), False),
            ((accepted_in_words(snapshot),), False),
            *((fact, False) for fact in sheet.facts),
        ]
        for each in sheet.tables:
            lines += [((), False), ((each.title,), True), (each.columns, True)]
            lines += [(row, False) for row in each.rows] or [((each.empty,), False)]
            lines += [(each.foot, True)] if each.foot else []
            lines += [((each.note,), False)] if each.note else []
        lines += [((), False), (("SHA-256", snapshot.sha256), False), ((_("Check"), address), False)]
        for number, (cells, is_bold) in enumerate(lines):
            for place, cell in enumerate(cells):
                page.write(number, place, cell, bold if is_bold else None)
    return buffer.getvalue()
