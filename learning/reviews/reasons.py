"""The ready-made reasons of a decision, in words a learner can act on: for each kind of submission."""

from django.utils.translation import gettext_lazy as _

OF_DECLARATIONS = [
    ("unreadable", _("The evidence cannot be read or opened.")),
    ("not_matching", _("Name, date or title in the evidence differ from what is declared.")),
    ("wrong_time", _("Days or hours do not fit the evidence.")),
    ("counted", _("This learning is counted elsewhere already.")),
    ("not_duty", _("The link with your duties or your development plan is not clear.")),
    ("too_short", _("What was learnt is described too briefly.")),
]
OF_APPEALS = [
    ("rule_right", _("The reason on the row is right.")),
    ("no_sign", _("There is no sign of study at that time.")),
    ("other_right", _("The other row is right: that time is counted there.")),
    ("ceiling", _("The ceiling applies to everybody and was reached.")),
    ("work_hours", _("At that time you were on another assignment.")),
    ("too_little", _("The explanation does not say what happened.")),
]
OF_CLAIMS = [
    ("no_link", _("The evidence does not show this competency.")),
    ("level_high", _("The evidence shows a lower level than the one claimed.")),
    ("old_proof", _("The evidence is too old to show what is mastered today.")),
    ("not_own", _("What you yourself did is not to be seen in the evidence.")),
    ("unreadable", _("The evidence cannot be read or opened.")),
    ("more_practice", _("It has to be shown in daily work for some time longer.")),
]
OF_REOPENING = [
    ("new_facts", _("There are facts that were not known at the decision.")),
    ("wrong_standard", _("The decision does not follow the standard of the dictionary.")),
    ("objection", _("The learner objects with good reasons.")),
]
EVERY = list(dict(OF_DECLARATIONS + OF_APPEALS + OF_CLAIMS + OF_REOPENING).items())
