"""Claims with their evidence, decisions and reminders; the first sample of what rules recognise."""

import datetime

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from learning.reviews import guards


def install(apps, schema_editor):
    guards.install(schema_editor.connection)


def remove(apps, schema_editor):
    guards.remove(schema_editor.connection)


def first_rate(apps, schema_editor):
    apps.get_model("reviews", "SampleRate").objects.create(
        valid_from=datetime.date(2026, 1, 1), percent=5, source="Nilai awal; menunggu pengesahan BPSDM"
    )


def nothing(apps, schema_editor):
    """The table goes with its migration."""


class Migration(migrations.Migration):
    dependencies = [
        ("competencies", "0006_dictionary_profiles_and_validity"),
        ("reviews", "0002_declared_and_appeals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(remove, install),  # SQLite writes the table anew; its triggers with it
        migrations.CreateModel(
            name="Claim",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ],
                        verbose_name="level",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("submitted", "waiting for verification"),
                            ("in_review", "in review"),
                            ("returned", "needs correction"),
                            ("recognised", "recognised"),
                            ("not_yet", "not yet"),
                            ("reopened", "reopened"),
                            ("lapsed", "lapsed"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("round", models.PositiveSmallIntegerField(default=1, verbose_name="round")),
                ("text", models.TextField(max_length=2000, verbose_name="what shows it")),
                ("link", models.URLField(blank=True, max_length=500, verbose_name="link")),
                (
                    "answer",
                    models.TextField(blank=True, max_length=1000, verbose_name="answer to the return"),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("learner", "the learner"),
                            ("supervisor", "a supervisor, for the learner"),
                            ("sample", "drawn from what was recognised by rule"),
                        ],
                        default="learner",
                        max_length=10,
                        verbose_name="made by",
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="made")),
                ("submitted_at", models.DateTimeField(null=True, verbose_name="submitted")),
                ("opened_at", models.DateTimeField(null=True, verbose_name="opened")),
            ],
            options={
                "verbose_name": "claim",
                "verbose_name_plural": "claims",
            },
        ),
        migrations.CreateModel(
            name="ClaimReminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("round", models.PositiveSmallIntegerField(verbose_name="round")),
                ("step", models.PositiveSmallIntegerField(verbose_name="days")),
                ("at", models.DateTimeField(verbose_name="time")),
                ("is_mailed", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="SampleRate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateField(unique=True, verbose_name="valid from")),
                (
                    "percent",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="per cent",
                    ),
                ),
                ("source", models.CharField(max_length=255, verbose_name="source")),
            ],
            options={
                "verbose_name": "sample of recognitions by rule",
                "verbose_name_plural": "samples of recognitions by rule",
                "ordering": ["-valid_from"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="decision",
            name="a_decision_is_about_one_thing",
        ),
        migrations.RemoveConstraint(
            model_name="decision",
            name="a_refusal_has_a_reason",
        ),
        migrations.AddField(
            model_name="decision",
            name="on_behalf_of",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="decision",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("accepted", "accepted"),
                    ("returned", "returned for correction"),
                    ("declined", "declined"),
                    ("recognised", "recognised"),
                    ("not_yet", "not yet"),
                    ("reopened", "reopened"),
                ],
                max_length=10,
                verbose_name="outcome",
            ),
        ),
        migrations.AlterField(
            model_name="decision",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("unreadable", "The evidence cannot be read or opened."),
                    ("not_matching", "Name, date or title in the evidence differ from what is declared."),
                    ("wrong_time", "Days or hours do not fit the evidence."),
                    ("counted", "This learning is counted elsewhere already."),
                    ("not_duty", "The link with your duties or your development plan is not clear."),
                    ("too_short", "What was learnt is described too briefly."),
                    ("rule_right", "The reason on the row is right."),
                    ("no_sign", "There is no sign of study at that time."),
                    ("other_right", "The other row is right: that time is counted there."),
                    ("ceiling", "The ceiling applies to everybody and was reached."),
                    ("work_hours", "At that time you were on another assignment."),
                    ("too_little", "The explanation does not say what happened."),
                    ("no_link", "The evidence does not show this competency."),
                    ("level_high", "The evidence shows a lower level than the one claimed."),
                    ("old_proof", "The evidence is too old to show what is mastered today."),
                    ("not_own", "What you yourself did is not to be seen in the evidence."),
                    ("more_practice", "It has to be shown in daily work for some time longer."),
                    ("new_facts", "There are facts that were not known at the decision."),
                    ("wrong_standard", "The decision does not follow the standard of the dictionary."),
                    ("objection", "The learner objects with good reasons."),
                ],
                max_length=20,
                verbose_name="reason",
            ),
        ),
        migrations.AlterField(
            model_name="evidence",
            name="declaration",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="evidence",
                to="reviews.declaration",
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="competency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="competencies.competency"
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="completions",
            field=models.ManyToManyField(related_name="claims", to="competencies.completion"),
        ),
        migrations.AddField(
            model_name="claim",
            name="declarations",
            field=models.ManyToManyField(related_name="claims", to="reviews.declaration"),
        ),
        migrations.AddField(
            model_name="claim",
            name="made_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="opened_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="record",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="claim",
                to="competencies.competencyrecord",
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="claim",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decisions",
                to="reviews.claim",
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="claim",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="evidence",
                to="reviews.claim",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("appeal__isnull", True), ("claim__isnull", True), ("declaration__isnull", False)
                    ),
                    models.Q(
                        ("appeal__isnull", False), ("claim__isnull", True), ("declaration__isnull", True)
                    ),
                    models.Q(
                        ("appeal__isnull", True), ("claim__isnull", False), ("declaration__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="a_decision_is_about_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                fields=("claim", "round"), name="one_decision_per_claim_round"
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome__in", ("accepted", "recognised")),
                    models.Q(("reason", ""), _negated=True),
                    models.Q(("text", ""), _negated=True),
                    _connector="OR",
                ),
                name="a_refusal_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("claim__isnull", True), ("declaration__isnull", False)),
                    models.Q(("claim__isnull", False), ("declaration__isnull", True)),
                    _connector="OR",
                ),
                name="evidence_backs_one_thing",
            ),
        ),
        migrations.AddField(
            model_name="claimreminder",
            name="claim",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="reminders", to="reviews.claim"
            ),
        ),
        migrations.AddField(
            model_name="claimreminder",
            name="to",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="samplerate",
            constraint=models.CheckConstraint(
                condition=models.Q(("percent__gte", 0), ("percent__lte", 100)),
                name="a_sample_is_0_to_100_per_cent",
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["person", "-made_at"], name="claims_of_a_person"),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("status__in", ("submitted", "in_review", "reopened"))),
                fields=["submitted_at"],
                name="waiting_claims",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__gte", 1), ("level__lte", 5)), name="claimed_level_is_1_to_5"
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("status__in", ("draft", "returned", "submitted", "in_review", "reopened"))
                ),
                fields=("person", "competency"),
                name="one_undecided_claim_per_competency",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("made_by__isnull", False), ("origin", "supervisor")),
                    models.Q(models.Q(("origin", "supervisor"), _negated=True), ("made_by__isnull", True)),
                    _connector="OR",
                ),
                name="a_claim_made_for_somebody_says_by_whom",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("made_by__isnull", True),
                    models.Q(("made_by", models.F("person")), _negated=True),
                    _connector="OR",
                ),
                name="nobody_makes_a_claim_for_themselves_as_supervisor",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(("status", "draft"), ("submitted_at__isnull", False), _connector="OR"),
                name="a_claim_beyond_a_draft_was_submitted",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("opened_at__isnull", True), ("opened_by__isnull", True)),
                    models.Q(("opened_at__isnull", False), ("opened_by__isnull", False)),
                    _connector="OR",
                ),
                name="an_opened_claim_says_by_whom_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "in_review"), _negated=True),
                    ("opened_by__isnull", False),
                    _connector="OR",
                ),
                name="a_claim_in_review_was_opened",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("opened_by__isnull", True),
                    models.Q(("opened_by", models.F("person")), _negated=True),
                    _connector="OR",
                ),
                name="nobody_opens_their_own_claim",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ("recognised", "lapsed")), _negated=True),
                    ("record__isnull", False),
                    _connector="OR",
                ),
                name="what_is_recognised_is_on_record",
            ),
        ),
        migrations.AddConstraint(
            model_name="claimreminder",
            constraint=models.UniqueConstraint(
                fields=("claim", "round", "step"), name="one_reminder_per_round_and_step"
            ),
        ),
        migrations.RunPython(install, remove),
        migrations.RunPython(first_rate, nothing),
    ]
