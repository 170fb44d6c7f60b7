"""Everything about one person as a ZIP of CSV files and one JSON, made while it is sent."""

import csv
import datetime as dt
import io
import json
import tempfile
import zipfile
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import Field, ForeignKey, Model, QuerySet
from django.utils.translation import gettext as _

from asn_belajar.personal_data.inventory import BELONGING, COVERED, SECRET
from learning.people.models import Person
from learning.people.rules import WIB

ROWS_AT_ONCE = 500


class _Outlet(io.RawIOBase):
    """Takes what the ZIP writes, gives it back to be sent; cannot go back, as a connection cannot."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken, self._parts = b"".join(self._parts), []
        return taken


def _columns(table: type[Model] | Model) -> list[Field[Any, Any]]:
    return [field for field in table._meta.concrete_fields if field.name not in SECRET]


def _plain(value: Any) -> Any:
    """A value as JSON and CSV have it: times in WIB."""
    if isinstance(value, dt.datetime):
        return value.astimezone(WIB).isoformat(timespec="seconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    if value is None or isinstance(value, int | float | str | dict | list):
        return value
    return str(value)


def row_of(row: Model, person: Person) -> dict[str, Any]:
    """One row in words. Another person is told as such, without a name."""
    found: dict[str, Any] = {}
    for field in _columns(row):  # the row itself: a request's person is a lazy object
        if isinstance(field, ForeignKey) and field.related_model is Person:
            key = getattr(row, field.attname)
            me = _("I")
            found[field.name] = None if key is None else (me if key == person.pk else _("somebody else"))
        elif isinstance(field, ForeignKey):
            related = getattr(row, field.name)
            found[field.name] = None if related is None else str(related)
        else:
            found[field.name] = _plain(getattr(row, field.attname))
    return found


def _rows(label: str, column: str, person: Person) -> Iterator[dict[str, Any]]:
    model = apps.get_model(label)
    related = [
        field.name
        for field in _columns(model)
        if isinstance(field, ForeignKey) and field.related_model is not Person
    ]
    rows: QuerySet[Model] = model._base_manager.filter(**{column: person}).order_by("pk")
    if related:
        rows = rows.select_related(*related)
    for row in rows.iterator(chunk_size=ROWS_AT_ONCE):
        found = row_of(row, person)
        if label == "people.AuditEntry" and column != "actor":
            found["detail"] = {"what": found["detail"].get("what", "")}  # the rest may name others
        if label == "people.AuditEntry" and column == "actor":
            found["detail"].pop("people", None)
        yield found


def _cell(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def everything_about(person: Person, now: dt.datetime) -> Iterator[bytes]:
    """The bytes of the ZIP, a table at a time: memory stays flat however much there is."""
    outlet = _Outlet()
    stamp = now.astimezone(WIB).timetuple()[:6]
    with (
        zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as archive,
        tempfile.SpooledTemporaryFile(max_size=2**20, mode="w+", encoding="utf-8") as spool,
    ):
        about = {**row_of(person, person), "nip": person.nip, "made_at": _plain(now)}
        spool.write(f'{{\n"person": {json.dumps(about, ensure_ascii=False)}')
        for label, column in (*COVERED, *BELONGING):
            name = f"{label}-{column}"
            spool.write(f',\n"{name}": [')
            with archive.open(zipfile.ZipInfo(f"{name}.csv", stamp), "w") as member:
                for number, row in enumerate(_rows(label, column, person)):
                    text = io.StringIO()
                    if number == 0:
                        text.write("\N{ZERO WIDTH NO-BREAK SPACE}")  # so that Excel reads UTF-8
                        csv.writer(text).writerow(row)
                    csv.writer(text).writerow(_cell(value) for value in row.values())
                    member.write(text.getvalue().encode())
                    spool.write(f"{',' if number else ''}\n{json.dumps(row, ensure_ascii=False)}")
                    if number % ROWS_AT_ONCE == 0 and (part := outlet.take()):
                        yield part
            spool.write("]")
            if part := outlet.take():
                yield part
        spool.write("\n}\n")
        spool.seek(0)
        with archive.open(zipfile.ZipInfo("data.json", stamp), "w") as member:
            while text_part := spool.read(2**16):
                member.write(text_part.encode())
                if part := outlet.take():
                    yield part
    yield outlet.take()
