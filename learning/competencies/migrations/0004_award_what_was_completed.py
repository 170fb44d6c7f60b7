"""Learning hours for what was completed before there were awards, by the rules of 0003."""

from django.db import migrations

from learning.competencies.jp import rules
from learning.study.rules import local_day


def award_earlier(apps, schema_editor):
    """The same sums as `award_jp` makes, completion by completion."""
    award_model = apps.get_model("competencies", "JPAward")
    in_force = {rule.form: rule for rule in apps.get_model("competencies", "JPRule").objects.all()}
    earlier = {}
    awards = []
    completions = apps.get_model("competencies", "Completion").objects.select_related("activity")
    for completion in completions.order_by("pk").iterator(chunk_size=2_000):
        day = local_day(completion.completed_at)
        rule = in_force[rules.FORM_OF_KIND[completion.activity.kind]]
        before = earlier.setdefault((completion.person_id, rule.form, day.year), [])
        numbers = rules.Rule(rule.unit, rule.jp, rule.minutes_per_jp, rule.cap_jp, rule.cap_period)
        award = rules.award(numbers, minutes=completion.credited_s // 60, day=day, earlier=before)
        before.append(rules.Earlier(day, award.jp, award.remainder_minutes))
        awards.append(
            award_model(
                person_id=completion.person_id,
                completion_id=completion.pk,
                rule_id=rule.pk,
                minutes_counted=award.minutes,
                carried_minutes=award.carried_minutes,
                jp=award.jp,
                cut_jp=award.cut_jp,
                remainder_minutes=award.remainder_minutes,
                minutes_per_jp=rule.minutes_per_jp if rule.unit == rules.MINUTES else None,
                day=day,
                year=day.year,
                at=completion.completed_at,
            )
        )
    award_model.objects.bulk_create(awards, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("competencies", "0003_jp")]
    operations = [migrations.RunPython(award_earlier, migrations.RunPython.noop)]
