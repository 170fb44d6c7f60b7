"""Forms of the week."""

from django import forms
from django.utils.translation import gettext_lazy as _


class OwnTargetForm(forms.Form):
    """A higher weekly target of one's own; empty goes back to the unit's."""

    minutes = forms.TypedChoiceField(
        label=_("My own weekly target"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", _("As my unit asks")),
            (45, _("45 minutes (1 JP)")),
            (90, _("90 minutes (2 JP)")),
            (135, _("135 minutes (3 JP)")),
        ],
    )
