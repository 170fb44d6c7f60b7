"""The letters as PDF: three to a sheet, to be cut apart; tagged for screen readers."""

import datetime as dt
import json
from collections.abc import Sequence
from io import BytesIO

import segno
import typst
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from learning.people.activation import rules
from learning.people.activation.actions import Letter

# The texts travel as data, never as Typst source, so no character in them needs escaping.
TEMPLATE = """
#let sheet = json(bytes(sys.inputs.sheet))
#set document(title: sheet.title, author: sheet.sender)
#set page(paper: "a4", margin: (x: 18mm, y: 10mm))
#set text(font: "Libertinus Serif", size: 11.5pt, lang: "id", fill: rgb("#1d2a2a"))
#show heading: set text(size: 17pt, fill: rgb("#0f5c5c"))
#show heading: set block(above: 0pt, below: 7pt)
#for (place, letter) in sheet.letters.enumerate() [
  #if place > 0 and calc.rem(place, 3) == 0 { pagebreak() }
  #block(height: 88mm, spacing: 4mm, width: 100%, breakable: false, inset: (y: 4mm), stroke: (bottom: (
    paint: rgb("#857f6d"), thickness: 0.6pt, dash: "dashed")))[
    #grid(columns: (1fr, 36mm), column-gutter: 8mm,
      [
        = #sheet.title
        #text(size: 13pt, weight: "bold", letter.name) \\
        #letter.nip · #letter.unit
        #v(2pt)
        #for (number, step) in sheet.steps.enumerate() [#(number + 1). #step \\ ]
        #v(2pt)
        #sheet.code_is \\
        #box(inset: 5pt, stroke: 1pt + rgb("#0f5c5c"), radius: 3pt,
          text(font: "DejaVu Sans Mono", size: 14pt, weight: "bold", letter.code))
      ],
      [
        #image(bytes(letter.qr), format: "svg", width: 36mm, alt: sheet.alt)
        #align(center, text(size: 8.5pt, sheet.address))
      ],
    )
    #v(1fr)
    #text(size: 9.5pt)[*#letter.until* #sheet.warning \\ #text(fill: rgb("#55605d"), sheet.printed)]
  ]
]
"""


def letters_pdf(letters: Sequence[Letter], *, address: str, printed_by: str, now: dt.datetime) -> bytes:
    """One PDF/UA-1 of these letters. `address` is that of the activation page.

    The code is behind the `#` of the QR code's address: browsers keep that part to themselves.
    """
    sheet = {
        "title": _("Your way into ASN Belajar"),
        "sender": "ASN Belajar",
        "alt": _("QR code: opens the activation page with the code"),
        "address": address.partition("://")[2],
        "code_is": _("Your activation code, good for one use:"),
        "warning": _(
            "Give the code to nobody, whoever asks for it; keep the letter until you are signed in."
        ),
        "printed": _(
            "Printed on %(day)s by %(name)s. If this letter was open when you got it, ask for a new one."
        )
        % {"day": date_format(localtime(now), "j F Y"), "name": printed_by},
        "steps": [
            _("Scan the code on the right, or open the address below it."),
            _("Type your NIP and the code."),
            _("Choose a password of your own, or a passkey. Then you are in."),
        ],
        "letters": [
            {
                "name": letter.person.name,
                "nip": letter.person.masked_nip if letter.person.nip else letter.person.username,
                "unit": letter.person.unit.name if letter.person.unit else "",
                "code": rules.on_paper(letter.code),
                "until": _("Holds until %(day)s.")
                % {"day": date_format(localtime(letter.expires_at), "j F Y")},
                "qr": _qr(f"{address}#{letter.code}"),
            }
            for letter in letters
        ],
    }
    pdf: bytes = typst.compile(
        TEMPLATE.encode(),
        format="pdf",
        ignore_system_fonts=True,  # the same page on every machine
        pdf_standards="ua-1",
        sys_inputs={"sheet": json.dumps(sheet, ensure_ascii=False)},
    )
    return pdf


def _qr(text: str) -> str:
    drawn = BytesIO()
    segno.make(text, error="m").save(drawn, kind="svg", border=2)
    return drawn.getvalue().decode()
