"""The ready-made reasons of a decision, in words a learner can act on: six for each kind of submission."""

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
EVERY = OF_DECLARATIONS + OF_APPEALS
