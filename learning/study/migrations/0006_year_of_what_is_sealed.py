"""The total of a year is of what is sealed, and the guards let a report grow an entry without a lock of their own."""

from django.db import migrations, models
from django.db.models import F

from learning.study import guards, rules


def take_out_what_is_open(apps, schema_editor):
    """Until now each report went into the year at once."""
    StudyEntry = apps.get_model("study", "StudyEntry")
    YearTotal = apps.get_model("study", "YearTotal")
    sums = {}
    rows = StudyEntry.objects.filter(sealed_at__isnull=True)
    for person, start, channel, seconds in rows.values_list(
        "person_id", "started_at", "channel", "credited_s"
    ).iterator():
        each = sums.setdefault(
            (person, rules.local_day(start).year), {"measured_s": 0, "offline_s": 0, "coarse_s": 0}
        )
        each["measured_s"] += seconds
        if channel in ("offline", "coarse"):
            each[f"{channel}_s"] += seconds
    for (person, year), each in sums.items():
        YearTotal.objects.filter(person_id=person, year=year).update(
            **{name: F(name) - seconds for name, seconds in each.items()}
        )


def put_it_back(apps, schema_editor):
    """The other way: what is open joins the year."""
    StudyEntry = apps.get_model("study", "StudyEntry")
    YearTotal = apps.get_model("study", "YearTotal")
    for entry in StudyEntry.objects.filter(sealed_at__isnull=True).iterator():
        total, _made = YearTotal.objects.get_or_create(
            person_id=entry.person_id, year=rules.local_day(entry.started_at).year
        )
        total.measured_s += entry.credited_s
        if entry.channel in ("offline", "coarse"):
            setattr(total, f"{entry.channel}_s", getattr(total, f"{entry.channel}_s") + entry.credited_s)
        total.save()


def guard_again(apps, schema_editor):
    guards.remove(schema_editor.connection)
    guards.install(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("study", "0005_totals_without_second_index"),
    ]

    operations = [
        migrations.RunPython(guard_again, guard_again),
        migrations.RunPython(take_out_what_is_open, put_it_back),
        migrations.RemoveIndex(model_name="studyentry", name="open_entries"),
        migrations.AddIndex(
            model_name="studyentry",
            index=models.Index(
                condition=models.Q(("sealed_at__isnull", True)), fields=["person"], name="open_entries"
            ),
        ),
    ]
