"""Publishes a dictionary: what changed is written, and the whole of it is kept as a version."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence

from django.db import transaction

from learning.competencies.dictionary.exchange import LEVEL_COLUMNS, Row
from learning.competencies.dictionary.models import DictionaryVersion
from learning.competencies.models import Competency, Indicator
from learning.people.actions import log_deed
from learning.people.models import Person


def rows_now() -> list[Row]:
    """The dictionary as it stands."""
    found = Competency.objects.order_by("code").prefetch_related("indicators")
    rows = []
    for each in found:
        texts = {indicator.level: indicator.text for indicator in each.indicators.all()}
        rows.append(
            {
                "kode": each.code,
                "nama": each.name,
                "jenis": each.kind,
                "rumpun": each.family,
                "definisi_singkat": each.definition,
                **{f"level_{level}": texts.get(level, "") for level in range(1, 6)},
                "berlaku_bulan": each.validity_months,
                "aktif": each.is_active,
            }
        )
    return rows


def publish_dictionary(
    *, actor: Person | None, rows: Sequence[Row], note: str, now: dt.datetime
) -> DictionaryVersion | None:
    """Write `rows` (exchange.read_dictionary) over the dictionary; the version, None when nothing changed.

    What the rows do not name stays as it is: a competency is taken out by `aktif`, never deleted.
    """
    with transaction.atomic():
        newest = DictionaryVersion.objects.select_for_update().order_by("-number").first()
        for row in rows:
            competency, _made = Competency.objects.update_or_create(
                code=row["kode"],
                defaults={
                    "name": row["nama"],
                    "kind": row["jenis"],
                    "family": row["rumpun"],
                    "definition": row["definisi_singkat"],
                    "validity_months": row["berlaku_bulan"],
                    "is_active": row["aktif"],
                },
            )
            for level, column in enumerate(LEVEL_COLUMNS, 1):
                Indicator.objects.update_or_create(
                    competency=competency, level=level, defaults={"text": row[column]}
                )
        whole = rows_now()
        digest = hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()
        if newest is not None and newest.sha256 == digest:
            return None
        version = DictionaryVersion.objects.create(
            number=newest.number + 1 if newest else 1,
            published_at=now,
            by=actor,
            note=note,
            rows=whole,
            sha256=digest,
        )
        log_deed(
            actor=actor, action="publish_dictionary", now=now, version=version.number, sha256=version.sha256
        )
    return version
